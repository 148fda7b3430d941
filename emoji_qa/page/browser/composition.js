// Pictures that are SVGs, of real emojis and of those put together: show one, save it as a file, copy it to the clipboard.

import { copyPng, saveFile } from "./files.js";

/** The SVG of an emoji that was put together or is a real one; null if there is only the decoder's picture.
 * @param {{svg?: string|null, composition?: import("./store.js").Composition|null}} shown */
export const svgOf = ({ svg, composition }) => composition?.svg ?? svg ?? null;

/** An SVG → a data URI. In an <img> no script of the SVG can run. */
export const uriOf = (svg) => `data:image/svg+xml,${encodeURIComponent(svg)}`;

/** An SVG → an image that a canvas can draw, size × size. The SVG itself gets that size, since otherwise some browsers draw
 * it small first and then enlarge it. */
export async function toImage(svg, size) {
  const root = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  for (const side of ["width", "height"]) root.setAttribute(side, String(size));
  const image = new Image(size, size);
  image.src = uriOf(new XMLSerializer().serializeToString(root));
  await image.decode();
  return image;
}

/** An SVG → a PNG, size × size, with transparency. @returns {Promise<Blob>} */
export async function toPng(svg, size) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  canvas.getContext("2d").drawImage(await toImage(svg, size), 0, 0, size, size);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("This browser cannot make a PNG of it. Save the SVG."))));
  });
}

/** An SVG → a file. kind: "png", of `size` pixels, or "svg". */
export const toFile = async (svg, kind, size) => (kind === "svg" ? new Blob([svg], { type: "image/svg+xml" }) : toPng(svg, size));

/** The file name for a picture, from the emojis in its description: "🏆 with 🤩" → "emoji-1f3c6-1f929". */
export function nameOf(madeOf) {
  const signs = [...madeOf.matchAll(/\p{Extended_Pictographic}/gu)].map(([sign]) => sign.codePointAt(0).toString(16));
  return ["emoji", ...signs].join("-").slice(0, 60);
}

/** Saves the picture as a file, and returns the sentence that says so. */
export async function savePicture(svg, madeOf, kind, size = 0) {
  const name = `${nameOf(madeOf)}.${kind}`;
  saveFile(await toFile(svg, kind, size), name);
  return `${name} is saved.`;
}

/** Copies the picture to the clipboard as a PNG. Throws an Error with a sentence if that is impossible. */
export const copyPicture = (svg, size) => copyPng(toPng(svg, size), "Save the PNG.");
