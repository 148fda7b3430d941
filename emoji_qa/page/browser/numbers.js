// Numbers as people read them.

export const inDigits = (score) => score.toFixed(3).replace("-", "−");
export const count = (number) => number.toLocaleString("en");

/** @typedef {{slope: number, intercept: number}|null} Calibration a logistic curve; null where the checkpoint has none */

/** What the numbers beside answers mean, in words, "" where they are the scores themselves. @param {Calibration} calibration */
export const scaleOf = (calibration) => (calibration ? "80 means that four of five answers like it are good." : "");

/** How good an answer with this score is, from 0 to 1: the share of such answers that people judge good.
 * @param {number} score @param {Calibration} calibration */
export function goodness(score, calibration) {
  if (!calibration) return Math.min(Math.max(score, 0), 1);
  return 1 / (1 + Math.exp(-(calibration.slope * score + calibration.intercept)));
}

/** The same in percent, as it stands beside an answer; the score where the checkpoint tells no share.
 * @param {number} score @param {Calibration} calibration */
export const rated = (score, calibration) => (calibration ? String(Math.round(100 * goodness(score, calibration))) : inDigits(score));
