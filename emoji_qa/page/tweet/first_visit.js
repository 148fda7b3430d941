// Three lines of what can be done here: shown at the first visit, and never again. Whoever was here before does not see them
// flash: a script in shell/head.html looks before the page is there.

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
