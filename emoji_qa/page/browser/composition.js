// A picture put together from parts, as the SVG that it is: shown, saved as a file, and put on the clipboard.

import { copyPng, saveFile } from "./files.js";

/** An SVG as the address of a picture. In an <img> nothing in it can run. */
export const uriOf = (svg) => `data:image/svg+xml,${encodeURIComponent(svg)}`;

/** An SVG → a picture that a canvas can draw, size × size. It says that size itself: else some browsers draw it small first. */
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

/** As a file. kind: "png" of `size` pixels, or "svg". */
export const toFile = async (svg, kind, size) => (kind === "svg" ? new Blob([svg], { type: "image/svg+xml" }) : toPng(svg, size));

/** The characters that make a file's name: "🏆 with 🤩" → "emoji-1f3c6-1f929". */
export function nameOf(madeOf) {
  const signs = [...madeOf.matchAll(/\p{Extended_Pictographic}/gu)].map(([sign]) => sign.codePointAt(0).toString(16));
  return ["emoji", ...signs].join("-").slice(0, 60);
}

/** Saves it, and gives the sentence that says so. */
export async function savePicture(svg, madeOf, kind, size = 0) {
  const name = `${nameOf(madeOf)}.${kind}`;
  saveFile(await toFile(svg, kind, size), name);
  return `${name} is saved.`;
}

/** Puts it on the clipboard as a PNG. Throws an Error with a sentence where that cannot be. */
export const copyPicture = (svg, size) => copyPng(toPng(svg, size), "Save the PNG.");
