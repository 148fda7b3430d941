"""Fits `emoji_qa.latent.Latent` to the codes of real emojis."""

import warnings

import numpy as np
import torch
from sklearn.mixture import GaussianMixture

from emoji_qa.latent import Latent, principal_axes
from emoji_qa.pictures import premultiply
from emoji_qa.vae import EmojiVAE


def fit_latent(vae: EmojiVAE, images: np.ndarray, *, components: int = 24, seed: int = 0) -> Latent:
    """Axes and density of the codes of `images` (N, 36, 36, 4) uint8.

    The density is a Gaussian mixture (scikit-learn) with full covariances, regularised towards round ones.
    """
    codes = encode(vae, images)
    mean, axes, knots = principal_axes(codes, lambda z: decode(vae, z))
    spread = codes.var(axis=0).mean()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a component that has not quite converged is still a density
        mixture = GaussianMixture(
            min(components, len(codes) // 8 + 1), reg_covar=0.01 * spread, random_state=seed, max_iter=200
        ).fit(codes)
    factors = np.linalg.cholesky(mixture.covariances_)
    return Latent(mean=mean, axes=axes, knots=knots, weights=mixture.weights_, means=mixture.means_, factors=factors)


@torch.inference_mode()
def encode(vae: EmojiVAE, images: np.ndarray) -> np.ndarray:
    """Pictures (N, 36, 36, 4) uint8 → mean codes (N, latent_dim) float64."""
    return torch.cat([vae.encode(x)[0] for x in premultiply(images).split(256)]).double().numpy()


@torch.inference_mode()
def decode(vae: EmojiVAE, z: np.ndarray) -> np.ndarray:
    """Codes (N, latent_dim) → premultiplied pictures (N, 4, 36, 36) in [0, 1]."""
    return torch.cat([vae.decode(part) for part in torch.from_numpy(z).float().split(256)]).numpy()
