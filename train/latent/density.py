"""How far from known codes new ones are drawn, and how new they have to be."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from emoji_qa.latent.space import Latent
from train.evaluate.pictures.measures import NEAR_DUPLICATE, nearest_distances, sliced_wasserstein

BANDWIDTHS = (0.35, 0.45, 0.55)  # of the kernel around each code, in standard deviations of the codes
AROUND_REMIXES = (0.2,)  # the same where samples are drawn around emojis put together, which are new as they are
COPIES = 0.04  # share of samples that may be nearer to an emoji than the nearest 5 % of emojis are to each other
SAMPLES = 1000


def choose_density(latent: Latent, x: Tensor, decode: Callable[[np.ndarray], np.ndarray], *, seed: int) -> None:
    """Set bandwidth and newness of a latent space of emojis x (N, 4, 36, 36).

    For each bandwidth the lowest newness is sought with which few samples are copies of an emoji; among those the samples
    whose pixels are distributed most like those of x win (sliced Wasserstein distance).
    """
    own = nearest_distances(x)
    close = torch.quantile(own[own > NEAR_DUPLICATE], 0.05)
    bandwidths = BANDWIDTHS if latent.sources is None else AROUND_REMIXES
    found = []
    for latent.bandwidth in bandwidths:
        latent.newness = 0.0
        z = latent.sample(SAMPLES, seed=seed + 1)
        drawn, novelty = torch.from_numpy(decode(z)), latent.novelty(z)
        newness, kept = newest(novelty, (nearest_distances(drawn, x) < close).numpy())
        found.append((sliced_wasserstein(drawn[torch.from_numpy(kept)], x), latent.bandwidth, newness))
    _, latent.bandwidth, latent.newness = min(found)


def newest(novelty: np.ndarray, copies: np.ndarray, *, share: float = COPIES) -> tuple[float, np.ndarray]:
    """The lowest novelty (N,) from which at most a share of samples are copies (N,) bool, and which samples have it, (N,) bool.

    When there is no such novelty, the tenth that is newest has to do.
    """
    order = np.argsort(-novelty, kind="stable")
    few = np.cumsum(copies[order]) <= share * np.arange(1, len(order) + 1)
    last = max(np.flatnonzero(few).max(initial=0), len(order) // 10)
    newness = float(novelty[order[last]])
    return newness, novelty >= newness
