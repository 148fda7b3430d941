// A line of text that tells the visitor what became of the last thing done. All that is written there goes through here, so
// that an answer which was on its way does not wipe out what was told meanwhile.

/** @typedef {ReturnType<typeof statusLine>} StatusLine */

/** @param {HTMLElement} note the line; it gets the class `wrong` while it tells of a problem */
export function statusLine(note) {
  let told = 0;

  function write(message, wrong) {
    if (note.textContent !== message) note.textContent = message;
    note.classList.toggle("wrong", wrong);
  }

  /** Tells it now. wrong: it is a problem. */
  function tell(message, wrong = false) {
    told += 1;
    write(message, wrong);
  }

  /** → as `tell`, for when an answer is there; it writes nothing where something else was told since. */
  function later() {
    const before = told;
    return (message, wrong = false) => { if (told === before) write(message, wrong); };
  }

  /** Tells nothing more, where this is what it tells. */
  function end(message) {
    if (note.textContent === message) tell("");
  }

  return { tell, later, end, get isProblem() { return note.classList.contains("wrong"); }, get message() { return note.textContent; } };
}
