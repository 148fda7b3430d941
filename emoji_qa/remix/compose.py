"""From a recipe to an SVG. The page's compose.js does the same, step by step; whoever changes one changes the other."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import cos, radians, sin

from emoji_qa.remix.parts import (
    BODY,
    BROWS,
    DETAIL,
    EYES,
    FACE_ROLES,
    HAT,
    MOUTH,
    WITH_EYES,
    WITH_MOUTH,
    Layer,
    Part,
    Parts,
)
from emoji_qa.remix.recipes import FACE_EXTRAS, GLASSES, Recipe, check, describe

SIDE = 36  # units of the box
CONTRAST = 3.0  # of features to their ground, at least (WCAG 2.2, 1.4.11)
LIGHT, DARK, GREY, SHADE = "#ffffff", "#292f33", "#67757f", "#ccd6dd"
APART = 95  # distance in RGB under which a coloured shape gets a rim
FULL_SIZE = 12.0  # radius of the place that an expression fills at its own size
FILLED = 0.96  # of the place's radius
CORNER, CORNER_MAIN = 0.47, 0.84  # scale of the small thing at the corner, and of the main one then
NEAR = 0.36  # scale of a sign beside the head
GLASSES_WIDTH = 20.0  # units; what is wider than that over the eyes stays dark, and gets a rim on dark
MAX_HAT = 15.0  # units that a hat may be high


@dataclass(frozen=True)
class Move:
    """p ↦ scale · turn(p) + (x, y); the turn in degrees, clockwise."""

    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0
    turn: float = 0.0

    def __str__(self) -> str:
        turn = f" rotate({number(self.turn)})" if self.turn else ""
        return f"translate({number(self.x)} {number(self.y)}){turn} scale({number(self.scale, 5)})"


@dataclass(frozen=True)
class Group:
    """Layers that belong together: a name, a move of all of them, and shapes as (fill, layer, whether it has a rim)."""

    name: str
    move: Move
    shapes: tuple[tuple[str, Layer, bool], ...]
    boxes: tuple[tuple[float, ...], ...] = ()  # to be kept inside the picture, before the move
    rim: str = "#ffffff"  # its colour


def compose(parts: Parts, recipe: Recipe) -> str:
    """The SVG of a recipe, with a named group for each part and a note on where the drawings come from.

    Raises ValueError, in a sentence, when these parts cannot make this recipe.
    """
    check(parts, recipe)
    main = list(_figure(parts, recipe))
    main = _fitted(main)
    groups = list(_framed(parts, recipe, main))
    return _svg(parts, recipe, groups)


def _figure(parts: Parts, recipe: Recipe) -> Iterable[Group]:
    """The body and what it wears."""
    body = parts[recipe.body]
    recolour = _recolouring(body, parts[recipe.colour].ground) if recipe.colour else {}
    ground = recolour.get(body.ground, body.ground)
    own = not (recipe.eyes or recipe.mouth)
    numbers = body.having(BODY + (FACE_ROLES + HAT if own else "") + (DETAIL if own and not recipe.on else ""))
    features = [i for i in numbers if body.layers[i].role in FACE_ROLES] if recolour else []
    readable = dict(zip(features, _readable(body, features, ground), strict=True))
    plain = ((recolour.get(body.layers[i].fill, body.layers[i].fill), body.layers[i], False) for i in numbers)
    shapes = (readable.get(i, shape) for i, shape in zip(numbers, plain, strict=True))
    yield Group("body", Move(), tuple(shapes), (body.box,), rim_on(ground))
    if not own:
        yield from _expression(parts, recipe, body, ground)
    if recipe.on:
        yield _on(parts[recipe.on], body, ground)
    if recipe.extra:
        yield _extra(parts, recipe, body, ground)
    if recipe.hat:
        yield _hat(parts[recipe.hat], body)


def _expression(parts: Parts, recipe: Recipe, body: Part, ground: str) -> Iterable[Group]:
    """Eyes and mouth, of one face in its own order, of two the mouth first."""
    eyes, mouth = (parts[char] if char else None for char in (recipe.eyes, recipe.mouth))
    whole = _around([part.eyes if roles == "e" else part.mouth for part, roles in ((eyes, "e"), (mouth, "m")) if part])
    with_eyes = EYES + BROWS + WITH_EYES + ("" if recipe.hat else HAT)
    if eyes and mouth and eyes.char == mouth.char:
        chosen = [("face", eyes, with_eyes + MOUTH + WITH_MOUTH)]
    else:
        chosen = [("mouth", mouth, MOUTH + WITH_MOUTH), ("eyes", eyes, with_eyes)]
    for name, donor, roles in chosen:
        if donor:
            numbers = donor.having(roles)
            move = _after(place_face(body, whole), Move(donor.face[0], *donor.face[1:]))
            boxes = tuple(donor.layers[i].box for i in numbers)
            yield Group(name, move, tuple(_readable(donor, numbers, ground)), boxes, rim_on(ground))


def place_face(body: Part, whole: Sequence[float]) -> Move:
    """Where the standard face goes on a body. whole: the circle (x, y, radius) around the eyes and mouth that go there."""
    if body.disc and body.face:
        scale, x, y = body.face
        return Move(1 / scale, -x / scale, -y / scale)
    x, y, radius, turn = body.place
    scale = min(FILLED * radius / whole[2], radius / FULL_SIZE)
    dx, dy = turned(-scale * whole[0], -scale * whole[1], turn)
    return Move(scale, x + dx, y + dy, turn)


def turned(x: float, y: float, degrees: float) -> tuple[float, float]:
    """A vector after a turn, clockwise in a picture whose y points down."""
    c, s = cos(radians(degrees)), sin(radians(degrees))
    return c * x - s * y, s * x + c * y


def _after(outer: Move, inner: Move) -> Move:
    """First the inner, then the outer."""
    x, y = turned(inner.x, inner.y, outer.turn)
    return Move(
        outer.scale * inner.scale, outer.scale * x + outer.x, outer.scale * y + outer.y, outer.turn + inner.turn
    )


def _around(circles: Sequence[Sequence[float]]) -> tuple[float, float, float]:
    """The smallest circle around one or two circles."""
    (x1, y1, r1), (x2, y2, r2) = circles[0], circles[-1]
    apart = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    if apart + min(r1, r2) <= max(r1, r2):
        return (x1, y1, r1) if r1 >= r2 else (x2, y2, r2)
    radius = (apart + r1 + r2) / 2
    t = (radius - r1) / apart
    return x1 + (x2 - x1) * t, y1 + (y2 - y1) * t, radius


def _readable(donor: Part, numbers: Sequence[int], ground: str) -> Iterable[tuple[str, Layer, bool]]:
    """Features in colours that can be told from their ground: dark ones turn light on dark, coloured ones get a rim."""
    fills: dict[int, str] = {}
    for i in numbers:
        layer = donor.layers[i]
        below = fills.get(layer.on) if layer.on is not None else None
        fill, rim = layer.fill, False
        if below is None and layer.role in EYES + BROWS + MOUTH:
            if contrast(fill, ground) < CONTRAST:
                if layer.role == EYES and layer.box[2] - layer.box[0] > GLASSES_WIDTH:
                    rim = True
                elif is_dark(fill):
                    fill = LIGHT if contrast(LIGHT, ground) > contrast(DARK, ground) else DARK
                elif is_grey(fill) and luminance(fill) > 0.7:  # white eyes and teeth
                    fill = SHADE if contrast(fill, ground) < 1.35 else fill
                else:
                    rim = distance(fill, ground) < APART
        elif below is None:
            rim = distance(fill, ground) < APART * 0.6
        elif below != donor.layers[layer.on].fill and contrast(fill, below) < 1.7:
            fill = ground if contrast(ground, below) > 1.7 else DARK
        fills[i] = fill
        yield fill, layer, rim


def _on(thing: Part, body: Part, ground: str) -> Group:
    left, top, right, bottom = thing.box
    x, y, radius, turn = body.place
    scale = 2 * 0.78 * radius / max(right - left, bottom - top, 1)
    dx, dy = turned(-scale * (left + right) / 2, -scale * (top + bottom) / 2, turn)
    rim = distance(thing.ground, ground) < APART
    shapes = tuple((layer.fill, layer, rim and i == 0) for i, layer in enumerate(thing.layers))
    return Group("on", Move(scale, x + dx, y + dy, turn), shapes, (thing.box,), rim_on(ground))


def _extra(parts: Parts, recipe: Recipe, body: Part, ground: str) -> Group:
    thing = parts[recipe.extra]
    if recipe.extra in FACE_EXTRAS:
        numbers = thing.having(WITH_MOUTH if recipe.extra == "😤" else WITH_EYES)
        whole = _around([thing.eyes, thing.mouth])
        move = _after(_face_place(body, whole), Move(thing.face[0], *thing.face[1:]))
        boxes = tuple(thing.layers[i].box for i in numbers)
        return Group("extra", move, tuple(_readable(thing, numbers, ground)), boxes, rim_on(ground))
    if recipe.extra in GLASSES:
        eyes = parts[recipe.eyes].eyes if recipe.eyes else (18.0, 14.5, 8.5)
        whole = _around([eyes, (18.0, 26.0, 4.0)])
        left, top, right, bottom = thing.box
        scale = 31 / (right - left)
        inner = Move(scale, 18 - scale * (left + right) / 2, eyes[1] - scale * (top + bottom) / 2)
        return Group("extra", _after(_face_place(body, whole), inner), _plain(thing), (thing.box,))
    left, top, right, bottom = thing.box
    scale = NEAR * SIDE / max(right - left, bottom - top)
    x, y = min(body.box[2] + 1, SIDE + 1) - scale * right, max(body.box[1] - 2, -2) - scale * top
    return Group("extra", Move(scale, x, y), _told_apart(thing, ground), (thing.box,), rim_on(ground))


def _face_place(body: Part, whole: Sequence[float]) -> Move:
    """As `place_face`, for things without a calm place, too."""
    if body.place:
        return place_face(body, whole)
    left, top, right, bottom = body.box
    radius = min(right - left, bottom - top) / 2
    return Move(radius / 18, (left + right) / 2 - radius, (top + bottom) / 2 - radius)


def _hat(hat: Part, body: Part) -> Group:
    """A hat over the top of a body; the hats of faces as they sit on their own."""
    x, top, wide = body.hat
    if hat.disc:
        layers = [layer for layer in hat.layers if layer.role == HAT]
        scale = min(max(wide, 13.0), 30.0 if body.disc else 21.0) / (hat.hat[2] or 1)
        move = Move(scale, x - scale * hat.hat[0], top - scale * hat.hat[1] + (0.5 if wide < 20 else 0))
        return Group(
            "hat", move, tuple((layer.fill, layer, False) for layer in layers), tuple(layer.box for layer in layers)
        )
    left, upper, right, lower = hat.box
    scale = min(min(max(1.1 * wide, 14.0), 22.0) / (right - left), MAX_HAT / (lower - upper))
    sink = min(4.5, 0.3 * scale * (lower - upper))
    return Group(
        "hat", Move(scale, x - scale * (left + right) / 2, top + sink - scale * lower), _plain(hat), (hat.box,)
    )


def _framed(parts: Parts, recipe: Recipe, main: list[Group]) -> Iterable[Group]:
    """What stands around the figure: a fire behind it, a sign over it, a small thing at its corner."""
    if recipe.frame == "🔥":
        fire = parts["🔥"]
        yield Group("behind", Move(), _plain(fire))
        main = _moved(main, Move(0.58, 7.6, 14.6))
    if recipe.frame == "🚫":
        main = _moved(main, Move(0.72, 5.04, 5.04))
    if recipe.corner:
        main = _moved(main, Move(CORNER_MAIN))
    yield from main
    if recipe.frame == "🚫":
        yield Group("over", Move(), _plain(parts["🚫"]))
    if recipe.corner:
        thing = parts[recipe.corner]
        left, top, right, bottom = thing.box
        scale = CORNER * SIDE / max(right - left, bottom - top)
        move = Move(scale, SIDE - 0.2 - scale * right, SIDE - 0.2 - scale * bottom)
        ground = parts[recipe.colour or recipe.body].ground
        yield Group("corner", move, _told_apart(thing, ground), (), rim_on(ground))


def _plain(part: Part) -> tuple[tuple[str, Layer, bool], ...]:
    return tuple((layer.fill, layer, False) for layer in part.layers)


def rim_on(ground: str) -> str:
    """The colour of rims on a ground: white, or grey on what is nearly white."""
    return LIGHT if luminance(ground) < 0.7 else GREY


def _told_apart(part: Part, ground: str) -> tuple[tuple[str, Layer, bool], ...]:
    """A small thing before a body, with a rim where the two have about the same colour."""
    rim = distance(part.ground, ground) < APART
    return tuple((layer.fill, layer, rim) for layer in part.layers)


def _moved(groups: list[Group], move: Move) -> list[Group]:
    return [replace(group, move=_after(move, group.move)) for group in groups]


def _fitted(groups: list[Group]) -> list[Group]:
    """The groups made smaller, if need be, until all of them lie inside the picture."""
    corners = [
        (group.move, x, y)
        for group in groups
        for left, top, right, bottom in group.boxes
        for x in (left, right)
        for y in (top, bottom)
    ]
    points = []
    for move, x, y in corners:
        dx, dy = turned(move.scale * x, move.scale * y, move.turn)
        points.append((dx + move.x, dy + move.y))
    left, top = min(0, *(x for x, _ in points)), min(0, *(y for _, y in points))
    right, bottom = max(SIDE, *(x for x, _ in points)), max(SIDE, *(y for _, y in points))
    size = max(right - left, bottom - top)
    if size <= SIDE + 0.6:
        return groups
    scale = SIDE / size
    x = -scale * left + (SIDE - scale * (right - left)) / 2
    return _moved(groups, Move(scale, x, SIDE - scale * bottom))


def _recolouring(body: Part, target: str) -> dict[str, str]:
    """Own colour → new colour, for the body's main colour and its shades."""
    main, to = _rgb(body.ground), _rgb(target)
    changed = {}
    for fill in {layer.fill for layer in body.layers if layer.role == "b"} | {body.ground}:
        own = _rgb(fill)
        near = distance(fill, body.ground) < 150 and _hue_apart(own, main) < 0.12
        if near or fill == body.ground:
            changed[fill] = "#" + "".join(
                f"{round(min(255, max(0, t + o - m))):02x}" for t, o, m in zip(to, own, main, strict=True)
            )
    return changed


