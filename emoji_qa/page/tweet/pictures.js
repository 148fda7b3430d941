// The emojis' pictures, as data URIs: those that came with answers, and those that are fetched for what comes into sight.

import { newest } from "../browser/panel.js";

/** @typedef {ReturnType<typeof createPictures>} Pictures */

/** @param {import("../browser/panel.js").Panel} panel @param {HTMLElement} list what scrolls; its items have data-emoji and an img */
export function createPictures({ call, props }, list) {
  const { limits } = props;
  const pictures = new Map();
  const missing = new Set();

  const fetchMissing = newest(async () => {
    while (missing.size) {
      const emojis = [...missing].slice(0, limits.pictures);
      for (const emoji of emojis) missing.delete(emoji);
      try {
        const result = await call("show_emojis", emojis);
        emojis.forEach((emoji, i) => pictures.set(emoji, result.pictures[i]));
      } catch {
        return; // their names and scores are there; the pictures come with the next scroll
      }
      for (const item of list.querySelectorAll("[data-emoji]")) draw(item);
    }
  });

  const inSight = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      const { emoji } = /** @type {HTMLElement} */ (target).dataset;
      if (isIntersecting && !pictures.has(emoji)) missing.add(emoji);
    }
    if (missing.size) fetchMissing();
  }, { root: list, rootMargin: "300px" });

  /** Puts its emoji's picture into an item. */
  function draw(item) {
    const image = item.querySelector("img");
    const picture = pictures.get(item.dataset.emoji) ?? "";
    if (image.getAttribute("src") !== picture) image.src = picture;
  }

  return {
    draw,
    get: (emoji) => pictures.get(emoji),
    set: (emoji, picture) => pictures.set(emoji, picture),
    forget: (emoji) => pictures.delete(emoji),

    /** From now on these items get their pictures when they come into sight. */
    watch(items) {
      inSight.disconnect();
      for (const item of items) inSight.observe(item);
    },
  };
}
