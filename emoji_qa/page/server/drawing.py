"""What the server sends for a code: the decoder's output, which the page's script draws, and the code's answer."""

import base64

import numpy as np

from emoji_qa.answerer import Answerer
from emoji_qa.inputs import check_codes


def drawing(model: Answerer, z: np.ndarray) -> dict:
    """A code (1, 16) → {"answer": a unit vector, and the picture}: {"pixels"}, RGBA bytes with straight alpha, or the decoder's
    palette: {"logits", "step", "colours"}, logits as 16-bit integers in multiples of step. Binary data are in base64.
    """
    z = check_codes(z, model.vae.latent_dim)
    return {"answer": model.embed_codes(z)[0].tolist(), **pictures(model, z)[0]}


def pictures(model: Answerer, z: np.ndarray) -> list[dict]:
    """The pictures of codes (N, 16), as `drawing` has them."""
    if not model.vae.decoder.flat:
        return [{"pixels": to_base64(picture)} for picture in model.decode(z)]
    return [in_counts(logits, colours) for logits, colours in zip(*model.shapes(z), strict=True)]


def in_counts(logits: np.ndarray, colours: np.ndarray) -> dict:
    step = max(float(np.abs(logits).max()) / 32767, 1e-9)
    counts = np.round(logits / step).astype("<i2")
    return {"logits": to_base64(counts), "step": step, "colours": colours.ravel().tolist()}


def to_base64(content: np.ndarray | bytes) -> str:
    return base64.b64encode(content if isinstance(content, bytes) else content.tobytes()).decode()
