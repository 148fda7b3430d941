"""Pictures to take away: PNG, SVG and a morph that plays, each with the attribution among its metadata."""

import io
import json
import re
from collections.abc import Sequence
from xml.sax.saxutils import escape

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from emoji_qa.images.contours import trace

ATTRIBUTION = "Decoded by emoji-qa from a model of Twemoji (CC-BY 4.0, Twitter, Inc and other contributors)"
MAX_SVG = 50_000  # bytes
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
OPAQUE = 0.98  # an alpha from here up is painted as 1
ALIKE = 0.02  # colours nearer than this in all four channels become one
HOLD = 400  # milliseconds a morph rests at either end
FASTEST = 20  # milliseconds a frame; browsers slow down what is faster
SHOWN = 512  # default pixels along an edge of an SVG
CHAT_BYTES, CHAT_FRAMES = 128_000, 50  # the most that chat programs take of an animated emoji
SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="{shown}" height="{shown}" viewBox="0 0 {size} {size}">
<title>{title}</title>
<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:cc="http://creativecommons.org/ns#" \
xmlns:dc="http://purl.org/dc/elements/1.1/"><cc:Work rdf:about=""><dc:title>{title}</dc:title>\
<dc:rights><cc:Agent><dc:title>{rights}</dc:title></cc:Agent></dc:rights>\
<dc:description>{description}</dc:description></cc:Work></rdf:RDF></metadata>
{groups}</svg>
"""


def to_png(picture: np.ndarray, *, z: Sequence[float] | None = None) -> bytes:
    """A picture (H, W, 4) uint8, straight alpha, as a PNG; its code `z`, where given, is kept beside the attribution."""
    buffer = io.BytesIO()
    Image.fromarray(check_pictures(np.asarray(picture)[None])[0]).save(
        buffer, "PNG", optimize=True, pnginfo=png_info(z)
    )
    return buffer.getvalue()


def to_svg(
    logits: np.ndarray, colours: np.ndarray, *, z: Sequence[float] | None = None, title: str = "Invented emoji"
) -> str:
    """A decoded emoji as an SVG of at most 50 kB, one path for each flat region.

    logits (K, S, S) and colours (K, 4), premultiplied, in [0, 1], the first one transparent: what the palette decoder
    makes of one code. A colour is painted where its logit, enlarged as for `decode`, is the greatest. Slivers go to
    their neighbours; if the file gets too big, wider regions do so too, and the outlines get coarser. Colours are
    painted one above the other, each reaching a little under the next, so that no gap shows between them.
    """
    logits, colours = np.asarray(logits, dtype=np.float64), np.asarray(colours, dtype=np.float64)
    if logits.ndim != 3 or colours.shape != (len(logits), 4) or not np.isfinite(logits).all():
        raise ValueError(
            f"An SVG needs finite logits (K, S, S) and colours (K, 4), not {logits.shape}, {colours.shape}."
        )
    logits, colours = in_painting_order(logits, colours)
    tolerance, thinnest = 0.03, 0.25  # pixels of the S × S picture
    while True:
        found = trace(logits, colours[:, 3] > OPAQUE, tolerance=tolerance, thinnest=thinnest)
        groups = "".join(group(colour, part) for colour, part in zip(colours[1:], found, strict=True) if part)
        texts = {"title": escape(as_xml(title)), "rights": ATTRIBUTION, "description": note(z)}
        svg = SVG.format(size=logits.shape[1], shown=SHOWN, groups=groups, **texts)
        excess = len(svg.encode()) / MAX_SVG
        if excess <= 1:
            return svg
        tolerance, thinnest = tolerance * max(1.5, excess), 1.25 * thinnest


def to_morph(frames: np.ndarray, format: str = "gif", duration: float = 1.5) -> bytes:
    """An animation that plays the frames (N, H, W, 4) uint8 there and back, for ever.

    format: "gif" (pixels are opaque or fully transparent), "webp", or "png": an APNG, lossless and the largest.
    duration: seconds from the first frame to the last. Raises ValueError for another format, fewer than two frames, or
    more than 50 a second.
    """
    frames = check_pictures(np.asarray(frames))
    if format not in ("gif", "webp", "png"):
        raise ValueError(f"A morph is written as “gif”, “webp” or “png”, not {format!r}.")
    if len(frames) < 2 or not FASTEST <= 1000 * duration / (len(frames) - 1) <= 60_000:
        raise ValueError(
            f"A morph needs two frames or more, at most {1000 // FASTEST} a second; these are {len(frames)}."
        )
    order = [*range(len(frames)), *range(len(frames) - 2, 0, -1)]
    step = round(1000 * duration / (len(frames) - 1))
    times = [HOLD if i in (0, len(frames) - 1) else step for i in order]
    pictures = in_palette(frames) if format == "gif" else [Image.fromarray(frame) for frame in frames]
    options = {
        "gif": {"comment": ATTRIBUTION.encode(), "transparency": 255, "disposal": 2, "optimize": False},
        "webp": {"exif": exif(), "quality": 80, "method": 4, "allow_mixed": True},
        "png": {"pnginfo": png_info(), "disposal": 0, "blend": 0},
    }[format]
    buffer = io.BytesIO()
    pictures[0].save(
        buffer, format, save_all=True, append_images=[pictures[i] for i in order[1:]], duration=times, loop=0, **options
    )
    return buffer.getvalue()


def to_chat_morph(frames: np.ndarray, format: str = "gif", duration: float = 1.5) -> bytes:
    """As `to_morph`, with as many of the frames as fit into 128 kB; there and back, they are 50 at most."""
    most = min(len(frames), CHAT_FRAMES // 2 + 1)
    while True:
        content = to_morph(frames[np.linspace(0, len(frames) - 1, most).round().astype(int)], format, duration)
        if len(content) <= CHAT_BYTES or most == 2:
            return content
        most = max(2, min(most - 1, int(most * CHAT_BYTES / len(content))))


def as_xml(text: str) -> str:
    """The text without what XML 1.0 cannot hold: control characters and lone surrogates."""
    return NOT_XML.sub("", text)


def in_painting_order(logits: np.ndarray, colours: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Merge colours that look alike, and sort them: the ground, the translucent, the opaque ones; large areas first."""
    same = (
        (np.abs(colours[:, None] - colours) < ALIKE).all(axis=2).argmax(axis=1)
    )  # of each, the first that looks like it
    kept = np.flatnonzero(same == np.arange(len(same)))
    logits, colours = np.array([logits[same == i].max(axis=0) for i in kept]), colours[kept]
    area = np.bincount(logits.argmax(axis=0).ravel(), minlength=len(kept))
    order = [0, *sorted(range(1, len(kept)), key=lambda i: (colours[i, 3] > OPAQUE, -area[i]))]
    return logits[order], colours[order]


