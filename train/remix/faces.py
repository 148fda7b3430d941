"""Finds the eyes, brows, mouth and extras among the layers of a face: by place and colour, corrected by hand."""

from dataclasses import dataclass

import numpy as np

from train.remix.by_eye import ROLES
from train.remix.outlines import Layer, flatten, inside, split

BODY, EYES, BROWS, MOUTH, EXTRA, BELOW = "bewmxy"  # extras belong to the eyes (x) or to the mouth (y)
DISC_RADIUS = 13.0  # minimum radius of the disc that is a face's ground


@dataclass(frozen=True)
class Face:
    """Layers from the bottom up, a letter for the role of each, and the disc (x, y, radius) that they lie on."""

    layers: list[Layer]
    roles: str
    disc: tuple[float, float, float]


def find_disc(layer: Layer) -> tuple[float, float, float] | None:
    """Centre and radius of a layer that is a full disc, or None."""
    points = layer.polygons[0]
    low, high = points.min(axis=0), points.max(axis=0)
    centre, radius = (low + high) / 2, float((high - low).mean()) / 2
    off = np.abs(np.hypot(*(points - centre).T) - radius).max()
    return (*centre.tolist(), radius) if off < 0.06 * radius and radius >= DISC_RADIUS else None


def read_face(char: str, layers: list[Layer]) -> Face | None:
    """A face with the roles of its layers, or None if no layer is a disc."""
    found = [(i, disc) for i, layer in enumerate(layers[:6]) if (disc := find_disc(layer))]
    if not found:
        return None
    ground, disc = found[0]
    pieces = layers[: ground + 1] + [piece for layer in layers[ground + 1 :] for piece in split(layer)]
    roles = [EXTRA] * ground + [BODY]
    for i, piece in enumerate(pieces[ground + 1 :], ground + 1):
        parent = next(
            (j for j in range(i - 1, ground, -1) if roles[j] in (EYES, MOUTH) and _within(piece, pieces[j])), None
        )
        roles.append(roles[parent] if parent is not None else _role(piece, disc))
    _tell_brows(pieces, roles, disc)
    roles = [_belongs(piece, role, disc) for piece, role in zip(pieces, roles, strict=True)]
    for role, numbers in ROLES.get(char, {}).items():
        for i in _numbers(numbers):
            roles[i] = role
    return Face(pieces, "".join(roles), disc)


def _role(piece: Layer, disc: tuple[float, float, float]) -> str:
    left, top, right, bottom = ((v - c) / disc[2] for v, c in zip(piece.box, disc[:2] * 2, strict=True))
    u, v, wide, high = (left + right) / 2, (top + bottom) / 2, right - left, bottom - top
    if not is_dark(piece.fill) and not is_white(piece.fill):
        return EXTRA
    if v > 0.2 and abs(u) < 0.35 and wide < 1.4 and bottom < 1 and is_dark(piece.fill):
        return MOUTH
    if v <= 0.2 and top > -0.95 and wide < 2 and (abs(u) > 0.12 or wide > 1.2) and high < 1.2:
        return EYES
    return EXTRA


def _belongs(piece: Layer, role: str, disc: tuple[float, float, float]) -> str:
    """An extra in the lower half belongs to the mouth, unless it is a tear."""
    left, top, right, bottom = piece.box
    red, _, blue = (int(piece.fill[i : i + 2], 16) for i in (1, 3, 5))
    low = (top + bottom) / 2 > disc[1] + 0.1 * disc[2]
    return BELOW if role == EXTRA and low and not blue > red + 0x40 else role


def _tell_brows(pieces: list[Layer], roles: list[str], disc: tuple[float, float, float]) -> None:
    """If two dark shapes lie above each other on one side of a face, the upper one is a brow."""
    eyes = [(i, piece.box) for i, (piece, role) in enumerate(zip(pieces, roles, strict=True)) if role == EYES]
    for i, (left, top, right, bottom) in eyes:
        if not is_dark(pieces[i].fill) or bottom - top > 0.5 * disc[2]:
            continue
        below = [
            o
            for j, o in eyes
            if j != i
            and (o[1] + o[3]) / 2 > (top + bottom) / 2 + 0.12 * disc[2]
            and min(o[2], right) - max(o[0], left) > 0.5
            and o[2] - o[0] < disc[2]
        ]
        if below and not any(o[0] < (left + right) / 2 < o[2] and o[1] < (top + bottom) / 2 < o[3] for o in below):
            roles[i] = BROWS


def _within(piece: Layer, other: Layer) -> bool:
    """Whether most of a shape lies within the outline of another."""
    outline = max(flatten(other.d), key=len, default=None)
    points = flatten(piece.d)
    if outline is None or not points or "transform" in piece.rest or "transform" in other.rest:
        return False
    return float(np.mean([inside(point, outline) for point in points[0]])) > 0.6


def _numbers(text: str) -> list[int]:
    spans = [part.partition("-") for part in text.split()]
    return [i for first, _, last in spans for i in range(int(first), int(last or first) + 1)]


def luminance(fill: str) -> float:
    """Relative luminance of a colour "#rrggbb", 0 to 1 (WCAG 2.2)."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (int(fill[i : i + 2], 16) / 255 for i in (1, 3, 5))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def is_dark(fill: str) -> bool:
    return luminance(fill) < 0.13 and max(int(fill[i : i + 2], 16) for i in (1, 3, 5)) < 0xA0


def is_white(fill: str) -> bool:
    return luminance(fill) > 0.85
