// What a panel's script works with: its element, the values that Python passed to it, and calls of Python functions.

const PATIENCE = 20_000; // milliseconds

/**
 * @typedef {object} Panel
 * @property {HTMLElement} element the panel on the page
 * @property {any} props the values that Python passed, see the panel's .py
 * @property {(selector: string) => any} $ the first element in the panel that matches
 * @property {(name: string, argument?: any) => Promise<any>} call calls a Python function of the panel. Throws an Error whose
 *   message is a sentence for people; it has `out: true` if no answer came at all.
 */

/** element, server and props: what Gradio passes to a component's script.
 * @param {HTMLElement} element @param {Record<string, Function>} server @param {any} props @returns {Panel} */
export function panelOf(element, server, props) {
  return { element, props, $: (selector) => element.querySelector(selector), call: caller(server) };
}

function caller(server) {
  return async function call(name, argument = null) {
    const late = new Promise((resolve) => { setTimeout(resolve, PATIENCE); });
    const result = await Promise.race([server[name](argument), late]);
    if (!result) throw Object.assign(new Error("No answer from the server. Nothing is lost: try again in a moment."), { out: true });
    if (result.error) throw new Error(result.error);
    return result;
  };
}

/** A function that runs fn, at most `width` times at once. Of the calls that have to wait, only the last one is run. */
export function newest(fn, width = 1) {
  let running = 0;
  let waiting = null;
  return function run(argument = undefined) {
    if (running >= width) {
      waiting = [argument];
      return;
    }
    running += 1;
    Promise.resolve(fn(argument)).finally(() => {
      running -= 1;
      const next = waiting;
      waiting = null;
      if (next) run(next[0]);
    });
  };
}

const ROOT = "../../../../"; // relative to this script's address: gradio_api/page/…/browser/

/** An address that Python gave, relative to the page's root → an absolute one. It is derived from this script's address,
 * because the root that Gradio knows may begin with http:// even if the page came by HTTPS. */
export const absolute = (address) => new URL(`${ROOT}${address}`, import.meta.url).href;

/** Switches a button off, or on again. Unlike a disabled button it keeps the focus; a click on it does nothing. */
export function switchOff(button, isOff) {
  button.setAttribute("aria-disabled", String(isOff));
}

document.addEventListener("click", (event) => {
  if (!(/** @type {Element} */ (event.target).closest('button[aria-disabled="true"]'))) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

/** A copy of the first element in a <template>. */
export const copyOf = (template) => template.content.firstElementChild.cloneNode(true);
