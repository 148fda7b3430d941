// Cubic convolution, the method by which pictures are enlarged.

/** From `side` pixels to `size`: for each new pixel, the index of the first of the four old ones that it is made of, and
 * the weights of all four. */
export function cubic(side, size, a) {
  const first = new Int32Array(size);
  const weights = new Float32Array(4 * size);
  const near = (x) => ((a + 2) * x - (a + 3)) * x * x + 1;
  const far = (x) => a * (((x - 5) * x + 8) * x - 4);
  for (let i = 0; i < size; i += 1) {
    const at = ((i + 0.5) * side) / size - 0.5;
    const t = at - Math.floor(at);
    first[i] = Math.floor(at) - 1;
    weights.set([far(1 + t), near(t), near(1 - t), far(2 - t)], 4 * i);
  }
  return { first, weights };
}

export const clamp = (value, low, high) => (value < low ? low : value > high ? high : value);
