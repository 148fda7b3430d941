// The emoji half: sixteen sliders, and the picture that follows them. The last thing the visitor did always wins.

const { start, heard, labels, reach, decoder } = props;
const canvas = $("canvas");
const note = $(".note");
const axes = labels.map(axis);
const root = window.gradio_config?.root ?? location.href;
const local = browserDecoder(decoder, root.endsWith("/") ? root : `${root}/`);
const FRAME = 16; // milliseconds from one of the screen's pictures to the next
let values = []; // slider coordinates, exact: a loaded emoji may lie between two steps or beyond the end of a slider
let picture = null; // what is shown: from the server as a decoder gives it, from the worker as bytes at its .size
let answer = null; // its unit vector
let tweet = unpackTweet(heard); // what it is scored for
let issued = 0; // a number for everything the visitor does
let shown = 0; // the number of what is on the page
let sharpening = 0;
let pace = Infinity; // milliseconds the worker takes for a pixel

function axis(label, i) {
  const row = $(".axis-template").content.firstElementChild.cloneNode(true);
  const [name, number, slider] = row.children;
  name.textContent = label;
  name.htmlFor = slider.id = `axis-${i + 1}`;
  number.setAttribute("aria-label", `${label}, typed`);
  for (const input of [number, slider]) [input.min, input.max] = [-reach, reach];
  slider.addEventListener("input", () => move(i, Number(slider.value)));
  number.addEventListener("change", () => type(i, number.valueAsNumber));
  $(".sliders").append(row);
  return { label, number, slider };
}

function set(i, value) {
  const { number, slider } = axes[i];
  values[i] = value;
  slider.value = value;
  number.value = value.toFixed(2);
  const at = 50 + (50 * Math.min(Math.max(value, -reach), reach)) / reach;
  slider.style.setProperty("--low", `${Math.min(at, 50)}%`);
  slider.style.setProperty("--high", `${Math.max(at, 50)}%`);
}

/** Puts a result on the page, unless something newer is there: the picture, its score and, where given, the sliders. */
function show(ticket, result, caption) {
  if (ticket < shown) return;
  shown = ticket;
  result.sliders?.forEach((value, i) => set(i, value));
  ({ picture, answer } = result);
  redrawPicture();
  tellScore();
  describe(caption, result.original);
  tell(note, "");
  canvas.dataset.by = picture.size ? "browser" : "server";
  canvas.dataset.shown = ticket;
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

function describe(caption, uri) {
  const text = $(".caption span");
  const original = $(".original");
  if (text.textContent !== caption) text.textContent = caption;
  canvas.setAttribute("aria-label", `Decoded picture: ${caption}`);
  if (uri) original.src = uri;
  original.classList.toggle("none", !uri);
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

function move(i, value) {
  set(i, value);
  redraw("Your own emoji");
}

function type(i, value) {
  if (Math.abs(value) <= reach) return move(i, value); // not so for NaN
  set(i, values[i]);
  tell(note, `${axes[i].label} takes a number from −${reach} to ${reach}.`, true);
}

function load(emoji) {
  close();
  update(begin(), () => ask("load_emoji", emoji));
}

$(".random").addEventListener("click", () => update(begin(), () => ask("random_emoji"), "A random emoji"));
$(".reset").addEventListener("click", () => {
  values.forEach((_, i) => set(i, 0));
  redraw("All sliders in the middle");
});
document.addEventListener("emoji-qa:load", (event) => load(event.detail));
for (const touch of ["pointerdown", "focusin", "input"]) element.addEventListener(touch, local.wake, { once: true });

// The score for the tweet that the other half shows.
function unpackTweet(sent) {
  return sent && { question: sent.question, scores: floats(sent.scores) };
}

function tellScore() {
  const line = $(".score-line");
  if (!tweet) {
    line.textContent = "";
    return;
  }
  const { score, rank } = judge(answer, tweet.question, tweet.scores);
  const [place, all] = [rank, tweet.scores.length].map((number) => number.toLocaleString("en"));
  line.textContent = `This emoji answers your tweet with ${score.toFixed(3)}, rank ${place} of ${all}.`;
}

const hear = newest(async (text) => {
  // A tweet that cannot be answered has no score; the other half says why.
  tweet = text ? unpackTweet(await call("hear_tweet", text).catch(() => null)) : null;
  tellScore();
});
let hearing = 0;
document.addEventListener("emoji-qa:tweet", (event) => {
  clearTimeout(hearing);
  hearing = setTimeout(hear, 150, event.detail);
});

show(0, receive(start), start.name);
new ResizeObserver(redrawPicture).observe(canvas);
