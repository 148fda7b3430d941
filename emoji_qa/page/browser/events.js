// What one panel asks of another: `emoji-qa:<name>` events on the document, each with one module that answers it.
// What there is to know, rather than to do, is in the store.

/**
 * @typedef {object} Events
 * @property {string} load shows a real emoji, by its character. emoji/emoji.js
 * @property {{sliders: number[], caption: string, composition?: import("./store.js").Composition}} go shows the emoji at these
 *   coordinates, under this caption. composition: what it was put together as. emoji/emoji.js
 * @property {string} recipe shows what a recipe makes, as links hold it. emoji/emoji.js
 * @property {{sliders: number[], name: string, recipe?: string}} star keeps one as a favourite. tabs/take_away/favourites.js
 * @property {string} say tells the visitor of a problem, below the emoji's search box; "" takes back what was told there. emoji/emoji.js
 * @property {null} follow shows the best answer, and those to what is typed next. emoji/follow_tweet.js
 * @property {null} keep makes what is shown a favourite, or no longer one. tabs/take_away/favourites.js
 * @property {string} collect puts an emoji among those that are copied as one. tweet/collect.js
 * @property {null} see brings the tweet into sight. tweet/tweet.js
 * @property {string} tab chooses a tab, by its panel's id. emoji/tabs.js
 * @property {string} write puts a tweet in the box, and asks about it. tweet/tweet.js
 * @property {{sliders: number[], picture: string, name: string, keywords: string[]|string}} candidate ranks an emoji that the
 *   visitor brought among the answers, for this visit. tweet/yours/yours.js
 * @property {{emoji: string}|{sliders: number[], name: string}} ingredient adds one to the mix, and shows that. tabs/mix/mix.js
 */

/** @type {Map<string, any[]>} what was sent before anything answered it */
const early = new Map();
const answered = new Set();

/** @template {keyof Events} Name @param {Name} name @param {Events[Name]} detail */
export function send(name, detail) {
  if (!answered.has(name)) early.set(name, [...early.get(name) ?? [], detail]);
  document.dispatchEvent(new CustomEvent(`emoji-qa:${name}`, { detail }));
}

/** Answers events of a name, also those that were sent before: panels start in any order.
 * @template {keyof Events} Name @param {Name} name @param {(detail: Events[Name]) => void} handler */
export function on(name, handler) {
  answered.add(name);
  document.addEventListener(`emoji-qa:${name}`, (event) => handler(/** @type {CustomEvent} */ (event).detail));
  for (const detail of early.get(name) ?? []) handler(detail);
  early.delete(name);
}
