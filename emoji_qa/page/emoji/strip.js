// If the halves are one below the other: a strip at the lower edge of the screen, with a small view of the half that is out
// of sight, which leads there.

import { svgOf, toImage } from "../browser/composition.js";
import { send } from "../browser/events.js";
import { state, subscribe } from "../browser/store.js";

const SIDE = 96; // pixels of the small picture

/** @param {import("../browser/panel.js").Panel} panel */
export function createStrip({ $ }) {
  const strip = $(".strip");
  const large = $(".frame canvas");
  const small = $(".strip canvas");

  /** Draws an emoji as its SVG if there is one, else as on the large canvas. */
  async function draw() {
    const { shown } = state;
    const svg = svgOf(shown);
    const picture = svg ? await toImage(svg, SIDE).catch(() => large) : large;
    if (shown !== state.shown) return;
    const context = small.getContext("2d");
    context.clearRect(0, 0, SIDE, SIDE);
    context.imageSmoothingQuality = "high";
    context.drawImage(picture, 0, 0, SIDE, SIDE);
  }

  $(".to-emoji").addEventListener("click", () => {
    const title = $("#emoji-title");
    title.focus({ preventScroll: true });
    title.scrollIntoView({ block: "start" });
  });
  $(".to-tweet").addEventListener("click", () => send("see", null));
  new IntersectionObserver((entries) => {
    const { isIntersecting, boundingClientRect } = entries.at(-1);
    strip.classList.toggle("at-emoji", isIntersecting);
    $(".to-emoji .way").textContent = boundingClientRect.top < 0 ? "Bend it ↑" : "Bend it ↓";
  }).observe(large);
  subscribe(["shown"], ({ shown }) => {
    draw();
    $(".to-emoji .said").textContent = shown.caption;
  });
  subscribe(["tweet", "answers"], ({ tweet, answers }) => {
    $(".to-tweet .said").textContent = [answers.map(({ emoji }) => emoji).filter((emoji) => !emoji.startsWith("yours-")).join(""), tweet.trim().slice(0, 100)].filter(Boolean).join(" ");
  });
  new ResizeObserver(draw).observe(large);
  if (state.shown) draw();
}
