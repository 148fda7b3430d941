// Numbers in the form in which they are shown.

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