def _hue_apart(a: Sequence[int], b: Sequence[int]) -> float:
    """How far two hues are apart, 0 to 0.5; greys are far from colours and near to greys."""
    if (max(a) - min(a) < 30) or (max(b) - min(b) < 30):
        return 0.0 if (max(a) - min(a) < 30) == (max(b) - min(b) < 30) else 0.5
    apart = abs(_hue(a) - _hue(b))
    return min(apart, 1 - apart)


def _hue(c: Sequence[int]) -> float:
    r, g, b = c
    high, span = max(c), max(c) - min(c)
    sixth = ((g - b) / span) % 6 if high == r else (b - r) / span + 2 if high == g else (r - g) / span + 4
    return sixth / 6


def _svg(parts: Parts, recipe: Recipe, groups: Sequence[Group]) -> str:
    body = "".join(_group(group) for group in groups if group.shapes)
    note = f"<title>{describe(recipe)}</title><desc>{_plain_text(f'Put together from {parts.source}, {parts.licence}')}</desc>"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}">{note}{body}</svg>'


def _group(group: Group) -> str:
    rims = "".join(_path(group.rim, layer, True) for _, layer, rim in group.shapes if rim)
    shapes = "".join(_path(fill, layer, False) for fill, layer, _ in group.shapes)
    where = "" if group.move == Move() else f' transform="{group.move}"'
    return f'<g class="{group.name}"{where}>{rims}{shapes}</g>'


