// The emojis' pictures, as data URIs: those that came with answers, and those that are fetched when an emoji comes into view.

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
        return; // names and scores are shown anyway; scrolling requests pictures again
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

  /** Puts an emoji's picture into its item. */
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

    /** From now on, fetches the pictures of these items, and of no others, when they come into view. */
    watch(items) {
      inSight.disconnect();
      for (const item of items) inSight.observe(item);
    },
  };
}
