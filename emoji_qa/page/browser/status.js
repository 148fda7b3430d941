// A line of text that tells the visitor the outcome of the last action. All messages in it are written here, so that a late
// answer does not overwrite a newer message.

/** @typedef {ReturnType<typeof statusLine>} StatusLine */

/** @param {HTMLElement} note the line; it has the class `wrong` while it shows a problem */
export function statusLine(note) {
  let told = 0;

  function write(message, wrong) {
    if (note.textContent !== message) note.textContent = message;
    note.classList.toggle("wrong", wrong);
  }

  /** Shows a message now. wrong: whether it is a problem. */
  function tell(message, wrong = false) {
    told += 1;
    write(message, wrong);
  }

  /** → a function like `tell`, to be called when an answer arrives; it does nothing if `tell` was called since. */
  function later() {
    const before = told;
    return (message, wrong = false) => { if (told === before) write(message, wrong); };
  }

  /** Clears the line if it shows this message. */
  function end(message) {
    if (note.textContent === message) tell("");
  }

  return { tell, later, end, get isProblem() { return note.classList.contains("wrong"); }, get message() { return note.textContent; } };
}
