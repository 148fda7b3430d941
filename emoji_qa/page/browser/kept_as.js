// Whether an emoji is among the favourites.

import { state } from "./store.js";

/** What a visitor is told who has as many favourites as there can be. */
export const FULL = "Nothing more can be kept. Remove a favourite first, under “Take away”.";
const SAME = 1e-4; // on a slider: files and links round that much

/** The favourite that is the same emoji, put together the same way, or undefined.
 * @param {{sliders: number[], recipe?: string}} one @returns {import("./store.js").Favourite|undefined} */
export function keptAs({ sliders, recipe }) {
  const isThere = (other) => sliders.every((value, i) => Math.abs(value - other.sliders[i]) < SAME);
  return state.favourites.find((other) => isThere(other) && other.recipe === recipe);
}
