// What the browser remembers from visit to visit; one that refuses to store anything is fine.

export const SHOW_ALL = "emoji-qa:show-all"; // "yes" where the visitor wants the hidden emojis, too
export const TONE = "emoji-qa:tone"; // the skin tone, 0 to 5
export const FAVOURITES = "emoji-qa:favourites";
export const VISITED = "emoji-qa:visited"; // "yes" from the first visit on

/** What it remembers under a key, or null. */
export function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Whether it remembers it beyond this visit. */
export function retain(key, value) {
  try {
    localStorage.setItem(key, value);
    return true;
  } catch {
    return false;
  }
}
