// The tray of emojis that were copied, which can be copied together.

import { on } from "../browser/events.js";
import { keep, kept } from "../browser/session.js";
import { own, state, subscribe } from "../browser/store.js";
import { copyFrom } from "./answers.js";

const MAX_COLLECTED = 30;
const LONGEST = 40; // most characters of an emoji

/** @param {import("../browser/panel.js").Panel} panel @param {(message: string) => void} announce */
export function createCollect({ $ }, announce) {
  const change = own({ collected: before() });

  function before() {
    const found = kept("collected");
    const isEmoji = (one) => typeof one === "string" && one.length <= LONGEST;
    return Array.isArray(found) && found.every(isEmoji) ? found.slice(0, MAX_COLLECTED) : [];
  }

  $(".copy-collected").addEventListener("click", ({ currentTarget }) => copyFrom(currentTarget, state.collected.join(""), announce));
  $(".clear-collected").addEventListener("click", () => {
    change({ collected: [] });
    announce("Cleared.");
    $("textarea").focus();
  });
  on("collect", (emoji) => change({ collected: [...state.collected, emoji].slice(-MAX_COLLECTED) }));
  subscribe(["collected"], ({ collected }) => {
    const isEmpty = !collected.length;
    keep("collected", collected);
    $(".collected").textContent = isEmpty ? "What you copy is collected here, to be copied as one." : collected.join("");
    $(".collected").classList.toggle("empty", isEmpty);
    $(".copy-collected").hidden = collected.length < 2;
    $(".clear-collected").hidden = isEmpty;
  });
}
