// Converts slider coordinates to a code and back, and moves a code along a direction.

/** Slider coordinates → code z, as `Latent.to_z` in Python: quantiles of each axis, then back to the decoder's own axes. */
export function toCode(sliders, { mean, axes, knots }) {
  const along = sliders.map((value, i) => stretch(value, knots[i]));
  return Float32Array.from(mean, (middle, j) => along.reduce((sum, value, i) => sum + value * axes[i][j], middle));
}

/** Maps -3 to 3 onto the knots, which are evenly spaced, piecewise linearly; beyond them, with the mean slope of all. */
export function stretch(value, knots) {
  const reach = 3;
  const last = knots.length - 1;
  const within = Math.min(Math.max(value, -reach), reach);
  const at = ((within + reach) / (2 * reach)) * last;
  const low = Math.min(Math.floor(at), last - 1);
  const slope = (knots[last] - knots[0]) / (2 * reach);
  return knots[low] + (at - low) * (knots[low + 1] - knots[low]) + slope * (value - within);
}

/** Code z → slider coordinates, the inverse of `toCode`; the axes are orthonormal. */
export function toSliders(code, { mean, axes, knots }) {
  return axes.map((axis, i) => unstretch(axis.reduce((sum, part, j) => sum + part * (code[j] - mean[j]), 0), knots[i]));
}

/** The inverse of `stretch`. */
export function unstretch(value, knots) {
  const reach = 3;
  const last = knots.length - 1;
  const slope = (knots[last] - knots[0]) / (2 * reach);
  const within = Math.min(Math.max(value, knots[0]), knots[last]);
  const above = knots.findIndex((knot) => knot >= within);
  const low = Math.max(above - 1, 0);
  const at = low + (within - knots[low]) / (knots[low + 1] - knots[low]);
  return (2 * reach * at) / last - reach + (value - within) / slope;
}

/** A code moved along a direction, as by `Direction.move` and `Wheel.move` in Python.
 * @param {ArrayLike<number>} code @param {number[][][]} ways to the low and the high end, or the five parts of a wheel
 * @param {number} to from −1 to 1, or a hue in degrees */
export function moved(code, ways, to) {
  const angle = (to * Math.PI) / 180;
  const weights = ways.length === 2 ? [Math.max(-to, 0), Math.max(to, 0)] : [1, Math.cos(angle), Math.sin(angle), Math.cos(2 * angle), Math.sin(2 * angle)];
  return Float32Array.from(code, (value, j) => weights.reduce((sum, weight, k) => {
    if (!weight) return sum;
    const [constant, ...slopes] = ways[k];
    return sum + weight * slopes.reduce((along, slope, i) => along + code[i] * slope[j], constant[j]);
  }, value));
}
