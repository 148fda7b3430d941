// What the browser remembers from visit to visit. The page also works in browsers that store nothing.

export const SHOW_ALL = "emoji-qa:show-all"; // "yes" if the visitor wants the hidden emojis, too
export const TONE = "emoji-qa:tone"; // the skin tone, 0 to 5
export const FAVOURITES = "emoji-qa:favourites";
export const VISITED = "emoji-qa:visited"; // "yes" from the first visit on

/** What the browser remembers under a key, or null. */
export function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Has the browser remember a value under a key; returns whether it does. */
export function retain(key, value) {
  try {
    localStorage.setItem(key, value);
    return true;
  } catch {
    return false;
  }
}
