// Sixteen sliders with typed values, locks, and a picture at either end of what waits there; the knob that pulls.

const END = 28; // pixels of a picture at the end of a slider
const axes = labels.map(axis);
const knob = $("#pull");
let pulls = []; // for each position of the knob, sliders; the first are those it was turned from

function axis(label, i) {
  const row = $(".axis-template").content.firstElementChild.cloneNode(true);
  const [name, number, lock, track] = row.children;
  const [low, slider, high] = track.children;
  name.textContent = label;
  name.htmlFor = slider.id = `axis-${i + 1}`;
  number.setAttribute("aria-label", `${label}, typed`);
  lock.setAttribute("aria-label", `Lock ${label}`);
  for (const input of [number, slider]) [input.min, input.max] = [-reach, reach];
  slider.addEventListener("input", () => move(i, Number(slider.value)));
  number.addEventListener("change", () => type(i, number.valueAsNumber));
  lock.addEventListener("click", () => press(lock, !isPressed(lock)));
  $(".sliders").append(row);
  return { label, number, slider, lock, ends: [low, high] };
}

const isPressed = (button) => button.getAttribute("aria-pressed") === "true";

function press(button, pressed) {
  button.setAttribute("aria-pressed", pressed);
  const all = axes.every(({ lock }) => isPressed(lock));
  $(".lock-all").setAttribute("aria-pressed", all);
}

const locked = () => axes.map(({ lock }) => isPressed(lock));

function set(i, value) {
  const { number, slider } = axes[i];
  values[i] = value;
  slider.value = value;
  number.value = value.toFixed(2);
  const at = 50 + (50 * Math.min(Math.max(value, -reach), reach)) / reach;
  slider.style.setProperty("--low", `${Math.min(at, 50)}%`);
  slider.style.setProperty("--high", `${Math.max(at, 50)}%`);
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

/** The pictures at the ends: what each slider alone would make of the present emoji. Anything the visitor does comes first. */
const drawEnds = newest(async (ticket) => {
  if (local.state !== "ready") return drawEndsThere(ticket);
  const size = END * density();
  for (const [i, { ends }] of axes.entries()) {
    for (const [end, target] of ends.entries()) {
      if (ticket !== issued || held) return;
      const sliders = values.with(i, end ? reach : -reach);
      const drawn = await local.draw(sliders, size).catch(() => null);
      if (drawn) put(target, drawn.bytes, size);
    }
  }
});

async function drawEndsThere(ticket) {
  if (local.state === "waking") return; // they come once it is there
  const result = await call("draw_ends", values).catch(() => null);
  if (result && ticket === issued) showEnds(result.ends);
}

/** One picture of all ends, 2 wide and 16 high → each to its place. */
async function showEnds(uri) {
  const sheet = new Image();
  sheet.src = uri;
  await sheet.decode();
  const size = sheet.width / 2;
  for (const [i, { ends }] of axes.entries()) {
    for (const [end, target] of ends.entries()) {
      target.width = target.height = size;
      target.getContext("2d").drawImage(sheet, end * size, i * size, size, size, 0, 0, size, size);
    }
  }
}

knob.addEventListener("input", () => {
  const sliders = pulls[Number(knob.value)];
  if (!sliders) return;
  sliders.forEach((value, i) => set(i, value));
  redraw("Pulled towards real emojis");
});

$(".lock-all").addEventListener("click", () => {
  const all = !isPressed($(".lock-all"));
  for (const { lock } of axes) press(lock, all);
});
$(".roll").addEventListener("click", () => {
  update(begin(), () => ask("roll_sliders", { sliders: values, locked: locked() }), "A random emoji");
});
$(".reset").addEventListener("click", () => {
  const stays = locked();
  values.forEach((_, i) => stays[i] || set(i, 0));
  redraw(stays.some(Boolean) ? "The others in the middle" : "All sliders in the middle");
});
document.addEventListener("pointerdown", ({ target }) => { held = target.type === "range" && element.contains(target); });
for (const end of ["pointerup", "pointercancel"]) {
  document.addEventListener(end, () => {
    if (!held) return;
    held = false;
    rest();
  });
}
