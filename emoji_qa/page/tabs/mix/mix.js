// The tray: up to four ingredients, each an emoji or a code, with a weight; what they make together goes to the emoji half.

const WEIGHT = 50; // of a new ingredient, of 100
const list = $(".ingredients");
const note = $(".tray .note");
let tray = []; // {name, emoji, picture, sliders, z, weight, item}
let axes = null;
let present = null; // what the emoji half shows
let adding = Promise.resolve(); // one after the other, in the order in which they were asked for

const say = (message, wrong = false) => tell(note, message, wrong);
const weights = () => tray.map(({ weight }) => weight);
const same = (a, b) => a.sliders.every((value, i) => Math.abs(value - b.sliders[i]) < 1e-3);

/** what: {emoji}, or {sliders, name}. */
function add(what) {
  adding = adding.then(() => take(what)).catch((error) => say(error.message, true));
  return adding;
}

async function take(what) {
  if (tray.length === most) return say(`The tray holds ${most}. Remove one first.`, true);
  axes ??= await call("read_axes");
  const ingredient = await call("take_ingredient", what);
  if (tray.some((other) => same(other, ingredient))) return say(`${ingredient.name} is in the tray already.`);
  tray.push({ ...ingredient, z: toCode(ingredient.sliders, axes), weight: WEIGHT });
  say(tray.length > 1 ? `${ingredient.name} is in the mix.` : `${ingredient.name} is in the tray. Add another one.`);
  showTray();
  showMix();
  changed();
}

/** A place for each of as many as the tray holds, so that nothing jumps when one comes or goes. */
function showTray() {
  list.replaceChildren(...Array.from({ length: most }, (_, i) => (tray[i] ? row(tray[i]) : gap())));
  $(".even").disabled = tray.length < 2;
  showShares();
}

function gap() {
  const item = document.createElement("li");
  item.className = "gap";
  item.setAttribute("aria-hidden", "true");
  return item;
}

function row(ingredient) {
  if (ingredient.item) return ingredient.item;
  const item = $(".ingredient-template").content.firstElementChild.cloneNode(true);
  const slider = item.querySelector("input");
  item.querySelector("img").src = ingredient.picture;
  item.querySelector(".name").textContent = ingredient.name;
  item.querySelector(".remove").setAttribute("aria-label", `Remove ${ingredient.name}`);
  slider.setAttribute("aria-label", `Weight of ${ingredient.name}`);
  slider.addEventListener("input", () => {
    ingredient.weight = Number(slider.value);
    showShares();
    showMix();
  });
  item.querySelector(".remove").addEventListener("click", () => remove(ingredient));
  ingredient.item = item;
  return item;
}

function showShares() {
  const percents = shares(weights());
  for (const [i, { item, weight }] of tray.entries()) {
    const slider = item.querySelector("input");
    slider.value = weight;
    slider.style.setProperty("--high", `${weight}%`);
    item.querySelector("output").textContent = tray.length > 1 ? `${percents[i]} %` : "";
    slider.setAttribute("aria-valuetext", `${percents[i]} %`);
  }
}

function remove(ingredient) {
  tray = tray.filter((one) => one !== ingredient);
  showTray();
  say(`${ingredient.name} is out.`);
  (list.querySelector(".remove") ?? search).focus();
  showMix();
  changed();
}

/** Sends the mix to the emoji half, at most once for each of the screen's pictures. */
const showMix = newest(async () => {
  if (tray.length < 2) return;
  if (weights().every((weight) => !weight)) return say("Give at least one of them a weight.", true);
  if (note.classList.contains("wrong")) say("");
  const sliders = toSliders(mean(tray.map(({ z }) => z), weights()), axes);
  send("go", { sliders, caption: caption(tray) });
  await new Promise((resolve) => { setTimeout(resolve, 16); });
});

/** From the search box. */
function load(emoji) {
  close();
  search.value = "";
  add({ emoji });
}

$(".even").addEventListener("click", () => {
  for (const ingredient of tray) ingredient.weight = WEIGHT;
  showShares();
  showMix();
});
$(".add-present").addEventListener("click", () => {
  if (!present) return;
  add(present.emoji ? { emoji: present.emoji } : { sliders: present.sliders, name: together(present.caption) });
});
document.addEventListener("emoji-qa:here", ({ detail }) => { present = detail; });
document.addEventListener("emoji-qa:ingredient", ({ detail }) => {
  document.getElementById("tab-mix")?.click();
  add(detail);
});
send("where");
showTray();
say("Add two to four emojis: search for them, take the one above, or press + beside an answer.");
