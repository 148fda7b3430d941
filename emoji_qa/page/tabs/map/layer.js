// The pictures of the map: they are painted once, for a view and some space around it, and then move with the map, so that
// a short drag needs no painting.

import { toScreen } from "./plane.js";

const AROUND = 0.25; // share of the view's width and height that is painted beyond each of its sides
const STRETCH = 1.6; // the most by which the painted pictures are stretched or shrunk during a zoom
const SETTLED = 90; // milliseconds without another frame after which stretched pictures are painted anew

/** paint(context, view, size, density): paints the pictures. again: requests another frame. */
export function paintedLayer(paint, again) {
  const buffer = document.createElement("canvas");
  let done = null; // the {view, size, density} for which the buffer is painted
  let settling = 0;

  const larger = ({ width, height }) => ({ width: width * (1 + 2 * AROUND), height: height * (1 + 2 * AROUND) });

  /** The part of the map that lies in a view. */
  const sight = ({ x, y, scale }, { width, height }, box) => ({
    left: Math.max(x - width / scale / 2, box.left), right: Math.min(x + width / scale / 2, box.right),
    top: Math.max(y - height / scale / 2, box.top), bottom: Math.min(y + height / scale / 2, box.bottom),
  });

  function serves(view, size, density, box) {
    if (!done || done.density !== density || Math.abs(Math.log(view.scale / done.view.scale)) > Math.log(STRETCH)) return false;
    const [painted, seen] = [sight(done.view, done.size, box), sight(view, size, box)];
    return seen.left >= painted.left && seen.right <= painted.right && seen.top >= painted.top && seen.bottom <= painted.bottom;
  }

  function renew(view, size, density) {
    done = { view, size: larger(size), density };
    const [width, height] = [done.size.width, done.size.height].map((length) => 2 * Math.round((length * density) / 2));
    Object.assign(buffer, { width, height }); // this also clears it
    paint(buffer.getContext("2d"), view, done.size, density);
  }

  function draw(context, view, size, density, box) {
    clearTimeout(settling);
    if (!serves(view, size, density, box)) renew(view, size, density);
    if (!buffer.width || !buffer.height) return; // the canvas has no size yet
    const ratio = view.scale / done.view.scale;
    const [x, y] = toScreen(view, size, [done.view.x, done.view.y]).map((pixels) => pixels * density);
    const [width, height] = [buffer.width * ratio, buffer.height * ratio];
    const whole = ratio === 1 ? Math.round : (value) => value; // whole pixels keep edges crisp
    context.drawImage(buffer, whole(x - width / 2), whole(y - height / 2), width, height);
    if (ratio !== 1) settling = setTimeout(forget, SETTLED);
  }

  function forget() {
    done = null;
    again();
  }

  return { draw, forget };
}