def _path(fill: str, layer: Layer, rim: bool) -> str:
    rest = "".join(f' {name}="{value}"' for name, value in layer.rest)
    edge = f' stroke="{fill}" stroke-width="1.6" stroke-linejoin="round"' if rim else ""
    return f'<path fill="{fill}" d="{layer.d}"{rest}{edge}/>'


def _plain_text(text: str) -> str:
    return re.sub("[<&]", "", text)


def number(value: float, digits: int = 3) -> str:
    """A number as it stands in an SVG, without needless digits."""
    return f"{value:.{digits}f}".rstrip("0").rstrip(".") if abs(value) > 10**-digits else "0"


def _rgb(fill: str) -> tuple[int, int, int]:
    return int(fill[1:3], 16), int(fill[3:5], 16), int(fill[5:7], 16)


def distance(a: str, b: str) -> float:
    """Euclidean distance of two colours in RGB, 0 to 442."""
    return sum((x - y) ** 2 for x, y in zip(_rgb(a), _rgb(b), strict=True)) ** 0.5


def is_grey(fill: str) -> bool:
    return max(_rgb(fill)) - min(_rgb(fill)) < 40


def is_dark(fill: str) -> bool:
    """Whether a colour is one of those that eyes and mouths are drawn in: dark grey or dark brown."""
    return luminance(fill) < (0.2 if is_grey(fill) else 0.08)


@lru_cache(maxsize=4096)
def luminance(fill: str) -> float:
    """Relative luminance of a colour, 0 to 1 (WCAG 2.2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _rgb(fill))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)
