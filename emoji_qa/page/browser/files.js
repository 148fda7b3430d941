// Files and texts that leave the page: saved where the browser saves files, or put on the clipboard.

/** Base64 from the server as bytes. */
export const toBytes = (data) => Uint8Array.from(atob(data), (char) => char.charCodeAt(0));

/** {data: base64, type} from the server as what a browser saves. */
export const toBlob = ({ data, type }) => new Blob([toBytes(data)], { type });

/** A text as a part of a file's name: its words, of letters and digits of any script. */
export const fileName = (text) => [...(text.toLowerCase().normalize("NFC").match(/[\p{L}\p{M}\p{N}]+/gu) ?? ["emoji"]).join("-")].slice(0, 40).join("");

/** Saves it where the browser saves files. */
export function saveFile(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Puts text on the clipboard, also where a page may not write to it itself: over plain HTTP, and in a frame. Throws an Error
 * with a sentence where nothing helps. */
export async function copyText(text, element = document.body) {
  try {
    return await navigator.clipboard.writeText(text);
  } catch { /* as browsers did it before there was such a clipboard */ }
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

/** Puts a picture on the clipboard. Throws an Error with a sentence where that cannot be, which ends with what to do instead.
 * @param {Promise<Blob>} png @param {string} instead */
export async function copyPng(png, instead) {
  if (!navigator.clipboard?.write || !window.ClipboardItem) throw new Error(`This browser cannot copy pictures. ${instead}`);
  await navigator.clipboard.write([new ClipboardItem({ "image/png": png })]).catch(async () => {
    await png; // where this failed, it says why
    throw new Error(`Copying pictures is not allowed here. ${instead}`);
  });
}
