// The emoji half put together: what the visitor and the rest of the page may ask of it. The last thing done always wins.

import { on } from "../browser/events.js";
import { searchBox } from "../browser/search_box.js";
import { statusLine } from "../browser/status.js";
import { createHistory } from "./history.js";
import { createNearby } from "./nearby.js";
import { createRolls } from "./rolls.js";
import { createSliders } from "./sliders.js";
import { createTabs } from "./tabs.js";
import { createView } from "./view.js";

/** @param {import("../browser/panel.js").Panel} panel */
export function mount(panel) {
  const { $, call, element, props } = panel;
  const line = statusLine($(".note"));
  const view = createView(panel, line);
  view.open(props.start);
  const sliders = createSliders(panel, view, line);
  createNearby(panel, view, load, sliders.drawEnds);
  createHistory(panel, view);
  createTabs(panel);
  createRolls(panel, view);
  const search = searchBox($(".search"), {
    template: $(".found-template"),
    find: async (query) => (await call("find_emojis", query)).found,
    pick: load,
    tell: line.tell,
    advice: "Type an emoji, or a word such as cat.",
  });

  function load(emoji) {
    search.close();
    view.ask("load_emoji", emoji);
  }

  on("load", load);
  on("go", ({ sliders: there, caption, composition = null }) => view.go(there, caption, { composition }));
  on("recipe", (recipe) => view.ask("show_recipe", recipe));
  on("say", (message) => line.tell(message, true));
  for (const touch of ["pointerdown", "focusin", "input"]) element.addEventListener(touch, view.local.wake, { once: true });
  new ResizeObserver(view.redrawPicture).observe($(".frame canvas"));
}
