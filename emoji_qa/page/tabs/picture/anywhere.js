// Takes pictures that are dropped or pasted anywhere on the page. A dropped file never makes the browser leave the page.

const HINT = "Drop the picture anywhere: it becomes an emoji.";
const NO_PICTURE = "Only pictures can be dropped here. A file of tweets goes into “Several tweets at once”, below.";

const holdsFiles = (event) => [...event.dataTransfer?.types ?? []].includes("Files");
const pictureIn = (files) => [...files].find(({ type }) => type.startsWith("image/"));
const isFileField = ({ target }) => /** @type {HTMLElement} */ (target).closest?.("input[type=file]"); // handles drops itself

/** hint: an element that says what a drop does. take(file): called with a picture. refuse(message): called for other files. */
export function picturesAnywhere(hint, take, refuse) {
  let within = 0; // count of elements that the dragged file has entered and not left

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
    if (!file || (isText && /** @type {HTMLElement} */ (event.target).closest?.("input, textarea"))) return; // such as from a document
    event.preventDefault(); // so that the paste does not replace what is selected in the tweet
    take(file);
  });
}
