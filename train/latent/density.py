"""Chooses how far from known codes samples are drawn, and how new they have to be."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from emoji_qa.latent.space import Latent
from train.evaluate.pictures.measures import NEAR_DUPLICATE, nearest_distances, sliced_wasserstein

BANDWIDTHS = (0.35, 0.45, 0.55)  # of the kernel around each code, in standard deviations of the codes; one is chosen
AROUND_REMIXES = (0.2,)  # the same for samples around the codes of emojis put together, which are new already
COPIES = 0.04  # largest share of samples that are nearer to an emoji than 95 % of emojis are to their nearest neighbour
SAMPLES = 1000


def choose_density(latent: Latent, x: Tensor, decode: Callable[[np.ndarray], np.ndarray], *, seed: int) -> None:
    """Set bandwidth and newness of a latent space of emojis x (N, 4, 36, 36).

    For each bandwidth, find the lowest newness with which only few samples are copies of an emoji. Then choose the
    bandwidth whose samples' pixels are distributed most like those of x (sliced Wasserstein distance).
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
    """The lowest threshold on novelty (N,) with which at most a share of the samples are copies (N,) bool; and which
    samples reach it, (N,) bool.

    At least the newest tenth of the samples reaches it, even if more of them are copies.
    """
    order = np.argsort(-novelty, kind="stable")
    few = np.cumsum(copies[order]) <= share * np.arange(1, len(order) + 1)
    last = max(np.flatnonzero(few).max(initial=0), len(order) // 10)
    newness = float(novelty[order[last]])
    return newness, novelty >= newness
