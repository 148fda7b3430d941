// The tray: up to four ingredients, each an emoji or a code with a weight. The emoji half shows what they make together.

import { on, send } from "../../browser/events.js";
import { toCode, toSliders } from "../../browser/latent.js";
import { copyOf, newest } from "../../browser/panel.js";
import { searchBox } from "../../browser/search_box.js";
import { statusLine } from "../../browser/status.js";
import { own, state, subscribe, until } from "../../browser/store.js";
import { createMorph } from "./morph.js";
import { createTogether } from "./together.js";
import { caption, mean, shares, together as asName } from "./weights.js";

const WEIGHT = 50; // of a new ingredient; 100 is the most
const FRAME = 16; // milliseconds between two frames of the screen
const WEIGHTLESS = "Give at least one of them a weight.";

const same = (a, b) => a.sliders.every((value, i) => Math.abs(value - b.sliders[i]) < 1e-3);

/** @param {import("../../browser/panel.js").Panel} panel */
export function mount(panel) {
  const { $, call, props: { most } } = panel;
  const list = $(".ingredients");
  const line = statusLine($(".tray .note"));
  const change = own({ tray: /** @type {import("../../browser/store.js").Ingredient[]} */ ([]) });
  const rows = new Map(); // the ingredients' list items, by id
  let laid = null; // the ids of the ingredients whose rows are in the list
  let axes = null;
  let taken = 0; // count of all ingredients so far, for their ids
  let isSent = true; // whether the present mix was sent to the emoji half
  let adding = Promise.resolve(); // ingredients are added one after the other, in the order of the requests

  const weights = () => state.tray.map(({ weight }) => weight);

  /** find: a function that returns {emoji}, or {sliders, name}; it is called when its turn comes. */
  function add(find) {
    adding = adding.then(find).then(take).catch((error) => line.tell(error.message, true));
    return adding;
  }

  async function take(what) {
    if (state.tray.length === most) return line.tell(`The mix holds ${most}. Remove one first.`, true);
    axes ??= await call("read_axes");
    const found = await call("take_ingredient", what);
    if (state.tray.some((other) => same(other, found))) return line.tell(`${found.name} is in the mix already.`);
    taken += 1;
    change({ tray: [...state.tray, { ...found, id: taken, z: toCode(found.sliders, axes), weight: WEIGHT }] });
    line.tell(state.tray.length > 1 ? `${found.name} is in the mix.` : `${found.name} is in the mix. Add another one.`);
    if (!(found.emoji && together.isTried())) showMix(); // otherwise the emojis are put together, and that is shown
  }

  /** Fills the list, with gaps up to the most that the tray holds, so that nothing jumps when one is added or removed. */
  function showTray({ tray }) {
    const ids = tray.map(({ id }) => id).join();
    if (ids !== laid) list.replaceChildren(...Array.from({ length: most }, (_, i) => (tray[i] ? row(tray[i]) : gap())));
    laid = ids;
    $(".even").disabled = tray.length < 2;
    showShares(tray);
  }

  function gap() {
    const item = document.createElement("li");
    item.className = "gap";
    item.setAttribute("aria-hidden", "true");
    return item;
  }

  function row({ id, picture, name }) {
    if (rows.has(id)) return rows.get(id);
    const item = copyOf($(".ingredient-template"));
    const slider = item.querySelector("input");
    item.querySelector("img").src = picture;
    item.querySelector(".name").textContent = name;
    item.querySelector(".remove").setAttribute("aria-label", `Remove ${name}`);
    slider.setAttribute("aria-label", `Weight of ${name}`);
    slider.addEventListener("input", () => weigh((one) => (one.id === id ? Number(slider.value) : one.weight)));
    item.querySelector(".remove").addEventListener("click", () => remove(id));
    rows.set(id, item);
    return item;
  }

  function showShares(tray) {
    const percents = shares(tray.map(({ weight }) => weight));
    for (const [i, { id, weight }] of tray.entries()) {
      const slider = rows.get(id).querySelector("input");
      slider.value = weight;
      slider.style.setProperty("--high", `${weight}%`);
      rows.get(id).querySelector("output").textContent = tray.length > 1 ? `${percents[i]} %` : "";
      slider.setAttribute("aria-valuetext", `${percents[i]} %`);
    }
  }

  /** weightOf: an ingredient → its new weight. */
  function weigh(weightOf) {
    change({ tray: state.tray.map((one) => ({ ...one, weight: weightOf(one) })) });
    showMix();
  }

  function remove(id) {
    const { name } = state.tray.find((one) => one.id === id);
    change({ tray: state.tray.filter((one) => one.id !== id) });
    rows.delete(id);
    line.tell(`${name} is out.`);
    (list.querySelector(".remove") ?? search.input).focus();
    if (!together.isTried()) showMix();
  }

  function showMix() {
    isSent = false;
    sendMix();
  }

  /** Sends the mix to the emoji half, at most once per frame of the screen. */
  const sendMix = newest(async () => {
    isSent = true;
    if (state.tray.length < 2) return;
    if (weights().every((weight) => !weight)) return line.tell(WEIGHTLESS, true);
    if (line.message === WEIGHTLESS) line.tell("");
    const sliders = toSliders(mean(state.tray.map(({ z }) => z), weights()), axes);
    send("go", { sliders, caption: caption(state.tray) });
    await wait(FRAME);
  });

  const wait = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

  /** The emoji that the emoji half shows, as an ingredient, once all earlier requests are drawn. */
  async function fromAbove() {
    while (!isSent || together.isAsking) await wait(FRAME);
    await until(["busy", "shown"], ({ busy, shown }) => Boolean(shown) && !busy);
    const { emoji, sliders, caption: said } = state.shown;
    return emoji ? { emoji } : { sliders, name: asName(said) };
  }

  const search = searchBox($(".search"), {
    find: async (query) => (await call("find_emojis", query)).found,
    pick(emoji) {
      search.clear();
      add(() => ({ emoji }));
    },
    tell: line.tell,
    advice: "Type an emoji, or a word such as cat.",
  });

  $(".even").addEventListener("click", () => weigh(() => WEIGHT));
  $(".add-present").addEventListener("click", () => add(fromAbove));
  on("ingredient", (what) => {
    send("tab", "mix");
    add(() => what);
  });
  subscribe(["tray"], showTray);
  createMorph(panel);
  const together = createTogether(panel, showMix);
  line.tell("Add two to four emojis: search for them, take the one above, or press + beside an answer.");
}
