// The filmstrip: everywhere the hand came to rest. Undo and redo walk along it; a new way cuts off what lay ahead.

import { copyOf } from "../browser/panel.js";
import { own, state, subscribe } from "../browser/store.js";

const MAX_FRAMES = 40;

/** @param {import("../browser/panel.js").Panel} panel @param {import("./view.js").View} view */
export function createHistory({ $, element }, view) {
  const canvas = $(".frame canvas");
  const strip = $(".film");
  const change = own({ history: { frames: [], at: -1 } });
  const items = new Map(); // of frames

  /** What is shown becomes the last frame, unless it is the present one. */
  function remember({ sliders, caption, emoji, original, composition }) {
    const { frames, at } = state.history;
    if (frames[at] && sliders.every((value, i) => value === frames[at].sliders[i])) return;
    const frame = { sliders, caption, emoji, original, composition };
    items.set(frame, picture(frame));
    const kept = [...frames.slice(0, at + 1), frame].slice(-MAX_FRAMES);
    change({ history: { frames: kept, at: kept.length - 1 } });
  }

  function picture(frame) {
    const item = copyOf($(".frame-template"));
    const button = item.firstElementChild;
    const small = button.firstElementChild;
    small.getContext("2d").imageSmoothingQuality = "high";
    small.getContext("2d").drawImage(canvas, 0, 0, small.width, small.height);
    button.setAttribute("aria-label", frame.caption);
    button.title = frame.caption;
    button.addEventListener("click", () => walk(state.history.frames.indexOf(frame)));
    return item;
  }

  function walk(at) {
    const { frames } = state.history;
    if (!frames[at]) return;
    change({ history: { frames, at } });
    const { sliders, caption, emoji, original, composition } = frames[at];
    view.go(sliders, caption, { emoji, original, composition });
  }

  /** What has not come to rest yet is remembered first, so that undo takes back just that. */
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
    $(".undo").disabled = at <= 0;
    $(".redo").disabled = at >= frames.length - 1;
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
  subscribe(["shown"], ({ shown }) => { if (shown.settled) remember(shown); });
}
