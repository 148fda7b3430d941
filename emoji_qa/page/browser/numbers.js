// Numbers as people read them.

export const inDigits = (score) => score.toFixed(3).replace("-", "−");
export const count = (number) => number.toLocaleString("en");
