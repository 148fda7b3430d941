// What is restored when the visitor reloads the page or comes back to it: the browser keeps it until this tab is closed.

const KEY = "emoji-qa:session";
const SOON = 250; // milliseconds after a change

const before = read();
const now = { ...before };
let timer = 0;

function read() {
  try {
    const found = JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
    return found && typeof found === "object" ? found : {};
  } catch {
    return {}; // this browser stores nothing, or other code wrote the entry
  }
}

function write() {
  clearTimeout(timer);
  try {
    sessionStorage.setItem(KEY, JSON.stringify(now));
  } catch { /* this browser stores nothing, or not that much */ }
}

/** The value kept under a name when the page was loaded, or undefined. Check it: another version may have written it. */
export const kept = (name) => before[name];

/** Keeps a value, which JSON must be able to hold, under a name. */
export function keep(name, value) {
  now[name] = value;
  clearTimeout(timer);
  timer = setTimeout(write, SOON);
}

/** Whether a value is a list of slider coordinates. */
export const areSliders = (value, count = 16) => Array.isArray(value) && value.length === count && value.every(Number.isFinite);

/** What is kept of an emoji that is shown, so that it can be shown again.
 * @param {import("./store.js").Shown|import("./store.js").Frame} shown */
export const lasting = ({ sliders, caption, emoji, original, svg, composition, row, followed }) => ({ sliders, caption, emoji, original, svg, composition, row, followed });

/** Whether a value is what `lasting` returned. */
export const isLasting = (value) => areSliders(value?.sliders) && typeof value.caption === "string";

addEventListener("pagehide", write);
