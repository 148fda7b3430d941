// Sixteen sliders, with fields to type values, locks, and at both ends a picture of the emoji that lies there.

import { put } from "../browser/drawing/paint.js";
import { copyOf, newest } from "../browser/panel.js";
import { isLasting, keep, kept, lasting } from "../browser/session.js";
import { own, state, subscribe } from "../browser/store.js";
import { density } from "./picture.js";

const END = 28; // pixels of a picture at an end of a slider

const isPressed = (button) => button.getAttribute("aria-pressed") === "true";

/** @param {import("../browser/panel.js").Panel} panel @param {import("./picture.js").View} view
 * @param {import("../browser/status.js").StatusLine} line */
export function createSliders({ $, call, props, element }, view, line) {
  const { reach, labels } = props;
  const axes = labels.map(axis);
  const drawn = []; // the value that each slider shows
  const before = kept("locks");
  const change = own({ locks: labels.map((_, i) => before?.[i] === true) });
  let home = isLasting(kept("home")) ? kept("home") : state.shown; // the real emoji that was shown last
  let made = null; // what was put together since then

  function axis(label, i) {
    const row = copyOf($(".axis-template"));
    const [name, number, lock, track] = row.children;
    const [low, slider, high] = track.children;
    name.textContent = label;
    name.htmlFor = slider.id = `axis-${i + 1}`;
    number.setAttribute("aria-label", `${label}, typed`);
    lock.setAttribute("aria-label", `Lock ${label}`);
    lock.title = "Rolls, directions and Reset leave what is locked.";
    for (const input of [number, slider]) [input.min, input.max] = [-reach, reach];
    slider.addEventListener("input", () => move(i, Number(slider.value)));
    number.addEventListener("change", () => type(i, number.valueAsNumber));
    lock.addEventListener("click", () => change({ locks: state.locks.with(i, !state.locks[i]) }));
    $(".sliders").append(row);
    return { label, number, slider, lock, ends: [low, high] };
  }

  function place(i, value) {
    const { number, slider } = axes[i];
    drawn[i] = value;
    slider.value = value;
    number.value = value.toFixed(2);
    const at = 50 + (50 * Math.min(Math.max(value, -reach), reach)) / reach;
    slider.style.setProperty("--low", `${Math.min(at, 50)}%`);
    slider.style.setProperty("--high", `${Math.max(at, 50)}%`);
  }

  function move(i, value) {
    drawn[i] = NaN; // place it anew, since the hand's value may be rounded
    view.go(state.sliders.with(i, value), "Your own emoji");
  }

  function type(i, value) {
    if (Math.abs(value) <= reach) return move(i, value); // false for NaN
    place(i, state.sliders[i]);
    line.tell(`${axes[i].label} takes a number from −${reach} to ${reach}.`, true);
  }

  /** Draws the pictures at the ends: what is shown, with one slider moved to that end. Stops when there is a newer request. */
  const drawEnds = newest(async () => {
    const { sliders, ticket } = state.shown;
    if (view.local.state !== "ready") return drawEndsThere(sliders, ticket);
    const size = END * density();
    for (const [i, { ends }] of axes.entries()) {
      for (const [end, target] of ends.entries()) {
        if (view.isPast(ticket)) return;
        const result = await view.local.draw(sliders.with(i, end ? reach : -reach), size).catch(() => null);
        if (result) put(target, result.bytes, size);
      }
    }
  });

  async function drawEndsThere(sliders, ticket) {
    if (view.local.state === "waking") return; // drawn when the decoder is ready
    const result = await call("draw_ends", sliders).catch(() => null);
    if (result && ticket === state.shown.ticket) showEnds(result.ends);
  }

  /** Draws each end's picture in its place. uri: one picture of all ends, 2 pictures wide and 16 high. */
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

  $(".lock-all").addEventListener("click", () => {
    const all = !isPressed($(".lock-all"));
    change({ locks: state.locks.map(() => all) });
  });
  $(".reset").addEventListener("click", () => {
    if (state.locks.every(Boolean)) return line.tell("All sliders are locked, so there is nothing to reset. Unlock some.", true);
    const goal = made && !state.shown.composition ? made : home;
    const there = goal.sliders.map((value, i) => (state.locks[i] ? state.sliders[i] : value));
    if (there.every((value, i) => value === goal.sliders[i])) return view.back({ ...goal, followed: false });
    return view.go(there, `Back to ${goal.caption}, but for what is locked`);
  });
  document.addEventListener("pointerdown", ({ target }) => {
    view.hold(/** @type {HTMLInputElement} */ (target).type === "range" && element.contains(/** @type {Node} */ (target)));
  });
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => view.hold(false));

  subscribe(["shown"], ({ shown }) => {
    if (shown.composition) made = shown;
    if (!shown.emoji || (!shown.ticket && home !== shown)) return;
    home = shown;
    made = null;
    keep("home", lasting(shown));
  });
  subscribe(["locks"], ({ locks }) => {
    keep("locks", locks);
    for (const [i, { lock }] of axes.entries()) lock.setAttribute("aria-pressed", locks[i]);
    $(".lock-all").setAttribute("aria-pressed", locks.every(Boolean));
  });
  subscribe(["sliders"], ({ sliders }) => {
    for (const [i, value] of sliders.entries()) if (value !== drawn[i]) place(i, value);
  });
  showEnds(props.ends);

  return { drawEnds };
}
