// Pictures that are dropped or pasted anywhere on the page; no file that is dropped makes the browser leave it.

const HINT = "Drop the picture anywhere: it becomes an emoji.";
const NO_PICTURE = "Only pictures can be dropped here. A file of tweets goes into “Several tweets at once”, below.";

const holdsFiles = (event) => [...event.dataTransfer?.types ?? []].includes("Files");
const pictureIn = (files) => [...files].find(({ type }) => type.startsWith("image/"));
const isFileField = ({ target }) => /** @type {HTMLElement} */ (target).closest?.("input[type=file]"); // it takes files by itself

/** hint: an element that says what a drop does. take(file): of a picture. refuse(message): of anything else. */
export function picturesAnywhere(hint, take, refuse) {
  let within = 0; // elements that what is dragged has entered and not left

  function show(is) {
    hint.textContent = is ? HINT : "";
    hint.hidden = !is;
  }

  document.addEventListener("dragenter", (event) => {
    if (!holdsFiles(event)) return;
    within += 1;
    show(true);
  });
  document.addEventListener("dragleave", (event) => {
    if (!holdsFiles(event)) return;
    within = Math.max(within - 1, 0);
    if (!within) show(false);
  });
  document.addEventListener("dragover", (event) => { if (holdsFiles(event) && !isFileField(event)) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    within = 0;
    show(false);
    if (event.defaultPrevented || isFileField(event)) return;
    event.preventDefault();
    const file = pictureIn(event.dataTransfer.files);
    if (file) take(file);
    else refuse(NO_PICTURE);
  });
  document.addEventListener("paste", (event) => {
    const file = pictureIn(event.clipboardData?.files ?? []);
    const isText = event.clipboardData?.types.includes("text/plain");
    if (!file || (isText && /** @type {HTMLElement} */ (event.target).closest?.("input, textarea"))) return; // text of a document, say
    event.preventDefault(); // what is selected in the tweet stays
    take(file);
  });
}
