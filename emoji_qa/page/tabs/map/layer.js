// The pictures of the map, painted once for a view and some way around it, and moved with the map: a drag paints nothing anew.

import { toScreen } from "./plane.js";

const AROUND = 0.25; // of the view's width and height that is painted on each side of it
const STRETCH = 1.6; // times that what is painted may be stretched while one zooms
const SETTLED = 90; // milliseconds without another picture, after which what is stretched is painted anew

/** paint(context, view, size, density): paints the pictures. again: asks for another drawing. */
export function paintedLayer(paint, again) {
  const buffer = document.createElement("canvas");
  let done = null; // {view, size, density} that the buffer is painted for
  let settling = 0;

  const larger = ({ width, height }) => ({ width: width * (1 + 2 * AROUND), height: height * (1 + 2 * AROUND) });

  /** What of the map lies in a view. */
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
    Object.assign(buffer, { width, height }); // which wipes it, too
    paint(buffer.getContext("2d"), view, done.size, density);
  }

  function draw(context, view, size, density, box) {
    clearTimeout(settling);
    if (!serves(view, size, density, box)) renew(view, size, density);
    const ratio = view.scale / done.view.scale;
    const [x, y] = toScreen(view, size, [done.view.x, done.view.y]).map((pixels) => pixels * density);
    const [width, height] = [buffer.width * ratio, buffer.height * ratio];
    const whole = ratio === 1 ? Math.round : (value) => value; // so that edges stay crisp
    context.drawImage(buffer, whole(x - width / 2), whole(y - height / 2), width, height);
    if (ratio !== 1) settling = setTimeout(forget, SETTLED);
  }

  function forget() {
    done = null;
    again();
  }

  return { draw, forget };
}
