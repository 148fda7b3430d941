"""Outlines of an SVG's shapes: its layers from the bottom up, their subpaths, and the polygons of these.

Twemoji's SVGs have only filled paths, circles and ellipses in a 36 × 36 box, some in groups, a few turned or clipped.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

CURVE = 8  # points that approximate a curve; an arc has twice as many
TOKEN = re.compile(r"[MmZzLlHhVvCcSsQqTtAa]|[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?")
COUNTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}
INHERITED = ("fill", "opacity", "fill-rule", "fill-opacity", "stroke", "stroke-linecap", "stroke-width")


@dataclass(frozen=True)
class Layer:
    """A filled shape: its path data, colour, and its element's other attributes (transform, opacity, fill-rule …)."""

    d: str
    fill: str
    rest: dict[str, str] = field(default_factory=dict)

    @cached_property
    def polygons(self) -> list[np.ndarray]:
        """Its subpaths as polygons, (n, 2) each, in the box's units."""
        matrix = transform_matrix(self.rest.get("transform", ""))
        return [points @ matrix[:, :2].T + matrix[:, 2] for points in flatten(self.d)]

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        points = np.concatenate(self.polygons)
        return (*points.min(axis=0).tolist(), *points.max(axis=0).tolist())


def read_layers(svg: str) -> list[Layer] | None:
    """The layers of an SVG from the bottom up, circles and ellipses as paths; None if it has anything else."""
    layers = []
    for tag, own in _shapes(ET.fromstring(svg), {}):
        d = own.pop("d", None) if tag == "path" else _ellipse(own) if tag in ("circle", "ellipse") else None
        if d is None or "clip-path" in own or "stroke" in own:
            return None
        fill = own.pop("fill", "#000")
        layer = Layer(_shorter(d), colour(fill), own)
        if fill != "none" and layer.polygons:
            layers.append(layer)
    return layers


