// What the emojis of the tray make when they are put together from their parts: all that fits, to choose from.

import { uriOf } from "../../browser/composition.js";
import { send } from "../../browser/events.js";
import { copyOf, newest } from "../../browser/panel.js";
import { statusLine } from "../../browser/status.js";
import { state, subscribe } from "../../browser/store.js";

const FEW = "Two to four emojis can be put together, so that the parts of each are seen.";
const NONE = "These do not go together: none has room for the others. What lies between them is shown above.";

/** @param {import("../../browser/panel.js").Panel} panel */
export function createTogether({ $, call, props }) {
  const list = $(".ways");
  const line = statusLine($(".together-note"));
  let asked = ""; // the emojis that the list is of
  let made = ""; // the recipe that is shown

  const emojis = () => state.tray.flatMap(({ emoji }) => (emoji ? [emoji] : []));

  const ask = newest(async () => {
    const some = emojis();
    try {
      const { ways } = await call("put_together", some);
      if (some.join() === asked) show(ways);
    } catch (error) {
      if (some.join() === asked) line.tell(error.message, true);
    }
  });

  function show(ways) {
    line.tell(ways.length ? "" : NONE);
    list.replaceChildren(...ways.map(({ recipe, made_of: name, svg }) => {
      const item = copyOf($(".way-template"));
      const button = item.firstElementChild;
      button.querySelector("img").src = uriOf(svg);
      button.querySelector("span").textContent = name;
      button.dataset.recipe = recipe;
      button.addEventListener("click", () => send("recipe", recipe));
      return item;
    }));
    mark();
  }

  function mark() {
    for (const { firstElementChild: button } of list.children) button.setAttribute("aria-pressed", String(button.dataset.recipe === made));
  }

  if (!props.together) {
    $(".together").hidden = true;
    return;
  }
  subscribe(["tray"], () => { // weights make no difference
    const some = emojis();
    if (some.join() === asked && list.children.length) return;
    if (some.join() !== asked) list.replaceChildren();
    asked = some.join();
    line.tell(some.length < 2 ? FEW : "");
    if (some.length > 1) ask();
  });
  subscribe(["shown"], ({ shown }) => {
    const recipe = shown?.composition?.recipe ?? "";
    if (recipe === made) return;
    made = recipe;
    mark();
  });
}
