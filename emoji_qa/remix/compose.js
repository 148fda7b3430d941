// From a recipe to an SVG: the counterpart of compose.py, step by step, for pages and programs that have a parts table but no
// Python. Whoever changes one changes the other; a test compares their pictures. This project's own page does not use it: the
// server sends the few SVGs that a visitor sees, which saves the table's 700 kB.

const SIDE = 36;
const SHOWN = 512;
const CONTRAST = 3;
const LIGHT = "#ffffff";
const DARK = "#292f33";
const GREY = "#67757f";
const SHADE = "#ccd6dd";
const APART = 95;
const FULL_SIZE = 12;
const FILLED = 0.96;
const CORNER = 0.47;
const CORNER_MAIN = 0.84;
const NEAR = 0.36;
const MAX_HAT = 15;
const GLASSES_WIDTH = 20;
const FACE_ROLES = "ewmxy";
const FACE_EXTRAS = ["😭", "😢", "😅", "😴", "🥰", "😤"];
const GLASSES = ["🕶️", "👓", "🥽"];
const BUBBLES = ["💭", "💬", "🗨️"];
const LETTERS = { eyes: "e", mouth: "m", colour: "c", hat: "h", extra: "x", corner: "s", on: "o", frame: "f" };
const SLOTS = ["body", ...Object.keys(LETTERS)];

const bare = (char) => char.replaceAll("\ufe0f", "");

/**
 * The parts table from the text of a checkpoint's parts.json: `get(char)` gives a part, or throws an Error with a sentence.
 * @param {string | object} json
 */
export function readParts(json) {
  const content = typeof json === "string" ? JSON.parse(json) : json;
  const parts = new Map(Object.entries(content.emojis).map(([char, saved]) => [bare(char), part(char, saved)]));
  return {
    source: content.source,
    licence: content.licence,
    has: (char) => parts.has(bare(char)),
    get: (char) => parts.get(bare(char)) ?? fail(`“${char}” is not one of the ${parts.size} emojis whose parts are known.`),
    chars: () => [...parts.values()].map((one) => one.char),
  };
}

function fail(sentence) {
  throw new Error(sentence);
}

function part(char, saved) {
  const layers = saved.layers.map(([fill, d, rest], i) => ({
    fill, d, rest: Object.entries(rest ?? {}), role: saved.roles[i], box: saved.boxes?.[i], on: saved.on?.[i] ?? null, number: i,
  }));
  return { ...saved, char, layers, having: (roles) => layers.filter((layer) => roles.includes(layer.role)) };
}

/** A recipe { body, eyes, mouth, … } → its text, such as "1f3c6~e1f929~m1f929". */
export function toText(recipe) {
  const named = Object.entries(LETTERS).filter(([name]) => recipe[name]).map(([name, letter]) => letter + code(recipe[name]));
  return [code(recipe.body), ...named].join("~");
}

/** A text → its recipe, or null if it is none. */
export function fromText(text) {
  const names = Object.fromEntries(Object.entries(LETTERS).map(([name, letter]) => [letter, name]));
  const one = "[0-9a-f]{1,6}(-[0-9a-f]{1,6}){0,9}";
  const whole = new RegExp(`^${one}(~[${Object.values(LETTERS).join("")}]${one})*$`);
  if (text.length > 200 || !whole.test(text)) return null;
  const [body, ...others] = text.split("~");
  const recipe = { body: character(body) };
  for (const other of others) {
    if (recipe[names[other[0]]]) return null;
    recipe[names[other[0]]] = character(other.slice(1));
  }
  return SLOTS.every((name) => recipe[name] !== null) ? recipe : null;
}

const code = (char) => [...char].map((c) => c.codePointAt(0).toString(16)).join("-");

function character(text) {
  const points = text.split("-").map((point) => parseInt(point, 16));
  return points.every((point) => point <= 0x10ffff) ? String.fromCodePoint(...points) : null;
}

