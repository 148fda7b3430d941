// Draws the decoder's few pixels crisp at the screen's resolution.

/** Catmull-Rom: for each of `size` places the first of four of `side` pixels, and the weights of the four. */
function cubic(side, size) {
  const first = new Int32Array(size);
  const weights = new Float32Array(4 * size);
  for (let i = 0; i < size; i += 1) {
    const at = ((i + 0.5) * side) / size - 0.5;
    const t = at - Math.floor(at);
    first[i] = Math.floor(at) - 1;
    weights.set([
      (((2 - t) * t - 1) * t) / 2, (t * t * (3 * t - 5) + 2) / 2, ((t * (4 - 3 * t) + 1) * t) / 2, ((t - 1) * t * t) / 2,
    ], 4 * i);
  }
  return { first, weights };
}

const clamp = (value, low, high) => (value < low ? low : value > high ? high : value);

/** Bytes, 0 to 255, as logits, ln(p / (1 - p)), and back. */
const LOGITS = Float32Array.from({ length: 256 }, (_, byte) => Math.log((byte + 0.5) / (255.5 - byte)));
const BYTES = Uint8ClampedArray.from({ length: 2048 }, (_, i) => 255 / (1 + Math.exp(-(i - 1024) / 128)));
const toByte = (logit) => BYTES[clamp((logit * 128 + 1024) | 0, 0, 2047)];

const PLANES = 5; // of what is enlarged: three colours' logits times alpha, alpha, alpha's logit

/**
 * RGBA bytes, straight alpha, side × side → ImageData of size × size.
 * It is enlarged in logits, where the edges a decoder drew steep stay steep; colours are weighted by alpha, so that what
 * a transparent pixel hides does not bleed into its neighbours.
 */
function enlarge(pixels, size) {
  const side = Math.sqrt(pixels.length / 4);
  const { first, weights } = cubic(side, size);
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
  const image = new ImageData(size, size);
  for (let y = 0; y < size; y += 1) {
    const [a, b, c, d] = [0, 1, 2, 3].map((tap) => PLANES * size * clamp(first[y] + tap, 0, side - 1));
    const [u, v, w, q] = weights.subarray(4 * y, 4 * y + 4);
    const at = (i) => u * wide[a + i] + v * wide[b + i] + w * wide[c + i] + q * wide[d + i];
    for (let x = 0; x < size; x += 1) {
      const from = PLANES * x;
      const to = 4 * (y * size + x);
      const alpha = at(from + 3);
      if (alpha < 1) continue;
      for (let channel = 0; channel < 3; channel += 1) image.data[to + channel] = toByte(at(from + channel) / alpha);
      image.data[to + 3] = toByte(at(from + 4));
    }
  }
  return image;
}

const NATIVE = 36; // a side of this many pixels is all the decoder has; of more, it has drawn the edges itself

/** Base64 of RGBA bytes → the canvas, with `density` of its pixels to one of the page's. */
function paint(canvas, base64, density) {
  const pixels = Uint8ClampedArray.from(atob(base64), (char) => char.charCodeAt(0));
  const side = Math.sqrt(pixels.length / 4);
  const size = Math.round(canvas.clientWidth * density) || 288;
  if (canvas.width !== size) canvas.width = canvas.height = size;
  const context = canvas.getContext("2d");
  if (side <= NATIVE) return context.putImageData(enlarge(pixels, size), 0, 0);
  const drawn = document.createElement("canvas");
  drawn.width = drawn.height = side;
  drawn.getContext("2d").putImageData(new ImageData(pixels, side, side), 0, 0);
  context.clearRect(0, 0, size, size);
  context.imageSmoothingQuality = "high";
  return context.drawImage(drawn, 0, 0, size, size);
}
