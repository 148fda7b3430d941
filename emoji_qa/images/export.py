"""An invented emoji as files to take away: PNG, SVG, an animated morph, and JSON."""

import json
from typing import TYPE_CHECKING

import numpy as np

from emoji_qa.images import render
from emoji_qa.latent.morph import morph_codes

if TYPE_CHECKING:
    from emoji_qa.answerer import Answerer

SIZES = (36, 1024)  # pixels along one edge of a PNG
CUSTOM = 128  # pixels of the square that chat programs take as a custom emoji
MORPH = 256  # pixels of a morph
TYPES = {
    "png": "image/png",
    "svg": "image/svg+xml",
    "gif": "image/gif",
    "webp": "image/webp",
    "apng": "image/apng",
    "json": "application/json",
}


def export(model: "Answerer", z: np.ndarray, kind: str, size: object = 512) -> bytes:
    """The content of a file made from a code (16,). model: an Answerer.

    kind: "png" of `size` pixels, 36 to 1024; "svg"; "gif", "webp" or "apng", a morph from the nearest real emoji, of 256 pixels
    or, as chat programs take it, 128; "json", see `as_dict`. Raises ValueError for another kind or
    size, and for an SVG of a model that does not draw flat colours.
    """
    z = np.asarray(z, dtype=np.float32)[None]
    if kind == "png":
        if isinstance(size, bool) or not isinstance(size, int) or not SIZES[0] <= size <= SIZES[1]:
            raise ValueError(f"A PNG has {SIZES[0]} to {SIZES[1]} pixels along an edge, not {size!r}.")
        return render.to_png(model.decode(z, size=size)[0], z=z[0])
    if kind == "svg":
        logits, colours = model.shapes(z)
        return render.to_svg(logits[0], colours[0], z=z[0]).encode()
    if kind in ("gif", "webp", "apng"):
        rows, _ = model.latent.neighbours(z, 1)
        codes = morph_codes(model.latent, [model.emojis.codes[rows[0, 0]], z[0]])
        write, side = (render.to_chat_morph, CUSTOM) if size == CUSTOM else (render.to_morph, MORPH)
        return write(model.decode(codes, size=side), "png" if kind == "apng" else kind)
    if kind == "json":
        return json.dumps(as_dict(model, z[0]), ensure_ascii=False, indent=1).encode()
    raise ValueError(f"An emoji is taken away as {', '.join(TYPES)}, not {kind!r}.")


def as_dict(model: "Answerer", z: np.ndarray) -> dict:
    """What the JSON of an emoji holds: its code, slider coordinates, and the hash of the checkpoint that decodes it."""
    return {
        "z": [round(float(value), 6) for value in z],
        "sliders": [round(float(value), 4) for value in model.latent.from_z(z[None])[0]],
        "checkpoint": checkpoint_hash(model),
        "attribution": render.ATTRIBUTION,
    }


def checkpoint_hash(model: "Answerer") -> str:
    """SHA-256 of the weights that give a code its meaning."""
    return model.config["qa_vae_sha256"]
