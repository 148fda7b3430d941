"""A tiny table of parts: some round faces, things with room for a face, and one without."""

from pathlib import Path

from emoji_qa.remix.parts import Layer, Part, Parts

DISC = "M0 18a18 18 0 1 0 36 0a18 18 0 1 0-36 0z"
SQUARE = "M4 4h28v28h-28z"
FACES = {"😀": "#664500", "😭": "#5dadec", "😡": "#292f33", "😍": "#dd2e44", "😴": "#226699", "😂": "#3b88c3"}
THINGS = {
    "🍕": "#e75a70",
    "🎂": "#d99e82",
    "🚀": "#a0041e",
    "☕": "#ccd6dd",
    "🐶": "#d99e82",
    "🎁": "#fdd888",
    "🌧️": "#e1e8ed",
    "✈️": "#55acee",
    "❤️": "#dd2e44",
    "🍎": "#be1931",
    "🍋": "#ffcc4d",
    "⚽": "#e1e8ed",
}


def _layer(fill: str, d: str, role: str, box: tuple[float, ...] = ()) -> Layer:
    return Layer(fill, d, (), role, box)


def _face(char: str, fill: str) -> Part:
    eyes = _layer(fill, "M9 10h4v6h-4zM23 10h4v6h-4z", "e", (9, 10, 27, 16))
    mouth = _layer(fill, "M11 23h14v4h-14z", "m", (11, 23, 25, 27))
    return Part(
        char,
        (_layer("#ffcc4d", DISC, "b"), eyes, mouth),
        (0, 0, 36, 36),
        (18, 18, 18, 0),
        "#ffcc4d",
        (18, 0, 30),
        (1.0, 0.0, 0.0),
        (18, 13, 9.5),
        (18, 25, 7.3),
        True,
    )


def _thing(char: str, fill: str) -> Part:
    return Part(char, (_layer(fill, SQUARE, "b"),), (4, 4, 32, 32), (18, 18, 12, 0), fill, (18, 4, 20))


def tiny_parts() -> Parts:
    some = [_face(char, fill) for char, fill in FACES.items()] + [_thing(char, fill) for char, fill in THINGS.items()]
    some += [
        Part("💭", (_layer("#bdddf4", DISC, "b"),), (0, 0, 36, 36), (18, 18, 14, 0), "#bdddf4"),
        Part("🔑", (_layer("#c1694f", "M2 2h6v30h-6z", "b"),), (2, 2, 8, 32)),
    ]
    return Parts(some, source="squares and discs", licence="CC0-1.0")


def write_parts(folder: Path) -> Path:
    """Write a table of parts into a checkpoint's folder, and return the folder."""
    tiny_parts().save(folder)
    return folder
