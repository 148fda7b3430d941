// Where the visitor is on the map, and the way there: places of what the emoji half shows.

/** longest: places that are kept. placeOf(emoji): its place, or nothing. onChange: called when there is something to draw. */
function visitorsTrail(longest, placeOf, onChange) {
  const known = new Map(); // places that were clicked, by the sliders they gave
  let trail = []; // {key, sliders, emoji, at}, the last one last
  let present = null;
  let isSeen = false;

  const key = (sliders) => sliders.map((value) => value.toFixed(3)).join();

  function hear({ sliders, emoji, settled }) {
    const name = key(sliders);
    if (present?.key !== name) present = { key: name, sliders, emoji, at: null };
    if (settled && trail.at(-1)?.key !== name) trail = [...trail, present].slice(-longest);
    if (isSeen) locate();
  }

  /** Finds the place of whatever has none yet; the server knows that of codes. */
  const locate = newest(async () => {
    const all = [...new Set([...trail, present])].filter(Boolean);
    for (const one of all) one.at ??= (one.emoji && placeOf(one.emoji)) || known.get(one.key) || null;
    const lost = all.filter(({ at }) => !at);
    if (lost.length) {
      const found = await call("find_places", lost.map(({ sliders }) => sliders)).catch(() => null); // the next one asks again
      found?.places.forEach((place, i) => { lost[i].at = place; });
    }
    onChange();
  });

  return {
    hear,
    /** From now on it is drawn. */
    see() {
      isSeen = true;
      locate();
    },
    /** What these sliders are was chosen on the map, so that is where it lies. */
    remember(sliders, place) { known.set(key(sliders), place); },
    get present() { return present?.at ? present : null; },
    get places() { return trail.filter(({ at }) => at).map(({ at }) => at); },
  };
}

/** Draws the way, the older the fainter, and a ring around the present place. point: a place → pixels of the screen. */
function drawTrail(context, trail, point, { unit, density, colours }) {
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
  const [x, y] = point(trail.present.at);
  const radius = Math.max(0.62 * unit, 7 * density);
  for (const [width, colour] of [[7, colours.paper], [3, colours.edge]]) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.lineWidth = width * density;
    context.strokeStyle = colour;
    context.stroke();
  }
}
