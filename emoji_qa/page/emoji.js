// The emoji half: sixteen sliders, and the picture that follows them. The last thing the visitor did always wins.

const { start, labels, reach } = props;
const canvas = $("canvas");
const note = $(".note");
const search = $("input[type=search]");
const found = $(".found");
const axes = labels.map(axis);
let values = []; // slider coordinates, exact: a loaded emoji may lie between two steps or beyond the end of a slider
let pixels = "";
let issued = 0; // a number for everything the visitor does
let shown = 0; // the number of what is on the page
let wanted = ""; // what the search box is to show suggestions for; nothing once an emoji is loaded
let sharpening = 0;

function axis(label, i) {
  const row = $(".axis-template").content.firstElementChild.cloneNode(true);
  const [name, number, slider] = row.children;
  name.textContent = label;
  name.htmlFor = slider.id = `axis-${i + 1}`;
  number.setAttribute("aria-label", `${label}, typed`);
  for (const input of [number, slider]) [input.min, input.max] = [-reach, reach];
  slider.addEventListener("input", () => move(i, Number(slider.value)));
  number.addEventListener("change", () => type(i, number.valueAsNumber));
  $(".sliders").append(row);
  return { label, number, slider };
}

function set(i, value) {
  const { number, slider } = axes[i];
  values[i] = value;
  slider.value = value;
  number.value = value.toFixed(2);
  const at = 50 + (50 * Math.min(Math.max(value, -reach), reach)) / reach;
  slider.style.setProperty("--low", `${Math.min(at, 50)}%`);
  slider.style.setProperty("--high", `${Math.max(at, 50)}%`);
}

/** Puts what Python sent on the page, unless something newer is there: the pixels and, where given, the sliders. */
function show(ticket, result, caption) {
  if (ticket < shown) return;
  shown = ticket;
  result.sliders?.forEach((value, i) => set(i, value));
  pixels = result.pixels;
  redrawPicture();
  describe(caption, result.picture);
  tell(note, "");
  canvas.dataset.shown = ticket;
}

/** Quick while things move; a moment later, on a screen that has them, with all of its pixels. */
function redrawPicture() {
  const density = Math.min(window.devicePixelRatio, 2);
  clearTimeout(sharpening);
  paint(canvas, pixels, Math.min(density, 1));
  if (density > 1) sharpening = setTimeout(paint, 120, canvas, pixels, density);
}

function describe(caption, picture) {
  const text = $(".caption span");
  const original = $(".original");
  if (text.textContent !== caption) text.textContent = caption;
  canvas.setAttribute("aria-label", `Decoded picture: ${caption}`);
  if (picture) original.src = picture;
  original.classList.toggle("none", !picture);
}

/** A ticket for something the visitor did. The picture is busy until the last one's answer is there. */
function begin() {
  issued += 1;
  canvas.setAttribute("aria-busy", "true");
  return issued;
}

async function update(ticket, request, caption) {
  try {
    const result = await request();
    show(ticket, result, caption ?? result.name);
  } catch (error) {
    if (ticket >= shown) tell(note, error.message, true);
  }
  if (ticket === issued) canvas.setAttribute("aria-busy", "false");
}

// Two on their way at a time: over a slow line twice the pictures, and `show` keeps them in order.
const draw = newest(({ ticket, sliders, caption }) => update(ticket, () => call("draw_sliders", sliders), caption), 2);

function redraw(caption) {
  draw({ ticket: begin(), sliders: [...values], caption });
}

function move(i, value) {
  set(i, value);
  redraw("Your own emoji");
}

function type(i, value) {
  if (Math.abs(value) <= reach) return move(i, value); // not so for NaN
  set(i, values[i]);
  tell(note, `${axes[i].label} takes a number from −${reach} to ${reach}.`, true);
}

function load(emoji) {
  close();
  update(begin(), () => call("load_emoji", emoji));
}

$(".random").addEventListener("click", () => update(begin(), () => call("random_emoji"), "A random emoji"));
$(".reset").addEventListener("click", () => {
  values.forEach((_, i) => set(i, 0));
  redraw("All sliders in the middle");
});
document.addEventListener("emoji-qa:load", (event) => load(event.detail));

// The search box: what fits appears below while typing; Enter or "Load" takes the first.
async function find(query) {
  if (!query.trim()) return [];
  const result = await call("find_emojis", query);
  if (query === search.value) tell(note, result.found.length ? "" : "No emoji fits this search.", true);
  return result.found;
}

const suggest = newest(async () => {
  const query = wanted;
  try {
    const fits = await find(query);
    if (query === wanted) offer(fits);
  } catch (error) {
    tell(note, error.message, true);
  }
});

function offer(fits) {
  found.replaceChildren(...fits.map(({ emoji, name, picture }) => {
    const item = $(".found-template").content.firstElementChild.cloneNode(true);
    item.querySelector("img").src = picture;
    item.querySelector("span").textContent = name;
    item.querySelector("button").addEventListener("click", () => load(emoji));
    return item;
  }));
  found.hidden = !fits.length;
}

function close() {
  wanted = "";
  if (found.contains(document.activeElement)) search.focus();
  found.hidden = true;
}

search.addEventListener("input", () => {
  wanted = search.value;
  suggest();
});
$(".search").addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || found.hidden) return;
  event.preventDefault();
  const stops = [search, ...found.querySelectorAll("button")];
  stops[stops.indexOf(document.activeElement) + step]?.focus();
});
$(".search").addEventListener("focusout", (event) => {
  if (!$(".search").contains(event.relatedTarget)) close();
});
$(".search").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!search.value.trim()) return tell(note, "Type an emoji, or a word such as cat.", true);
  try {
    const [best] = await find(search.value);
    if (best) load(best.emoji);
  } catch (error) {
    tell(note, error.message, true);
  }
});

show(0, start, start.name);
new ResizeObserver(redrawPicture).observe(canvas);
