"""From a recipe to an SVG. compose.js does the same in JavaScript, step by step; whoever changes one changes the other."""

from collections.abc import Iterable, Sequence

from emoji_qa.remix.colours import (
    APART,
    CONTRAST,
    DARK,
    LIGHT,
    SHADE,
    contrast,
    distance,
    is_dark,
    is_grey,
    luminance,
    recolouring,
    rim_on,
)
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
    need,
)
from emoji_qa.remix.recipes import FACE_EXTRAS, GLASSES, Recipe, check
from emoji_qa.remix.shapes import SIDE, Group, Move, after, around, fitted, moved, to_svg, turned

FULL_SIZE = 12.0  # radius of the place that an expression fills at its own size
FILLED = 0.96  # of the place's radius
CORNER, CORNER_MAIN = 0.47, 0.84  # scale of the small thing at the corner, and of the figure beside it
NEAR = 0.36  # scale of a sign beside the head
GLASSES_WIDTH = 20.0  # units; anything wider over the eyes stays dark, and gets a rim on a dark ground
MAX_HAT = 15.0  # units that a hat may be high


def compose(parts: Parts, recipe: Recipe) -> str:
    """The SVG of a recipe, with a named group for each part and a note on where the drawings come from.

    Raises ValueError, in a sentence, when these parts cannot make this recipe.
    """
    check(parts, recipe)
    main = list(_figure(parts, recipe))
    main = fitted(main)
    groups = list(_framed(parts, recipe, main))
    return to_svg(parts, recipe, groups)


def _figure(parts: Parts, recipe: Recipe) -> Iterable[Group]:
    """The body and what it wears."""
    body = parts[recipe.body]
    recolour = recolouring(body, parts[recipe.colour].ground) if recipe.colour else {}
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
    """Eyes and mouth: those of one face in its own order, of two faces the mouth first."""
    eyes, mouth = (parts[char] if char else None for char in (recipe.eyes, recipe.mouth))
    whole = around([need(circle) for circle in (eyes and eyes.eyes, mouth and mouth.mouth) if circle])
    with_eyes = EYES + BROWS + WITH_EYES + ("" if recipe.hat else HAT)
    if eyes and mouth and eyes.char == mouth.char:
        chosen = [("face", eyes, with_eyes + MOUTH + WITH_MOUTH)]
    else:
        chosen = [("mouth", mouth, MOUTH + WITH_MOUTH)] if mouth else []
        chosen += [("eyes", eyes, with_eyes)] if eyes else []
    for name, donor, roles in chosen:
        numbers = donor.having(roles)
        move = after(place_face(body, whole), Move(*need(donor.face)))
        boxes = tuple(donor.layers[i].box for i in numbers)
        yield Group(name, move, tuple(_readable(donor, numbers, ground)), boxes, rim_on(ground))


def place_face(body: Part, whole: Sequence[float]) -> Move:
    """Where the standard face goes on a body. whole: the circle (x, y, radius) around the eyes and mouth that go there."""
    if body.disc and body.face:
        scale, x, y = body.face
        return Move(1 / scale, -x / scale, -y / scale)
    x, y, radius, turn = need(body.place)
    scale = min(FILLED * radius / whole[2], radius / FULL_SIZE)
    dx, dy = turned(-scale * whole[0], -scale * whole[1], turn)
    return Move(scale, x + dx, y + dy, turn)


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
        elif layer.on is not None and below != donor.layers[layer.on].fill and contrast(fill, below) < 1.7:
            fill = ground if contrast(ground, below) > 1.7 else DARK
        fills[i] = fill
        yield fill, layer, rim


def _on(thing: Part, body: Part, ground: str) -> Group:
    left, top, right, bottom = thing.box
    x, y, radius, turn = need(body.place)
    scale = 2 * 0.78 * radius / max(right - left, bottom - top, 1)
    dx, dy = turned(-scale * (left + right) / 2, -scale * (top + bottom) / 2, turn)
    rim = distance(thing.ground, ground) < APART
    shapes = tuple((layer.fill, layer, rim and i == 0) for i, layer in enumerate(thing.layers))
    return Group("on", Move(scale, x + dx, y + dy, turn), shapes, (thing.box,), rim_on(ground))


def _extra(parts: Parts, recipe: Recipe, body: Part, ground: str) -> Group:
    thing = parts[need(recipe.extra)]
    if recipe.extra in FACE_EXTRAS:
        numbers = thing.having(WITH_MOUTH if recipe.extra == "😤" else WITH_EYES)
        whole = around([need(thing.eyes), need(thing.mouth)])
        move = after(_face_place(body, whole), Move(*need(thing.face)))
        boxes = tuple(thing.layers[i].box for i in numbers)
        return Group("extra", move, tuple(_readable(thing, numbers, ground)), boxes, rim_on(ground))
    if recipe.extra in GLASSES:
        eyes = need(parts[recipe.eyes].eyes) if recipe.eyes else (18.0, 14.5, 8.5)
        whole = around([eyes, (18.0, 26.0, 4.0)])
        left, top, right, bottom = thing.box
        scale = 31 / (right - left)
        inner = Move(scale, 18 - scale * (left + right) / 2, eyes[1] - scale * (top + bottom) / 2)
        return Group("extra", after(_face_place(body, whole), inner), _plain(thing), (thing.box,))
    left, top, right, bottom = thing.box
    scale = NEAR * SIDE / max(right - left, bottom - top)
    x, y = min(body.box[2] + 1, SIDE + 1) - scale * right, max(body.box[1] - 2, -2) - scale * top
    return Group("extra", Move(scale, x, y), _told_apart(thing, ground), (thing.box,), rim_on(ground))


def _face_place(body: Part, whole: Sequence[float]) -> Move:
    """As `place_face`, but also for bodies that have no place for a face."""
    if body.place:
        return place_face(body, whole)
    left, top, right, bottom = body.box
    radius = min(right - left, bottom - top) / 2
    return Move(radius / 18, (left + right) / 2 - radius, (top + bottom) / 2 - radius)


def _hat(hat: Part, body: Part) -> Group:
    """A hat over the top of a body. The hat of a face sits as it does on that face."""
    x, top, wide = need(body.hat)
    if hat.disc:
        own_x, own_top, own_wide = need(hat.hat)
        layers = [layer for layer in hat.layers if layer.role == HAT]
        scale = min(max(wide, 13.0), 30.0 if body.disc else 21.0) / (own_wide or 1)
        move = Move(scale, x - scale * own_x, top - scale * own_top + (0.5 if wide < 20 else 0))
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
        main = moved(main, Move(0.58, 7.6, 14.6))
    if recipe.frame == "🚫":
        main = moved(main, Move(0.72, 5.04, 5.04))
    if recipe.corner:
        main = moved(main, Move(CORNER_MAIN))
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


def _told_apart(part: Part, ground: str) -> tuple[tuple[str, Layer, bool], ...]:
    """A small thing before a body, with a rim where the two have about the same colour."""
    rim = distance(part.ground, ground) < APART
    return tuple((layer.fill, layer, rim) for layer in part.layers)
