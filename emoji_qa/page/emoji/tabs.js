// The tabs below the picture: each shows one panel of the column, the sliders or another component.

import { on } from "../browser/events.js";
import { keep, kept } from "../browser/session.js";
import { own, state, subscribe } from "../browser/store.js";

/** @param {import("../browser/panel.js").Panel} panel */
export function createTabs({ $, props }) {
  const before = props.tabs.find(({ panel }) => panel === kept("tab")) ?? props.tabs[0];
  const change = own({ tab: before.panel });
  const tabs = props.tabs.map(({ panel, title }) => {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.id = `tab-${panel}`;
    tab.textContent = title;
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", panel);
    tab.addEventListener("click", () => change({ tab: panel }));
    $(".tabs").append(tab);
    return { panel, tab };
  });

  function show({ tab: chosen }) {
    for (const { panel, tab } of tabs) {
      tab.setAttribute("aria-selected", String(panel === chosen));
      tab.tabIndex = panel === chosen ? 0 : -1;
      const place = document.getElementById(panel);
      place?.setAttribute("role", "tabpanel");
      place?.setAttribute("aria-labelledby", `tab-${panel}`);
      place?.toggleAttribute("data-chosen", panel === chosen);
    }
  }

  $(".tabs").addEventListener("keydown", (event) => {
    const now = tabs.findIndex(({ tab }) => tab === document.activeElement);
    const next = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (next === undefined || now < 0) return;
    event.preventDefault();
    const { panel, tab } = tabs[(next + tabs.length) % tabs.length];
    change({ tab: panel });
    tab.focus();
  });
  on("tab", (tab) => { if (tabs.some(({ panel }) => panel === tab) && tab !== state.tab) change({ tab }); });
  subscribe(["tab"], show);
  subscribe(["tab"], ({ tab }) => keep("tab", tab));
}
