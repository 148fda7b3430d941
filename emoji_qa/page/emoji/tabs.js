// The tabs below the picture: each shows one panel of the column, this half's sliders or a component beside it.

const column = element.closest("#emoji-column") ?? element;
const tabs = props.tabs.map(({ panel, title }) => {
  const tab = document.createElement("button");
  tab.type = "button";
  tab.id = `tab-${panel}`;
  tab.textContent = title;
  tab.setAttribute("role", "tab");
  tab.setAttribute("aria-controls", panel);
  tab.addEventListener("click", () => choose(panel));
  $(".tabs").append(tab);
  return { panel, tab };
});

function choose(chosen) {
  column.dataset.tab = chosen;
  for (const { panel, tab } of tabs) {
    tab.setAttribute("aria-selected", panel === chosen);
    tab.tabIndex = panel === chosen ? 0 : -1;
  }
  const panel = document.getElementById(chosen);
  panel?.setAttribute("role", "tabpanel");
  panel?.setAttribute("aria-labelledby", `tab-${chosen}`);
  send("tab", chosen);
}

$(".tabs").addEventListener("keydown", (event) => {
  const now = tabs.findIndex(({ tab }) => tab === document.activeElement);
  const next = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (next === undefined || now < 0) return;
  event.preventDefault();
  const { panel, tab } = tabs[(next + tabs.length) % tabs.length];
  choose(panel);
  tab.focus();
});

choose(tabs[0].panel);
