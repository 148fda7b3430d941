"""Morphs: a path through the codes of two to four emojis, which `render.to_morph` plays there and back."""

from collections.abc import Sequence

import numpy as np

from emoji_qa.latent.space import Latent

FRAMES = {2: 24, 3: 16, 4: 12}  # of the path between two stops, both included, by the number of stops
STEP = 0.06  # seconds a frame


def morph_codes(latent: Latent, stops: Sequence, kind: str = "linear") -> np.ndarray:
    """Codes (N, 16) float32 on a path through 2 to 4 emojis or codes (16,), in this order; N is 24, 31 or 34.

    kind: of the path between two stops, see `Latent.path`. Raises ValueError for another number of stops or another
    kind, for unknown emojis and bad codes.
    """
    if isinstance(stops, str) or len(stops) not in FRAMES:
        raise ValueError("A morph passes 2 to 4 emojis.")
    parts = [latent.path(a, b, FRAMES[len(stops)], kind) for a, b in zip(stops, stops[1:], strict=False)]
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


def duration(frames: int) -> float:
    """Seconds that so many frames take from the first to the last."""
    return STEP * (frames - 1)
