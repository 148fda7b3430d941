// The picture of the emoji half: it shows what was last asked for, from the worker or from the server.

const { start, heard, labels, reach, decoder } = props;
const canvas = $(".frame canvas");
const note = $(".note");
const local = browserDecoder(decoder, absolute(""));
const FRAME = 16; // milliseconds from one of the screen's pictures to the next
const REST = 350; // milliseconds without another picture after which the hand rests
let values = []; // slider coordinates, exact: a loaded emoji may lie between two steps or beyond the end of a slider
let picture = null; // what is shown: from the server as a decoder gives it, from the worker as bytes at its .size
let answer = null; // its unit vector
let place = null; // what is shown, in words: {caption, emoji and original where it is a real one}
let issued = 0; // a number for everything the visitor does
let shown = 0; // the number of what is on the page
let held = false; // a slider is under the finger
let sharpening = 0;
let resting = 0;
let pace = Infinity; // milliseconds the worker takes for a pixel

/** Puts a result on the page, unless something newer is there: the picture, its score and, where given, the sliders. */
function show(ticket, result, caption) {
  if (ticket < shown) return;
  shown = ticket;
  result.sliders?.forEach((value, i) => set(i, value));
  ({ picture, answer } = result);
  place = { caption, emoji: result.emoji ?? null, original: result.original ?? null };
  redrawPicture();
  tellScore();
  describe(place);
  tell(note, "");
  canvas.dataset.by = picture.size ? "browser" : "server";
  canvas.dataset.shown = ticket;
  tellWhere(false);
  clearTimeout(resting);
  resting = setTimeout(rest, REST);
}

/** The hand rests: what is shown is worth remembering, and worth a look around. */
function rest() {
  clearTimeout(resting);
  if (held || shown !== issued) return;
  keep();
  tellWhere(true);
  lookAround();
}

const keep = () => shown === issued && remember({ sliders: [...values], ...place });

function tellWhere(settled) {
  const { caption, emoji } = place;
  send("here", { sliders: [...values], caption, emoji, settled });
}

const density = () => Math.min(window.devicePixelRatio, 2);
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
  if (size < full) sharpening = setTimeout(paint, 120, full);
}

function paint(size) {
  if (!picture.size) return put(canvas, drawPicture(picture, size), size);
  if (picture.size !== size) repaint({ ticket: shown, size });
  return put(canvas, picture.bytes, picture.size);
}

/** The worker painted it at another size, and has to paint it again, unless the visitor has moved on. */
const repaint = newest(async ({ ticket, size }) => {
  const result = await decode(picture.sliders, size).catch(() => null);
  if (!result || ticket !== issued) return;
  picture = result.picture;
  paint(size);
});

function describe({ caption, original }) {
  const text = $(".caption span");
  const image = $(".original");
  if (text.textContent !== caption) text.textContent = caption;
  canvas.setAttribute("aria-label", `Decoded picture: ${caption}`);
  if (original) image.src = original;
  image.classList.toggle("none", !original);
}

/** A ticket for something the visitor did. The picture is busy until the last one's answer is there. */
function begin() {
  issued += 1;
  canvas.setAttribute("aria-busy", "true");
  return issued;
}

async function update(ticket, request, caption) {
  try {
    const result = await request();
    show(ticket, result, caption ?? result.name);
  } catch (error) {
    if (ticket >= shown) tell(note, error.message, true);
  }
  if (ticket === issued) canvas.setAttribute("aria-busy", "false");
}

async function ask(name, argument) {
  return receive(await call(name, argument));
}

const receive = (sent) => ({ ...sent, picture: unpack(sent), original: sent.picture });

/** Sliders → the picture, painted at `size` by the worker or as the server sends it, and its answer. */
async function decode(sliders, size) {
  if (local.state === "ready") {
    try {
      const began = performance.now();
      const { bytes, answer } = await local.draw(sliders, size);
      pace = (performance.now() - began) / (size * size);
      return { picture: { bytes, size, sliders }, answer };
    } catch { /* it has said why; the server draws */ }
  }
  return ask("draw_sliders", sliders);
}

const draw = ({ ticket, sliders, caption }) => update(ticket, () => decode(sliders, sideInMotion()), caption);
const drawHere = newest(draw);
// Two on their way at a time: over a slow line twice the pictures, and `show` keeps them in order.
const drawThere = newest(draw, 2);

function redraw(caption) {
  (local.state === "ready" ? drawHere : drawThere)({ ticket: begin(), sliders: [...values], caption });
}

/** Back to somewhere: as `redraw`, with all that was said of it. */
function goBack({ sliders, caption, emoji, original }) {
  sliders.forEach((value, i) => set(i, value));
  const request = async () => ({ ...await decode(sliders, sideInMotion()), emoji, original });
  update(begin(), request, caption);
}
