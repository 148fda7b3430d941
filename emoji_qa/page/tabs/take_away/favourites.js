// Favourites and their list. Only the browser stores them, as slider coordinates with a name, the checkpoint to which they
// belong and, if they were put together, the recipe.

import { on, send } from "../../browser/events.js";
import { FAVOURITES, recall, retain } from "../../browser/memory.js";
import { copyOf } from "../../browser/panel.js";
import { keptAs } from "../../browser/kept_as.js";
import { own, state, subscribe } from "../../browser/store.js";

/** What the server draws a favourite from: its recipe, or its sliders. @param {import("../../browser/store.js").Favourite} one
 * @param {string} present the checkpoint that is running */
export const drawnBy = ({ sliders, recipe, checkpoint }, present) => (recipe && checkpoint === present ? recipe : sliders);

/** @param {import("../../browser/panel.js").Panel} panel @param {import("../../browser/status.js").StatusLine} line
 * @param {(work: () => any) => Promise<void>} attempt runs work and shows its error, if any */
export function createFavourites({ $, call, props: { checkpoint, limits } }, line, attempt) {
  const change = own({ favourites: stored() });
  const removed = []; // {one, at}, in the order of removal; the last one is put back first
  let laid = 0; // how often the list was filled
  let drawn = 0; // the value of `laid` for which the pictures were drawn

  const named = ({ sliders, caption, composition }) => favourite(sliders, caption, composition?.recipe);

  function favourite(sliders, name, recipe) {
    return { sliders, name: name.slice(0, limits.name), checkpoint, ...(recipe ? { recipe } : {}) };
  }

  function isFavourite(one) {
    return Array.isArray(one?.sliders) && one.sliders.length === limits.dim && one.sliders.every(Number.isFinite)
      && typeof one.name === "string" && typeof one.checkpoint === "string" && ["string", "undefined"].includes(typeof one.recipe);
  }

  /** The favourites that the browser has stored, without entries that are invalid. */
  function stored() {
    try {
      const found = JSON.parse(recall(FAVOURITES) ?? "[]");
      return Array.isArray(found) ? found.filter(isFavourite).slice(0, limits.favourites) : [];
    } catch {
      return []; // other code wrote the entry
    }
  }

  /** Stores the favourites; returns whether the browser keeps them beyond this visit. */
  const store = () => retain(FAVOURITES, JSON.stringify(state.favourites));

  /** Throws an Error if there is no room for so many more. */
  function makeRoom(count) {
    const most = limits.favourites;
    if (state.favourites.length + count > most) throw new Error(`${most} favourites are the most. Remove some first.`);
  }

  /** Adds a favourite, unless it is one already. */
  function keepOne(one) {
    if (keptAs(one)) line.tell(`${one.name} is among them already.`);
    else keep([one], "Kept.");
  }

  function keep(several, message, at = state.favourites.length) {
    makeRoom(several.length);
    change({ favourites: state.favourites.toSpliced(at, 0, ...several) });
    storeAndTell(message);
    showFavourites();
  }

  function storeAndTell(message) {
    line.tell(store() ? message : `${message} This browser stores nothing, so it is gone when you leave.`);
  }

  function remove(one) {
    removed.push({ one, at: state.favourites.indexOf(one) });
    change({ favourites: state.favourites.filter((other) => other !== one) });
    storeAndTell("Removed.");
    showFavourites();
    $(".put-back").focus();
  }

  function putBack() {
    const { one, at } = removed.at(-1);
    keep([one], "Put back.", at);
    removed.pop();
    $(".put-back").classList.toggle("none", !removed.length);
    $(".favourites").children[state.favourites.indexOf(one)].querySelector(".open").focus();
  }

  function showFavourites() {
    laid += 1;
    $(".favourites").replaceChildren(...state.favourites.map(item));
    $(".empty").hidden = state.favourites.length > 0;
    $(".put-back").classList.toggle("none", !removed.length);
    if (state.tab === "take-away") attempt(drawFavourites); // otherwise they are drawn when the tab is chosen
  }

  function item(first) {
    let one = first; // replaced when it is renamed
    const row = copyOf($(".favourite-template"));
    const [open, name, mix, out] = row.children;
    const label = () => {
      for (const [button, what] of [[open, "Open"], [mix, "Mix"], [out, "Remove"]]) button.setAttribute("aria-label", `${what} ${one.name}`);
    };
    const doubt = one.checkpoint === checkpoint ? "" : "made with another model: it may look different here";
    open.title = doubt;
    open.addEventListener("click", () => {
      if (one.recipe && !doubt) send("recipe", one.recipe);
      else send("go", { sliders: one.sliders, caption: [one.name, doubt].filter(Boolean).join(", ") });
    });
    name.value = one.name;
    name.addEventListener("change", () => {
      name.value = name.value.trim().slice(0, limits.name) || "Unnamed";
      const renamed = { ...one, name: name.value };
      change({ favourites: state.favourites.map((other) => (other === one ? renamed : other)) });
      one = renamed;
      label();
      storeAndTell("Renamed.");
    });
    mix.addEventListener("click", () => send("ingredient", { sliders: one.sliders, name: one.name }));
    out.addEventListener("click", () => remove(one));
    label();
    return row;
  }

  async function drawFavourites() {
    if (drawn === laid || !state.favourites.length) return;
    const asked = laid;
    const sheet = new Image();
    sheet.src = (await call("draw_favourites", state.favourites.map((one) => drawnBy(one, checkpoint)))).sheet;
    await sheet.decode();
    if (asked !== laid) return;
    drawn = asked;
    const size = limits.thumb;
    for (const [i, row] of [...$(".favourites").children].entries()) {
      row.querySelector("canvas").getContext("2d").drawImage(sheet, 0, i * size, size, size, 0, 0, size, size);
    }
  }

  $(".star").addEventListener("click", () => attempt(() => {
    const { shown } = state;
    if (shown) keepOne(named(shown));
  }));
  on("star", ({ sliders, name, recipe }) => attempt(() => keepOne(favourite(sliders, name, recipe))));
  on("keep", () => {
    const { shown } = state;
    if (!shown) return;
    const { favourites } = state;
    const one = named(shown);
    const was = keptAs(one);
    if (!was && favourites.length === limits.favourites) return;
    change({ favourites: was ? favourites.filter((other) => other !== was) : [...favourites, one] });
    storeAndTell(was ? "Removed." : "Kept.");
    showFavourites();
  });
  $(".put-back").addEventListener("click", () => attempt(putBack));
  addEventListener("storage", ({ key }) => { // another window of the page has changed them
    if (key !== FAVOURITES) return;
    change({ favourites: stored() });
    showFavourites();
  });
  subscribe(["tab"], ({ tab }) => { if (tab === "take-away") attempt(drawFavourites); });
  showFavourites();

  return { keep, makeRoom };
}
