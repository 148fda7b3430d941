"""The parts of emojis: their layers from the bottom up, what each layer is, and where other emojis' parts go on them."""

import gzip
import json
import math
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from emoji_qa.emojis.table import without_vs16

Measure = TypeVar("Measure")

FILE = "parts.json.gz"
BODY, EYES, BROWS, MOUTH, WITH_EYES, WITH_MOUTH, HAT = (
    "bewmxyh"  # roles of layers; extras come with the eyes or the mouth
)
DETAIL = "d"  # of a body, at the place of an expression, for which it is left out
FACE_ROLES = EYES + BROWS + MOUTH + WITH_EYES + WITH_MOUTH
ATTRIBUTES = {"transform", "opacity", "fill-rule", "fill-opacity"}
SAFE = re.compile(r"[\w\s.,()#%+-]*")  # what an SVG attribute of a layer may hold
MAX_BYTES = 20_000_000  # of the file, unpacked


@dataclass(frozen=True)
class Layer:
    """One flat shape: colour "#rrggbb", path data, further attributes, role, and how it stands to other layers.

    box: left, top, right, bottom of a part of a face, in the 36 × 36 box. on: the layer of the same face that it lies on.
    """

    fill: str
    d: str
    rest: tuple[tuple[str, str], ...]
    role: str
    box: tuple[float, ...] = ()
    on: int | None = None


@dataclass(frozen=True)
class Part:
    """What is known of one emoji. Lengths are in units of its 36 × 36 box.

    box: left, top, right, bottom of its body. place: the circle (x, y, radius) where an expression goes, and its turn in
    degrees, or None. ground: colour there. hat: (x, y, width) where a hat sits, or None. face: how its own expression stands
    to a standard face, the disc of radius 18 about (18, 18): p = scale · own + (x, y), given as (scale, x, y), or None.
    eyes, mouth: circles (x, y, radius) around them on the standard face, or None. disc: the body is the disc of a face.
    """

    char: str
    layers: tuple[Layer, ...]
    box: tuple[float, float, float, float]
    place: tuple[float, float, float, float] | None = None
    ground: str = "#ffcc4d"
    hat: tuple[float, float, float] | None = None
    face: tuple[float, float, float] | None = None
    eyes: tuple[float, float, float] | None = None
    mouth: tuple[float, float, float] | None = None
    disc: bool = False

    def having(self, roles: str) -> list[int]:
        """Numbers of the layers with these roles, from the bottom up."""
        return [i for i, layer in enumerate(self.layers) if layer.role in roles]


class Parts:
    """The parts table. Emojis are looked up with or without U+FE0F.

    .source, .licence: where the drawings come from, to be named in every SVG made of them.
    """

    def __init__(self, parts: list[Part], *, source: str, licence: str):
        self._parts = {without_vs16(part.char): part for part in parts}
        self.source, self.licence = source, licence

    def __len__(self) -> int:
        return len(self._parts)

    def __iter__(self) -> Iterator[Part]:
        return iter(self._parts.values())

    def __contains__(self, char: str) -> bool:
        return isinstance(char, str) and without_vs16(char) in self._parts

    def __getitem__(self, char: str) -> Part:
        """Raises ValueError for an emoji that has no parts here."""
        if char not in self:
            raise ValueError(f"“{str(char)[:20]}” is not one of the {len(self)} emojis whose parts are known.")
        return self._parts[without_vs16(char)]

    @cached_property
    def bodies(self) -> list[str]:
        """Emojis on which an expression can go, faces among them."""
        return [part.char for part in self if part.place]

    @cached_property
    def expressions(self) -> list[str]:
        """Emojis whose eyes and mouth can go elsewhere."""
        return [part.char for part in self if part.face and part.eyes and part.mouth]

    @cached_property
    def faces(self) -> list[str]:
        """Expressions on the round disc of a face."""
        return [char for char in self.expressions if self[char].disc]

    @classmethod
    def load(cls, folder: str | Path) -> "Parts":
        """Read a checkpoint's parts table. Raises ValueError naming the file when it is missing or damaged."""
        path = Path(folder) / FILE
        try:
            content = json.loads(_unpacked(path.read_bytes()))
            parts = [_part(char, saved) for char, saved in content["emojis"].items()]
            if not parts:
                raise ValueError("it holds no emoji")
            return cls(parts, source=_text(content["source"]), licence=_text(content["licence"]))
        except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            raise ValueError(f"{path} is missing or not a usable table of parts: {error}.") from error

    def save(self, folder: str | Path) -> None:
        """Write the table as gzipped JSON, the same bytes for the same parts."""
        content = {"source": self.source, "licence": self.licence, "emojis": {part.char: _saved(part) for part in self}}
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        (Path(folder) / FILE).write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def need(measure: Measure | None) -> Measure:
    """A measure of a part that `recipes.check` made sure exists. Raises ValueError for None."""
    if measure is None:
        raise ValueError("an emoji has no place for what shall go there.")
    return measure


