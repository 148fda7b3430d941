// Gestures on the map: drag, pinch, scroll, click, and keys that move from emoji to emoji.

import { beside, HIT, nearestTo, showing, STEP, toPlace, toScreen, wholeView, zoomed } from "./plane.js";

const STILL = 5; // pixels that a finger may move during a click
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** map: the map's properties and functions, see map.js. Its places are undefined until they are fetched. */
export function wireGestures(canvas, map) {
  const fingers = new Map(); // their positions, in pixels of the canvas
  let slipped = false; // whether a finger has moved, so that this is no click

  const pixelOf = (event) => [event.offsetX, event.offsetY];

  canvas.addEventListener("pointerdown", (event) => {
    if (!map.places || event.button) return;
    canvas.setPointerCapture(event.pointerId);
    slipped = fingers.size > 0;
    fingers.set(event.pointerId, { from: pixelOf(event), now: pixelOf(event) });
    map.stop();
  });

  canvas.addEventListener("pointermove", (event) => {
    if (!map.places) return;
    const finger = fingers.get(event.pointerId);
    if (!finger) return hover(pixelOf(event));
    const before = grip();
    finger.now = pixelOf(event);
    slipped ||= Math.hypot(finger.now[0] - finger.from[0], finger.now[1] - finger.from[1]) > STILL;
    if (!slipped) return;
    map.mark(-1, false);
    canvas.classList.add("held");
    drag(before, grip());
  });

  /** The point in the middle of all fingers, and the distance of the first two. */
  function grip() {
    const all = [...fingers.values()].map(({ now }) => now);
    const centre = [0, 1].map((axis) => all.reduce((sum, one) => sum + one[axis], 0) / all.length);
    return { centre, spread: all.length > 1 ? Math.hypot(all[0][0] - all[1][0], all[0][1] - all[1][1]) : 1 };
  }

  function drag(before, after) {
    const nearer = zoomed(map.view, map.size, after.spread / Math.max(before.spread, 1), before.centre);
    const [dx, dy] = [0, 1].map((axis) => (after.centre[axis] - before.centre[axis]) / nearer.scale);
    map.look({ ...nearer, x: nearer.x - dx, y: nearer.y - dy });
  }

  function lift(event) {
    if (!fingers.delete(event.pointerId) || fingers.size) return;
    canvas.classList.remove("held");
    if (event.type === "pointerup" && !slipped) click(pixelOf(event));
  }
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  canvas.addEventListener("pointerleave", () => map.isByKeys || map.mark(-1, false));

  const under = (pixel) => {
    const { i, distance } = nearestTo(map.places, toPlace(map.view, map.size, pixel));
    return distance <= HIT ? i : -1;
  };

  function hover(pixel) {
    const i = under(pixel);
    canvas.classList.toggle("on-emoji", i >= 0);
    map.mark(i, false);
  }

  function click(pixel) {
    map.mark(under(pixel), false);
    map.visit(toPlace(map.view, map.size, pixel));
  }

  canvas.addEventListener("wheel", (event) => {
    const farthest = map.places && map.view.scale <= 1.001 * wholeView(map.box, map.size).scale;
    if (!map.places || (event.deltaY > 0 && farthest)) return; // the whole map is in view, so the page scrolls
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode ? 33 : 1); // deltaMode: the delta is in lines
    map.look(zoomed(map.view, map.size, Math.exp(-Math.min(Math.max(pixels, -240), 240) / (event.ctrlKey ? 100 : 400)), pixelOf(event)));
  }, { passive: false });

  canvas.addEventListener("keydown", (event) => {
    if (!map.places || event.ctrlKey || event.metaKey || event.altKey) return;
    const { cursor } = map;
    const about = cursor < 0 ? map.middle() : toScreen(map.view, map.size, map.placeAt(cursor));
    const act = {
      "+": () => map.zoomBy(STEP, about), "=": () => map.zoomBy(STEP, about), "-": () => map.zoomBy(1 / STEP, about),
      0: () => map.glide(wholeView(map.box, map.size)),
      Enter: () => cursor >= 0 && map.visit(map.placeAt(cursor)), " ": () => cursor >= 0 && map.visit(map.placeAt(cursor)),
      Escape: () => map.mark(-1, false),
    }[event.key] ?? (ARROWS[event.key] && (() => step(ARROWS[event.key])));
    if (!act) return;
    event.preventDefault();
    act();
  });

  /** Moves the cursor by an arrow key; at first to the emoji at the visitor's place, or else in the middle of the view. */
  function step(arrow) {
    const start = map.present ?? toPlace(map.view, map.size, map.middle());
    map.mark(map.cursor < 0 ? nearestTo(map.places, start).i : beside(map.places, map.cursor, arrow), true);
    map.glide(showing(map.goal ?? map.view, map.size, map.placeAt(map.cursor), 40));
  }
}
