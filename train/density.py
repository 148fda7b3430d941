"""Where new emojis are drawn from: a Gaussian mixture over the codes, or blends of neighbouring emojis."""

import warnings
from collections.abc import Callable

import numpy as np
import torch
from sklearn.mixture import GaussianMixture
from torch import Tensor

from emoji_qa.neighbourhood import Neighbourhood
from train.measures import NEAR_DUPLICATE, nearest_distances, sliced_wasserstein

MIXTURES = ((24, 0.05), (64, 0.1), (128, 0.2))  # components, and what is added to their variances, of the codes' mean one
BLENDS = (3, 5)  # neighbours that may be blended instead
COPIES = 0.05  # share of samples that may be nearer to an emoji than the nearest 5 % of emojis are to each other
SAMPLES = 500


def choose_density(
    codes: np.ndarray, metric: np.ndarray, x: Tensor, decode: Callable[[np.ndarray], np.ndarray], *, seed: int
) -> dict[str, np.ndarray | int]:
    """{"weights", "means", "factors", "blend"} of a `Latent`, for emojis x (N, 4, 36, 36) with codes (N, 16).

    Among the densities with few copies, that whose samples' pixels are distributed most like those of x (sliced Wasserstein
    distance); when all copy, the one that copies least. blend: 0 for the mixture, or how many neighbours are blended.
    """
    mixtures = [fit_mixture(codes, components, extra, seed=seed) for components, extra in MIXTURES]
    found = [(*quality(sample(mixture, seed), x, decode), 0, i) for i, mixture in enumerate(mixtures)]
    near = Neighbourhood(codes, metric)
    for k in BLENDS:
        z = near.blends(SAMPLES, k, 1.0, np.random.default_rng(seed))
        found.append((*quality(z, x, decode), k, min(found)[3]))
    _, _, blend, i = min(found)
    return {**mixtures[i], "blend": blend}


def quality(z: np.ndarray, x: Tensor, decode: Callable[[np.ndarray], np.ndarray]) -> tuple[float, float]:
    """The share of copies, where there are too many, and the distance to the distribution of x: less is better."""
    own = nearest_distances(x)
    close = torch.quantile(own[own > NEAR_DUPLICATE], 0.05)
    drawn = torch.from_numpy(decode(z))
    copies = (nearest_distances(drawn, x) < close).float().mean().item()
    return max(copies, COPIES), sliced_wasserstein(drawn, x)


def sample(mixture: dict[str, np.ndarray], seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    component = rng.choice(len(mixture["weights"]), size=SAMPLES, p=mixture["weights"])
    noise = rng.standard_normal((SAMPLES, mixture["means"].shape[1]))
    return mixture["means"][component] + np.einsum("nij,nj->ni", mixture["factors"][component], noise)


def fit_mixture(codes: np.ndarray, components: int, extra: float, *, seed: int) -> dict[str, np.ndarray]:
    """Weights, means and factors of a mixture with full covariances (scikit-learn), each of them widened a little."""
    mixture = GaussianMixture(
        min(components, len(codes) // 8 + 1), reg_covar=extra * codes.var(axis=0).mean(), random_state=seed, max_iter=200
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a component that has not quite converged is still a density
        mixture.fit(codes)
    return {"weights": mixture.weights_, "means": mixture.means_, "factors": np.linalg.cholesky(mixture.covariances_)}
