// Three lines on what can be done here, shown at the first visit only. At later visits they do not even flash, since a
// script in shell/head.html checks before the page is shown.

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
