"""Makes the parts table from an SVG package: the role of each layer, and the places for other emojis' parts."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from emoji_qa.emojis.table import EmojiTable, without_vs16
from emoji_qa.remix.parts import FACE_ROLES, HAT, Layer, Part, Parts
from train.remix.bodies import LEAST, Place, find_hat, find_place, labels, place_at, tell_own_face
from train.remix.by_eye import FRONT, HATS, NO_EXPRESSION, NO_ROOM, PLACES, SHAPES
from train.remix.faces import read_face
from train.remix.outlines import Layer as Shape
from train.remix.outlines import read_layers

TWEMOJI = ("@twemoji/svg", "twemoji")  # npm packages whose drawings are CC-BY 4.0, unlike their code
STANDARD = (18.0, 19.0, 11.5)  # circle around the eyes and mouth of a standard face
MAX_OWN = 11.5  # maximum radius of a place on an own face
FACE_GROUPS = ("smileys-emotion",)
NO_GROUPS = {"flags"}  # left out: there are many, and they have no useful parts
NO_PLACE = {"people-body", "symbols"}  # groups on which no face goes, except on SHAPES


def credit(package: str, files: Mapping[str, bytes]) -> tuple[str, str]:
    """The source and the licence of the drawings in an npm package such as "@twemoji/svg@15.0.0", or in a folder.

    files: its content. The licence of packages other than Twemoji's is the one in their package.json.
    """
    name, _, version = package.rpartition("@")
    if name in TWEMOJI:
        return f"Twemoji {version} ({name})", "CC-BY 4.0"
    told = json.loads(files.get("package.json", b"{}")).get("license")
    return Path(package).name if Path(package).is_dir() else package, str(told or "licence not stated")


def make(svgs: Mapping[str, str], table: EmojiTable, *, source: str, licence: str) -> Parts:
    """The parts of a table's bases, from SVGs by name ("1f600"), without flags, and if they have only filled shapes.

    source, licence: named in every SVG that is made of the parts.
    """
    parts = []
    for emoji in table.bases:
        svg = find(svgs, emoji.char)
        if svg is None or emoji.group in NO_GROUPS or (shapes := read_layers(svg)) is None:
            continue
        if (part := make_part(emoji.char, emoji.group, shapes)) is not None:
            parts.append(part)
    return Parts(parts, source=source, licence=licence)


def find(svgs: Mapping[str, str], char: str) -> str | None:
    """The SVG named after an emoji's code points, with or without U+FE0F."""
    names = ("-".join(f"{ord(c):x}" for c in text) for text in (char, without_vs16(char)))
    return next((svgs[name] for name in names if name in svgs), None)


def make_part(char: str, group: str, shapes: list[Shape]) -> Part | None:
    """The part of one emoji: layers with roles, its face, places for an expression and a hat, the ground's colour."""
    face = read_face(char, shapes) if group in FACE_GROUPS or char in "🌚🌝🌞" else None
    shapes, roles = (face.layers, face.roles) if face else tell_own_face(char, shapes)
    if char in HATS:
        first, _, last = HATS[char].partition("-")
        roles = roles[: int(first)] + HAT * (int(last) - int(first) + 1) + roles[int(last) + 1 :]
    body = [shape for shape, role in zip(shapes, roles, strict=True) if role == "b"]
    boxes = np.array([shape.box for shape in body])
    box = tuple(round(float(v), 2) for v in (*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0)))
    own = [shape for shape, role in zip(shapes, roles, strict=True) if role in "ewm"]
    known: dict = {"box": box, "disc": face is not None}
    if face:
        x, y, radius = face.disc
        known["face"] = tuple(round(v, 3) for v in (18 / radius, 18 - x * 18 / radius, 18 - y * 18 / radius))
        ground = next(
            shape.fill for shape, role in zip(shapes, roles, strict=True) if role == "b" and shape is not None
        )
        place = Place(round(x, 1), round(y, 1), round(0.78 * radius, 1), 0.0, ground if char != "🌞" else "#ffcc4d")
    else:
        known_face = enclosing(own) if len(own) > 1 else None
        place = choose_place(char, group, body, own, known_face)
        if known_face:
            x, y, radius = known_face
            scale = STANDARD[2] / max(radius, 1)
            known["face"] = tuple(round(v, 3) for v in (scale, STANDARD[0] - scale * x, STANDARD[1] - scale * y))
    filled = labels(body) >= 0
    if place and place.radius >= LEAST:
        known |= {"place": (place.x, place.y, place.radius, place.turn), "ground": place.ground}
    else:
        known["ground"] = max(body, key=lambda shape: float(np.prod(np.subtract(shape.box[2:], shape.box[:2])))).fill
    if filled.any():
        known["hat"] = find_hat(filled, place.x if place else (box[0] + box[2]) / 2)
    if "face" in known and char not in NO_EXPRESSION:
        for name, letters in (("eyes", "ew"), ("mouth", "m")):
            some = [shape for shape, role in zip(shapes, roles, strict=True) if role in letters]
            if some:
                scale, x, y = known["face"]
                circle = enclosing(some)
                known[name] = tuple(
                    round(v, 2) for v in (scale * circle[0] + x, scale * circle[1] + y, scale * circle[2])
                )
    layers = tuple(make_layer(i, shapes, roles) for i in range(len(shapes)))
    return Part(char, layers, **known)


