// The geometry of the map: places in units of one picture, a view of them, and which is beside which.
// places: [x0, y0, x1, y1, …]. view: {x, y} in the middle of a canvas {width, height}, and .scale, pixels a unit.

const MARGIN = 1.5; // units around the outermost places
const NEAREST = 56; // pixels a unit, zoomed in as far as it goes: pictures are 72 pixels large
export const HIT = 0.46; // units from its middle that still count as the emoji
export const STEP = 1.6; // times nearer or farther by button and key
const TIMES = 3; // nearer than the whole, which a small map allows at any rate

export const within = (value, low, high) => (low > high ? (low + high) / 2 : Math.min(Math.max(value, low), high));

/** The rectangle that all places lie in, with a margin. */
export function bounds(places) {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (let i = 0; i < places.length; i += 2) {
    box.left = Math.min(box.left, places[i] - MARGIN);
    box.right = Math.max(box.right, places[i] + MARGIN);
    box.top = Math.min(box.top, places[i + 1] - MARGIN);
    box.bottom = Math.max(box.bottom, places[i + 1] + MARGIN);
  }
  return box;
}

/** The view of all of it. */
export function wholeView(box, { width, height }) {
  const scale = Math.min(width / (box.right - box.left), height / (box.bottom - box.top));
  return { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2, scale };
}

/** The nearest view that shows nothing but map. */
export function bounded(view, box, size) {
  const whole = wholeView(box, size).scale;
  const scale = within(view.scale, whole, Math.max(NEAREST, TIMES * whole));
  const [across, down] = [size.width / scale / 2, size.height / scale / 2];
  return { x: within(view.x, box.left + across, box.right - across), y: within(view.y, box.top + down, box.bottom - down), scale };
}

/** A place → pixels from the canvas's upper left corner, and back.
 * @param {any} view @param {any} size @param {number[]} place @returns {[number, number]} */
export const toScreen = (view, { width, height }, [x, y]) => [(x - view.x) * view.scale + width / 2, (y - view.y) * view.scale + height / 2];
/** @param {any} view @param {any} size @param {number[]} pixel @returns {[number, number]} */
export const toPlace = (view, { width, height }, [x, y]) => [(x - width / 2) / view.scale + view.x, (y - height / 2) / view.scale + view.y];

/** The view `times` as near, where what lies under a pixel stays there. */
export function zoomed(view, size, times, pixel) {
  const [x, y] = toPlace(view, size, pixel);
  return { x: x + (view.x - x) / times, y: y + (view.y - y) / times, scale: view.scale * times };
}

/** The view moved as little as it takes to have a place in it, `margin` pixels from its edge. */
export function showing(view, size, [x, y], margin) {
  const [across, down] = [size.width, size.height].map((length) => Math.max(length / 2 - margin, 0) / view.scale);
  return { ...view, x: within(view.x, x - across, x + across), y: within(view.y, y - down, y + down) };
}

/** The emoji whose place is nearest, and how far that is: {i, distance}. */
export function nearestTo(places, [x, y]) {
  let [best, least] = [-1, Infinity];
  for (let i = 0; i < places.length; i += 2) {
    const square = (places[i] - x) ** 2 + (places[i + 1] - y) ** 2;
    if (square < least) [best, least] = [i / 2, square];
  }
  return { i: best, distance: Math.sqrt(least) };
}

/** The emoji that an arrow key leads to from emoji `from`: near, not far off the arrow's line, and only else to a side. */
export function beside(places, from, [dx, dy]) {
  let [best, least] = [from, Infinity];
  for (let i = 0; i < places.length / 2; i += 1) {
    const [x, y] = [places[2 * i] - places[2 * from], places[2 * i + 1] - places[2 * from + 1]];
    const along = x * dx + y * dy;
    const aside = Math.abs(x * dy - y * dx);
    const cost = along + 2.5 * aside + (aside > 1.2 * along ? 1000 : 0);
    if (along > 0.05 && cost < least) [best, least] = [i, cost];
  }
  return best;
}
