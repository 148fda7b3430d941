"""Real emojis as the landmarks of the latent space: which are near a place, and is that place new, or plausible?

`emoji_qa.ranking.Ranking.similar` finds the emojis that are like a given one, in meaning or in looks.
"""

from functools import cached_property

import numpy as np

AROUND = 5  # emojis that make a neighbourhood


class Neighbourhood:
    """Emojis' codes (E, 16), and a metric (16, 16) by which |Δz @ metric| is a distance."""

    def __init__(self, codes: np.ndarray, metric: np.ndarray):
        self.codes = codes.astype(np.float64)
        self.metric = metric
        self.places = self.codes @ metric

    def nearest(self, z: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        """The k emojis nearest to each of the codes (N, 16), nearest first: rows (N, k) and distances (N, k)."""
        at = z @ self.metric
        squares = (self.places**2).sum(axis=1) - 2 * at @ self.places.T  # less a constant for each code
        rows = np.argpartition(squares, k - 1, axis=1)[:, :k]
        distances = np.linalg.norm(at[:, None] - self.places[rows], axis=2)
        order = np.argsort(distances, axis=1, kind="stable")
        return np.take_along_axis(rows, order, axis=1), np.take_along_axis(distances, order, axis=1)

    def novelty(self, z: np.ndarray) -> np.ndarray:
        """For each code, the percentage of emojis whose nearest other is no farther than the code's nearest, (N,)."""
        return share_below(self.nearest(z, 1)[1][:, 0], self.real[:, 0])

    def plausibility(self, z: np.ndarray) -> np.ndarray:
        """For each code, the percentage of emojis whose AROUND nearest are on average farther than the code's, (N,)."""
        k = self.real.shape[1]
        return 100 - share_below(self.nearest(z, k)[1].mean(axis=1), self.real.mean(axis=1))

    def centre(self, z: np.ndarray, k: int = AROUND) -> np.ndarray:
        """The mean code of the k emojis nearest to each code, (N, 16)."""
        return self.codes[self.nearest(z, min(k, len(self.codes)))[0]].mean(axis=1)

    @cached_property
    def real(self) -> np.ndarray:
        """Distances of the emojis to their AROUND nearest others, (E, AROUND). Those drawn alike (flags) count once."""
        alone = np.unique(self.places.round(6), axis=0, return_index=True)[1]
        others = Neighbourhood(self.codes[alone], self.metric)
        return others.nearest(others.codes, min(AROUND + 1, len(alone)))[1][:, 1:]


def share_below(values: np.ndarray, real: np.ndarray) -> np.ndarray:
    """Percentage of `real` that does not exceed each value, (N,) float32."""
    return (100 * np.searchsorted(np.sort(real), values, side="right") / len(real)).astype(np.float32)
