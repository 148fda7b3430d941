// A mix is a weighted mean of codes; its caption names the ingredients and their shares.

/** Codes and as many weights, not all of them 0 → the weighted mean of the codes. */
export function mean(codes, weights) {
  const all = weights.reduce((total, weight) => total + weight, 0);
  return codes[0].map((_, j) => codes.reduce((total, code, i) => total + (weights[i] / all) * code[j], 0));
}

/** Weights → whole percentages with the sum 100: those that would lose most by rounding down are rounded up. */
export function shares(weights) {
  const all = weights.reduce((total, weight) => total + weight, 0);
  const exact = weights.map((weight) => (all ? (100 * weight) / all : 0));
  const whole = exact.map(Math.floor);
  const order = exact.map((_, i) => i).sort((a, b) => whole[a] - exact[a] - (whole[b] - exact[b]));
  const missing = (all ? 100 : 0) - whole.reduce((total, share) => total + share, 0);
  for (const i of order.slice(0, missing)) whole[i] += 1;
  return whole;
}

/** Ingredients {name, weight} → "60 % cat face, 40 % rocket". */
export function caption(ingredients) {
  const percents = shares(ingredients.map(({ weight }) => weight));
  return ingredients.map(({ name }, i) => `${percents[i]} % ${name}`).filter((_, i) => percents[i]).join(", ");
}

/** The caption of a mix → its name as an ingredient, "cat face + rocket"; any other caption unchanged. */
export function together(caption) {
  return /^\d+ % /.test(caption) ? caption.replace(/\d+ % /g, "").replaceAll(", ", " + ") : caption;
}
