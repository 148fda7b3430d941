// A search box for emojis: matches appear below it while the visitor types. Enter or the button picks the first one; arrow
// keys move to the others.

import { copyOf, newest } from "./panel.js";

/**
 * @param {HTMLFormElement} form the one in search_box.html, which a panel's HTML includes as <search-box>
 * @param {object} options
 * @param {(query: string) => Promise<{emoji: string, name: string, picture: string}[]>} options.find
 * @param {(emoji: string) => void} options.pick
 * @param {(message: string, wrong?: boolean) => void} options.tell
 * @param {string} options.advice shown if nothing was typed
 */
export function searchBox(form, { find, pick, tell, advice }) {
  const input = form.querySelector("input");
  const template = form.querySelector("template");
  const found = /** @type {HTMLElement} */ (form.querySelector(".found"));
  const count = form.querySelector(".count"); // for screen readers
  let wanted = ""; // the query whose suggestions are shown; "" once one is picked
  let asked = ""; // the query that found the emoji picked last

  async function look(query) {
    if (!query.trim()) return [];
    const fits = await find(query);
    if (query === input.value) tell(fits.length ? "" : "No emoji fits this search.", !fits.length);
    return fits;
  }

  const suggest = newest(async () => {
    const query = wanted;
    try {
      const fits = await look(query);
      if (query === wanted) offer(fits);
    } catch (error) {
      tell(error.message, true);
    }
  });

  function offer(fits) {
    found.replaceChildren(...fits.map(({ emoji, name, picture }) => {
      const item = copyOf(template);
      item.querySelector("img").src = picture;
      item.querySelector("span").textContent = name;
      item.querySelector("button").addEventListener("click", () => take(emoji, input.value));
      return item;
    }));
    found.hidden = !fits.length;
    count.textContent = fits.length ? `${fits.length} found, below the box` : "";
  }

  function close() {
    wanted = "";
    if (found.contains(document.activeElement)) input.focus();
    found.hidden = true;
    count.textContent = "";
  }

  /** query: the one that found the emoji. If something else was typed since, the suggestions for that stay open. */
  function take(emoji, query) {
    asked = query;
    if (input.value === asked) close();
    pick(emoji);
  }

  // Pressing the mouse leaves the focus in the box: Safari does not focus buttons, so the list would close before the click.
  found.addEventListener("mousedown", (event) => event.preventDefault());
  input.addEventListener("input", () => {
    wanted = input.value;
    suggest();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || found.hidden) return;
    event.preventDefault();
    const stops = [input, ...found.querySelectorAll("button")];
    stops[stops.indexOf(/** @type {any} */ (document.activeElement)) + step]?.focus();
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(/** @type {Node} */ (event.relatedTarget))) close();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const query = input.value;
    if (!query.trim()) return tell(advice, true);
    try {
      const [best] = await look(query);
      if (best) take(best.emoji, query);
    } catch (error) {
      tell(error.message, true);
    }
  });

  return { close, clear: () => { if (input.value === asked) input.value = ""; }, input };
}
