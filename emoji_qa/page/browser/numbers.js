// Scores and ranks, and the form in which numbers are shown.

export const inDigits = (score) => score.toFixed(3).replace("-", "−");
export const count = (number) => number.toLocaleString("en");

/** @typedef {{slope: number, intercept: number}|null} Calibration a logistic curve; null if the checkpoint has none */

/** What the numbers beside answers mean, in words; "" if they are the scores themselves. @param {Calibration} calibration */
export const scaleOf = (calibration) => (calibration ? "80 means that four of five answers like it are good." : "");

/** How good an answer with this score is, from 0 to 1: the share of such answers that people judged good.
 * @param {number} score @param {Calibration} calibration */
export function goodness(score, calibration) {
  if (!calibration) return Math.min(Math.max(score, 0), 1);
  return 1 / (1 + Math.exp(-(calibration.slope * score + calibration.intercept)));
}

/** The number beside an answer: its goodness in percent, or its score if the checkpoint has no calibration.
 * @param {number} score @param {Calibration} calibration */
export const rated = (score, calibration) => (calibration ? String(Math.round(100 * goodness(score, calibration))) : inDigits(score));

const ALIKE = 0.0005; // scores are shown with three decimals; those that look the same share a rank

/** The score of an answer for a question; both are unit vectors. */
export const scoreOf = (answer, question) => answer.reduce((sum, value, i) => sum + value * question[i], 0);

/** The rank that a score has among others. alike: another score counts as better if it exceeds this one by more than that. */
export function rankOf(score, others, alike = ALIKE) {
  let better = 0;
  for (const other of others) if (other > score + alike) better += 1;
  return better + 1;
}
