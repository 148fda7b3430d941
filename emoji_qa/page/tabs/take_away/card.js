// A card to share, drawn in the browser: a picture with the tweet's first line, its answers, and the emoji that is shown.

import { svgOf, toPng } from "../../browser/composition.js";
import { saveFile, toBlob } from "../../browser/files.js";
import { state } from "../../browser/store.js";

const [WIDTH, HEIGHT] = [1200, 630];
const MARGIN = 72;
const LARGE = 320; // pixels of the emoji that is shown
const SMALL = 92; // pixels of each answer
const LINES = 4;
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";
const CREDIT = "emoji-qa · pictures after Twemoji, CC BY 4.0";

/** @param {import("../../browser/panel.js").Panel} panel @param {import("../../browser/status.js").StatusLine} line
 * @param {(work: () => any) => Promise<void>} attempt runs work and shows its error, if any */
export function createCard({ $, call, element }, line, attempt) {
  async function make() {
    if (!state.shown) throw new Error("There is no emoji yet. Try again in a moment.");
    line.tell("One moment …");
    const { shown, answers, tweet } = state;
    const { sliders } = shown;
    const svg = svgOf(shown);
    const file = svg ? toPng(svg, LARGE) : call("export_emoji", { sliders, format: "png", size: LARGE }).then(toBlob);
    const [large, ...small] = await Promise.all([
      file.then((picture) => createImageBitmap(picture)),
      ...answers.map(({ picture }) => load(picture)),
    ]);
    const style = getComputedStyle(element);
    const colour = (name) => style.getPropertyValue(`--${name}`).trim();
    const canvas = draw({ tweet: tweet.trim().split("\n")[0], large, small: small.filter(Boolean), caption: shown.caption }, colour);
    const blob = await new Promise((resolve) => { canvas.toBlob(resolve, "image/png"); });
    return new File([blob], "emoji-card.png", { type: "image/png" });
  }

  $(".save-card").addEventListener("click", () => attempt(async () => {
    saveFile(await make(), "emoji-card.png");
    line.tell("emoji-card.png is saved.");
  }));
  const sharing = $(".share-card");
  sharing.hidden = !navigator.canShare?.({ files: [new File([], "emoji-card.png", { type: "image/png" })] });
  sharing.addEventListener("click", () => attempt(async () => {
    const file = await make();
    line.tell("");
    try {
      await navigator.share({ files: [file] });
    } catch (error) {
      if (error.name === "AbortError") return; // the visitor cancelled it
      throw new Error("Sharing is not possible here. Save the card.");
    }
  }));
}

async function load(picture) {
  const image = new Image();
  image.src = picture;
  return image.decode().then(() => image, () => null); // the card then lacks this picture
}

function draw({ tweet, large, small, caption }, colour) {
  const canvas = Object.assign(document.createElement("canvas"), { width: WIDTH, height: HEIGHT });
  const context = canvas.getContext("2d");
  const left = WIDTH - MARGIN - LARGE - 48; // left edge of the large picture's mat
  context.imageSmoothingQuality = "high";
  context.fillStyle = colour("paper");
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.fillStyle = colour("sun");
  context.fillRect(0, HEIGHT - 12, WIDTH, 12);

  context.fillStyle = colour("mat");
  context.beginPath();
  context.roundRect(left, MARGIN, LARGE + 48, LARGE + 48, 32);
  context.fill();
  context.drawImage(large, left + 24, MARGIN + 24, LARGE, LARGE);

  context.fillStyle = colour("ink");
  const size = tweet.length > 90 ? 40 : tweet.length > 45 ? 48 : 56;
  context.font = `650 ${size}px ${FONT}`;
  broken(context, tweet, left - MARGIN - 48).forEach((words, i) => context.fillText(words, MARGIN, MARGIN + size + i * size * 1.25));

  small.forEach((image, i) => context.drawImage(image, MARGIN + i * (SMALL + 24), MARGIN + LARGE + 48 - SMALL, SMALL, SMALL));
  context.fillStyle = colour("soft");
  context.font = `400 28px ${FONT}`;
  context.textAlign = "center";
  context.fillText(broken(context, caption, LARGE + 48, 1)[0] ?? "", left + (LARGE + 48) / 2, MARGIN + LARGE + 96);
  context.textAlign = "left";
  context.font = `400 24px ${FONT}`;
  context.fillText(CREDIT, MARGIN, HEIGHT - 52);
  return canvas;
}

/** A text, broken into at most `most` lines no wider than `width`; the last one ends with … if text is left out. */
function broken(context, text, width, most = LINES) {
  const lines = [""];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (context.measureText(longer).width <= width || !lines.at(-1)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  const kept = lines.slice(0, most);
  const fits = (line) => context.measureText(line).width <= width;
  return kept.map((line, i) => {
    let shown = line + (i === most - 1 && lines.length > most ? " …" : "");
    while (!fits(shown) && shown.length > 2) shown = `${shown.slice(0, -2).trimEnd()}…`;
    return shown;
  });
}