/** What a recipe is made of, in a few signs and words: "🏆 with 🤩", "🙄 eyes, 😂 mouth". */
export function describe({ body, eyes, mouth, colour, hat, extra, on, corner, frame }) {
  let said = frame === "🚫" ? `🚫 over ${body}` : frame === "🔥" ? `${body} on fire` : body;
  if (eyes && eyes === mouth) {
    if (eyes !== body) said += ` with ${eyes}`;
  } else if (eyes || mouth) {
    const who = [eyes && `${eyes} eyes`, mouth && `${mouth} mouth`].filter(Boolean).join(", ");
    said = [eyes, mouth].includes(said) ? who : `${said} with ${who}`;
  }
  if (colour) said += ` in ${colour}`;
  if (hat) said += ` wearing ${hat}`;
  if (extra) said += ` and ${extra}`;
  if (corner) said += ` + ${corner}`;
  return on ? `${on} ${BUBBLES.includes(body) ? "in" : "on"} ${said}` : said;
}

/** The SVG of a recipe as text. Throws an Error, in a sentence, for emojis whose parts are not known. */
export function compose(parts, recipe) {
  const main = fitted(figure(parts, recipe));
  const groups = framed(parts, recipe, main).filter((group) => group.shapes.length);
  const plain = (text) => text.replace(/[<&]/g, "");
  const note = `<title>${plain(describe(recipe))}</title><desc>${plain(`Drawn after ${parts.source}, ${parts.licence}`)}</desc>`;
  const size = `width="${SHOWN}" height="${SHOWN}" viewBox="0 0 ${SIDE} ${SIDE}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${note}${groups.map(drawn).join("")}</svg>`;
}

const move = (scale = 1, x = 0, y = 0, turn = 0) => ({ scale, x, y, turn });

function figure(parts, recipe) {
  const body = parts.get(recipe.body);
  const recolour = recipe.colour ? recolouring(body, parts.get(recipe.colour).ground) : {};
  const ground = recolour[body.ground] ?? body.ground;
  const own = !(recipe.eyes || recipe.mouth);
  const layers = body.having(`b${own ? `${FACE_ROLES}h` : ""}${own && !recipe.on ? "d" : ""}`);
  const features = recipe.colour ? layers.filter((layer) => FACE_ROLES.includes(layer.role)) : [];
  const legibly = new Map(readable(body, features, ground).map((shape) => [shape.layer, shape]));
  const shapes = layers.map((layer) => legibly.get(layer) ?? { fill: recolour[layer.fill] ?? layer.fill, layer, rim: false });
  /** @type {{name: string, move: object, shapes: any[], boxes: any[], edge?: string}[]} */
  const groups = [{ name: "body", move: move(), shapes, boxes: [body.box], edge: rimOn(ground) }];
  if (!own) groups.push(...expression(parts, recipe, body, ground));
  if (recipe.on) groups.push(onPlace(parts.get(recipe.on), body, ground));
  if (recipe.extra) groups.push(extraGroup(parts, recipe, body, ground));
  if (recipe.hat) groups.push(hatGroup(parts.get(recipe.hat), body));
  return groups;
}

function expression(parts, recipe, body, ground) {
  const eyes = recipe.eyes ? parts.get(recipe.eyes) : null;
  const mouth = recipe.mouth ? parts.get(recipe.mouth) : null;
  const whole = around([eyes?.eyes, mouth?.mouth].filter(Boolean));
  const withEyes = `ewx${recipe.hat ? "" : "h"}`;
  const chosen = eyes && mouth && eyes.char === mouth.char
    ? [["face", eyes, `${withEyes}my`]]
    : [["mouth", mouth, "my"], ["eyes", eyes, withEyes]];
  return chosen.filter(([, donor]) => donor).map(([name, donor, roles]) => {
    const layers = donor.having(roles);
    return { name, move: after(placeFace(body, whole), move(...donor.face)), shapes: readable(donor, layers, ground), boxes: layers.map((layer) => layer.box), edge: rimOn(ground) };
  });
}

