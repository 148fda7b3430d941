// Emojis that the visitor brought for this visit. They are ranked among the others, and only this page keeps them.

import { on, send } from "../../browser/events.js";
import { count } from "../../browser/numbers.js";
import { own, state } from "../../browser/store.js";
import { fillList } from "../answers.js";

/** @typedef {ReturnType<typeof createYours>} Yours */

const MAX_TEXT = 100; // characters of a name or a keyword
const MAX_KEYWORDS = 50;
const asText = (value) => (typeof value === "string" ? value.trim().slice(0, MAX_TEXT) : "");

/** @param {import("../../browser/panel.js").Panel} panel @param {import("../pictures.js").Pictures} pictures
 * @param {import("../../browser/status.js").StatusLine} line @param {(message: string) => void} announce */
export function createYours({ $, props }, pictures, line, announce) {
  const { limits } = props;
  const change = own({ yours: /** @type {import("../../browser/store.js").Own[]} */ ([]) });
  let brought = 0; // count of all so far, for their names

  const get = (emoji) => state.yours.find((one) => one.emoji === emoji);
  const nameOf = ({ name }) => name || "Your own emoji";

  /** Adds an emoji to those that are ranked. */
  function bring({ sliders, name, keywords, picture }) {
    if (state.yours.length === limits.yours) {
      return line.tell(`${limits.yours} emojis of your own are the most. Remove one of them first.`, true);
    }
    if (!Array.from(sliders ?? []).every(Number.isFinite)) {
      return line.tell("This picture has no code, so it cannot be ranked.", true);
    }
    brought += 1;
    const emoji = `yours-${brought}`;
    const words = (Array.isArray(keywords) ? keywords : asText(keywords).split(",")).map(asText).filter(Boolean);
    const one = { emoji, sliders: [...sliders], name: asText(name), keywords: words.slice(0, MAX_KEYWORDS) };
    pictures.set(emoji, /^data:image\/(png|webp|jpeg);base64,/.test(picture) ? picture : "");
    change({ yours: [...state.yours, one] });
    show({});
    return announce(`Ranked from now on: ${nameOf(one)}`);
  }

  function remove(emoji) {
    const name = nameOf(get(emoji));
    pictures.forget(emoji);
    change({ yours: state.yours.filter((one) => one.emoji !== emoji) });
    show({});
    announce(`Removed: ${name}`);
    (state.yours.length ? $(".yours-list button") : $("textarea")).focus();
  }

  /** Lists all that the visitor brought, each with its rank. The best answers may include them, too. */
  function show(ranks) {
    fillList($(".yours-list"), $(".yours-template"), state.yours, (item, one) => {
      item.dataset.emoji = one.emoji;
      pictures.draw(item);
      item.querySelector(".name").textContent = nameOf(one);
      item.querySelector(".rank").textContent = ranks[one.emoji] ? `rank ${count(ranks[one.emoji])}` : "";
      item.querySelector(".remove").setAttribute("aria-label", `Remove ${nameOf(one)}`);
    });
    $(".yours-list").hidden = !state.yours.length;
  }

  /** Marks an answer that the visitor brought. It can be removed, but not copied, since it is no character. */
  function mark(item, { emoji, name }) {
    const is = Boolean(get(emoji));
    const button = item.querySelector(".copy");
    if (is) {
      item.querySelector(".char").textContent = "";
      button.setAttribute("aria-label", `Remove ${name}`);
    }
    if (item.classList.toggle("yours", is) || button.textContent.includes("Remove")) {
      button.querySelector(".word").textContent = is ? "Remove" : "Copy";
    }
  }

  /** Shows an emoji in the emoji half. */
  function load(emoji) {
    const one = get(emoji);
    if (one) send("go", { sliders: one.sliders, caption: nameOf(one) });
    else send("load", emoji);
  }

  on("candidate", bring);
  return { get, nameOf, remove, show, mark, load };
}