def group(colour: np.ndarray, regions: list[list[np.ndarray]]) -> str:
    """The regions of one premultiplied colour as an SVG group, a path each."""
    alpha = colour[3]
    red, green, blue = (colour[:3] / max(alpha, 1e-6) * 255).clip(0, 255).round().astype(int)
    faint = "" if alpha > OPAQUE else f' fill-opacity="{alpha:.2f}"'
    paths = "".join(f'<path d="{"".join(map(outline, region))}"/>\n' for region in regions)
    return f'<g fill="#{red:02x}{green:02x}{blue:02x}"{faint}>\n{paths}</g>\n'


def outline(curves: np.ndarray) -> str:
    """Curves (M, 4, 2) that form a closed outline as SVG path commands, relative and in hundredths of a unit."""
    points = np.round(curves * 100).astype(int)
    parts = [f"M{numbers(points[0, 0])}"] if len(points) else []
    for start, *rest in points:
        handles = np.array(rest) - start
        end = handles[2]
        off = np.abs(handles[:2, 0] * end[1] - handles[:2, 1] * end[0]).max()
        parts.append(f"l{numbers(end)}" if off <= 2 * np.hypot(*end) else f"c{numbers(handles.ravel())}")
    return "".join([*parts, "z"]) if parts else ""


def numbers(hundredths: np.ndarray) -> str:
    """Hundredths as decimals, as short as SVG allows: 1200 −7 50 → “12-.07 .5”."""
    texts = [
        f"{value / 100:.2f}".rstrip("0").rstrip(".").replace("0.", ".", int(abs(value) < 100)) for value in hundredths
    ]
    return "".join(text if text.startswith("-") or i == 0 else " " + text for i, text in enumerate(texts))


def in_palette(frames: np.ndarray) -> list[Image.Image]:
    """Frames as palette pictures that share 255 colours; the last index is the transparent one."""
    seen = frames[..., 3] >= 128
    colours = frames[..., :3][seen].reshape(1, -1, 3)
    palette = Image.fromarray(colours if colours.size else np.zeros((1, 1, 3), np.uint8)).quantize(255, kmeans=1)
    pictures = []
    for frame, visible in zip(frames, seen, strict=True):
        indices = np.asarray(Image.fromarray(frame[..., :3]).quantize(palette=palette, dither=Image.Dither.NONE))
        picture = Image.fromarray(np.where(visible, indices, 255).astype(np.uint8), "P")
        picture.putpalette([*(palette.getpalette() or [])[: 3 * 255], 0, 0, 0])
        pictures.append(picture)
    return pictures


def png_info(z: Sequence[float] | None = None) -> PngInfo:
    info = PngInfo()
    info.add_text("Copyright", ATTRIBUTION)
    if z is not None:
        info.add_text("Comment", note(z))
    return info


def exif() -> Image.Exif:
    tags = Image.Exif()
    tags[0x8298] = ATTRIBUTION  # Copyright
    return tags


def note(z: Sequence[float] | None) -> str:
    """The code as JSON, such as {"z": [0.1234, …]}; nothing where there is none."""
    return "" if z is None else json.dumps({"z": [round(float(value), 4) for value in z]})


def check_pictures(pictures: np.ndarray) -> np.ndarray:
    if pictures.ndim != 4 or pictures.shape[3] != 4 or pictures.dtype != np.uint8 or not pictures.size:
        raise ValueError(f"A picture must be uint8 of shape (H, W, 4), not {pictures.dtype} {pictures.shape[1:]}.")
    return pictures
