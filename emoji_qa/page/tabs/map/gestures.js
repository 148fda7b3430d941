// What hands do on the map: drag, pinch, scroll, click, and keys that lead from emoji to emoji.

const fingers = new Map(); // where each is, in pixels of the canvas
let slipped = false; // a finger has moved, so that it is no click

const pixelOf = (event) => [event.offsetX, event.offsetY];

canvas.addEventListener("pointerdown", (event) => {
  if (!map || event.button) return;
  canvas.setPointerCapture(event.pointerId);
  slipped = fingers.size > 0;
  fingers.set(event.pointerId, { from: pixelOf(event), now: pixelOf(event) });
  stop();
});

canvas.addEventListener("pointermove", (event) => {
  if (!map) return;
  const finger = fingers.get(event.pointerId);
  if (!finger) return hover(pixelOf(event));
  const before = grip();
  finger.now = pixelOf(event);
  slipped ||= Math.hypot(finger.now[0] - finger.from[0], finger.now[1] - finger.from[1]) > STILL;
  if (!slipped) return;
  mark(-1, false);
  canvas.classList.add("held");
  drag(before, grip());
});

/** The middle between the fingers, and how far apart they are. */
function grip() {
  const all = [...fingers.values()].map(({ now }) => now);
  const centre = [0, 1].map((axis) => all.reduce((sum, one) => sum + one[axis], 0) / all.length);
  return { centre, spread: all.length > 1 ? Math.hypot(all[0][0] - all[1][0], all[0][1] - all[1][1]) : 1 };
}

function drag(before, after) {
  const nearer = zoomed(view, size, after.spread / Math.max(before.spread, 1), before.centre);
  const [dx, dy] = [0, 1].map((axis) => (after.centre[axis] - before.centre[axis]) / nearer.scale);
  look({ ...nearer, x: nearer.x - dx, y: nearer.y - dy });
}

function lift(event) {
  if (!fingers.delete(event.pointerId) || fingers.size) return;
  canvas.classList.remove("held");
  if (event.type === "pointerup" && !slipped) click(pixelOf(event));
}
canvas.addEventListener("pointerup", lift);
canvas.addEventListener("pointercancel", lift);
canvas.addEventListener("pointerleave", () => byKeys || mark(-1, false));

const under = (pixel) => {
  const { i, distance } = nearestTo(map.places, toPlace(view, size, pixel));
  return distance <= HIT ? i : -1;
};

function hover(pixel) {
  const i = under(pixel);
  canvas.classList.toggle("on-emoji", i >= 0);
  mark(i, false);
}

function click(pixel) {
  mark(under(pixel), false);
  visit(toPlace(view, size, pixel));
}

canvas.addEventListener("wheel", (event) => {
  const farthest = map && view.scale <= 1.001 * wholeView(box, size).scale;
  if (!map || (event.deltaY > 0 && farthest)) return; // it is all in sight: the page scrolls on
  event.preventDefault();
  const pixels = event.deltaY * (event.deltaMode ? 33 : 1); // or lines
  look(zoomed(view, size, Math.exp(-Math.min(Math.max(pixels, -240), 240) / (event.ctrlKey ? 100 : 400)), pixelOf(event)));
}, { passive: false });

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

canvas.addEventListener("keydown", (event) => {
  if (!map || event.ctrlKey || event.metaKey || event.altKey) return;
  const about = cursor < 0 ? middle() : toScreen(view, size, placeAt(cursor));
  const act = {
    "+": () => zoomBy(STEP, about), "=": () => zoomBy(STEP, about), "-": () => zoomBy(1 / STEP, about),
    0: () => glide(wholeView(box, size)),
    Enter: () => cursor >= 0 && visit(placeAt(cursor)), " ": () => cursor >= 0 && visit(placeAt(cursor)),
    Escape: () => mark(-1, false),
  }[event.key] ?? (ARROWS[event.key] && (() => step(ARROWS[event.key])));
  if (!act) return;
  event.preventDefault();
  act();
});

/** From where the cursor is; at first to what is in the middle, or where the visitor is, if that is in sight. */
function step(arrow) {
  const start = trail.present?.at ?? toPlace(view, size, middle());
  mark(cursor < 0 ? nearestTo(map.places, start).i : beside(map.places, cursor, arrow), true);
  glide(showing(goal ?? view, size, placeAt(cursor), 40));
}
