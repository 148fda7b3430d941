// What the page looked like when the visitor left it or loaded it again: kept by the browser for this tab, until it is closed.

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
    return {}; // nothing is stored here, or somebody else wrote it
  }
}

function write() {
  clearTimeout(timer);
  try {
    sessionStorage.setItem(KEY, JSON.stringify(now));
  } catch { /* a browser that stores nothing, or not so much */ }
}

/** What was kept under a name when the page was loaded, or undefined. Check it: another version may have written it. */
export const kept = (name) => before[name];

/** Keeps a value, which JSON can hold, under a name. */
export function keep(name, value) {
  now[name] = value;
  clearTimeout(timer);
  timer = setTimeout(write, SOON);
}

/** Whether these are slider coordinates. */
export const areSliders = (value, count = 16) => Array.isArray(value) && value.length === count && value.every(Number.isFinite);

addEventListener("pagehide", write);
