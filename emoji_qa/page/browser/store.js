// What is shown and chosen on the page, in one place: every piece of it has one module that changes it, and any may read it.
//
//   state.tab                                    what it is now; never change what you read, it is shared
//   const change = own({ tab: "sliders" })       once, by the module that changes it from then on; gives its first value
//   change({ tab: "map" })                       sets it, and calls who subscribed
//   subscribe(["tab"], ({ tab }) => show(tab))   calls at once and after each change; gives a function that ends it
//   await until(["busy"], ({ busy }) => !busy)   waits
//
// Panels start in any order: what nobody owns yet has the value below. A value is replaced, never changed in place, so `===`
// tells whether it is another one. Nothing in it is a node of the page.

/**
 * @typedef {object} Shown The emoji that the view shows.
 * @property {number[]} sliders its coordinates, exact: they may lie between two steps of a slider or beyond its end
 * @property {string} caption it in words
 * @property {string|null} emoji its character, where it is a real one
 * @property {string|null} original that one's picture, as a data URI
 * @property {Composition|null} composition where it was put together from parts
 * @property {number} row that one's place among the emojis that are ranked, or that of the one it is a variant of; else −1
 * @property {boolean} followed it came because it is the best answer, not because the visitor asked for it
 * @property {ArrayLike<number>} answer its unit vector, which a question's is multiplied by
 * @property {number} ticket counts what was asked for; two that are equal are the same picture
 * @property {boolean} settled it has come to rest: it goes into the history, the link and the trail
 */
/**
 * @typedef {object} Question The tweet that the answers belong to.
 * @property {string} tweet
 * @property {Float32Array} vector its unit vector
 * @property {Float32Array} scores of all real emojis, by their rows, as the answers have them
 * @property {number[]} yours of those that the visitor brought, in their order
 */
/**
 * @typedef {object} Choice What is ranked, and how it is shown.
 * @property {number} k how many answers
 * @property {"learned"|"all"} among
 * @property {string} group one group of emojis, or "" for all
 * @property {number} tone 0 to 5
 * @property {boolean} hidden emojis that often offend are ranked, too
 * @property {number} popularity how much it counts that an emoji is used often
 */
/** @typedef {{emoji: string, sliders: number[], name: string, keywords: string[]}} Own An emoji that the visitor brought. */
/** @typedef {{recipe: string, svg: string, answer: string}} Composition Parts put together: the recipe as links hold it, the
 * picture, and its unit vector, float32 in base64, which counts what the parts mean, too. */
/**
 * @typedef {object} Frame Somewhere one has been: what is kept of what was shown, and
 * @property {number[]} sliders
 * @property {string} caption
 * @property {string|null} emoji
 * @property {string|null} original
 * @property {Composition|null} composition
 * @property {number} row
 * @property {boolean} followed
 * @property {string} picture a small one of it, as a data URI
 */
/** @typedef {{emoji: string, name: string, picture: string}} Card */
/** @typedef {{sliders: number[], name: string, checkpoint: string, recipe?: string}} Favourite checkpoint: the hash of the model it
 * was made with; recipe: where it was put together. */
/** @typedef {{id: number, name: string, emoji?: string, picture: string, sliders: number[], z: ArrayLike<number>, weight: number}} Ingredient */

/** Each piece, and the module that owns it. */
export const state = {
  /** @type {string} what stands in the tweet's box. tweet/tweet.js */
  tweet: "",
  /** @type {Question|null} null where what stands in the box has no answers. tweet/tweet.js */
  question: null,
  /** @type {Choice} tweet/choice.js */
  choice: { k: 5, among: "all", group: "", tone: 0, hidden: false, popularity: 0 },
  /** @type {Card[]} the five best answers, best first; none where an emoji stands in the box, or nothing. tweet/answers.js */
  answers: [],
  /** @type {string[]} emojis that were copied, to be copied as one. tweet/collect.js */
  collected: [],
  /** @type {{emoji: string, pinned: boolean}} the answer that "why" is about; pinned: the visitor's choice, else the best. tweet/why.js */
  chosen: { emoji: "", pinned: false },
  /** @type {Own[]} tweet/yours/yours.js */
  yours: [],
  /** @type {number[]} where the sliders stand, which is ahead of what is shown while that is being drawn. emoji/picture.js */
  sliders: [],
  /** @type {Shown|null} emoji/picture.js */
  shown: null,
  /** @type {boolean} what was asked for last has yet to be drawn. emoji/picture.js */
  busy: false,
  /** @type {boolean} the emoji follows the tweet: nothing else was asked for. emoji/follow_tweet.js */
  follows: true,
  /** @type {boolean[]} which sliders are locked. emoji/sliders.js */
  locks: [],
  /** @type {{frames: Frame[], at: number}} where one has been, and which of it is shown. emoji/history.js */
  history: { frames: [], at: -1 },
  /** @type {string} the id of the panel whose tab is chosen. emoji/tabs.js */
  tab: "",
  /** @type {Ingredient[]} of the mix. tabs/mix/mix.js */
  tray: [],
  /** @type {Favourite[]} which the browser keeps beyond the visit. tabs/take_away/favourites.js */
  favourites: [],
};

/** @typedef {typeof state} State */

const owned = new Set();
/** @type {Map<string, Set<(state: State) => void>>} */
const subscribers = new Map();

/** Makes the caller the one owner of these pieces. Throws an Error for what has an owner, or is no piece of the state.
 * @template {Partial<State>} Mine @param {Mine} first @returns {(changes: Partial<Mine>) => void} */
export function own(first) {
  const mine = Object.keys(first);
  for (const key of mine) {
    if (!(key in state)) throw new Error(`The store has no “${key}”. Document it in store.js.`);
    if (owned.has(key)) throw new Error(`“${key}” has an owner already. Send it an event instead.`);
    owned.add(key);
  }
  const change = (changes) => {
    for (const key of Object.keys(changes)) if (!mine.includes(key)) throw new Error(`“${key}” is another module's.`);
    set(changes);
  };
  change(first);
  return change;
}

function set(changes) {
  const changed = Object.keys(changes).filter((key) => state[key] !== changes[key]);
  Object.assign(state, changes);
  for (const handler of new Set(changed.flatMap((key) => [...subscribers.get(key) ?? []]))) handler(state);
}

/** Calls the handler at once, and after each change of one of these pieces. → a function that ends it.
 * @param {(keyof State)[]} keys @param {(state: State) => void} handler */
export function subscribe(keys, handler) {
  for (const key of keys) {
    if (!(key in state)) throw new Error(`The store has no “${key}”.`);
    if (!subscribers.has(key)) subscribers.set(key, new Set());
    subscribers.get(key).add(handler);
  }
  handler(state);
  return () => { for (const key of keys) subscribers.get(key).delete(handler); };
}

/** Waits until the test holds; it is made now, and after each change of one of these pieces.
 * @param {(keyof State)[]} keys @param {(state: State) => boolean} test @returns {Promise<void>} */
export function until(keys, test) {
  return new Promise((resolve) => {
    let end = () => {};
    let isDone = false;
    end = subscribe(keys, () => {
      if (isDone || !test(state)) return;
      isDone = true;
      queueMicrotask(() => end());
      resolve();
    });
  });
}
