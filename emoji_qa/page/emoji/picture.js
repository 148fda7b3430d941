// The picture of the emoji half: it shows what was requested last, drawn by the worker or the server. It owns `state.shown`.

import { svgOf, uriOf } from "../browser/composition.js";
import { drawPicture, floats, put, unpack } from "../browser/drawing/paint.js";
import { absolute, newest } from "../browser/panel.js";
import { keep, lasting } from "../browser/session.js";
import { own, state } from "../browser/store.js";
import { browserDecoder } from "../browser/drawing/decoder.js";

const FRAME = 16; // milliseconds between two frames of the screen
const REST = 350; // milliseconds without a new picture after which the view has come to rest
const SHARPEN = 120; // milliseconds without a new picture after which it is drawn at the screen's full resolution

/** @typedef {ReturnType<typeof createView>} View */

export const density = () => Math.min(window.devicePixelRatio, 2);

/** @param {import("../browser/panel.js").Panel} panel @param {import("../browser/status.js").StatusLine} line */
export function createView({ $, call, props }, line) {
  const frame = $(".frame");
  const canvas = $(".frame canvas");
  const local = browserDecoder(props.decoder, absolute(""));
  const change = own({ sliders: /** @type {number[]} */ ([]), shown: null, busy: false });
  let picture = null; // what is shown: the decoder's output from the server, or bytes from the worker, painted at its .size
  let issued = 0; // the number of the latest request
  let latest = 0; // the number of the request whose result is on the page
  let held = false; // whether the visitor is holding a slider
  let inTurn = Promise.resolve(); // done when all of `askInTurn` so far are shown
  let sharpening = 0;
  let resting = 0;
  let pace = Infinity; // milliseconds that the worker takes per pixel

  /** Shows a result's picture, and sets the sliders if it has any, unless a newer result is on the page. */
  function show(ticket, result, caption) {
    if (ticket < latest) return;
    latest = ticket;
    const sliders = result.sliders ?? result.at;
    ({ picture } = result);
    redrawPicture();
    describe(caption, result);
    canvas.dataset.by = picture.size ? "browser" : "server";
    const { emoji = null, original = null, svg = null, composition = null, row = -1, followed = false } = result;
    const answer = composition?.answer ? floats(composition.answer) : result.answer;
    change({
      ...(result.sliders && ticket === issued ? { sliders } : {}),
      shown: { sliders, caption, emoji, original, svg, composition, row, followed, answer, ticket, settled: Boolean(result.settled) },
    });
    canvas.dataset.shown = ticket;
    keep("shown", lasting(state.shown));
    clearTimeout(resting);
    resting = setTimeout(rest, REST);
  }

  /** No new picture came for a while: settles what is shown, unless the visitor is holding a slider. */
  function rest() {
    if (!held) settle();
  }

  /** Marks what is shown as settled, if it is the result of the latest request. */
  function settle() {
    clearTimeout(resting);
    if (latest === issued && !state.shown.settled) change({ shown: { ...state.shown, settled: true } });
  }

  const side = (pixelsEach) => Math.round(canvas.clientWidth * pixelsEach) || 288;

  /** Pixels along one edge while the emoji changes: the screen's full resolution if the worker is fast enough for it. */
  function sideInMotion() {
    const full = side(density());
    return full * full * pace < FRAME ? full : side(Math.min(density(), 1));
  }

  /** Paints quickly at first, and a moment later at the full resolution of a screen that has more. */
  function redrawPicture() {
    const full = side(density());
    const size = picture.size === full ? full : side(Math.min(density(), 1));
    clearTimeout(sharpening);
    paint(size);
    if (size < full) sharpening = setTimeout(paint, SHARPEN, full);
  }

  function paint(size) {
    if (!picture.size) return put(canvas, drawPicture(picture, size), size);
    if (picture.size !== size) repaint({ ticket: latest, size });
    return put(canvas, picture.bytes, picture.size);
  }

  /** Has the worker paint a picture again at another size, unless there is a newer request. */
  const repaint = newest(async ({ ticket, size }) => {
    const result = await decode(picture.sliders, size).catch(() => null);
    if (!result || ticket !== issued) return;
    picture = result.picture;
    paint(size);
  });

  /** The caption, and what stands beside the decoder's picture: the drawing that it is the code of, if there is one. */
  function describe(caption, { original, svg: real, composition }) {
    const svg = svgOf({ svg: real, composition });
    const text = $(".caption span");
    const image = $(".original");
    if (text.textContent !== caption) text.textContent = text.title = caption;
    canvas.setAttribute("aria-label", `Decoded picture: ${caption}`);
    if (original) image.src = original;
    image.classList.toggle("none", !original || Boolean(svg));
    const drawn = $(".drawn");
    drawn.hidden = !svg;
    if (svg) {
      const picture = drawn.querySelector("img");
      picture.src = uriOf(svg);
      picture.alt = composition ? "The same, put together from parts" : "The same, as it is drawn";
      drawn.querySelector(".of-drawing").textContent = composition ? "put together" : "the real one";
    }
    frame.classList.toggle("both", Boolean(svg));
  }

  /** Begins a request and returns its ticket. The picture is busy until the latest request is answered. isAsked: whether the
   * server answers it, which may take a while. isLate: whether its success leaves the message that is shown. */
  function begin(isAsked = false, isLate = false) {
    issued += 1;
    const tell = line.later();
    setBusy(true);
    frame.classList.toggle("asked", isAsked);
    return { ticket: issued, tell: isLate ? (message, wrong) => { if (message) tell(message, wrong); } : tell };
  }

  function setBusy(busy) {
    canvas.setAttribute("aria-busy", String(busy));
    if (!busy) frame.classList.remove("asked");
    change({ busy });
  }

  async function update({ ticket, tell }, request, caption) {
    try {
      const result = await request();
      if (ticket >= latest) tell("");
      show(ticket, result, caption ?? result.name);
    } catch (error) {
      if (ticket >= latest) tell(error.message, true);
    }
    if (ticket === issued) setBusy(false);
  }

  /** Sliders → the picture, painted at `size` by the worker or as the server sends it, and its answer's unit vector. */
  async function decode(sliders, size) {
    if (local.state === "ready") {
      try {
        const began = performance.now();
        const { bytes, answer } = await local.draw(sliders, size);
        pace = (performance.now() - began) / (size * size);
        return { picture: { bytes, size, sliders }, answer, at: sliders };
      } catch { /* the decoder has reported why; the server draws instead */ }
    }
    return { ...receive(await call("draw_sliders", sliders)), at: sliders };
  }

  const draw = ({ begun, sliders, caption, told }) => update(begun, async () => ({ ...await decode(sliders, sideInMotion()), ...told }), caption);
  const drawHere = newest(draw);
  // Two requests at a time: over a slow line this gives twice as many pictures, and `show` keeps them in order.
  const drawThere = newest(draw, 2);

  return {
    local,

    /** Shows the emoji at these coordinates. told: other fields of Shown, if known: {emoji, original, svg, row, followed} for a
     * real emoji, {composition}; settled: whether it counts as settled at once. isLate: as for `begin`. */
    go(sliders, caption, told = {}, isLate = false) {
      change({ sliders });
      (local.state === "ready" ? drawHere : drawThere)({ begun: begin(false, isLate), sliders, caption, told });
    },

    /** Shows again what was shown before, under the same caption.
     * @param {import("../browser/store.js").Shown|import("../browser/store.js").Frame} before */
    back(before) {
      const { sliders, caption, ...told } = lasting(before);
      this.go(sliders, caption, told);
    },

    /** Calls a Python function and shows the emoji that it returns, by default under its name. told: as for `go`. */
    ask(name, argument, caption = undefined, told = {}) {
      return update(begin(true), async () => ({ ...receive(await call(name, argument)), ...told }), caption);
    },

    /** As `ask`, but no result is skipped: all are shown in the order of the requests, and each counts as settled at once,
     * however soon the next follows. heard: called with the function's result when its turn comes. */
    askInTurn(name, argument, caption, heard = (/** @type {any} */ _) => {}) {
      const begun = begin(true);
      const asked = call(name, argument);
      asked.catch(() => {}); // `update` handles the error when its turn comes
      const told = async () => {
        const sent = await asked;
        heard(sent);
        return { ...receive(sent), settled: true };
      };
      inTurn = inTurn.then(() => update(begun, told, caption));
    },

    /** Shows the emoji that came with the page. */
    open(sent) {
      show(0, { ...receive(sent), followed: true }, sent.name);
      settle();
    },

    /** Notes that the visitor is holding a slider, or has let it go. */
    hold(is) {
      if (held && !is) {
        held = false;
        rest();
      }
      held = is;
    },

    settle,
    redrawPicture,
    /** The number of the latest request. */
    get ticket() { return issued; },
    /** Whether there is a newer request, or the visitor is holding a slider. */
    isPast: (ticket) => ticket !== issued || held,
  };
}

const receive = (sent) => ({ ...sent, picture: unpack(sent), original: sent.picture });
