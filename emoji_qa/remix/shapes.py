"""Groups of shapes: where they are moved to, kept inside the picture, and written as SVG."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import cos, radians, sin

from emoji_qa.remix.parts import Layer, Parts
from emoji_qa.remix.recipes import Recipe, describe

SIDE = 36  # units of the box
SHOWN = 512  # default pixels along an edge of the file, as in `images.render`


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


def turned(x: float, y: float, degrees: float) -> tuple[float, float]:
    """A vector after a turn, clockwise in a picture whose y points down."""
    c, s = cos(radians(degrees)), sin(radians(degrees))
    return c * x - s * y, s * x + c * y


def after(outer: Move, inner: Move) -> Move:
    """The move that does first the inner, then the outer one."""
    x, y = turned(inner.x, inner.y, outer.turn)
    return Move(
        outer.scale * inner.scale, outer.scale * x + outer.x, outer.scale * y + outer.y, outer.turn + inner.turn
    )


def around(circles: Sequence[Sequence[float]]) -> tuple[float, float, float]:
    """The smallest circle around one or two circles."""
    (x1, y1, r1), (x2, y2, r2) = circles[0], circles[-1]
    apart = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    if apart + min(r1, r2) <= max(r1, r2):
        return (x1, y1, r1) if r1 >= r2 else (x2, y2, r2)
    radius = (apart + r1 + r2) / 2
    t = (radius - r1) / apart
    return x1 + (x2 - x1) * t, y1 + (y2 - y1) * t, radius


def moved(groups: list[Group], move: Move) -> list[Group]:
    return [replace(group, move=after(move, group.move)) for group in groups]


def fitted(groups: list[Group]) -> list[Group]:
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
    return moved(groups, Move(scale, x, SIDE - scale * bottom))


def to_svg(parts: Parts, recipe: Recipe, groups: Sequence[Group]) -> str:
    body = "".join(_group(group) for group in groups if group.shapes)
    note = (
        f"<title>{describe(recipe)}</title><desc>{_plain_text(f'Drawn after {parts.source}, {parts.licence}')}</desc>"
    )
    size = f'width="{SHOWN}" height="{SHOWN}" viewBox="0 0 {SIDE} {SIDE}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{note}{body}</svg>'


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
