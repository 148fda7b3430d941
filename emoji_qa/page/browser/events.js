// Requests from one panel to another: `emoji-qa:<name>` events on the document, each handled by one module.
// Shared data, as opposed to requests, is in the store.

/**
 * @typedef {object} Events
 * @property {string} load shows a real emoji, by its character. emoji/emoji.js
 * @property {{sliders: number[], caption: string, composition?: import("./store.js").Composition, late?: boolean}} go shows the
 *   emoji at these coordinates, under this caption. composition: given if it was put together from parts. late: whether the
 *   visitor asked for it a while ago; then a message that is newer stays. emoji/emoji.js
 * @property {string} recipe shows what a recipe, in the form that links have, makes. emoji/emoji.js
 * @property {{sliders: number[], name: string, recipe?: string}} star makes an emoji a favourite. tabs/take_away/favourites.js
 * @property {string} say shows a problem to the visitor below the emoji's search box; "" clears that line. emoji/emoji.js
 * @property {null} follow shows the best answer, and keeps following the tweet as it changes. emoji/follow_tweet.js
 * @property {null} keep makes the emoji that is shown a favourite, or removes it from them. tabs/take_away/favourites.js
 * @property {string} collect adds an emoji to the tray of copied ones, which can be copied together. tweet/collect.js
 * @property {null} see scrolls to the tweet. tweet/tweet.js
 * @property {string} tab chooses a tab, by its panel's id. emoji/tabs.js
 * @property {string} write puts a tweet in the box, and asks about it. tweet/tweet.js
 * @property {{sliders: number[], picture: string, name: string, keywords: string[]|string}} candidate ranks an emoji that the
 *   visitor brought among the answers, for this visit. tweet/yours/yours.js
 * @property {{emoji: string}|{sliders: number[], name: string}} ingredient adds one to the mix, and shows it. tabs/mix/mix.js
 */

/** @type {Map<string, any[]>} what was sent before anything handled it, by name */
const early = new Map();
const answered = new Set();

/** @template {keyof Events} Name @param {Name} name @param {Events[Name]} detail */
export function send(name, detail) {
  if (!answered.has(name)) early.set(name, [...early.get(name) ?? [], detail]);
  document.dispatchEvent(new CustomEvent(`emoji-qa:${name}`, { detail }));
}

/** Handles events of a name, including those sent before this call, since panels start in any order.
 * @template {keyof Events} Name @param {Name} name @param {(detail: Events[Name]) => void} handler */
export function on(name, handler) {
  answered.add(name);
  document.addEventListener(`emoji-qa:${name}`, (event) => handler(/** @type {CustomEvent} */ (event).detail));
  for (const detail of early.get(name) ?? []) handler(detail);
  early.delete(name);
}