/** Where the standard face goes on a body. whole: the circle [x, y, radius] around the eyes and mouth that go there. */
function placeFace(body, whole) {
  if (body.disc && body.face) {
    const [scale, x, y] = body.face;
    return move(1 / scale, -x / scale, -y / scale);
  }
  const [x, y, radius, turn] = body.place;
  const scale = Math.min((FILLED * radius) / whole[2], radius / FULL_SIZE);
  const [dx, dy] = turned(-scale * whole[0], -scale * whole[1], turn);
  return move(scale, x + dx, y + dy, turn);
}

function facePlace(body, whole) {
  if (body.place) return placeFace(body, whole);
  const [left, top, right, bottom] = body.box;
  const radius = Math.min(right - left, bottom - top) / 2;
  return move(radius / 18, (left + right) / 2 - radius, (top + bottom) / 2 - radius);
}

function turned(x, y, degrees) {
  const c = Math.cos((degrees * Math.PI) / 180);
  const s = Math.sin((degrees * Math.PI) / 180);
  return [c * x - s * y, s * x + c * y];
}

/** The move that does first the inner, then the outer one; only one of them turns. */
function after(outer, inner) {
  const [x, y] = turned(inner.x, inner.y, outer.turn);
  return move(outer.scale * inner.scale, outer.scale * x + outer.x, outer.scale * y + outer.y, outer.turn + inner.turn);
}

function around(circles) {
  const [x1, y1, r1] = circles[0];
  const [x2, y2, r2] = circles.at(-1);
  const apart = Math.hypot(x2 - x1, y2 - y1);
  if (apart + Math.min(r1, r2) <= Math.max(r1, r2)) return r1 >= r2 ? circles[0] : circles.at(-1);
  const radius = (apart + r1 + r2) / 2;
  const t = (radius - r1) / apart;
  return [x1 + (x2 - x1) * t, y1 + (y2 - y1) * t, radius];
}

function readable(donor, layers, ground) {
  const fills = new Map();
  return layers.map((layer) => {
    const below = layer.on === null ? undefined : fills.get(layer.on);
    let { fill } = layer;
    let rim = false;
    if (below === undefined && "ewm".includes(layer.role)) {
      if (contrast(fill, ground) < CONTRAST) {
        if (layer.role === "e" && layer.box[2] - layer.box[0] > GLASSES_WIDTH) {
          rim = true;
        } else if (isDark(fill)) {
          fill = contrast(LIGHT, ground) > contrast(DARK, ground) ? LIGHT : DARK;
        } else if (isGrey(fill) && luminance(fill) > 0.7) { // white eyes and teeth
          if (contrast(fill, ground) < 1.35) fill = SHADE;
        } else {
          rim = distance(fill, ground) < APART;
        }
      }
    } else if (below === undefined) {
      rim = distance(fill, ground) < APART * 0.6;
    } else if (below !== donor.layers[layer.on].fill && contrast(fill, below) < 1.7) {
      fill = contrast(ground, below) > 1.7 ? ground : DARK;
    }
    fills.set(layer.number, fill);
    return { fill, layer, rim };
  });
}

function onPlace(thing, body, ground) {
  const [left, top, right, bottom] = thing.box;
  const [x, y, radius, turn] = body.place;
  const scale = (2 * 0.78 * radius) / Math.max(right - left, bottom - top, 1);
  const [dx, dy] = turned((-scale * (left + right)) / 2, (-scale * (top + bottom)) / 2, turn);
  const rim = distance(thing.ground, ground) < APART;
  const shapes = thing.layers.map((layer, i) => ({ fill: layer.fill, layer, rim: rim && i === 0 }));
  return { name: "on", move: move(scale, x + dx, y + dy, turn), shapes, boxes: [thing.box], edge: rimOn(ground) };
}

