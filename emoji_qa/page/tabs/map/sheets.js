// The pictures on the map, in sheets of 64 columns: one with small pictures, and one with large pictures, which is fetched
// when it is needed.

import { toScreen } from "./plane.js";

const COLUMNS = 64;
const PICTURE = 0.92; // share of a unit that a picture fills

/** addresses: the sheets' absolute addresses. onChange: called when new pictures are loaded. */
export function pictureSheets(addresses, onChange) {
  let levels = []; // {bitmap, side}, small ones first
  let sharper = addresses.large ? "wanted" : "none";

  async function read(address) {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`${address} answers ${response.status}`);
    return createImageBitmap(await response.blob());
  }

  /** Adds a sheet. halve: whether to add a copy at half its size, too, since browsers shrink coarsely below a half. */
  async function add(bitmap, halve) {
    const side = bitmap.width / COLUMNS;
    if (halve) {
      const [resizeWidth, resizeHeight] = [bitmap.width / 2, bitmap.height / 2];
      levels.push({ bitmap: await createImageBitmap(bitmap, { resizeWidth, resizeHeight, resizeQuality: "high" }), side: side / 2 });
    }
    levels = [...levels, { bitmap, side }].sort((a, b) => a.side - b.side);
    onChange();
  }

  async function sharpen() {
    sharper = "coming";
    try {
      await add(await read(addresses.large), false);
      sharper = "none";
    } catch {
      setTimeout(() => { sharper = "wanted"; }, 10_000); // the small ones are used meanwhile
    }
  }

  /** Draws the picture of each emoji in view, at whole device pixels, so that edges stay crisp. */
  function draw(places, context, view, size, density) {
    context.imageSmoothingQuality = "high";
    const side = Math.max(Math.round(PICTURE * view.scale * density), 1);
    const level = levels.find((one) => one.side >= 0.8 * side) ?? levels.at(-1);
    if (!level) return;
    if (sharper === "wanted" && side > 1.1 * level.side) sharpen();
    const [left, top] = toScreen(view, size, [0, 0]).map((offset) => offset * density - side / 2);
    const [width, height] = [size.width * density, size.height * density];
    for (let i = 0; i < places.length / 2; i += 1) {
      const x = Math.round(left + places[2 * i] * view.scale * density);
      const y = Math.round(top + places[2 * i + 1] * view.scale * density);
      if (x > width || y > height || x < -side || y < -side) continue;
      // Half a pixel is left out at each edge: if pictures are enlarged, their neighbours in the sheet would show there.
      const [column, line] = [i % COLUMNS, Math.floor(i / COLUMNS)].map((place) => place * level.side + 0.5);
      context.drawImage(level.bitmap, column, line, level.side - 1, level.side - 1, x, y, side, side);
    }
  }

  return { draw, load: async () => add(await read(addresses.small), true) };
}
