// The ways to put the tray's emojis together from their parts, to choose from.

import { uriOf } from "../../browser/composition.js";
import { send } from "../../browser/events.js";
import { copyOf, newest } from "../../browser/panel.js";
import { statusLine } from "../../browser/status.js";
import { state, subscribe } from "../../browser/store.js";

const FEW = "Two to four emojis can be put together, so that the parts of each are seen.";
const OTHERS = "Only real emojis have parts: the others in the tray are left out here, and are in the mix below.";
const NONE = "These do not go together: none has room for the others. What lies between them is shown.";

/** When the emojis change, the first way is shown. showMix: shows the mix of their codes, for emojis that do not go together.
 * @param {import("../../browser/panel.js").Panel} panel @param {() => void} showMix */
export function createTogether({ $, call, props }, showMix) {
  const list = $(".ways");
  const line = statusLine($(".together-note"));
  let asked = ""; // the emojis for which the list was requested
  let answered = ""; // the emojis for which the server has answered
  let made = ""; // the recipe of the emoji that is shown
  let isAsking = false;

  const emojis = () => state.tray.flatMap(({ emoji }) => (emoji ? [emoji] : []));

  const ask = newest(async () => {
    const some = emojis();
    const before = state.sliders;
    isAsking = true;
    let ways = [];
    let problem = "";
    try {
      ({ ways } = await call("put_together", some));
      answered = some.join();
    } catch (error) {
      problem = error.message;
    }
    if (some.join() !== asked) return; // other emojis were requested since, or there are too few
    isAsking = false;
    show(ways);
    if (problem) line.tell(problem, true);
    if (state.sliders !== before || state.busy) return; // the visitor has done something else meanwhile
    if (ways.length) send("recipe", ways[0].recipe);
    else showMix();
  });

  function show(ways) {
    tellWhich(ways.length ? "" : NONE);
    list.replaceChildren(...ways.map(({ recipe, made_of: name, svg }) => {
      const item = copyOf($(".way-template"));
      const button = item.firstElementChild;
      button.querySelector("img").src = uriOf(svg);
      button.querySelector("span").textContent = button.title = name;
      button.dataset.recipe = recipe;
      button.addEventListener("click", () => send("recipe", recipe));
      return item;
    }));
    mark();
  }

  /** Shows a message or, if it is "", whether some of the tray are left out because they are not real emojis. */
  function tellWhich(message) {
    line.tell(message || (emojis().length < state.tray.length ? OTHERS : ""));
  }

  function mark() {
    for (const { firstElementChild: button } of list.children) button.setAttribute("aria-pressed", String(button.dataset.recipe === made));
  }

  if (!props.together) {
    $(".together").hidden = true;
    return { isTried: () => false, isAsking };
  }
  subscribe(["tray"], () => { // the ways do not depend on weights
    const some = emojis();
    if (some.join() === asked && some.join() === answered && some.length > 1) return tellWhich(list.children.length ? "" : NONE);
    if (some.join() !== asked) list.replaceChildren();
    asked = some.join();
    line.tell(some.length < 2 ? FEW : "");
    isAsking = false;
    if (some.length > 1) ask();
  });
  subscribe(["shown"], ({ shown }) => {
    const recipe = shown?.composition?.recipe ?? "";
    if (recipe === made) return;
    made = recipe;
    mark();
  });

  return {
    /** Whether there are enough emojis in the tray to put them together. */
    isTried: () => emojis().length > 1,
    get isAsking() { return isAsking; },
  };
}
