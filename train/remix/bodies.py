"""Where an expression goes on a thing: the thing's own face, the calm place, the turn, and the place of a hat."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from scipy.signal import fftconvolve

from emoji_qa.remix.raster import rasterise
from train.remix.by_eye import CLEARED, FRONT, OWN_FACES, SIDEWAYS
from train.remix.faces import is_dark, is_white, luminance
from train.remix.outlines import Layer, split

BODY, EYES, MOUTH, DETAIL = "bemd"
SCALE = 2  # pixels per unit of the pictures that are analysed
SMALL = 14.0  # units; larger shapes are no eyes
WIDE = 28.0  # units; wider shapes are no mouths
ALIKE = 34  # largest difference per RGB channel of colours in one calm area
SPOT = 5.0  # square units; smaller spots in a calm area are ignored
LEAST = 5.0  # units; the minimum radius of a place
ENOUGH = 6.5  # units; below this radius, `_legible` looks for a place of several colours
LEGIBLE = 0.8  # minimum share of such a place on which dark, or light, features can be read


@dataclass(frozen=True)
class Place:
    """A place for an expression: circle (x, y, radius) in units of the box, turn in degrees, colour of the ground."""

    x: float
    y: float
    radius: float
    turn: float
    ground: str


def tell_own_face(char: str, layers: list[Layer]) -> tuple[list[Layer], str]:
    """The layers of an animal or thing, split to separate its own eyes and mouth, and a role letter for each."""
    kind = char[0]
    if kind in CLEARED:
        return _clear(layers)
    if kind not in FRONT | SIDEWAYS:
        return layers, BODY * len(layers)
    pieces = [piece for layer in layers for piece in (split(layer) if _may_be_face(layer) else [layer])]
    if kind in OWN_FACES:
        told = {i: role for role, numbers in OWN_FACES[kind].items() for i in numbers}
        return pieces, "".join(told.get(i, BODY) for i in range(len(pieces)))
    boxes = np.array([piece.box for piece in pieces])
    top, height = boxes[:, 1].min(), np.ptp(boxes[:, 1::2])
    roles = [BODY] * len(pieces)
    centre, size = (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]
    dark = [i for i, piece in enumerate(pieces) if is_dark(piece.fill) and i]
    small = [i for i in dark if (size[i] < SMALL).all()]
    if kind in SIDEWAYS:
        for i in small:
            if (size[i] < 4.6).all() and 0.55 < size[i, 0] / size[i, 1] < 1.8 and centre[i, 1] < top + 0.62 * height:
                roles[i] = EYES
    else:
        _tell_front(roles, small, dark, centre, size, top, height)
    _take_along(pieces, roles, boxes)
    return pieces, "".join(roles)


def _may_be_face(layer: Layer) -> bool:
    return is_dark(layer.fill) or is_white(layer.fill) or layer.d.lower().count("m") <= 4


def _clear(layers: list[Layer]) -> tuple[list[Layer], str]:
    """Give the shapes in the middle of a dial or a ball, which an expression replaces, the role DETAIL."""
    pieces = [piece for layer in layers for piece in (split(layer) if is_dark(layer.fill) else [layer])]
    roles = ""
    for piece in pieces:
        left, top, right, bottom = piece.box
        ground = right - left > 20 and bottom - top > 20
        roles += BODY if ground or np.hypot((left + right) / 2 - 18, (top + bottom) / 2 - 18) > 10.5 else DETAIL
    return pieces, roles


def _tell_front(
    roles: list[str], small: list[int], dark: list[int], centre: np.ndarray, size: np.ndarray, top: float, height: float
) -> None:
    """Find the eyes, a pair of small dark shapes, and mouth and nose, which are below and between them."""
    pairs = []
    for i in small:
        for j in small:
            apart = centre[j, 0] - centre[i, 0]
            level = abs(centre[i, 1] - centre[j, 1]) < 1.5 and centre[i, 1] > top + 0.22 * height
            if i != j and 3 < apart < 30 and level and np.abs(size[i] - size[j]).max() < 4.2:
                pairs.append((i, j))
    if not pairs:
        return
    axis = np.median([(centre[i, 0] + centre[j, 0]) / 2 for i, j in pairs])
    pairs = [(i, j) for i, j in pairs if abs((centre[i, 0] + centre[j, 0]) / 2 - axis) < 1.5]
    level = min(centre[i, 1] for i, _ in pairs)
    for i, j in pairs:
        if centre[i, 1] < level + 5:
            roles[i] = roles[j] = EYES
    for i in dark:
        if (
            roles[i] == BODY
            and level + 1.5 < centre[i, 1] < level + 19
            and abs(centre[i, 0] - axis) < 6.5
            and size[i, 0] < WIDE
            and size[i, 1] < 14
        ):
            roles[i] = MOUTH


def _take_along(pieces: list[Layer], roles: list[str], boxes: np.ndarray) -> None:
    """Give shapes that lie on an eye or a mouth, or closely under it as its ground, the same role."""
    for i, box in enumerate(boxes):
        if roles[i] != BODY or (box[2:] - box[:2]).max() > SMALL:
            continue
        for j, other in enumerate(boxes):
            if roles[j] in (EYES, MOUTH):
                above = i > j and (box[:2] >= other[:2] - 0.3).all() and (box[2:] <= other[2:] + 0.3).all()
                below = i < j and (box[:2] <= other[:2] + 0.3).all() and (box[2:] >= other[2:] - 0.3).all()
                round_it = below and (other[2:] - other[:2]).max() > 0.3 * (box[2:] - box[:2]).max()
                if above or round_it:
                    roles[i] = roles[j]
                    break


def labels(layers: list[Layer]) -> np.ndarray:
    """The number of the visible layer at each pixel, from 0, or −1 for none: (36 · SCALE, 36 · SCALE)."""
    flat = [f'<path fill="#{i + 1:06x}" d="{layer.d}"{_written(layer)}/>' for i, layer in enumerate(layers)]
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36" shape-rendering="crispEdges">{"".join(flat)}</svg>'
    pixels = rasterise(svg, 36 * SCALE).astype(int)
    seen = pixels[..., 0] * 65536 + pixels[..., 1] * 256 + pixels[..., 2] - 1
    return np.where(pixels[..., 3] > 127, np.minimum(seen, len(layers) - 1), -1)


def _written(layer: Layer) -> str:
    kept = {name: value for name, value in layer.rest.items() if name in ("transform", "fill-rule")}
    return "".join(f' {name}="{value}"' for name, value in kept.items())


def place_at(layers: list[Layer], x: float, y: float, radius: float) -> Place:
    """The place with this circle, no larger than the silhouette allows, with the colour that is most visible in it."""
    seen = labels(layers)
    filled = seen >= 0
    room = ndimage.distance_transform_edt(np.pad(filled, 1))[1:-1, 1:-1] / SCALE
    radius = max(min(radius, room[min(int(y * SCALE), 71), min(int(x * SCALE), 71)] + 0.5), LEAST)
    rows, columns = (np.indices(seen.shape) + 0.5) / SCALE
    near = filled & (np.hypot(columns - x, rows - y) < radius)
    ground = layers[np.bincount(seen[near]).argmax()].fill if near.any() else "#ffffff"
    return Place(round(float(x), 1), round(float(y), 1), round(float(radius), 1), find_turn(filled), ground)


def find_place(layers: list[Layer], own: list[tuple] = ()) -> Place | None:
    """The largest calm circle in the picture of a thing, near its own eyes if it has any; None if there is no room.

    own: boxes (left, top, right, bottom) of its own eyes and mouth.
    """
    seen = labels(layers)
    filled = seen >= 0
    if filled.sum() < 60 * SCALE**2:
        return None
    rgb = np.array([_rgb(layer.fill) for layer in layers])
    room = ndimage.distance_transform_edt(np.pad(filled, 1))[1:-1, 1:-1] / SCALE
    y, x = (np.indices(seen.shape) + 0.5) / SCALE
    off = _off(x, y, own) if len(own) else None
    best = None
    for i in np.unique(seen[filled]):
        same = filled & (np.abs(rgb[seen] - rgb[i]).max(axis=2) < ALIKE)
        if same.sum() < 50 * SCALE**2:
            continue
        others, count = ndimage.label(filled & ~same)
        sizes = np.bincount(others.ravel())
        same |= (sizes < SPOT * SCALE**2)[others] & (others > 0)
        radius = ndimage.distance_transform_edt(np.pad(same, 1))[1:-1, 1:-1] / SCALE
        score = radius + 0.05 * room if off is None else np.minimum(radius, 9) - 0.4 * off
        score = np.where(radius >= LEAST, score, -99)
        row, column = np.unravel_index(score.argmax(), score.shape)
        if best is None or score[row, column] > best[0]:
            best = (score[row, column], x[row, column], y[row, column], radius[row, column], layers[i].fill)
    if best is None or best[0] == -99 or (best[3] < ENOUGH and off is None):
        best = _legible(seen, filled, layers, room) or (best if best and best[0] > -99 else None)
    if best is None:
        return None
    return Place(*(round(float(v), 1) for v in best[1:4]), find_turn(filled), best[4])


def _legible(seen: np.ndarray, filled: np.ndarray, layers: list[Layer], room: np.ndarray) -> tuple | None:
    """The largest place of several colours on which dark features, or else light ones, are legible."""
    y, x = (np.indices(seen.shape) + 0.5) / SCALE
    middle = np.hypot(x - x[filled].mean(), y - y[filled].mean())
    light = np.array([luminance(layer.fill) for layer in layers])
    for radius in (9.0, 8.0, 7.0, 6.5):
        for readable in (light > 0.19, light < 0.3):
            share = fftconvolve((filled & readable[seen]).astype(np.float32), _disc(radius), mode="same")
            fits = (share > LEGIBLE) & (room > radius - 0.5)
            if fits.any():
                row, column = np.unravel_index(np.where(fits, share - 0.03 * middle, -9).argmax(), fits.shape)
                near = filled & readable[seen] & (np.hypot(x - x[row, column], y - y[row, column]) < radius)
                main = np.bincount(seen[near]).argmax()
                return 0, x[row, column], y[row, column], radius, layers[main].fill
    return None


def _disc(radius: float) -> np.ndarray:
    reach = int(radius * SCALE)
    y, x = np.ogrid[-reach : reach + 1, -reach : reach + 1]
    disc = (np.hypot(x, y) <= radius * SCALE).astype(np.float32)
    return disc / disc.sum()


def _off(x: np.ndarray, y: np.ndarray, own: list[tuple]) -> np.ndarray:
    boxes = np.array(own)
    return np.hypot(x - (boxes[:, 0].min() + boxes[:, 2].max()) / 2, y - (boxes[:, 1].min() + boxes[:, 3].max()) / 2)


def find_turn(filled: np.ndarray) -> float:
    """Degrees by which an expression is turned on a long, slanted thing; else 0."""
    y, x = np.nonzero(filled)
    covariance = np.cov(x, y)
    values, vectors = np.linalg.eigh(covariance)
    if values[1] < 3.2 * values[0]:
        return 0.0
    angle = np.degrees(np.arctan2(vectors[0, 1], -vectors[1, 1]))  # of the long axis, clockwise from upright
    angle = (angle + 90) % 180 - 90
    if abs(angle) > 50:  # a lying thing: the face looks out of its long side
        angle -= 90 * np.sign(angle)
    return round(float(np.clip(angle, -40, 40)), 0) if abs(angle) > 12 else 0.0


def find_hat(filled: np.ndarray, middle: float) -> tuple[float, float, float]:
    """The place of a hat: (x, y of the top, width there), near the column `middle` of a silhouette."""
    columns = np.arange(filled.shape[1]) / SCALE
    near = filled & (np.abs(columns - middle) < 7)[None]
    near = near if near.any() else filled
    tops = np.where(near.any(axis=0), near.argmax(axis=0), 10_000)
    top = tops.min()
    row = filled[min(top + int(3.5 * SCALE), len(filled) - 1)]
    places = np.flatnonzero(row & (np.abs(columns - middle) < 11))
    if not len(places):
        places = np.flatnonzero(filled[top])
    return (round(float(places.mean()) / SCALE, 1), round(top / SCALE, 1), round(float(np.ptp(places)) / SCALE, 1))


def _rgb(fill: str) -> list[int]:
    return [int(fill[i : i + 2], 16) for i in (1, 3, 5)]