def _shapes(element: ET.Element, outside: dict[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    for child in element:
        tag, own = child.tag.rpartition("}")[2], {k: v for k, v in child.attrib.items() if not k.startswith("{")}
        transform = " ".join(filter(None, (outside.get("transform"), own.get("transform"))))
        own = {**{k: v for k, v in outside.items() if k in INHERITED or k == "clip-path"}, **own}
        own = {**own, "transform": transform} if transform else own
        if tag == "g":
            yield from _shapes(child, own)
        else:
            yield tag, own


def _ellipse(own: dict[str, str]) -> str:
    x, y, r = (float(own.pop(name, 0)) for name in ("cx", "cy", "r"))
    rx, ry = float(own.pop("rx", r)), float(own.pop("ry", r))
    return f"M{x - rx:g} {y:g}a{rx:g} {ry:g} 0 1 0 {2 * rx:g} 0a{rx:g} {ry:g} 0 1 0 {-2 * rx:g} 0z"


def _shorter(d: str) -> str:
    """Path data cut to three decimals, as in Twemoji's own paths."""
    return re.sub(r"(\.\d{3})\d+", r"\1", d)


def colour(fill: str) -> str:
    """A colour as six hexadecimal digits, "#ffcc4d"."""
    named = {"white": "#ffffff", "black": "#000000", "red": "#ff0000", "azure": "#f0ffff"}
    fill = named.get(fill.lower(), fill.lower())
    return "#" + "".join(2 * c for c in fill[1:]) if re.fullmatch("#[0-9a-f]{3}", fill) else fill


def transform_matrix(text: str) -> np.ndarray:
    """An SVG transform list as a matrix (2, 3)."""
    whole = np.eye(3)
    for name, numbers in re.findall(r"(\w+)\s*\(([^)]*)\)", text):
        v = [float(n) for n in re.findall(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?", numbers)]
        if name == "matrix":
            step = [[v[0], v[2], v[4]], [v[1], v[3], v[5]], [0, 0, 1]]
        elif name == "translate":
            step = [[1, 0, v[0]], [0, 1, v[1] if len(v) > 1 else 0], [0, 0, 1]]
        elif name == "scale":
            step = [[v[0], 0, 0], [0, v[-1], 0], [0, 0, 1]]
        elif name == "rotate":
            c, s = np.cos(np.radians(v[0])), np.sin(np.radians(v[0]))
            x, y = v[1:] or (0, 0)
            step = [[c, -s, x - c * x + s * y], [s, c, y - s * x - c * y], [0, 0, 1]]
        else:
            raise ValueError(f"“{name}” is a transform that is not known here.")
        whole = whole @ np.array(step)
    return whole[:2]


def commands(d: str) -> Iterator[tuple[str, list[float]]]:
    """The commands in path data, each with one set of numbers. The flags of arcs may be written without spaces."""
    for letter, rest in re.findall(r"([MmZzLlHhVvCcSsQqTtAa])([^MmZzLlHhVvCcSsQqTtAa]*)", d):
        count, numbers = COUNTS[letter.upper()], _numbers(letter, rest)
        if not count:
            yield letter, []
        for i in range(0, len(numbers), max(1, count)):
            yield ({"M": "L", "m": "l"}.get(letter, letter) if i else letter), numbers[i : i + count]


def _numbers(letter: str, rest: str) -> list[float]:
    number = re.compile(r"[\s,]*([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)")
    flag = re.compile(r"[\s,]*([01])")
    numbers, place = [], 0
    while match := (flag if letter in "aA" and len(numbers) % 7 in (3, 4) else number).match(rest, place):
        numbers.append(float(match[1]))
        place = match.end()
    return numbers


def subpaths(d: str) -> list[str]:
    """Path data split at its "move to" commands; each piece is complete by itself."""
    pieces, here, start = [], np.zeros(2), np.zeros(2)
    for letter, v in commands(d):
        if letter in "Mm" or (not pieces):
            start = here + v if letter == "m" else np.array(v)
            pieces.append([f"M{start[0]:.5g} {start[1]:.5g}"])
            here = start
            continue
        if letter in "Zz":
            here = start
        elif letter in "HhVv":
            axis = 0 if letter in "Hh" else 1
            here = here.copy()
            here[axis] = v[0] + (here[axis] if letter.islower() else 0)
        else:
            here = np.array(v[-2:]) + (here if letter.islower() else 0)
        if pieces[-1][-1] in ("z", "Z"):
            pieces.append([f"M{start[0]:.5g} {start[1]:.5g}"])
        pieces[-1].append(letter + " ".join(f"{n:.5g}" for n in v))
    return ["".join(piece) for piece in pieces]


def flatten(d: str) -> list[np.ndarray]:
    """Path data as polygons, (n, 2) each."""
    polygons, here, control, before = [], np.zeros(2), None, ""
    for letter, v in commands(d):
        offset, kind = (here if letter.islower() else np.zeros(2)), letter.upper()
        if kind == "Z":
            here = polygons[-1][0]
        elif kind == "M" or not polygons:
            here = offset + v
            polygons.append([here])
        else:
            if before == "Z":
                polygons.append([here])
            points, control = _follow(kind, v, here, offset, control if before in _SMOOTH.get(kind, "") else None)
            polygons[-1] += points
            here = points[-1]
        before = kind
    return [np.array(polygon) for polygon in polygons if len(polygon) > 2]


_SMOOTH = {"S": "CS", "T": "QT"}


def _follow(kind: str, v: list[float], here: np.ndarray, offset: np.ndarray, control: np.ndarray | None) -> tuple:
    """The points of one command after `here`, and the control point that a smooth curve after it would mirror."""
    if kind == "A":
        return _arc(here, v, offset + v[-2:]), None
    if kind in "HV":
        end = here.copy()
        axis = int(kind == "V")
        end[axis] = v[0] + offset[axis]
        return [end], None
    points = [offset + v[i : i + 2] for i in range(0, len(v), 2)]
    if kind in "ST":
        points.insert(0, 2 * here - control if control is not None else here)
    if len(points) == 1:
        return points, None
    t = np.linspace(0, 1, CURVE + 1)[1:, None]
    curve = [here, *points]
    while len(curve) > 1:  # De Casteljau
        curve = [a + (b - a) * t for a, b in zip(curve, curve[1:], strict=False)]
    return list(curve[0]), points[-2]


def _arc(a: np.ndarray, v: list[float], b: np.ndarray) -> list[np.ndarray]:
    """Points on an elliptical arc (SVG 1.1, appendix F.6)."""
    rx, ry, turn, large, sweep = abs(v[0]), abs(v[1]), np.radians(v[2]), v[3], v[4]
    if not rx or not ry or np.allclose(a, b):
        return [b]
    c, s = np.cos(turn), np.sin(turn)
    rotate = np.array([[c, s], [-s, c]])
    p = rotate @ (a - b) / 2
    size = max(1.0, np.sqrt((p[0] / rx) ** 2 + (p[1] / ry) ** 2))
    rx, ry = rx * size, ry * size
    unit = p / (rx, ry)
    length = unit @ unit
    q = np.sqrt(max(0.0, 1 / length - 1)) * (1 if large != sweep else -1) * np.array([unit[1], -unit[0]])
    first, last = np.arctan2(*(unit - q)[::-1]), np.arctan2(*(-unit - q)[::-1])
    span = (last - first) % (2 * np.pi) if sweep else -((first - last) % (2 * np.pi))
    angles = first + span * np.linspace(0, 1, 2 * CURVE + 1)[1:]
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1) + q
    return list(circle * (rx, ry) @ rotate + (a + b) / 2)


def split(layer: Layer) -> list[Layer]:
    """Split a layer into separate shapes. Subpaths inside one another, a shape and its holes, stay together."""
    pieces = subpaths(layer.d)
    if len(pieces) < 2 or "transform" in layer.rest:
        return [layer]
    outlines = [flatten(piece) for piece in pieces]
    shapes = [(piece, points[0]) for piece, points in zip(pieces, outlines, strict=True) if points]
    groups: list[list[tuple[str, np.ndarray]]] = []
    for piece, points in sorted(shapes, key=lambda shape: -_area(shape[1])):
        home = next(
            (group for group in groups if np.mean([inside(point, group[0][1]) for point in points]) > 0.5), None
        )
        if home is None:
            groups.append([(piece, points)])
        else:
            home.append((piece, points))
    order = {piece: i for i, piece in enumerate(pieces)}
    groups.sort(key=lambda group: min(order[piece] for piece, _ in group))
    return [replace(layer, d="".join(piece for piece, _ in group)) for group in groups]


def inside(point: np.ndarray, polygon: np.ndarray) -> bool:
    """Whether a point lies in a polygon (n, 2), by the parity of the number of edges to its right."""
    (x1, y1), (x2, y2) = polygon.T, np.roll(polygon, -1, axis=0).T
    crosses = (y1 > point[1]) != (y2 > point[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        where = x1 + (point[1] - y1) * (x2 - x1) / (y2 - y1)
    return bool((crosses & (point[0] < where)).sum() % 2)


def _area(polygon: np.ndarray) -> float:
    (x1, y1), (x2, y2) = polygon.T, np.roll(polygon, -1, axis=0).T
    return abs(float((x1 * y2 - x2 * y1).sum())) / 2
