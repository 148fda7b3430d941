// Sliders with a meaning: sad ↔ happy, a hat, a colour … Each moves the emoji away from where it was; with all of them back
// at their start, the emoji is the original one again.

import { moved, toCode, toSliders } from "../browser/latent.js";
import { copyOf } from "../browser/panel.js";
import { areSliders, isLasting, keep, kept, lasting } from "../browser/session.js";
import { state, subscribe } from "../browser/store.js";

const OWN = 20; // degrees at the left end of the wheel's slider within which the emoji keeps its own colour
const MAX_PLACES = 60;

/** @typedef {import("../browser/store.js").Shown} Shown */
/** @typedef {{start: number[], values: number[], origin?: Shown}} Place start: where the sliders were before; values: how far each
 * direction was followed; origin: what was shown at the start */

/** @param {import("../browser/panel.js").Panel} panel @param {import("./picture.js").View} view
 * @param {import("../browser/status.js").StatusLine} line */
export function createDirections({ $, call, props }, view, line) {
  const group = $(".directions");
  const none = props.directions.map(() => 0);
  const inputs = props.directions.map(row);
  /** @type {Map<string, Place>} */
  const places = new Map(); // those that the directions led to, by their sliders, so that undo restores the directions, too
  /** @type {Place} */
  let now = { start: state.sliders, values: none };
  let numbers = null; // a promise of the numbers that define axes and directions

  function row({ low, high, name }, i) {
    const item = copyOf($(".direction-template"));
    const [label, input, end] = item.children;
    const isWheel = name === "colour";
    item.classList.toggle("wheel", isWheel);
    label.textContent = low;
    end.textContent = high;
    label.htmlFor = input.id = `direction-${name}`;
    input.setAttribute("aria-label", isWheel ? low : `${low} ↔ ${high}`);
    if (isWheel) [input.min, input.max, input.step] = ["0", String(360 + OWN), "5"];
    input.addEventListener("input", () => move(i, Number(input.value)));
    for (const touch of ["pointerenter", "focus"]) input.addEventListener(touch, () => read().catch(() => {}));
    group.append(item);
    return input;
  }

  function read() {
    numbers ??= call("read_directions");
    numbers.catch(() => { numbers = null; }); // so that the next touch asks again
    return numbers;
  }

  async function move(i, value) {
    const { shown } = state;
    const isThere = now.start.every((one, j) => one === shown?.sliders[j]);
    now = { ...now, values: now.values.with(i, value), origin: now.origin ?? (isThere ? shown : undefined) };
    show();
    const mine = now;
    try {
      const { ways, ...axes } = await read();
      if (mine === now) go(ways, axes);
    } catch (error) {
      line.tell(error.message, true);
    }
  }

  function go(ways, axes) {
    const { start, values, origin } = now;
    let code = toCode(start, axes);
    for (const [i, { name }] of props.directions.entries()) {
      const to = name === "colour" ? values[i] - OWN : values[i];
      if (values[i] && (name !== "colour" || to >= 0)) code = moved(code, ways[name], to);
    }
    const isStart = values.every((value) => !value);
    const there = isStart ? start : toSliders(code, axes).map((value, i) => (state.locks[i] ? start[i] : value));
    places.set(there.join(), now);
    if (places.size > MAX_PLACES) places.delete(places.keys().next().value);
    keep("directions", { start, values, sliders: there, origin: origin && lasting(origin) });
    if (isStart && origin) view.back(origin);
    else view.go(there, "Your own emoji");
  }

  function show() {
    for (const [i, { name, low, high }] of props.directions.entries()) {
      const value = now.values[i];
      const input = inputs[i];
      input.value = value;
      const end = value < 0 ? low : high;
      const far = name === "colour" ? `${Math.max(value - OWN, 0)} degrees of the circle` : `${Math.round(100 * Math.abs(value))} % ${end}`;
      input.setAttribute("aria-valuetext", value ? far : "as it was");
      const at = 50 + 50 * value;
      input.style.setProperty("--low", `${Math.min(at, 50)}%`);
      input.style.setProperty("--high", `${Math.max(at, 50)}%`);
    }
  }

  /** If something else moved the sliders, the directions start from there, unless they had led to this place before. */
  function follow({ sliders }) {
    const known = places.get(sliders.join());
    if (known === now) return;
    now = known ?? { start: sliders, values: none };
    show();
  }

  const before = kept("directions");
  const isPlace = areSliders(before?.start) && areSliders(before.sliders) && areSliders(before.values, none.length);
  if (isPlace) {
    const { start, values, origin } = before;
    places.set(before.sliders.join(), { start, values, origin: isLasting(origin) ? origin : undefined });
  }
  group.hidden = !inputs.length;
  subscribe(["sliders"], follow);
}
