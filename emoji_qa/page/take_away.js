// Taking away: files by way of the server, the link, and the list of favourites.

const { checkpoint, limits, flat } = props;
const note = $(".note");
const link = $(".link");
let here = null; // {sliders, caption} of the emoji that is shown
let tweet = "";
let favourites = stored();

const fileName = (text) => (text.toLowerCase().match(/[a-z0-9]+/g) ?? ["emoji"]).join("-").slice(0, 40);

/** Runs it and says what went wrong, if anything does. */
async function attempt(work) {
  try {
    await work();
  } catch (error) {
    tell(note, error.message, true);
  }
}

function save(blob, name) {
  saveFile(blob, name);
  tell(note, `${name} is saved.`);
}

async function fetchFile(format, size) {
  tell(note, "One moment …");
  return toBlob(await call("export_emoji", { sliders: here.sliders, format, size }));
}

for (const button of element.querySelectorAll("[data-format]")) {
  const { format } = button.dataset;
  if (format === "svg" && !flat) button.remove();
  button.addEventListener("click", () => attempt(async () => {
    const size = Number(button.dataset.size ?? $(".size").value);
    let blob = await fetchFile(format, size);
    if (format === "json" && tweet) blob = new Blob([JSON.stringify({ ...JSON.parse(await blob.text()), tweet }, null, 1)]);
    save(blob, `${fileName(here.caption)}${format === "png" ? `-${size}` : ""}.${format === "apng" ? "png" : format}`);
  }));
}

$(".copy-png").addEventListener("click", () => attempt(async () => {
  if (!navigator.clipboard?.write || !window.ClipboardItem) throw new Error("This browser cannot copy pictures. Save the PNG.");
  await navigator.clipboard.write([new ClipboardItem({ "image/png": fetchFile("png", 512) })]);
  tell(note, "The picture is copied.");
}));

// The link, while it is to be seen
const relink = newest(async () => {
  const asked = here;
  if (!asked || !element.offsetParent) return;
  const result = await call("name_code", asked.sliders).catch(() => null);
  if (result && asked === here) link.value = location.href.split("#")[0] + linkTo(result.z, checkpoint, tweet);
});

$(".copy-link").addEventListener("click", () => attempt(async () => {
  link.select();
  try {
    await navigator.clipboard.writeText(link.value);
  } catch {
    throw new Error("Copying is not allowed here. The link is selected: copy it with the keyboard.");
  }
  tell(note, "The link is copied.");
}));

async function follow() {
  const found = readLink(location.hash);
  if (!found) return;
  const same = checkpoint.startsWith(found.checkpoint) && found.checkpoint.length > 0;
  const { sliders } = await call("open_code", { z: found.z, fit: !same });
  send("go", { sliders, caption: same ? "From a link" : "From a link of another model: the nearest that this one can draw" });
  if (found.tweet) send("write", found.tweet);
}

function followLink() {
  follow().catch(() => send("say", "This link is damaged, or of quite another model: nothing was opened."));
}

// Favourites
function keep(one) {
  if (favourites.length >= limits.favourites) throw new Error(`${limits.favourites} favourites are the most. Remove one first.`);
  favourites = [...favourites, one];
  refresh("Kept.");
}

function refresh(message) {
  const kept = store(favourites);
  tell(note, kept ? message : `${message} This browser stores nothing, so it is gone when you leave.`);
  showFavourites();
}

function showFavourites() {
  $(".favourites").replaceChildren(...favourites.map(item));
  $(".empty").hidden = favourites.length > 0;
  showExport();
  if (favourites.length && element.offsetParent) attempt(drawFavourites); // else when its tab is chosen
}

function item(one) {
  const row = $(".favourite-template").content.firstElementChild.cloneNode(true);
  const [open, name, mix, remove] = row.children;
  open.setAttribute("aria-label", `Open ${one.name}`);
  if (one.checkpoint !== checkpoint) open.title = "Made with another model: it may look different here";
  open.addEventListener("click", () => send("go", { sliders: one.sliders, caption: one.name }));
  name.value = one.name;
  name.addEventListener("change", () => {
    one.name = name.value.trim().slice(0, limits.name) || "Unnamed";
    refresh("Renamed.");
  });
  mix.setAttribute("aria-label", `Mix ${one.name}`);
  mix.addEventListener("click", () => send("ingredient", { sliders: one.sliders, name: one.name }));
  remove.setAttribute("aria-label", `Remove ${one.name}`);
  remove.addEventListener("click", () => {
    favourites = favourites.filter((other) => other !== one);
    refresh("Removed.");
    $(".star").focus();
  });
  return row;
}

async function drawFavourites() {
  const drawn = favourites;
  const sheet = new Image();
  sheet.src = (await call("draw_favourites", drawn.map(({ sliders }) => sliders))).sheet;
  await sheet.decode();
  if (drawn !== favourites) return;
  const size = limits.thumb;
  for (const [i, canvas] of element.querySelectorAll(".favourites canvas").entries()) {
    canvas.getContext("2d").drawImage(sheet, 0, i * size, size, size, 0, 0, size, size);
  }
}

const star = () => attempt(() => keep({ sliders: here.sliders, name: here.caption.slice(0, limits.name), checkpoint }));
$(".star").addEventListener("click", star);
document.addEventListener("emoji-qa:star", star);

/** A JSON of one emoji is shown; of several, each becomes a favourite. */
$(".open-file").addEventListener("change", ({ target }) => attempt(async () => {
  const [file] = target.files;
  target.value = "";
  if (!file) return;
  if (file.size > 1e6) throw new Error("This file is too large to hold emojis.");
  const read = await file.text().then(JSON.parse).catch(() => null);
  const several = Array.isArray(read?.emojis) ? read.emojis : null;
  const found = (several ?? [read]).slice(0, limits.favourites);
  for (const one of found) {
    if (!Array.isArray(one?.z)) throw new Error("This file holds no emoji. Open one that was saved here as JSON.");
    const same = one.checkpoint === checkpoint;
    const { sliders } = await call("open_code", { z: one.z, fit: !same });
    const name = typeof one.name === "string" && one.name ? one.name.slice(0, limits.name) : "From a file";
    if (several) keep({ sliders, name, checkpoint: String(one.checkpoint ?? "") });
    else send("go", { sliders, caption: same ? name : `${name}, of another model: the nearest that this one can draw` });
  }
}));

document.addEventListener("emoji-qa:here", ({ detail }) => {
  here = detail;
  if (detail.settled) relink();
});
document.addEventListener("emoji-qa:tweet", ({ detail }) => {
  tweet = detail ?? "";
  relink();
});
document.addEventListener("emoji-qa:tab", ({ detail }) => {
  if (detail !== "take-away") return;
  relink();
  showFavourites();
});
window.addEventListener("hashchange", followLink);

send("where");
showFavourites();
followLink();
