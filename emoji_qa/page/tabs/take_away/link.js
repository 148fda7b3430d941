// The link to an emoji and a tweet. After the # of the address it holds z, the checkpoint's hash, and the tweet.

const HASH = 12; // characters of a checkpoint's hash that a link holds

export function linkTo(z, checkpoint, tweet) {
  const parts = { z, m: checkpoint.slice(0, HASH), ...(tweet ? { t: tweet } : {}) };
  return `#${new URLSearchParams(parts)}`;
}

/** The link to an emoji that was put together from parts; it is the same for every model that has these parts. */
export function linkToRecipe(recipe, tweet) {
  return `#${new URLSearchParams({ r: recipe, ...(tweet ? { t: tweet } : {}) })}`;
}

/** What a link holds: {z, checkpoint, tweet} or {recipe, tweet}; null if it is none of ours. */
export function readLink(hash) {
  const parts = new URLSearchParams(hash.slice(1));
  if (parts.has("r")) return { recipe: parts.get("r"), tweet: parts.get("t") ?? "" };
  if (!parts.has("z")) return null;
  return { z: parts.get("z"), checkpoint: parts.get("m") ?? "", tweet: parts.get("t") ?? "" };
}
