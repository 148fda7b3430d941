// The filmstrip, with a frame for each emoji at which the view came to rest. Undo and redo walk along it; a new emoji removes
// the frames after the present one.

import { svgOf, uriOf } from "../browser/composition.js";
import { copyOf, switchOff } from "../browser/panel.js";
import { isLasting, keep, kept, lasting } from "../browser/session.js";
import { own, state, subscribe } from "../browser/store.js";

const MAX_FRAMES = 40;
const SIDE = 96; // pixels of the frames' pictures

/** @param {import("../browser/panel.js").Panel} panel @param {import("./picture.js").View} view */
export function createHistory({ $, element }, view) {
  const canvas = $(".frame canvas");
  const strip = $(".film");
  const change = own({ history: before() });
  const items = new Map(state.history.frames.map((frame) => [frame, item(frame)]));
  const small = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });

  /** The history before the page was reloaded, empty at a first load. */
  function before() {
    const { frames = [], at = -1 } = kept("history") ?? {};
    const isFrame = (one) => isLasting(one) && /^data:image\/(webp|png|svg\+xml)[;,]/.test(one.picture);
    return Array.isArray(frames) && frames.every(isFrame) && (frames[at] || !frames.length) ? { frames, at } : { frames: [], at: -1 };
  }

  /** Makes what is shown the last frame, unless it is the present one. If both followed the tweet, it replaces that. */
  function remember(shown) {
    const { sliders, followed } = shown;
    const { frames, at } = state.history;
    if (frames[at] && sliders.every((value, i) => value === frames[at].sliders[i])) return;
    const svg = svgOf(shown);
    const frame = { ...lasting(shown), picture: svg ? uriOf(svg) : copy() };
    items.set(frame, item(frame));
    const past = frames.slice(0, followed && frames[at]?.followed ? at : at + 1);
    const all = [...past, frame].slice(-MAX_FRAMES);
    change({ history: { frames: all, at: all.length - 1 } });
  }

  /** A small picture of what is shown. */
  function copy() {
    const context = small.getContext("2d");
    context.clearRect(0, 0, SIDE, SIDE);
    context.imageSmoothingQuality = "high";
    context.drawImage(canvas, 0, 0, SIDE, SIDE);
    return small.toDataURL("image/webp", 0.9);
  }

  function item(frame) {
    const item = copyOf($(".frame-template"));
    const button = item.firstElementChild;
    button.firstElementChild.src = frame.picture;
    button.setAttribute("aria-label", frame.caption);
    button.title = frame.caption;
    button.addEventListener("click", () => walk(state.history.frames.indexOf(frame)));
    return item;
  }

  function walk(at) {
    const { frames } = state.history;
    if (!frames[at]) return;
    change({ history: { frames, at } });
    view.back(frames[at]);
  }

  /** If what is shown has not come to rest yet, it becomes a frame first, so that undo takes back just that. */
  function step(by) {
    view.settle();
    walk(state.history.at + by);
  }

  function show({ history: { frames, at } }) {
    for (const [frame, item] of items) {
      if (frames.includes(frame)) continue;
      item.remove();
      items.delete(frame);
    }
    for (const frame of frames) if (!items.get(frame).isConnected) strip.append(items.get(frame));
    switchOff($(".undo"), at <= 0);
    switchOff($(".redo"), at >= frames.length - 1);
    for (const [i, frame] of frames.entries()) {
      const item = items.get(frame);
      if (i !== at) {
        item.firstElementChild.removeAttribute("aria-current");
        continue;
      }
      item.firstElementChild.setAttribute("aria-current", "true");
      strip.scrollTo({ left: item.offsetLeft - strip.clientWidth / 2 });
    }
  }

  $(".undo").addEventListener("click", () => step(-1));
  $(".redo").addEventListener("click", () => step(1));
  element.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    if (/text|search|number/.test(/** @type {HTMLInputElement} */ (event.target).type)) return;
    const by = { z: event.shiftKey ? 1 : -1, y: 1 }[event.key.toLowerCase()];
    if (!by) return;
    event.preventDefault();
    step(by);
  });
  subscribe(["history"], show);
  subscribe(["history"], ({ history }) => keep("history", history));
  subscribe(["shown"], ({ shown }) => {
    const isOpening = !shown.ticket && state.history.frames.length > 0; // the page's own emoji, before the last frame is restored
    if (shown.settled && !isOpening) remember(shown);
  });
}
