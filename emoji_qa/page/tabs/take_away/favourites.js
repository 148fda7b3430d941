// Favourites and their list: kept by the browser alone, as slider coordinates with a name and the checkpoint they belong to.

const FAVOURITES = "emoji-qa:favourites";
const removed = []; // {one, at}, to be put back, the last one first
let favourites = stored();
let drawn = null; // those whose pictures stand in the list

function isFavourite(one) {
  return Array.isArray(one?.sliders) && one.sliders.length === props.limits.dim && one.sliders.every(Number.isFinite)
    && typeof one.name === "string" && typeof one.checkpoint === "string";
}

/** What the browser has kept, less what cannot be one. */
function stored() {
  try {
    const found = JSON.parse(recall(FAVOURITES) ?? "[]");
    return Array.isArray(found) ? found.filter(isFavourite).slice(0, props.limits.favourites) : [];
  } catch {
    return []; // what somebody else wrote
  }
}

/** Whether the browser keeps them beyond this visit. */
const store = (favourites) => retain(FAVOURITES, JSON.stringify(favourites));

/** Throws an Error where there is no place for so many more. */
function makeRoom(count) {
  const most = props.limits.favourites;
  if (favourites.length + count > most) throw new Error(`${most} favourites are the most. Remove some first.`);
}

function keep(several, message, at = favourites.length) {
  makeRoom(several.length);
  favourites = [...favourites.slice(0, at), ...several, ...favourites.slice(at)];
  storeAndTell(message);
  showFavourites();
}

function storeAndTell(message) {
  tell(note, store(favourites) ? message : `${message} This browser stores nothing, so it is gone when you leave.`);
}

function remove(one) {
  removed.push({ one, at: favourites.indexOf(one) });
  favourites = favourites.filter((other) => other !== one);
  storeAndTell("Removed.");
  showFavourites();
  $(".put-back").focus();
}

function putBack() {
  const { one, at } = removed.at(-1);
  keep([one], "Put back.", at);
  removed.pop();
  $(".put-back").classList.toggle("none", !removed.length);
  element.querySelectorAll(".favourites .open")[favourites.indexOf(one)].focus();
}

function showFavourites() {
  $(".favourites").replaceChildren(...favourites.map(item));
  $(".empty").hidden = favourites.length > 0;
  $(".put-back").classList.toggle("none", !removed.length);
  showExport();
  drawn = null;
  if (element.offsetParent) attempt(drawFavourites); // else when its tab is chosen
}

function item(one) {
  const row = $(".favourite-template").content.firstElementChild.cloneNode(true);
  const [open, name, mix, out] = row.children;
  const label = () => {
    for (const [button, what] of [[open, "Open"], [mix, "Mix"], [out, "Remove"]]) button.setAttribute("aria-label", `${what} ${one.name}`);
  };
  const doubt = one.checkpoint === checkpoint ? "" : "made with another model: it may look different here";
  open.title = doubt;
  open.addEventListener("click", () => send("go", { sliders: one.sliders, caption: [one.name, doubt].filter(Boolean).join(", ") }));
  name.value = one.name;
  name.addEventListener("change", () => {
    one.name = name.value = name.value.trim().slice(0, limits.name) || "Unnamed";
    label();
    storeAndTell("Renamed.");
  });
  mix.addEventListener("click", () => send("ingredient", { sliders: one.sliders, name: one.name }));
  out.addEventListener("click", () => remove(one));
  label();
  return row;
}

async function drawFavourites() {
  if (drawn === favourites || !favourites.length) return;
  const asked = favourites;
  const sheet = new Image();
  sheet.src = (await call("draw_favourites", asked.map(({ sliders }) => sliders))).sheet;
  await sheet.decode();
  if (asked !== favourites) return;
  drawn = asked;
  const size = limits.thumb;
  for (const [i, canvas] of element.querySelectorAll(".favourites canvas").entries()) {
    canvas.getContext("2d").drawImage(sheet, 0, i * size, size, size, 0, 0, size, size);
  }
}

const star = () => attempt(() => keep([{ sliders: here.sliders, name: here.caption.slice(0, limits.name), checkpoint }], "Kept."));
$(".star").addEventListener("click", star);
document.addEventListener("emoji-qa:star", star);
$(".put-back").addEventListener("click", () => attempt(putBack));
addEventListener("storage", ({ key }) => { // what another window of the page kept or removed
  if (key !== FAVOURITES) return;
  favourites = stored();
  showFavourites();
});