def choose_place(char: str, group: str, body: list[Shape], own: list[Shape], face: tuple | None) -> Place | None:
    """The place for an expression: chosen by eye, on the emoji's own face, or in a calm area; None if there is none."""
    if char[0] in PLACES:
        return place_at(body, *PLACES[char[0]])
    if char[0] in NO_ROOM or (group in NO_PLACE and char not in SHAPES):
        return None
    if char[0] in FRONT and face and len(own) > 2:
        return place_at(body, face[0], face[1], min(max(1.15 * face[2], 7.0), MAX_OWN))
    if char[0] in FRONT and len(own) == 2:  # eyes alone: the mouth goes below them
        apart = 2 * face[2]
        return place_at(body, face[0], face[1] + 0.12 * apart, min(max(0.62 * apart, 7.0), MAX_OWN))
    return find_place(body, [shape.box for shape in own])


def make_layer(i: int, shapes: list[Shape], roles: str) -> Layer:
    shape, role = shapes[i], roles[i]
    rest = tuple(
        (name, value)
        for name, value in shape.rest.items()
        if name in ("transform", "opacity", "fill-rule", "fill-opacity")
    )
    if role not in FACE_ROLES + HAT:
        return Layer(shape.fill, shape.d, rest, role)
    box = tuple(round(float(v), 2) for v in shape.box)
    centre = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    on = None
    for j in range(i - 1, -1, -1):
        if roles[j] in "em" and role in "em" and _covers(shapes[j].box, box, centre):
            on = j
            break
    return Layer(shape.fill, shape.d, rest, role, box, on)


def _covers(outer: tuple[float, ...], box: tuple[float, ...], centre: tuple[float, float]) -> bool:
    """Whether most of a shape's box, and its centre, lie in the box of another."""
    wide = min(outer[2], box[2]) - max(outer[0], box[0])
    high = min(outer[3], box[3]) - max(outer[1], box[1])
    if wide <= 0 or high <= 0:
        return False
    area = max((box[2] - box[0]) * (box[3] - box[1]), 1e-6)
    return wide * high > 0.72 * area and outer[0] <= centre[0] <= outer[2] and outer[1] <= centre[1] <= outer[3]


def enclosing(shapes: list[Shape]) -> tuple[float, float, float]:
    """The smallest circle (x, y, radius) around shapes, to about a tenth of a unit."""
    points = np.concatenate([polygon for shape in shapes for polygon in shape.polygons])
    start = (points.min(axis=0) + points.max(axis=0)) / 2
    found = minimize(
        lambda centre: np.hypot(*(points - centre).T).max(), start, method="Nelder-Mead", options={"maxiter": 60}
    )
    return (*(float(v) for v in found.x), float(found.fun))
