// Files and texts that leave the page: saved by the browser, or copied to the clipboard.

/** Base64 from the server → bytes. */
export const toBytes = (data) => Uint8Array.from(atob(data), (char) => char.charCodeAt(0));

/** {data: base64, type} from the server → a Blob. */
export const toBlob = ({ data, type }) => new Blob([toBytes(data)], { type });

/** A text → a part of a file's name: its words, made of letters and digits of any script, joined by hyphens. */
export const fileName = (text) => [...(text.toLowerCase().normalize("NFC").match(/[\p{L}\p{M}\p{N}]+/gu) ?? ["emoji"]).join("-")].slice(0, 40).join("");

/** Has the browser save a file. */
export function saveFile(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Copies text to the clipboard, even where the page has no right to write to it: over plain HTTP, or in a frame. Throws
 * an Error with a sentence if no way works. */
export async function copyText(text, element = document.body) {
  try {
    return await navigator.clipboard.writeText(text);
  } catch { /* try the way that was used before browsers had navigator.clipboard */ }
  const area = document.createElement("textarea");
  const before = /** @type {HTMLElement|null} */ (document.activeElement);
  area.value = text;
  area.className = "unseen";
  element.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  before?.focus({ preventScroll: true });
  if (!done) throw new Error("Copying is not allowed here.");
  return undefined;
}

/** Copies a picture to the clipboard. If that is impossible, throws an Error with a sentence, which ends with `instead`,
 * what to do instead.
 * @param {Promise<Blob>} png @param {string} instead */
export async function copyPng(png, instead) {
  if (!navigator.clipboard?.write || !window.ClipboardItem) throw new Error(`This browser cannot copy pictures. ${instead}`);
  await navigator.clipboard.write([new ClipboardItem({ "image/png": png })]).catch(async () => {
    await png; // if making the picture failed, this throws the reason
    throw new Error(`Copying pictures is not allowed here. ${instead}`);
  });
}
