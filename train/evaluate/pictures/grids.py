"""The original's three ways to look through the latent space, as arrays of numbers (Wolf 2017).

The original used them as codes z, which suits a VAE whose codes fill N(0, I). Used as slider coordinates, through
`Latent.to_z`, they stay among the emojis' codes for any VAE, because slider coordinates are normal quantiles.
"""

from statistics import NormalDist

import numpy as np

LISTS = {"A": "a" * 8 + "b" * 8, "B": "ab" * 8, "C": "aabb" * 4}  # which of the 16 numbers are a, and which are b


def percentiles(n: int = 20) -> np.ndarray:
    """(n, 16): all numbers the same, at n evenly spaced percentiles of N(0, 1)."""
    levels = np.linspace(0, 1, n + 2)[1:-1]  # without 0 and 1, which lie at infinity
    return np.repeat([[NormalDist().inv_cdf(level)] for level in levels], 16, axis=1)


def mean_sd(n: int = 20, seed: int = 0) -> np.ndarray:
    """(n·n, 16): random numbers. Their mean varies along a row, their standard deviation by row, both from −3 to 3.

    A negative deviation counts as a positive one, as in the publication.
    """
    axis = np.linspace(-3, 3, n)
    noise = np.random.default_rng(seed).standard_normal((n, n, 16))
    return (axis[None, :, None] + np.abs(axis)[:, None, None] * noise).reshape(-1, 16)


def pairs(name: str, n: int = 20) -> np.ndarray:
    """(n·n, 16): a pair (a, b) from [−2, 2] in the pattern "A" (aaaaaaaabbbbbbbb), "B" (abab…) or "C" (aabbaabb…).

    a varies from row to row and b along a row. Raises ValueError for another name.
    """
    if name not in LISTS:
        raise ValueError(f"The grids of pairs are “A”, “B” and “C”; {name!r} is none of them.")
    axis = np.linspace(-2, 2, n)
    a, b = np.meshgrid(axis, axis, indexing="ij")
    return np.stack([a.ravel(), b.ravel()], axis=1)[:, ["ab".index(letter) for letter in LISTS[name]]]