def _unpacked(content: bytes) -> bytes:
    stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
    text = stream.decompress(content, MAX_BYTES)
    if not stream.eof:
        raise ValueError("it is cut off or far too long")
    return text


def _saved(part: Part) -> dict:
    layers = [[layer.fill, layer.d, *([dict(layer.rest)] if layer.rest else [])] for layer in part.layers]
    saved: dict[str, object] = {
        "layers": layers,
        "roles": "".join(layer.role for layer in part.layers),
        "box": part.box,
        "ground": part.ground,
    }
    faces = [i for i, layer in enumerate(part.layers) if layer.box]
    if faces:
        saved["boxes"] = {i: part.layers[i].box for i in faces}
        saved["on"] = {i: part.layers[i].on for i in faces if part.layers[i].on is not None}
    for name in ("place", "hat", "face", "eyes", "mouth"):
        if (value := getattr(part, name)) is not None:
            saved[name] = value
    return {**saved, "disc": True} if part.disc else saved


def _part(char: str, saved: dict) -> Part:
    roles, boxes, on = saved["roles"], saved.get("boxes", {}), saved.get("on", {})
    layers = tuple(
        _layer(layer, role, boxes.get(str(i)), on.get(str(i)), i)
        for i, (layer, role) in enumerate(zip(saved["layers"], roles, strict=True))
    )
    return Part(
        _text(char),
        layers,
        _four(saved["box"]),
        _four(saved["place"]) if "place" in saved else None,
        _colour(saved["ground"]),
        _three(saved["hat"]) if "hat" in saved else None,
        _three(saved["face"]) if "face" in saved else None,
        _three(saved["eyes"]) if "eyes" in saved else None,
        _three(saved["mouth"]) if "mouth" in saved else None,
        saved.get("disc") is True,
    )


def _layer(saved: list, role: str, box: list | None, on: int | None, place: int) -> Layer:
    fill, d, rest = saved[0], saved[1], saved[2] if len(saved) > 2 else {}
    if role not in BODY + FACE_ROLES + HAT + DETAIL or not re.fullmatch(r"[MmZzLlHhVvCcSsQqTtAa0-9\s.,e+-]+", d):
        raise ValueError("a layer is no path of a known role")
    if not rest.keys() <= ATTRIBUTES or not all(SAFE.fullmatch(value) for value in rest.values()):
        raise ValueError("a layer has an attribute that is not allowed")
    if on is not None and (type(on) is not int or not 0 <= on < place):
        raise ValueError("a layer lies on one that is not below it")
    return Layer(_colour(fill), d, tuple(rest.items()), role, _numbers(box, 4) if box else (), on)


def _four(values: list) -> tuple[float, float, float, float]:
    a, b, c, d = _numbers(values, 4)
    return a, b, c, d


def _three(values: list) -> tuple[float, float, float]:
    a, b, c = _numbers(values, 3)
    return a, b, c


def _numbers(values: list, length: int) -> tuple[float, ...]:
    if len(values) != length or not all(
        isinstance(v, int | float) and math.isfinite(v) and abs(v) < 1000 for v in values
    ):
        raise ValueError(f"{values} should be {length} finite numbers")
    return tuple(values)


def _colour(text: str) -> str:
    if not re.fullmatch("#[0-9a-f]{6}", text):
        raise ValueError(f"{text!r} is no colour")
    return text


def _text(text: str) -> str:
    if not isinstance(text, str) or not text:
        raise ValueError("a text is missing")
    return text
