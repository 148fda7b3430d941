"""Faces and things with known factors, since they are put together: mood, anger, tears, eyes, hat, size, shape, hue.

Directions are fitted to them; probes learn to read them. A pair is a look and the same look with one factor changed.
"""

import colorsys
from dataclasses import dataclass, replace

import numpy as np

from emoji_qa.remix.compose import compose
from emoji_qa.remix.draw import FAVOURITES
from emoji_qa.remix.parts import Part, Parts
from emoji_qa.remix.raster import rasterise
from emoji_qa.remix.recipes import Recipe

DISC, SQUARE = "😶", "🟨"  # bodies without a face of their own
GLAD = "😀 😃 🙂 😄 😊 😌".split()  # mouths
SAD = "🙁 ☹️ 😞 😟 😠".split()
OPEN = "😀 😃 🙂 😮 😐 🙁 ☹️".split()  # eyes
CLOSED = "😄 😁 😊 😌 😔 😙".split()
ANGRY = "😠 😡 🤬".split()
TEARS = "😢 😭".split()
HATS = "🎩 👑 🎓 🧢 🤠 🥳 🎀 👒".split()
SIZES = (0.72, 1.22)  # of the features, as factors on their usual size
HUES = 24  # around the circle
MIN_RADIUS = 6.5  # units: the minimum radius of the place for a face on a thing
FACES, SQUARES = 0.5, 0.2  # shares of the bodies; the others are things
COLOURED = 0.6  # share of the bodies that get a hue; the others keep their own colours

FACTORS = ("mood", "anger", "tears", "eyes", "hat", "size", "shape")  # with two ends each; hue is a factor, too


@dataclass(frozen=True)
class Look:
    """A face: its body, the emojis of its eyes, mouth, tears and hat, the size of its features (0 small, 1 large), and
    its hue (0 to HUES − 1; None: its own colours)."""

    body: str
    eyes: str
    mouth: str
    tears: str | None = None
    hat: str | None = None
    size: int | None = None
    hue: int | None = None

    def factors(self) -> np.ndarray:
        """For each of FACTORS 0 (low end), 1 (high end), or NaN (neither): (7,)."""
        return np.array(
            [
                _end(self.mouth, SAD, GLAD),
                float(self.eyes in ANGRY),
                float(self.tears is not None),
                _end(self.eyes, OPEN, CLOSED),
                float(self.hat is not None),
                np.nan if self.size is None else self.size,
                _end(self.body, [DISC], [SQUARE]),
            ]
        )

    def in_hue(self, hue: int) -> "Look":
        """The same look in hue number `hue` of HUES."""
        return replace(self, hue=hue)


def _end(value: str, low: list[str], high: list[str]) -> float:
    return 0.0 if value in low else 1.0 if value in high else np.nan


class Studio:
    """Draws random looks from the parts of one table, changes single factors of them, and makes their pictures."""

    def __init__(self, parts: Parts):
        self.tables = {size: _prepared(parts, size) for size in (None, 0, 1)}
        self.parts = self.tables[None]
        self.things = [
            char
            for char in dict.fromkeys(FAVOURITES)
            if char in parts and parts[char].place and parts[char].place[2] >= MIN_RADIUS and not parts[char].disc
        ]

    def draw(self, rng: np.random.Generator) -> Look:
        """A random look."""
        share = rng.random()
        body = DISC if share < FACES else SQUARE if share < FACES + SQUARES else _pick(self.things, rng)
        return Look(
            body,
            _pick([OPEN, CLOSED, ANGRY][int(rng.choice(3, p=(0.45, 0.35, 0.2)))], rng),
            _pick(GLAD if rng.random() < 0.5 else SAD, rng),
            tears=_pick(TEARS, rng) if rng.random() < 0.25 else None,
            hat=_pick(HATS, rng) if rng.random() < 0.25 else None,
            size=int(rng.integers(2)) if rng.random() < 0.3 else None,
            hue=int(rng.integers(HUES)) if rng.random() < COLOURED else None,
        )

    def changed(self, look: Look, factor: str, end: int, rng: np.random.Generator) -> Look:
        """The look with one factor at its low (0) or high (1) end, and nothing else changed; itself if it is there."""
        if look.factors()[FACTORS.index(factor)] == end:
            return look
        if factor == "mood":
            return replace(look, mouth=_pick(GLAD if end else SAD, rng))
        if factor == "anger":
            return replace(look, eyes=_pick(ANGRY if end else OPEN, rng))
        if factor == "tears":
            return replace(look, tears=_pick(TEARS, rng) if end else None)
        if factor == "eyes":
            return replace(look, eyes=_pick(CLOSED if end else OPEN, rng))
        if factor == "hat":
            return replace(look, hat=_pick(HATS, rng) if end else None)
        if factor == "size":
            return replace(look, size=end)
        return replace(look, body=SQUARE if end else DISC)

    def picture(self, look: Look, size: int = 36) -> np.ndarray:
        """A look as pixels (size, size, 4) uint8, straight alpha."""
        colour = None if look.hue is None else _wheel(look.hue)
        recipe = Recipe(look.body, look.eyes, look.mouth, colour=colour, hat=look.hat, extra=look.tears)
        table = self.tables[look.size]
        try:
            svg = compose(table, recipe)
        except ValueError:  # the body has that colour already
            svg = compose(table, replace(recipe, colour=None))
        return rasterise(svg, size)


def colour(hue: int) -> str:
    """A colour of the circle, as bright as emojis are, as "#rrggbb"."""
    red, green, blue = colorsys.hsv_to_rgb(hue / HUES, 0.62, 0.93)
    return "#" + "".join(f"{round(255 * value):02x}" for value in (red, green, blue))


def _wheel(hue: int) -> str:
    return chr(0xE000 + hue)  # a private-use character, for a part that has only a colour


def _pick(some: list[str], rng: np.random.Generator) -> str:
    return some[int(rng.integers(len(some)))]


def _prepared(parts: Parts, size: int | None) -> Parts:
    """The table of parts, changed so that features have this size, and with parts for the colours of the circle."""
    scale = 1.0 if size is None else SIZES[size]
    donors = {*GLAD, *SAD, *OPEN, *CLOSED, *ANGRY, *TEARS, *HATS}
    made = [part if part.char in donors else _sized(part, scale) for part in parts]
    layer = parts[DISC].layers[0]
    box = parts[DISC].box
    wheel = [Part(_wheel(hue), (replace(layer, fill=colour(hue)),), box, ground=colour(hue)) for hue in range(HUES)]
    return Parts([*made, *wheel], source=parts.source, licence=parts.licence)


def _sized(part: Part, scale: float) -> Part:
    if part.char == SQUARE:
        return replace(part, place=(18.0, 19.0, 13.0 * scale, 0.0))
    if part.disc and part.face:
        own, x, y = part.face
        middle = ((18 - x) / own, (19 - y) / own)
        own /= scale
        return replace(part, face=(own, 18 - own * middle[0], 19 - own * middle[1]))
    if part.place:
        x, y, radius, turn = part.place
        return replace(part, place=(x, y, radius * scale, turn))
    return part
