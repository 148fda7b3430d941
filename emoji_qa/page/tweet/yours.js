// Emojis that the visitor brought, for this visit: ranked among the others, and kept by this page alone.

const yours = new Map(); // what they are called here → { emoji, sliders, name, keywords }, as the server takes them
const asText = (value) => (typeof value === "string" ? value.trim().slice(0, 100) : "");
let brought = 0; // how many there ever were

/** Ranks one more from now on. Keywords: a list, or a text with commas. */
function bring({ sliders, name, keywords, picture }) {
  if (yours.size === limits.yours) {
    return tell(note, `${limits.yours} emojis of your own are the most. Remove one of them first.`, true);
  }
  if (!Array.from(sliders ?? []).every(Number.isFinite)) return tell(note, "This picture has no code, so it cannot be ranked.", true);
  brought += 1;
  const emoji = `yours-${brought}`;
  const words = (Array.isArray(keywords) ? keywords : asText(keywords).split(",")).map(asText).filter(Boolean).slice(0, 50);
  yours.set(emoji, { emoji, sliders: [...sliders], name: asText(name), keywords: words });
  pictures.set(emoji, /^data:image\/(png|webp|jpeg);base64,/.test(picture) ? picture : "");
  changeYours();
  told.textContent = `Ranked from now on: ${nameOf(emoji)}`;
}

function remove(emoji) {
  const name = nameOf(emoji);
  yours.delete(emoji);
  pictures.delete(emoji);
  if (chosen.emoji === emoji) chosen.pinned = false;
  changeYours();
  told.textContent = `Removed: ${name}`;
  (yours.size ? $(".yours-list button") : box).focus();
}

function changeYours() {
  keepAll(() => { choice.added = [...yours.values()]; });
  showControls();
  showYours({});
  askNow();
}

const nameOf = (emoji) => yours.get(emoji).name || "Your own emoji";

/** Those that the visitor brought, each with its rank; the best answers have them in their midst, too. */
function showYours(ranks) {
  fillList($(".yours-list"), ".yours-template", choice.added, (item, { emoji }) => {
    item.dataset.emoji = emoji;
    draw(item);
    item.querySelector(".name").textContent = nameOf(emoji);
    item.querySelector(".rank").textContent = ranks[emoji] ? `rank ${count(ranks[emoji])}` : "";
    item.querySelector(".remove").setAttribute("aria-label", `Remove ${nameOf(emoji)}`);
  });
  $(".yours-list").hidden = !choice.added.length;
}

/** An answer that the visitor brought says so, and can be removed instead of copied: it is no character. */
function markYours(item, { emoji, name }) {
  const is = yours.has(emoji);
  const button = item.querySelector(".copy");
  if (is) {
    item.querySelector(".char").textContent = "";
    button.setAttribute("aria-label", `Remove ${name}`);
  }
  if (item.classList.toggle("yours", is) || button.textContent.includes("Remove")) {
    button.querySelector(".word").textContent = is ? "Remove" : "Copy";
  }
}

/** Shows an emoji in the other half. */
function loadThere(emoji) {
  const own = yours.get(emoji);
  if (own) send("go", { sliders: own.sliders, caption: nameOf(emoji) });
  else send("load", emoji);
}

$(".yours-list").addEventListener("click", (event) => {
  const { emoji } = event.target.closest("li")?.dataset ?? {};
  if (!emoji) return;
  if (event.target.closest(".remove")) return remove(emoji);
  loadThere(emoji);
  if (!element.classList.contains("alike")) pin(emoji);
});
document.addEventListener("emoji-qa:candidate", (event) => bring(event.detail));
