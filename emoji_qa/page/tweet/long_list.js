// A list that may be long: its rows are made as it is scrolled, and Tab stops at one row only, from which arrow keys lead to
// the others.

const PIECE = 60; // rows that are made at once
const AHEAD = 1200; // pixels below the visible part for which rows are made
const BUTTONS = ".load, .copy, .add";

/** @param {HTMLElement} list of rows that are equally high @param {(items: any[]) => void} fill makes the rows of these items */
export function createLongList(list, fill) {
  let items = [];
  let isLong = false;
  let current = 0; // the row at which Tab stops
  const filler = document.createElement("li"); // takes the space of the rows that are not made yet
  filler.className = "filler";
  filler.setAttribute("aria-hidden", "true");

  const rows = () => /** @type {HTMLElement[]} */ ([...list.children].filter((row) => row !== filler));

  function show(next, long) {
    [items, isLong] = [next, long];
    current = 0;
    make(Math.max(PIECE, rowsInSight()));
  }

  /** How many rows are needed, down to AHEAD pixels below the visible part; 0 if that is unknown or the list is short. */
  function rowsInSight() {
    const height = rows()[0]?.offsetHeight;
    return isLong && height ? Math.ceil((list.scrollTop + list.clientHeight + AHEAD) / height) : 0;
  }

  function make(count) {
    filler.remove();
    fill(isLong ? items.slice(0, count) : items);
    const made = rows();
    const left = items.length - made.length;
    if (left > 0) {
      filler.style.height = `${left * made[0].offsetHeight}px`;
      list.append(filler);
    }
    made.forEach((row, i) => {
      row.setAttribute("aria-setsize", String(items.length));
      row.setAttribute("aria-posinset", String(i + 1));
    });
    stop();
  }

  /** In a long list, lets Tab reach only the buttons of the current row; in a short one, all buttons. */
  function stop() {
    rows().forEach((row, i) => {
      for (const button of row.querySelectorAll(BUTTONS)) /** @type {HTMLElement} */ (button).tabIndex = isLong && i !== current ? -1 : 0;
    });
  }

  /** Moves the focus to another row, to its button of the same kind. */
  function go(to, kind) {
    const next = Math.min(Math.max(to, 0), items.length - 1);
    if (next >= rows().length) make(next + PIECE);
    current = next;
    stop();
    /** @type {HTMLElement} */ (rows()[next].querySelector(`.${kind}`)).focus();
    rows()[next].scrollIntoView({ block: "nearest" });
  }

  list.addEventListener("keydown", (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest(BUTTONS);
    const at = rows().indexOf(button?.closest("li"));
    if (!isLong || at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(Math.floor(list.clientHeight / rows()[0].offsetHeight) - 1, 1);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: items.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    go(to, ["load", "copy", "add"].find((kind) => button.classList.contains(kind)));
  });
  list.addEventListener("focusin", ({ target }) => {
    const at = rows().indexOf(/** @type {HTMLElement} */ (target).closest("li"));
    if (at < 0 || at === current) return;
    current = at;
    stop();
  });
  list.addEventListener("scroll", () => {
    if (!isLong || rows().length >= items.length || rowsInSight() <= rows().length) return;
    make(rowsInSight() + PIECE);
  }, { passive: true });

  return { show };
}
