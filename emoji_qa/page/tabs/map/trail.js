// Where the visitor is on the map, and the trail that led there: places of what the emoji half shows and showed.

import { newest } from "../../browser/panel.js";
import { state, subscribe } from "../../browser/store.js";

const MAX_KNOWN = 1000; // places

/** call: the panel's. longest: the most places that are kept. placeOf(emoji): its place, if it has one. onChange: called when
 * there is something to draw. */
export function visitorsTrail(call, longest, placeOf, onChange) {
  const known = new Map(); // places, by slider coordinates
  let trail = []; // {sliders, emoji} of what was settled, the latest last
  let isSeen = false;

  const keys = new WeakMap();

  function key({ sliders }) {
    if (!keys.has(sliders)) keys.set(sliders, sliders.map((value) => value.toFixed(3)).join());
    return keys.get(sliders);
  }

  const at = (one) => (one && ((one.emoji && placeOf(one.emoji)) || known.get(key(one)))) || null;

  function remember(sliders, place) {
    known.set(key({ sliders }), place);
    if (known.size > MAX_KNOWN) known.delete(known.keys().next().value);
  }

  /** Asks the server for the places that are not known yet. */
  const locate = newest(async () => {
    const lost = [...trail, state.shown].filter((one) => one && !at(one));
    if (lost.length) {
      const found = await call("find_places", lost.map(({ sliders }) => sliders)).catch(() => null); // the next call asks again
      found?.places.forEach((place, i) => remember(lost[i].sliders, place));
    }
    onChange();
  });

  subscribe(["shown"], ({ shown }) => {
    if (!shown) return;
    const { sliders, emoji } = shown;
    if (shown.settled && (!trail.length || key(trail.at(-1)) !== key(shown))) trail = [...trail, { sliders, emoji }].slice(-longest);
    if (isSeen) locate();
  });

  return {
    /** Called when the map is loaded: from now on places are looked up. */
    see() {
      isSeen = true;
      locate();
    },
    /** Sets the place of slider coordinates that were chosen on the map. */
    remember,
    /** The place of what is shown, or null. */
    get present() { return at(state.shown); },
    get places() { return trail.map(at).filter(Boolean); },
  };
}

/** Draws the trail, fainter where it is older, and a ring around the present place. point: a place → device pixels. */
export function drawTrail(context, trail, point, { unit, density, colours }) {
  const points = trail.places.map(point);
  context.lineCap = context.lineJoin = "round";
  const dash = (from, to, width, colour) => {
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    context.lineWidth = width * density;
    context.strokeStyle = colour;
    context.stroke();
  };
  for (const [width, colour] of [[5, colours.paper], [2, colours.edge]]) {
    points.forEach((to, i) => {
      context.globalAlpha = 0.15 + (0.75 * (i + 1)) / points.length;
      dash(points[i - 1] ?? to, to, width, colour);
      dash(to, to, width + 4, colour);
    });
  }
  context.globalAlpha = 1;
  if (!trail.present) return;
  const [x, y] = point(trail.present);
  const radius = Math.max(0.62 * unit, 7 * density);
  for (const [width, colour] of [[7, colours.paper], [3, colours.edge]]) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.lineWidth = width * density;
    context.strokeStyle = colour;
    context.stroke();
  }
}
