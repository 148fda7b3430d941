"""Colours of parts: which can be told apart, and new ones for a body and its shades. A colour is “#rrggbb”."""

from collections.abc import Sequence
from functools import lru_cache

from emoji_qa.remix.parts import Part

CONTRAST = 3.0  # of features to their ground, at least (WCAG 2.2, 1.4.11)
LIGHT, DARK, GREY, SHADE = "#ffffff", "#292f33", "#67757f", "#ccd6dd"
APART = 95  # distance in RGB under which a coloured shape gets a rim


def rim_on(ground: str) -> str:
    """The colour of rims on a ground: white, or grey on what is nearly white."""
    return LIGHT if luminance(ground) < 0.7 else GREY


def recolouring(body: Part, target: str) -> dict[str, str]:
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
