// The filmstrip: everywhere the hand came to rest. Undo and redo walk along it; a new way cuts off what lay ahead.

const LONGEST = 40;
const strip = $(".film");
let film = []; // {sliders, caption, emoji, original}
let at = -1;

/** What is shown becomes the last frame, unless it is the present one. */
function remember(entry) {
  if (film[at] && entry.sliders.every((value, i) => value === film[at].sliders[i])) return;
  film = [...film.slice(0, at + 1), entry].slice(-LONGEST);
  while (strip.children.length > at + 1) strip.lastElementChild.remove();
  strip.append(frame(entry));
  while (strip.children.length > film.length) strip.firstElementChild.remove();
  at = film.length - 1;
  mark();
}

function frame(entry) {
  const item = $(".frame-template").content.firstElementChild.cloneNode(true);
  const button = item.firstElementChild;
  const small = button.firstElementChild;
  small.getContext("2d").imageSmoothingQuality = "high";
  small.getContext("2d").drawImage(canvas, 0, 0, small.width, small.height);
  button.setAttribute("aria-label", entry.caption);
  button.title = entry.caption;
  button.addEventListener("click", () => walk(film.indexOf(entry)));
  return item;
}

function walk(to) {
  if (!film[to]) return;
  at = to;
  goBack(film[to]);
  mark();
}

function mark() {
  $(".undo").disabled = at <= 0;
  $(".redo").disabled = at >= film.length - 1;
  for (const [i, item] of [...strip.children].entries()) {
    const button = item.firstElementChild;
    if (i !== at) {
      button.removeAttribute("aria-current");
      continue;
    }
    button.setAttribute("aria-current", "true");
    strip.scrollTo({ left: item.offsetLeft - strip.clientWidth / 2 });
  }
}

/** What has not come to rest yet is remembered first, so that undo takes back just that. */
function step(by) {
  keep();
  walk(at + by);
}

$(".undo").addEventListener("click", () => step(-1));
$(".redo").addEventListener("click", () => step(1));
element.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || /text|search|number/.test(event.target.type)) return;
  const by = { z: event.shiftKey ? 1 : -1, y: 1 }[event.key.toLowerCase()];
  if (!by) return;
  event.preventDefault();
  step(by);
});
