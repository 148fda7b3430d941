// Shared by both halves. It stands before each half's script; the two run as one function whose arguments Gradio gives:
// element (the half), server (its Python functions), props (what Python handed over).

const PATIENCE = 20_000; // milliseconds
const $ = (selector) => element.querySelector(selector);
const inDigits = (score) => score.toFixed(3).replace("-", "−");

/** Runs fn with the newest argument: at most `width` runs at a time, and of those that wait only the last one counts. */
function newest(fn, width = 1) {
  let running = 0;
  let waiting = null;
  return function run(argument) {
    if (running >= width) {
      waiting = [argument];
      return;
    }
    running += 1;
    Promise.resolve(fn(argument)).finally(() => {
      running -= 1;
      const next = waiting;
      waiting = null;
      if (next) run(next[0]);
    });
  };
}

/** Calls a Python function. Throws an Error whose message is a sentence for people; `out` where no answer came at all. */
async function call(name, argument = null) {
  const late = new Promise((resolve) => { setTimeout(resolve, PATIENCE); });
  const result = await Promise.race([server[name](argument), late]);
  if (!result) throw Object.assign(new Error("No answer from the server. Nothing is lost: try again in a moment."), { out: true });
  if (result.error) throw new Error(result.error);
  return result;
}

/** Lets the rest of the page know: an `emoji-qa:<name>` event on the document. */
const send = (name, detail) => document.dispatchEvent(new CustomEvent(`emoji-qa:${name}`, { detail }));

/** An address that Python gave, relative to the page's root, as one that can be fetched. */
function absolute(address) {
  const root = window.gradio_config?.root ?? location.href;
  return new URL(address, root.endsWith("/") ? root : `${root}/`).href;
}

const SHOW_ALL = "emoji-qa:show-all"; // "yes" where the visitor wants the hidden emojis, too

/** What the browser remembers under a key, or null. */
function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // a browser may refuse to store anything
  }
}

/** Whether the browser remembers it beyond this visit. */
function retain(key, value) {
  try {
    localStorage.setItem(key, value);
    return true;
  } catch {
    return false;
  }
}

/** Base64 from the server as bytes. */
const toBytes = (data) => Uint8Array.from(atob(data), (char) => char.charCodeAt(0));

/** {data: base64, type} from the server as what a browser saves. */
const toBlob = ({ data, type }) => new Blob([toBytes(data)], { type });

/** Saves it where the browser saves files. */
function saveFile(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Writes a message beside what it is about; `wrong` marks it as a problem. */
function tell(note, message, wrong = false) {
  if (note.textContent !== message) note.textContent = message;
  note.classList.toggle("wrong", wrong);
}
