"""Where new emojis are drawn from: a Gaussian mixture over the codes, or blends of neighbouring emojis."""

import warnings
from collections.abc import Callable

import numpy as np
import torch
from sklearn.mixture import GaussianMixture
from torch import Tensor

from emoji_qa.latent import Latent
from emoji_qa.neighbourhood import Neighbourhood
from train.measures import nearest_distances, sliced_wasserstein

BLENDS = (3, 5)  # neighbours that may be blended
COPIES = 0.05  # share of samples that may be nearer to an emoji than the nearest 5 % of emojis are to each other
SAMPLES = 300


def fit_mixture(codes: np.ndarray, *, components: int, seed: int) -> dict[str, np.ndarray]:
    """Weights, means and factors of a mixture (scikit-learn) with full covariances, regularised towards round ones."""
    mixture = GaussianMixture(
        min(components, len(codes) // 8 + 1), reg_covar=0.01 * codes.var(axis=0).mean(), random_state=seed, max_iter=200
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a component that has not quite converged is still a density
        mixture.fit(codes)
    return {"weights": mixture.weights_, "means": mixture.means_, "factors": np.linalg.cholesky(mixture.covariances_)}


def choose_blend(
    latent: Latent, codes: np.ndarray, x: Tensor, decode: Callable[[np.ndarray], np.ndarray], *, seed: int
) -> int:
    """0 for the mixture in `latent`, or how many neighbours to blend instead.

    The density is taken whose samples' pixels are distributed most like those of x (N, 4, 36, 36), the emojis with these
    codes, among the densities with few copies; when all copy, the one that copies least.
    """
    near = Neighbourhood(codes, latent.metric)
    drawn = {0: latent.sample(SAMPLES, seed=seed)}
    drawn |= {k: near.blends(SAMPLES, k, 1.0, np.random.default_rng(seed)) for k in BLENDS}
    own = nearest_distances(x)
    close = torch.quantile(own[own > 0], 0.05)
    found = []
    for k, z in drawn.items():
        pictures = torch.from_numpy(decode(z))
        copies = (nearest_distances(pictures, x) < close).float().mean().item()
        found.append((max(copies, COPIES), sliced_wasserstein(pictures, x), k))
    return min(found)[2]
