// The geometry of the map: places, views of them, and which emoji is beside which. One unit is the space for one picture.
// places: [x0, y0, x1, y1, …]. view: {x, y}, the place in the middle of a canvas {width, height}, and .scale, pixels per unit.

const MARGIN = 1.5; // units around the outermost places
const NEAREST = 56; // pixels per unit at the closest zoom: pictures are 72 pixels large
export const HIT = 0.46; // a place this many units or less from an emoji's centre counts as that emoji
export const STEP = 1.6; // factor by which a button or key zooms
const TIMES = 3; // every map, even a small one, can be zoomed to this many times the scale of the whole

export const within = (value, low, high) => (low > high ? (low + high) / 2 : Math.min(Math.max(value, low), high));

/** The rectangle around all places, with a margin. */
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

/** The view of the whole map. */
export function wholeView(box, { width, height }) {
  const scale = Math.min(width / (box.right - box.left), height / (box.bottom - box.top));
  return { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2, scale };
}

/** The view that is closest to a given one among those within the limits of zoom that do not leave the map. */
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

/** The view zoomed by a factor around a pixel: the place under it stays there. */
export function zoomed(view, size, times, pixel) {
  const [x, y] = toPlace(view, size, pixel);
  return { x: x + (view.x - x) / times, y: y + (view.y - y) / times, scale: view.scale * times };
}

/** The view moved as little as possible so that a place is in it, at least `margin` pixels from its edge. */
export function showing(view, size, [x, y], margin) {
  const [across, down] = [size.width, size.height].map((length) => Math.max(length / 2 - margin, 0) / view.scale);
  return { ...view, x: within(view.x, x - across, x + across), y: within(view.y, y - down, y + down) };
}

/** The emoji whose place is nearest, and its distance: {i, distance}. */
export function nearestTo(places, [x, y]) {
  let [best, least] = [-1, Infinity];
  for (let i = 0; i < places.length; i += 2) {
    const square = (places[i] - x) ** 2 + (places[i + 1] - y) ** 2;
    if (square < least) [best, least] = [i / 2, square];
  }
  return { i: best, distance: Math.sqrt(least) };
}

/** The emoji that an arrow key leads to from emoji `from`: a near one in about the arrow's direction, or, if there is none,
 * one farther to the side. */
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