function extraGroup(parts, recipe, body, ground) {
  const thing = parts.get(recipe.extra);
  const [left, top, right, bottom] = thing.box;
  if (FACE_EXTRAS.includes(recipe.extra)) {
    const layers = thing.having(recipe.extra === "😤" ? "y" : "x");
    const place = after(facePlace(body, around([thing.eyes, thing.mouth])), move(...thing.face));
    return { name: "extra", move: place, shapes: readable(thing, layers, ground), boxes: layers.map((layer) => layer.box), edge: rimOn(ground) };
  }
  if (GLASSES.includes(recipe.extra)) {
    const eyes = recipe.eyes ? parts.get(recipe.eyes).eyes : [18, 14.5, 8.5];
    const scale = 31 / (right - left);
    const inner = move(scale, 18 - (scale * (left + right)) / 2, eyes[1] - (scale * (top + bottom)) / 2);
    return { name: "extra", move: after(facePlace(body, around([eyes, [18, 26, 4]])), inner), shapes: plainShapes(thing), boxes: [thing.box] };
  }
  const scale = (NEAR * SIDE) / Math.max(right - left, bottom - top);
  const x = Math.min(body.box[2] + 1, SIDE + 1) - scale * right;
  const y = Math.max(body.box[1] - 2, -2) - scale * top;
  return { name: "extra", move: move(scale, x, y), shapes: toldApart(thing, ground), boxes: [thing.box], edge: rimOn(ground) };
}

function hatGroup(hat, body) {
  const [x, top, wide] = body.hat;
  if (hat.disc) {
    const layers = hat.having("h");
    const scale = Math.min(Math.max(wide, 13), body.disc ? 30 : 21) / (hat.hat[2] || 1);
    const place = move(scale, x - scale * hat.hat[0], top - scale * hat.hat[1] + (wide < 20 ? 0.5 : 0));
    const shapes = layers.map((layer) => ({ fill: layer.fill, layer, rim: false }));
    return { name: "hat", move: place, shapes, boxes: layers.map((layer) => layer.box) };
  }
  const [left, upper, right, lower] = hat.box;
  const scale = Math.min(Math.min(Math.max(1.1 * wide, 14), 22) / (right - left), MAX_HAT / (lower - upper));
  const sink = Math.min(4.5, 0.3 * scale * (lower - upper));
  return { name: "hat", move: move(scale, x - (scale * (left + right)) / 2, top + sink - scale * lower), shapes: plainShapes(hat), boxes: [hat.box] };
}

const rimOn = (ground) => (luminance(ground) < 0.7 ? LIGHT : GREY);
/** A small thing before a body, with a rim where the two have about the same colour. */
const toldApart = (thing, ground) => thing.layers.map((layer) => ({ fill: layer.fill, layer, rim: distance(thing.ground, ground) < APART }));
const plainShapes = (thing) => thing.layers.map((layer) => ({ fill: layer.fill, layer, rim: false }));
const moved = (groups, by) => groups.map((group) => ({ ...group, move: after(by, group.move) }));

function framed(parts, recipe, figures) {
  const groups = [];
  let main = figures;
  if (recipe.frame === "🔥") {
    groups.push({ name: "behind", move: move(), shapes: plainShapes(parts.get("🔥")) });
    main = moved(main, move(0.58, 7.6, 14.6));
  }
  if (recipe.frame === "🚫") main = moved(main, move(0.72, 5.04, 5.04));
  if (recipe.corner) main = moved(main, move(CORNER_MAIN));
  groups.push(...main);
  if (recipe.frame === "🚫") groups.push({ name: "over", move: move(), shapes: plainShapes(parts.get("🚫")) });
  if (recipe.corner) {
    const thing = parts.get(recipe.corner);
    const [left, top, right, bottom] = thing.box;
    const scale = (CORNER * SIDE) / Math.max(right - left, bottom - top);
    const ground = parts.get(recipe.colour ?? recipe.body).ground;
    groups.push({ name: "corner", move: move(scale, SIDE - 0.2 - scale * right, SIDE - 0.2 - scale * bottom), shapes: toldApart(thing, ground), edge: rimOn(ground) });
  }
  return groups;
}

