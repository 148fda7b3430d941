// Starts the parts of the emoji half, and handles what the visitor and other panels ask of it. The latest request always wins.

import { copyPicture } from "../browser/composition.js";
import { on, send } from "../browser/events.js";
import { searchBox } from "../browser/search_box.js";
import { statusLine } from "../browser/status.js";
import { copyPng, copyText } from "../browser/files.js";
import { FULL, keptAs } from "../browser/kept_as.js";
import { isLasting, kept } from "../browser/session.js";
import { state, subscribe } from "../browser/store.js";
import { createDirections } from "./directions.js";
import { createFollow } from "./follow_tweet.js";
import { createHistory } from "./history.js";
import { createNearby } from "./nearby.js";
import { createRolls } from "./rolls.js";
import { createSliders } from "./sliders.js";
import { createStrip } from "./strip.js";
import { createTabs } from "./tabs.js";
import { createView } from "./picture.js";

const KEPT = "Kept among your favourites, under “Take away”.";
const PIXELS = 512; // of a copied picture that is put together

const copyCanvas = (canvas) => copyPng(new Promise((resolve) => { canvas.toBlob(resolve, "image/png"); }), "Save one under “Take away”.");

/** @param {import("../browser/panel.js").Panel} panel */
export function mount(panel) {
  const { $, call, element, props } = panel;
  const line = statusLine($(".note"));
  const view = createView(panel, line);
  view.open(props.start);
  const before = kept("shown");
  const isKept = isLasting(before);
  if (isKept) view.back(before);
  const sliders = createSliders(panel, view, line);
  createDirections(panel, view, line);
  createNearby(panel, view, load, sliders.drawEnds);
  createHistory(panel, view);
  createFollow(view, !isKept || kept("follows") === true);
  createTabs(panel);
  createRolls(panel, view, line);
  createStrip(panel);
  const search = searchBox($(".search"), {
    find: async (query) => (await call("find_emojis", query)).found,
    pick: load,
    tell: line.tell,
    advice: "Type an emoji, or a word such as cat.",
  });

  function load(emoji) {
    search.close();
    view.ask("load_emoji", emoji);
  }

  // Buttons beside the picture: a star, and one to copy it.
  const favourite = () => state.shown && keptAs({ sliders: state.shown.sliders, recipe: state.shown.composition?.recipe });

  $(".keep-shown").addEventListener("click", () => {
    const was = state.favourites;
    send("keep", null);
    if (state.favourites === was) return line.tell(FULL, true);
    return line.tell(favourite() ? KEPT : "No longer among your favourites.");
  });
  $(".copy-shown").addEventListener("click", async () => {
    try {
      const { emoji, composition } = state.shown;
      if (emoji) await copyText(emoji, element);
      else if (composition) await copyPicture(composition.svg, PIXELS);
      else await copyCanvas($(".frame canvas"));
      if (emoji) send("collect", emoji);
      line.tell(emoji ? `Copied: ${emoji}` : "Copied, as a picture: no such character exists.");
    } catch (error) {
      line.tell(error.message, true);
    }
  });
  subscribe(["shown", "favourites"], () => {
    const is = Boolean(favourite());
    $(".keep-shown").setAttribute("aria-pressed", String(is));
    if (!is) line.end(KEPT);
  });

  on("load", load);
  on("go", ({ sliders: there, caption, composition = null, late }) => view.go(there, caption, { composition }, late));
  on("recipe", (recipe) => view.ask("show_recipe", recipe));
  on("say", (message) => line.tell(message, Boolean(message)));
  addEventListener("online", () => { if (line.isProblem) line.tell(""); });
  for (const touch of ["pointerdown", "focusin", "input"]) element.addEventListener(touch, view.local.wake, { once: true });
  new ResizeObserver(view.redrawPicture).observe($(".frame canvas"));
}
