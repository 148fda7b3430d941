// The morph, which runs through the ingredients in their order and back. The server decodes all frames in one call.

import { saveFile, toBlob } from "../../browser/files.js";
import { drawPicture, put, unpack } from "../../browser/drawing/paint.js";
import { switchOff } from "../../browser/panel.js";
import { statusLine } from "../../browser/status.js";
import { state, subscribe } from "../../browser/store.js";

const PAUSE = 500; // milliseconds after the last change of the tray

/** @param {import("../../browser/panel.js").Panel} panel */
export function createMorph({ $, call, props: { sizes, times } }) {
  const player = $(".morph canvas");
  const play = $(".play");
  const line = statusLine($(".morph-note"));
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let frames = []; // as decoder outputs
  let painted = []; // the same, painted at `side` pixels
  let side = 0;
  let kind = "linear";
  let position = 0; // of the present frame, counting there and back
  let isPlaying = false;
  let isSeen = false;
  let ticking = 0;
  let waiting = 0;
  let asked = 0;

  const stops = () => state.tray.map(({ sliders }) => sliders);
  const length = () => Math.max(2 * frames.length - 2, 1);

  /** Called for other ingredients: drops the morph and, after a pause, fetches the new one. */
  function showAnother({ tray }) {
    clearTimeout(waiting);
    asked += 1;
    frames = [];
    pause();
    for (const button of [play, $(".save")]) switchOff(button, tray.length < 2);
    const names = tray.map(({ name }) => name).join(" to ");
    player.setAttribute("aria-label", tray.length < 2 ? "The morph; it needs two emojis" : `Morph from ${names}`);
    player.classList.toggle("stale", tray.length > 1);
    if (tray.length < 2) return wipe();
    waiting = setTimeout(() => { if (isSeen) fetchFrames(!calm.matches); }, PAUSE);
  }

  function wipe() {
    player.getContext("2d").clearRect(0, 0, player.width, player.height);
    line.tell("");
  }

  /** thenPlay: whether to play it; otherwise only its first frame is shown. */
  async function fetchFrames(thenPlay) {
    clearTimeout(waiting);
    asked += 1;
    const ticket = asked;
    try {
      const sent = await call("play_morph", { stops: stops(), kind });
      if (ticket !== asked) return;
      [frames, painted, position] = [sent.frames.map(unpack), [], 0];
      if (line.isProblem) line.tell(""); // a message about a saved file stays
      player.classList.remove("stale");
      showFrame();
      if (thenPlay) start();
    } catch (error) {
      if (ticket === asked) line.tell(error.message, true);
    }
  }

  /** Shows the frame at `position`. Each is painted once at the screen's resolution, and kept. */
  function showFrame() {
    const now = Math.round(player.clientWidth * Math.min(window.devicePixelRatio, 2)) || 176;
    if (now !== side) [side, painted] = [now, []];
    const i = position < frames.length ? position : length() - position;
    painted[i] ??= drawPicture(frames[i], side);
    put(player, painted[i], side);
    player.dataset.frame = i;
  }

  function start() {
    isPlaying = true;
    showPlaying();
    clearTimeout(ticking);
    tick();
  }

  function tick() {
    const isEnd = position === 0 || position === frames.length - 1;
    ticking = setTimeout(() => {
      if (!isPlaying || !isSeen) return;
      position = (position + 1) % length();
      showFrame();
      tick();
    }, isEnd ? times.hold : times.step);
  }

  function pause() {
    isPlaying = false;
    clearTimeout(ticking);
    showPlaying();
  }

  function showPlaying() {
    play.classList.toggle("playing", isPlaying);
    play.setAttribute("aria-label", isPlaying ? "Pause the morph" : "Play the morph");
  }

  play.addEventListener("click", () => {
    if (isPlaying) pause();
    else if (frames.length) start();
    else fetchFrames(true);
  });
  for (const button of $(".kind").children) {
    button.addEventListener("click", () => {
      kind = button.value;
      for (const other of $(".kind").children) other.setAttribute("aria-pressed", String(other === button));
      if (state.tray.length > 1) fetchFrames(isPlaying || !calm.matches);
    });
  }

  async function save() {
    const size = Number($(".size").value);
    const request = { stops: stops(), names: state.tray.map(({ name }) => name), kind, format: $(".format").value, size };
    switchOff($(".save"), true);
    line.tell("The file is being made.");
    try {
      const { name, type, data } = await call("save_morph", request);
      saveFile(toBlob({ data, type }), name);
      line.tell(`${name}: ${Math.ceil(data.length * 0.00075)} kB.`);
    } catch (error) {
      line.tell(error.message, true);
    }
    switchOff($(".save"), state.tray.length < 2);
  }

  $(".save").addEventListener("click", save);
  $(".size").append(...sizes.map((pixels) => new Option(`${pixels} px${pixels === 128 ? " for chats, ≤ 128 kB" : ""}`, pixels, pixels === 128, pixels === 128)));
  new IntersectionObserver((entries) => {
    isSeen = entries.at(-1).isIntersecting;
    if (!isSeen) return clearTimeout(ticking);
    if (state.tray.length > 1 && !frames.length) fetchFrames(!calm.matches);
    else if (isPlaying) start();
  }).observe(player);
  let morphed = [];
  subscribe(["tray"], ({ tray }) => { // a morph does not depend on weights
    const now = tray.map(({ id }) => id);
    if (now.join() === morphed.join()) return;
    morphed = now;
    showAnother(state);
  });
}
