// Draws a decoder's palette, K flat colours and K maps of logits, at any size. The rule is the same as in
// models/palette.py: the logits are enlarged, smoothly up to four times and linearly from there on, and multiplied by the
// same factor, so that an edge stays one pixel wide.

import { clamp, cubic } from "./cubic.js";

const SMOOTH = 4;
const SURE = 9; // with a lead of this many logits, all other colours together get less than half of 1/255

/** {logits: K × side × side, colours: K × 4, premultiplied} → RGBA bytes, straight alpha, size × size; size ≥ side. */
export function mixPalette({ logits, colours }, size) {
  const count = colours.length / 4;
  const side = Math.sqrt(logits.length / count);
  const smooth = Math.min(size, SMOOTH * side);
  const wide = widen(logits, count, smooth, size / side);
  const leaders = lead(wide, count);
  const places = linear(smooth, size);
  const bytes = new Uint8ClampedArray(4 * size * size);
  const pixels = new Uint32Array(bytes.buffer);
  const flat = flatPixels(colours, count);
  const mixed = new Float32Array(count);
  for (let y = 0, pixel = 0; y < size; y += 1) {
    const [top, bottom, down] = [places.first[y] * smooth, places.second[y] * smooth, places.weight[y]];
    for (let x = 0; x < size; x += 1, pixel += 1) {
      const [left, right, across] = [places.first[x], places.second[x], places.weight[x]];
      const leader = leaders[top + left];
      if (leader >= 0 && leader === leaders[top + right] && leader === leaders[bottom + left] && leader === leaders[bottom + right]) {
        pixels[pixel] = flat[leader];
        continue;
      }
      const [a, b, c, d] = [(top + left) * count, (top + right) * count, (bottom + left) * count, (bottom + right) * count];
      for (let k = 0; k < count; k += 1) {
        const above = wide[a + k] + across * (wide[b + k] - wide[a + k]);
        mixed[k] = above + down * (wide[c + k] + across * (wide[d + k] - wide[c + k]) - above);
      }
      mix(mixed, colours, bytes, 4 * pixel);
    }
  }
  return bytes;
}

/** K planes of side × side → size × size × K, enlarged by cubic convolution and multiplied by `sharper`. */
function widen(planes, count, size, sharper) {
  const side = Math.sqrt(planes.length / count);
  const { first, weights } = cubic(side, size, -0.75);
  const rows = new Float32Array(count * side * size);
  const at = (i, tap) => clamp(first[i] + tap, 0, side - 1);
  for (let x = 0; x < size; x += 1) {
    const [u, v, w, q] = weights.subarray(4 * x, 4 * x + 4);
    const [a, b, c, d] = [0, 1, 2, 3].map((tap) => at(x, tap));
    for (let row = 0; row < count * side; row += 1) {
      const from = row * side;
      rows[row * size + x] = sharper * (u * planes[from + a] + v * planes[from + b] + w * planes[from + c] + q * planes[from + d]);
    }
  }
  const wide = new Float32Array(size * size * count);
  for (let y = 0; y < size; y += 1) {
    const [u, v, w, q] = weights.subarray(4 * y, 4 * y + 4);
    for (let k = 0; k < count; k += 1) {
      const [a, b, c, d] = [0, 1, 2, 3].map((tap) => (k * side + at(y, tap)) * size);
      for (let x = 0, to = y * size * count + k; x < size; x += 1, to += count) {
        wide[to] = u * rows[a + x] + v * rows[b + x] + w * rows[c + x] + q * rows[d + x];
      }
    }
  }
  return wide;
}

/** For each place, the index of the only colour that is visible there, or -1 if several mix. */
function lead(wide, count) {
  const leaders = new Int8Array(wide.length / count);
  for (let i = 0, from = 0; i < leaders.length; i += 1, from += count) {
    let best = 0;
    let second = -Infinity;
    for (let k = 1; k < count; k += 1) {
      if (wide[from + k] > wide[from + best]) [second, best] = [wide[from + best], k];
      else if (wide[from + k] > second) second = wide[from + k];
    }
    leaders[i] = wide[from + best] - second > SURE ? best : -1;
  }
  return leaders;
}

/** From `side` pixels to `size`: for each new pixel, the two old ones between which it lies, and the weight of the second. */
function linear(side, size) {
  const [first, second, weight] = [new Int32Array(size), new Int32Array(size), new Float32Array(size)];
  for (let i = 0; i < size; i += 1) {
    const at = Math.max(((i + 0.5) * side) / size - 0.5, 0);
    first[i] = Math.floor(at);
    second[i] = Math.min(first[i] + 1, side - 1);
    weight[i] = at - first[i];
  }
  return { first, second, weight };
}

/** Each colour alone, as the four bytes of a pixel. */
function flatPixels(colours, count) {
  const bytes = new Uint8ClampedArray(4 * count);
  for (let at = 0; at < 4 * count; at += 4) toStraight(colours[at], colours[at + 1], colours[at + 2], colours[at + 3], bytes, at);
  return new Uint32Array(bytes.buffer);
}

/** Logits of one pixel → its colour, into bytes[to] to bytes[to + 3]. */
function mix(logits, colours, bytes, to) {
  let most = logits[0];
  for (let k = 1; k < logits.length; k += 1) if (logits[k] > most) most = logits[k];
  let [total, red, green, blue, alpha] = [0, 0, 0, 0, 0];
  for (let k = 0; k < logits.length; k += 1) {
    if (logits[k] < most - 2 * SURE) continue; // twice: through a nearly transparent colour, small shares show
    const share = Math.exp(logits[k] - most);
    total += share;
    red += share * colours[4 * k];
    green += share * colours[4 * k + 1];
    blue += share * colours[4 * k + 2];
    alpha += share * colours[4 * k + 3];
  }
  toStraight(red / total, green / total, blue / total, alpha / total, bytes, to);
}

/** A premultiplied colour in [0, 1] → bytes, straight alpha; 0 0 0 if it is invisible. */
export function toStraight(red, green, blue, alpha, bytes, to) {
  if (alpha > 0.5 / 255) {
    bytes[to] = (255 * red) / alpha;
    bytes[to + 1] = (255 * green) / alpha;
    bytes[to + 2] = (255 * blue) / alpha;
  }
  bytes[to + 3] = 255 * alpha;
}
