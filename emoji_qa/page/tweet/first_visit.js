// Three lines of what can be done here: shown at the first visit, and never again.

import { recall, retain, VISITED } from "../browser/memory.js";

/** @param {import("../browser/panel.js").Panel} panel */
export function createFirstVisit({ $ }) {
  const lines = $(".first-visit");
  lines.hidden = recall(VISITED) === "yes";
  retain(VISITED, "yes");
  lines.querySelector("button").addEventListener("click", () => {
    lines.hidden = true;
    $("textarea").focus();
  });
}
