// The map on its canvas. It is redrawn when something has changed, and moved by pointer, wheel and keys.

import { send } from "../../browser/events.js";
import { count } from "../../browser/numbers.js";
import { absolute, newest } from "../../browser/panel.js";
import { searchBox } from "../../browser/search_box.js";
import { statusLine } from "../../browser/status.js";
import { state, subscribe } from "../../browser/store.js";
import { wireGestures } from "./gestures.js";
import { paintedLayer } from "./layer.js";
import { bounded, bounds, HIT, nearestTo, STEP, toScreen, wholeView, within, zoomed } from "./plane.js";
import { pictureSheets } from "./sheets.js";
import { drawLights } from "./lights.js";
import { drawTrail, visitorsTrail } from "./trail.js";

/** An emoji without skin tone and variation selector, since an answer may have another tone than the emoji on the map. */
const plain = (emoji) => emoji.replace(/[\u{1f3fb}-\u{1f3ff}\ufe0f]/gu, "");

/** @param {import("../../browser/panel.js").Panel} panel */
export function mount({ $, call, element, props }) {
  const { files, longest } = props;
  const canvas = $("canvas");
  const line = statusLine($(".note"));
  const tag = $(".tag");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let map = null; // {emojis, names, places}
  let rows = new Map(); // by emoji, its row in the map
  let box = null;
  let view = null;
  let goal = null; // the view at which `glide` will end
  let size = { width: 0, height: 0 };
  let cursor = -1; // row of the emoji under the pointer, or of the one that the keys moved to
  let byKeys = false; // whether the keys moved it there
  let drawing = 0;
  let moving = 0;
  let loading = false;

  const placeOf = (emoji) => (rows.has(emoji) ? placeAt(rows.get(emoji)) : null);
  const placeAt = (i) => [map.places[2 * i], map.places[2 * i + 1]];
  const trail = visitorsTrail(call, longest, placeOf, redraw);
  const sheets = pictureSheets(Object.fromEntries(Object.entries(files).map(([part, address]) => [part, absolute(address)])), () => layer.forget());
  const layer = paintedLayer((...where) => sheets.draw(map.places, ...where), redraw);

  /** Fetches names, places and pictures when the map is first seen. */
  async function load() {
    if (map || loading) return;
    loading = true;
    line.tell("The map is on its way.");
    try {
      const [response] = await Promise.all([fetch(absolute(files.map)), sheets.load()]);
      if (!response.ok) throw new Error(String(response.status));
      map = await response.json();
      rows = new Map(map.emojis.flatMap((emoji, i) => [[emoji, i], [plain(emoji), i]]));
      box = bounds(map.places);
      view = wholeView(box, size);
      line.tell("");
      trail.see();
      redraw();
    } catch {
      line.tell("The map could not be fetched. Nothing is lost: choose this tab again in a moment.", true);
    }
    loading = false;
  }

  function redraw() {
    if (!drawing && map && size.width) drawing = requestAnimationFrame(draw);
  }

  function draw() {
    drawing = 0;
    const density = Math.min(window.devicePixelRatio, 3);
    const [width, height] = [size.width, size.height].map((length) => Math.round(length * density));
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, width, height);
    layer.draw(context, view, size, density, box);
    const style = getComputedStyle(element);
    const colours = { edge: style.getPropertyValue("--edge"), paper: style.getPropertyValue("--card"), ink: style.getPropertyValue("--ink") };
    const point = (place) => toScreen(view, size, place).map((pixels) => pixels * density);
    drawTrail(context, trail, point, { unit: view.scale * density, density, colours });
    const lights = lit().map(point);
    drawLights(context, lights, { unit: view.scale * density, density, colours });
    drawCursor(context, point, density, colours);
    showTag();
    canvas.style.touchAction = view.scale > 1.01 * wholeView(box, size).scale ? "none" : "pan-y"; // all is in view
    Object.assign(canvas.dataset, { x: view.x, y: view.y, scale: view.scale, trail: trail.places.length, lit: lights.length });
    canvas.dataset.here = trail.present ?? "";
  }

  /** The places of the tweet's answers, best first. */
  const lit = () => state.answers.map(({ emoji }) => rows.get(plain(emoji))).filter((i) => i !== undefined).map(placeAt);

  function drawCursor(context, point, density, { ink }) {
    if (cursor < 0) return;
    const [x, y] = point(placeAt(cursor));
    const side = Math.max(1.1 * view.scale, 12) * density;
    context.beginPath();
    context.roundRect(x - side / 2, y - side / 2, side, side, side / 5);
    context.lineWidth = 2 * density;
    context.strokeStyle = ink;
    context.stroke();
  }

  /** Shows the name of the emoji at the cursor, above it or, near the upper edge, below it. */
  function showTag() {
    tag.hidden = cursor < 0;
    if (tag.hidden) return;
    if (tag.textContent !== map.names[cursor]) tag.textContent = map.names[cursor];
    const [x, y] = toScreen(view, size, placeAt(cursor));
    const away = Math.max(0.6 * view.scale, 8) + 6;
    const left = within(x - tag.offsetWidth / 2, 4, size.width - tag.offsetWidth - 4);
    const top = y - away - tag.offsetHeight > 4 ? y - away - tag.offsetHeight : y + away;
    tag.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }

  function look(next) {
    stop();
    view = bounded(next, box, size);
    redraw();
  }

  function stop() {
    cancelAnimationFrame(moving);
    goal = null;
  }

  /** Moves the view, smoothly unless the visitor prefers reduced motion. */
  function glide(next) {
    stop();
    const [from, to] = [view, bounded(next, box, size)];
    goal = to;
    const began = performance.now();
    const step = () => {
      const t = calm.matches ? 1 : Math.min((performance.now() - began) / 220, 1);
      const part = 1 - (1 - t) ** 3;
      const mix = (name) => from[name] + part * (to[name] - from[name]);
      view = { x: mix("x"), y: mix("y"), scale: from.scale * (to.scale / from.scale) ** part };
      redraw();
      if (t < 1) moving = requestAnimationFrame(step);
      else goal = null;
    };
    step();
  }

  function mark(i, keys) {
    if (i === cursor && keys === byKeys) return;
    [cursor, byKeys] = [i, keys];
    if (keys && i >= 0) $(".spot").textContent = map.names[i];
    redraw();
  }

  /** Shows the emoji at a place, or between emojis the mix of those around it. */
  function visit(place) {
    const { i, distance } = nearestTo(map.places, place);
    if (distance <= HIT) send("load", map.emojis[i]);
    else goBetween(place);
  }

  const goBetween = newest(async (place) => {
    try {
      const { sliders, caption } = await call("go_between", place);
      trail.remember(sliders, place);
      line.tell("");
      send("go", { sliders, caption });
    } catch (error) {
      line.tell(error.message, true);
    }
  });

  const middle = () => [size.width / 2, size.height / 2];
  const zoomBy = (times, pixel = middle()) => map && glide(zoomed(goal ?? view, size, times, pixel));

  for (const [name, act] of Object.entries({
    nearer: () => zoomBy(STEP),
    farther: () => zoomBy(1 / STEP),
    whole: () => map && glide(wholeView(box, size)),
    present: () => trail.present && glide({ x: trail.present[0], y: trail.present[1], scale: Math.max(view.scale, 40) }),
  })) $(`.${name}`).addEventListener("click", act);

  // The search shows where an emoji lies; another Enter, now on the map, loads it.
  let here = "";
  subscribe(["shown"], () => line.end(here));
  const search = searchBox($(".search"), {
    find: async (query) => (await call("find_on_map", query)).found,
    pick(emoji) {
      const i = rows.get(emoji);
      if (i === undefined) return;
      search.clear();
      const [x, y] = placeAt(i);
      canvas.focus({ preventScroll: true });
      mark(i, true);
      glide({ x, y, scale: Math.max(view.scale, 40) });
      here = `Here is ${map.names[i]}. Press Enter or click it to load it.`;
      line.tell(here);
    },
    tell: line.tell,
    advice: "Type an emoji, or a word such as cat.",
  });

  subscribe(["answers"], redraw);
  canvas.setAttribute("aria-label", `Map of ${count(props.count)} emojis by looks`);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  subscribe(["tab"], ({ tab }) => { if (tab === "map") load(); });
  new IntersectionObserver((entries) => { if (entries.at(-1).isIntersecting) load(); }).observe(canvas);
  new ResizeObserver(([{ contentRect: { width, height } }]) => {
    if (!width || (width === size.width && height === size.height)) return;
    const isWhole = view && view.scale <= 1.01 * wholeView(box, size).scale;
    size = { width, height };
    if (view) look(isWhole ? wholeView(box, size) : view);
  }).observe(canvas);

  wireGestures(canvas, {
    look, stop, glide, mark, visit, zoomBy, middle, placeAt,
    get places() { return map?.places; },
    get view() { return view; },
    get goal() { return goal; },
    get size() { return size; },
    get box() { return box; },
    get cursor() { return cursor; },
    get isByKeys() { return byKeys; },
    get present() { return trail.present; },
  });
}
