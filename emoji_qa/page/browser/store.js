// What is shown and chosen on the page, in one place. Each piece is changed by one module only, and any module may read it.
//
//   state.tab                                    its present value; never modify what you read, it is shared
//   const change = own({ tab: "sliders" })       once, by the module that owns it; sets its first value
//   change({ tab: "map" })                       sets it, and calls the subscribers
//   subscribe(["tab"], ({ tab }) => show(tab))   calls at once and after each change; returns a function that ends it
//   await until(["busy"], ({ busy }) => !busy)   waits until the condition holds
//
// Panels start in any order: a piece that has no owner yet has the value below. A value is replaced, never changed in place,
// so `===` tells whether it has changed. No value contains DOM nodes.

/**
 * @typedef {object} Shown The emoji that the view shows.
 * @property {number[]} sliders its exact coordinates: they may lie between two steps of a slider or beyond its end
 * @property {string} caption its description
 * @property {string|null} emoji its character, if it is a real emoji
 * @property {string|null} original the real emoji's own picture, as a data URI
 * @property {string|null} svg the real emoji's drawing, where the checkpoint has its parts
 * @property {Composition|null} composition given if it was put together from parts
 * @property {number} row the real emoji's row among the emojis that are ranked (for a variant, the row of its base); else −1
 * @property {boolean} followed it is shown because it is the best answer, not because the visitor asked for it
 * @property {ArrayLike<number>} answer its unit vector; the product with a question's is its score
 * @property {number} ticket the number of the request for it; the same ticket means the same picture
 * @property {boolean} settled the view has come to rest on it: it goes into the history, the link and the trail
 */
/**
 * @typedef {object} Question The tweet that the answers belong to.
 * @property {string} tweet
 * @property {Float32Array} vector its unit vector
 * @property {Float32Array} scores the scores of all real emojis, by their rows, as in the answers
 * @property {number[]} yours the scores of the emojis that the visitor brought, in their order
 */
/**
 * @typedef {object} Choice What is ranked, and how it is shown.
 * @property {number} k how many answers
 * @property {"learned"|"all"} among
 * @property {string} group one group of emojis, or "" for all
 * @property {number} tone 0 to 5
 * @property {boolean} hidden whether emojis that often offend are ranked, too
 * @property {number} popularity the weight of how often an emoji is used
 */
/** @typedef {{emoji: string, sliders: number[], name: string, keywords: string[]}} Own An emoji that the visitor brought. */
/** @typedef {{recipe: string, svg: string, answer: string}} Composition Parts put together: the recipe as in links, the
 * picture, and the unit vector of its answer, float32 in base64, which also depends on what the parts mean. */
/**
 * @typedef {object} Frame An entry of the history: some fields of Shown, and a picture.
 * @property {number[]} sliders
 * @property {string} caption
 * @property {string|null} emoji
 * @property {string|null} original
 * @property {string|null} svg
 * @property {Composition|null} composition
 * @property {number} row
 * @property {boolean} followed
 * @property {string} picture a small picture of it, as a data URI
 */
/** @typedef {{emoji: string, name: string, picture: string}} Card */
/** @typedef {{sliders: number[], name: string, checkpoint: string, recipe?: string}} Favourite checkpoint: the hash of the model
 * it was made with; recipe: given if it was put together from parts. */
/** @typedef {{id: number, name: string, emoji?: string, picture: string, sliders: number[], z: ArrayLike<number>, weight: number}} Ingredient */

/** Each piece, and the module that owns it. */
export const state = {
  /** @type {string} the text in the tweet's box. tweet/tweet.js */
  tweet: "",
  /** @type {Question|null} null if the text in the box has no answers. tweet/tweet.js */
  question: null,
  /** @type {Choice} tweet/choice.js */
  choice: { k: 5, among: "all", group: "", tone: 0, hidden: false, popularity: 0 },
  /** @type {Card[]} the five best answers, best first; none if the box holds an emoji alone, or nothing. tweet/answers.js */
  answers: [],
  /** @type {string[]} emojis that were copied, to be copied together. tweet/collect.js */
  collected: [],
  /** @type {{emoji: string, pinned: boolean}} the answer that "why" is about; pinned: the visitor chose it. tweet/why.js */
  chosen: { emoji: "", pinned: false },
  /** @type {Own[]} tweet/yours/yours.js */
  yours: [],
  /** @type {number[]} the sliders' positions; while a picture is being drawn, they are ahead of what is shown. emoji/picture.js */
  sliders: [],
  /** @type {Shown|null} emoji/picture.js */
  shown: null,
  /** @type {boolean} whether the latest request has yet to be drawn. emoji/picture.js */
  busy: false,
  /** @type {boolean} whether the emoji follows the tweet: the visitor has asked for no other. emoji/follow_tweet.js */
  follows: true,
  /** @type {boolean[]} which sliders are locked. emoji/sliders.js */
  locks: [],
  /** @type {{frames: Frame[], at: number}} what was shown, and which entry is shown now. emoji/history.js */
  history: { frames: [], at: -1 },
  /** @type {string} the id of the panel whose tab is chosen. emoji/tabs.js */
  tab: "",
  /** @type {Ingredient[]} the ingredients of the mix. tabs/mix/mix.js */
  tray: [],
  /** @type {Favourite[]} the favourites, which the browser keeps beyond the visit. tabs/take_away/favourites.js */
  favourites: [],
};

/** @typedef {typeof state} State */

const owned = new Set();
/** @type {Map<string, Set<(state: State) => void>>} */
const subscribers = new Map();

/** Makes the caller the only owner of these pieces. Throws an Error if one has an owner already, or does not exist.
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

/** Calls the handler at once, and after each change of one of these pieces. Returns a function that ends this.
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

/** Waits until the test holds; it is tried now, and after each change of one of these pieces.
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