/** The groups made smaller, if need be, until all of them lie inside the picture. */
function fitted(groups) {
  const xs = [0, SIDE];
  const ys = [0, SIDE];
  for (const group of groups) {
    for (const [left, top, right, bottom] of group.boxes) {
      for (const [x, y] of [[left, top], [left, bottom], [right, top], [right, bottom]]) {
        const [dx, dy] = turned(group.move.scale * x, group.move.scale * y, group.move.turn);
        xs.push(dx + group.move.x);
        ys.push(dy + group.move.y);
      }
    }
  }
  const [left, top, right, bottom] = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  const size = Math.max(right - left, bottom - top);
  if (size <= SIDE + 0.6) return groups;
  const scale = SIDE / size;
  return moved(groups, move(scale, -scale * left + (SIDE - scale * (right - left)) / 2, SIDE - scale * bottom));
}

function recolouring(body, target) {
  const main = rgb(body.ground);
  const to = rgb(target);
  const changed = {};
  for (const fill of new Set([...body.having("b").map((layer) => layer.fill), body.ground])) {
    const own = rgb(fill);
    if ((distance(fill, body.ground) < 150 && hueApart(own, main) < 0.12) || fill === body.ground) {
      changed[fill] = `#${to.map((t, i) => Math.min(255, Math.max(0, t + own[i] - main[i])).toString(16).padStart(2, "0")).join("")}`;
    }
  }
  return changed;
}

const spread = (c) => Math.max(...c) - Math.min(...c);

function hueApart(a, b) {
  if (spread(a) < 30 || spread(b) < 30) return spread(a) < 30 === spread(b) < 30 ? 0 : 0.5;
  const apart = Math.abs(hue(a) - hue(b));
  return Math.min(apart, 1 - apart);
}

function hue([r, g, b]) {
  const high = Math.max(r, g, b);
  const span = high - Math.min(r, g, b);
  const sixth = high === r ? (((g - b) / span) % 6 + 6) % 6 : high === g ? (b - r) / span + 2 : (r - g) / span + 4;
  return sixth / 6;
}

function drawn({ name, move: by, shapes, edge }) {
  const rims = shapes.filter(({ rim }) => rim).map(({ layer }) => path(edge, layer, true));
  const plain = shapes.map(({ fill, layer }) => path(fill, layer, false));
  const turn = by.turn ? ` rotate(${number(by.turn)})` : "";
  const still = by.scale === 1 && !by.x && !by.y && !by.turn;
  const where = still ? "" : ` transform="translate(${number(by.x)} ${number(by.y)})${turn} scale(${number(by.scale, 5)})"`;
  return `<g class="${name}"${where}>${rims.join("")}${plain.join("")}</g>`;
}

function path(fill, layer, rim) {
  const rest = layer.rest.map(([name, value]) => ` ${name}="${value}"`).join("");
  const edge = rim ? ` stroke="${fill}" stroke-width="1.6" stroke-linejoin="round"` : "";
  return `<path fill="${fill}" d="${layer.d}"${rest}${edge}/>`;
}

function number(value, digits = 3) {
  return String(Number(value.toFixed(digits)));
}

const rgb = (fill) => [1, 3, 5].map((i) => parseInt(fill.slice(i, i + 2), 16));
const distance = (a, b) => Math.hypot(...rgb(a).map((v, i) => v - rgb(b)[i]));
const isGrey = (fill) => spread(rgb(fill)) < 40;
const isDark = (fill) => luminance(fill) < (isGrey(fill) ? 0.2 : 0.08);

function luminance(fill) {
  const [r, g, b] = rgb(fill).map((v) => v / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}
