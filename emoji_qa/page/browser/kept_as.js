// Finds out whether an emoji is among the favourites.

import { state } from "./store.js";

/** The message for a visitor who has the most favourites possible. */
export const FULL = "Nothing more can be kept. Remove a favourite first, under “Take away”.";
const SAME = 1e-4; // of a slider's value: files and links round by as much

/** The favourite with the same sliders and the same recipe (or none), or undefined.
 * @param {{sliders: number[], recipe?: string}} one @returns {import("./store.js").Favourite|undefined} */
export function keptAs({ sliders, recipe }) {
  const isThere = (other) => sliders.every((value, i) => Math.abs(value - other.sliders[i]) < SAME);
  return state.favourites.find((other) => isThere(other) && other.recipe === recipe);
}
