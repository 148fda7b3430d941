"""Encodes and decodes arrays of pictures with a VAE: the inputs are checked, and the batches bounded."""

import numpy as np
import torch

from emoji_qa.images.alpha import premultiply, unpremultiply
from emoji_qa.inputs import check_codes
from emoji_qa.models.vae import SIZE, EmojiVAE

MAX_SIZE = 1024  # pixels along one edge of a decoded picture
DECODED = 256  # pictures of 36 pixels that are decoded at a time
ENCODED = 8  # pictures encoded at a time on a CPU: so few stay in its cache; 24 take half as long again, and 200 MB
ENCODED_ON_GPU = 256


@torch.inference_mode()
def encode(vae: EmojiVAE, images: np.ndarray, *, quick: bool = False) -> np.ndarray:
    """Pictures (N, 36, 36, 4) uint8 → codes (N, 16) float32: see `Answerer.encode`."""
    images = np.asarray(images)
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[1:] != (SIZE, SIZE, 4):
        raise ValueError(f"Pictures must be uint8 of shape (N, {SIZE}, {SIZE}, 4), not {images.dtype} {images.shape}.")
    device = device_of(vae)
    batch = ENCODED if device.type == "cpu" else ENCODED_ON_GPU
    batches = [
        vae.code(premultiply(images[i : i + batch]).to(device), quick=quick).cpu().numpy()
        for i in range(0, len(images), batch)
    ]
    return np.concatenate(batches) if batches else np.zeros((0, vae.latent_dim), np.float32)


@torch.inference_mode()
def decode(vae: EmojiVAE, z: np.ndarray, size: int = SIZE) -> np.ndarray:
    """Codes (N, 16) → pictures (N, size, size, 4) uint8: see `Answerer.decode`."""
    z = check_codes(z, vae.latent_dim)
    if isinstance(size, bool) or not isinstance(size, int | np.integer) or not 1 <= size <= MAX_SIZE:
        raise ValueError(f"size must be a whole number of pixels from 1 to {MAX_SIZE}, not {size!r}.")
    batch = max(1, DECODED * SIZE * SIZE // (size * size))
    pictures = [
        unpremultiply(vae.decode(torch.from_numpy(z[i : i + batch]).to(device_of(vae)), int(size)))
        for i in range(0, len(z), batch)
    ]
    return np.concatenate(pictures) if pictures else np.zeros((0, size, size, 4), np.uint8)


@torch.inference_mode()
def shapes(vae: EmojiVAE, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Codes (N, 16) → logits (N, K, 36, 36) and premultiplied values (N, K, 4) of flat colours: see `Answerer.shapes`."""
    logits, colours = vae.decoder.shapes(torch.from_numpy(check_codes(z, vae.latent_dim)).to(device_of(vae)))
    return logits.cpu().numpy(), colours.cpu().numpy()


def device_of(vae: EmojiVAE) -> torch.device:
    return next(vae.parameters()).device
