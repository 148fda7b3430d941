// Draws a decoder's output, which is a few pixels or a palette, crisply at the screen's resolution.

import { cubic, clamp } from "./cubic.js";
import { mixPalette } from "./upscale.js";

/** Bytes, 0 to 255, as logits, ln(p / (1 - p)), and back. */
const LOGITS = Float32Array.from({ length: 256 }, (_, byte) => Math.log((byte + 0.5) / (255.5 - byte)));
const BYTES = Uint8ClampedArray.from({ length: 2048 }, (_, i) => 255 / (1 + Math.exp(-(i - 1024) / 128)));
const toByte = (logit) => BYTES[clamp((logit * 128 + 1024) | 0, 0, 2047)];

const PLANES = 5; // that are enlarged: the three colours' logits times alpha, alpha, and alpha's logit

/**
 * RGBA bytes, straight alpha, side × side → the same, size × size.
 * Logits are enlarged, so that steep edges stay steep; colours are weighted by alpha, so that the hidden colour of a
 * transparent pixel does not bleed into its neighbours.
 */
export function enlarge(pixels, size) {
  const side = Math.sqrt(pixels.length / 4);
  const { first, weights } = cubic(side, size, -0.5);
  const small = new Float32Array(side * side * PLANES);
  for (let i = 0, to = 0; i < pixels.length; i += 4, to += PLANES) {
    const alpha = pixels[i + 3];
    for (let c = 0; c < 3; c += 1) small[to + c] = LOGITS[pixels[i + c]] * alpha;
    small[to + 3] = alpha;
    small[to + 4] = LOGITS[alpha];
  }
  const wide = new Float32Array(side * size * PLANES);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const to = PLANES * (y * size + x);
      for (let tap = 0; tap < 4; tap += 1) {
        const from = PLANES * (y * side + clamp(first[x] + tap, 0, side - 1));
        const weight = weights[4 * x + tap];
        for (let plane = 0; plane < PLANES; plane += 1) wide[to + plane] += weight * small[from + plane];
      }
    }
  }
  const bytes = new Uint8ClampedArray(4 * size * size);
  for (let y = 0; y < size; y += 1) {
    const [a, b, c, d] = [0, 1, 2, 3].map((tap) => PLANES * size * clamp(first[y] + tap, 0, side - 1));
    const [u, v, w, q] = weights.subarray(4 * y, 4 * y + 4);
    const at = (i) => u * wide[a + i] + v * wide[b + i] + w * wide[c + i] + q * wide[d + i];
    for (let x = 0; x < size; x += 1) {
      const from = PLANES * x;
      const to = 4 * (y * size + x);
      const alpha = at(from + 3);
      if (alpha < 1) continue;
      for (let channel = 0; channel < 3; channel += 1) bytes[to + channel] = toByte(at(from + channel) / alpha);
      bytes[to + 3] = toByte(at(from + 4));
    }
  }
  return bytes;
}

export const NATIVE = 36; // pixels along one edge of a decoder's output

/** A decoder's output, {bytes} or {logits, colours} → RGBA bytes, straight alpha, size × size. */
export function drawPicture(picture, size) {
  return picture.logits ? mixPalette(picture, size) : enlarge(picture.bytes, size);
}

/** Base64 → bytes, and base64 → float32 numbers. */
const bytesOf = (base64) => Uint8ClampedArray.from(atob(base64), (char) => char.charCodeAt(0));
export const floats = (base64) => new Float32Array(bytesOf(base64).buffer);

/** What the server sends → a decoder's output.
 * @param {any} sent {pixels}, or {logits, step, colours}: see server/drawing.py */
export function unpack({ pixels, logits, step, colours }) {
  if (pixels) return { bytes: bytesOf(pixels) };
  const counts = new Int16Array(bytesOf(logits).buffer);
  return { logits: Float32Array.from(counts, (count) => step * count), colours: Float32Array.from(colours) };
}

/** Puts RGBA bytes, size × size, on the canvas, which gets the same size. */
export function put(canvas, bytes, size) {
  if (canvas.width !== size) canvas.width = canvas.height = size;
  canvas.getContext("2d").putImageData(new ImageData(bytes, size, size), 0, 0);
}
