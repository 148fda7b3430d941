// The picture of the emoji half: it shows what was last asked for, from the worker or from the server. It owns what is shown.

import { uriOf } from "../browser/composition.js";
import { drawPicture, floats, put, unpack } from "../browser/drawing/paint.js";
import { absolute, newest } from "../browser/panel.js";
import { keep } from "../browser/session.js";
import { own, state } from "../browser/store.js";
import { browserDecoder } from "../browser/drawing/worker_client.js";

const FRAME = 16; // milliseconds from one of the screen's pictures to the next
const REST = 350; // milliseconds without another picture after which the hand rests
const SHARPEN = 120; // milliseconds after which it is drawn with all of the screen's pixels

/** @typedef {ReturnType<typeof createView>} View */

export const density = () => Math.min(window.devicePixelRatio, 2);

/** @param {import("../browser/panel.js").Panel} panel @param {import("../browser/status.js").StatusLine} line */
export function createView({ $, call, props }, line) {
  const frame = $(".frame");
  const canvas = $(".frame canvas");
  const local = browserDecoder(props.decoder, absolute(""));
  const change = own({ sliders: /** @type {number[]} */ ([]), shown: null, busy: false });
  let picture = null; // what is shown: from the server as a decoder gives it, from the worker as bytes at its .size
  let issued = 0; // a number for everything the visitor does
  let latest = 0; // the number of what is on the page
  let held = false; // a slider is under the finger
  let inTurn = Promise.resolve(); // the last of those that are shown in the order in which they were asked for
  let sharpening = 0;
  let resting = 0;
  let pace = Infinity; // milliseconds the worker takes for a pixel

  /** Puts a result on the page, unless something newer is there: the picture and, where given, the sliders. */
  function show(ticket, result, caption) {
    if (ticket < latest) return;
    latest = ticket;
    const sliders = result.sliders ?? result.at;
    ({ picture } = result);
    redrawPicture();
    describe(caption, result.original, result.composition);
    canvas.dataset.by = picture.size ? "browser" : "server";
    const { emoji = null, original = null, composition = null, row = -1, followed = false } = result;
    const answer = composition?.answer ? floats(composition.answer) : result.answer;
    change({
      ...(result.sliders && ticket === issued ? { sliders } : {}),
      shown: { sliders, caption, emoji, original, composition, row, followed, answer, ticket, settled: Boolean(result.settled) },
    });
    canvas.dataset.shown = ticket;
    keep("shown", { sliders, caption, emoji, original, composition, row, followed });
    clearTimeout(resting);
    resting = setTimeout(rest, REST);
  }

  /** The hand rests: what is shown is worth remembering, and worth a look around. */
  function rest() {
    if (!held) settle();
  }

  /** What is shown counts as come to rest, if it is what was asked for last. */
  function settle() {
    clearTimeout(resting);
    if (latest === issued && !state.shown.settled) change({ shown: { ...state.shown, settled: true } });
  }

  const side = (pixelsEach) => Math.round(canvas.clientWidth * pixelsEach) || 288;

  /** Pixels along one edge while things move: all of the screen's where the worker is quick enough. */
  function sideInMotion() {
    const full = side(density());
    return full * full * pace < FRAME ? full : side(Math.min(density(), 1));
  }

  /** Quick while things move; a moment later, on a screen that has them, with all of its pixels. */
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

  /** The worker painted it at another size, and has to paint it again, unless the visitor has moved on. */
  const repaint = newest(async ({ ticket, size }) => {
    const result = await decode(picture.sliders, size).catch(() => null);
    if (!result || ticket !== issued) return;
    picture = result.picture;
    paint(size);
  });

  function describe(caption, original, composition = null) {
    const text = $(".caption span");
    const image = $(".original");
    if (text.textContent !== caption) text.textContent = text.title = caption;
    canvas.setAttribute("aria-label", `Decoded picture: ${caption}`);
    if (original) image.src = original;
    image.classList.toggle("none", !original);
    const composed = $(".composed");
    composed.hidden = !composition;
    if (composition) composed.querySelector("img").src = uriOf(composition.svg);
    frame.classList.toggle("both", Boolean(composition));
  }

  /** A ticket for something the visitor did. The picture is busy until the last one's answer is there. isAsked: that comes
   * from the server, and may take a while. */
  function begin(isAsked = false) {
    issued += 1;
    setBusy(true);
    frame.classList.toggle("asked", isAsked);
    return { ticket: issued, tell: line.later() };
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

  /** Sliders → the picture, painted at `size` by the worker or as the server sends it, and its answer. */
  async function decode(sliders, size) {
    if (local.state === "ready") {
      try {
        const began = performance.now();
        const { bytes, answer } = await local.draw(sliders, size);
        pace = (performance.now() - began) / (size * size);
        return { picture: { bytes, size, sliders }, answer, at: sliders };
      } catch { /* it has said why; the server draws */ }
    }
    return { ...receive(await call("draw_sliders", sliders)), at: sliders };
  }

  const draw = ({ begun, sliders, caption, told }) => update(begun, async () => ({ ...await decode(sliders, sideInMotion()), ...told }), caption);
  const drawHere = newest(draw);
  // Two on their way at a time: over a slow line twice the pictures, and `show` keeps them in order.
  const drawThere = newest(draw, 2);

  return {
    local,

    /** Shows the emoji at these coordinates. told: what else is known of it, {emoji, original, row, followed} of a real one,
     * {composition}; settled: it counts as come to rest at once. */
    go(sliders, caption, told = {}) {
      change({ sliders });
      (local.state === "ready" ? drawHere : drawThere)({ begun: begin(), sliders, caption, told });
    },

    /** Shows what was shown before, as it was called then. @param {import("../browser/store.js").Shown} before */
    back({ sliders, caption, emoji, original, composition, row, followed }) {
      this.go(sliders, caption, { emoji, original, composition, row, followed });
    },

    /** Shows what a Python function gives, which has sliders; without a caption it is called by its name. told: as for `go`. */
    ask(name, argument, caption = undefined, told = {}) {
      return update(begin(true), async () => ({ ...receive(await call(name, argument)), ...told }), caption);
    },

    /** As `ask`, for what is worth seeing one after the other: each is shown, and counts as come to rest at once, however soon
     * the next follows. heard: takes what the function gave, in its turn. */
    askInTurn(name, argument, caption, heard = (/** @type {any} */ _) => {}) {
      const begun = begin(true);
      const asked = call(name, argument);
      asked.catch(() => {}); // `update` hears of it in its turn
      const told = async () => {
        const sent = await asked;
        heard(sent);
        return { ...receive(sent), settled: true };
      };
      inTurn = inTurn.then(() => update(begun, told, caption));
    },

    /** Shows what came with the page. */
    open(sent) {
      show(0, { ...receive(sent), followed: true }, sent.name);
      settle();
    },

    /** A slider is under the finger, or no longer. */
    hold(is) {
      if (held && !is) {
        held = false;
        rest();
      }
      held = is;
    },

    settle,
    redrawPicture,
    /** The number of what was asked for last. */
    get ticket() { return issued; },
    /** Whether something is under the finger, or was asked for since. */
    isPast: (ticket) => ticket !== issued || held,
  };
}

const receive = (sent) => ({ ...sent, picture: unpack(sent), original: sent.picture });
