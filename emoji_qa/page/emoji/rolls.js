// Nine random emojis to choose from, or nine like the present one. The first is shown at once, for visitors who just keep
// rolling.

import { copyOf } from "../browser/panel.js";
import { state, subscribe } from "../browser/store.js";

/** @param {import("../browser/panel.js").Panel} panel @param {import("./picture.js").View} view
 * @param {import("../browser/status.js").StatusLine} line */
export function createRolls({ $, element }, view, line) {
  const nine = $("#nine");
  const roll = $(".roll");
  const same = (a, b) => a.every((value, i) => value === b[i]);
  let rolled = []; // the nine, each {sliders, picture, name, composition}

  function ask(like) {
    if (state.locks.every(Boolean)) return line.tell("All sliders are locked, so there is nothing to roll. Unlock some.", true);
    const recipe = state.shown?.composition?.recipe ?? null;
    return view.askInTurn("roll_sliders", { sliders: state.sliders, locked: state.locks, like, recipe }, undefined, show);
  }

  function show({ rolls }) {
    rolled = rolls;
    $(".rolls").replaceChildren(...rolls.map(({ sliders, picture, name, composition }, i) => {
      const item = copyOf($(".roll-template"));
      const button = item.firstElementChild;
      button.firstElementChild.src = picture;
      button.setAttribute("aria-label", `${i + 1} of ${rolls.length}: ${name}`);
      button.title = name;
      button.addEventListener("click", () => view.go(sliders, name, { composition, settled: true }));
      return item;
    }));
    mark(state);
    open(true);
    nine.scrollIntoView({ block: "nearest" });
  }

  /** Marks the one of the nine at which the sliders stand. */
  function mark({ sliders }) {
    for (const [i, item] of [...$(".rolls").children].entries()) {
      item.firstElementChild.setAttribute("aria-pressed", String(same(rolled[i].sliders, sliders)));
    }
  }

  function open(is) {
    nine.hidden = !is;
    roll.setAttribute("aria-expanded", String(is));
  }

  function close() {
    const hadFocus = nine.contains(document.activeElement);
    open(false);
    if (hadFocus) roll.focus();
  }

  roll.addEventListener("click", () => ask(false));
  $(".more-like").addEventListener("click", () => ask(true));
  nine.querySelector(".close").addEventListener("click", close);
  element.addEventListener("keydown", ({ key }) => { if (key === "Escape" && !nine.hidden) close(); });
  document.addEventListener("pointerdown", ({ target }) => {
    const where = /** @type {Node} */ (target);
    if (!nine.hidden && !nine.contains(where) && !roll.contains(where)) open(false);
  });
  subscribe(["sliders"], mark);
}
