// Taking away: files by way of the server, the link, and files that are opened again.

const { checkpoint, limits, flat } = props;
const note = $(".note");
const link = $(".link");
let here = null; // {sliders, caption} of the emoji that is shown
let tweet = "";

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

/** A JSON of one emoji is shown; of several, each becomes a favourite. */
async function openFile(file) {
  if (file.size > 1e6) throw new Error("This file is too large to hold emojis.");
  const read = await file.text().then(JSON.parse).catch(() => null);
  if (!Array.isArray(read?.emojis)) {
    const one = await fromJson(read);
    const caption = one.checkpoint === checkpoint ? one.name : `${one.name}, of another model: the nearest that this one can draw`;
    return send("go", { sliders: one.sliders, caption });
  }
  const found = [];
  makeRoom(read.emojis.length);
  for (const one of read.emojis) {
    found.push(await fromJson(one));
    tell(note, `${found.length} of ${read.emojis.length} …`);
  }
  keep(found, found.length === 1 ? "A favourite more." : `${found.length} favourites more.`);
}

/** What a file says of an emoji as a favourite. */
async function fromJson(said) {
  if (!Array.isArray(said?.z)) throw new Error("This file holds no emoji. Open one that was saved here as JSON.");
  const { sliders } = await call("open_code", { z: said.z, fit: said.checkpoint !== checkpoint });
  const name = typeof said.name === "string" && said.name ? said.name.slice(0, limits.name) : "From a file";
  return { sliders, name, checkpoint: String(said.checkpoint ?? "") };
}

$(".open-file").addEventListener("change", ({ target }) => {
  const [file] = target.files;
  if (file) attempt(() => openFile(file));
  target.value = "";
});

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
  attempt(drawFavourites);
});
window.addEventListener("hashchange", followLink);

send("where");
showFavourites();
followLink();
