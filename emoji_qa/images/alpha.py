"""Converts between pictures in files (uint8, straight alpha) and as the VAE sees them (float, premultiplied)."""

import numpy as np
import torch
from torch import Tensor


def premultiply(images: np.ndarray) -> Tensor:
    """(N, H, W, 4) uint8, straight alpha → (N, 4, H, W) float32 in [0, 1], colours multiplied by alpha."""
    x = torch.from_numpy(np.array(images)).permute(0, 3, 1, 2).float() / 255
    return torch.cat([x[:, :3] * x[:, 3:], x[:, 3:]], dim=1)


def unpremultiply(x: Tensor) -> np.ndarray:
    """(N, 4, H, W) in [0, 1], premultiplied → (N, H, W, 4) uint8, straight alpha; colour 0 where alpha rounds to 0."""
    alpha = x[:, 3:].clamp(0, 1)
    colour = torch.where(alpha > 0.5 / 255, x[:, :3] / alpha.clamp_min(1e-6), 0).clamp(0, 1)
    pixels = (torch.cat([colour, alpha], dim=1) * 255).round().to(torch.uint8)
    return pixels.permute(0, 2, 3, 1).contiguous().cpu().numpy()
