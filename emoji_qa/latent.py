"""The latent space as people move through it: slider coordinates, and samples from where real emojis lie."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

GRID = np.linspace(-3, 3, 121)  # slider values at which the quantiles of each axis are kept


class Latent:
    """Slider coordinates s ↔ codes z, both (N, 16), and a density of the codes of real emojis.

    The axes are the principal components of the codes, ordered by how much they change the decoded picture. A slider
    counts in normal quantiles: 0 is the median emoji, ±1 leaves 16 % beyond it, ±3 is the last one; outside, the map
    goes on as a straight line. The density is a Gaussian mixture over slider coordinates' axes.
    """

    def __init__(self, *, mean: np.ndarray, axes: np.ndarray, knots: np.ndarray, weights: np.ndarray, means: np.ndarray,
                 factors: np.ndarray):  # fmt: skip
        self.mean = mean.astype(np.float64)  # (16,)
        self.axes = axes.astype(np.float64)  # (16, 16), one unit vector a row
        self.knots = knots.astype(np.float64)  # (16, len(GRID)), strictly increasing along each row
        self.weights = weights.astype(np.float64)  # (C,), of the mixture's components
        self.means = means.astype(np.float64)  # (C, 16), in z
        self.factors = factors.astype(np.float64)  # (C, 16, 16), lower triangles of their covariances
        self.latent_dim = len(mean)

    def to_z(self, s: np.ndarray) -> np.ndarray:
        """Slider coordinates (N, 16) → codes (N, 16) float32."""
        s = np.asarray(s, dtype=np.float64)
        along = np.stack([_stretch(s[:, i], GRID, knots) for i, knots in enumerate(self.knots)], axis=1)
        return (along @ self.axes + self.mean).astype(np.float32)

    def from_z(self, z: np.ndarray) -> np.ndarray:
        """Codes (N, 16) → slider coordinates (N, 16) float32, the inverse of `to_z`."""
        along = (np.asarray(z, dtype=np.float64) - self.mean) @ self.axes.T
        return np.stack([_stretch(along[:, i], knots, GRID) for i, knots in enumerate(self.knots)], axis=1).astype(
            np.float32
        )

    def sample(self, n: int, temperature: float = 1.0, seed: int | None = None) -> np.ndarray:
        """n codes (n, 16) float32 from the density of real emojis' codes; a low temperature stays nearer its centres."""
        rng = np.random.default_rng(seed)
        component = rng.choice(len(self.weights), size=n, p=self.weights / self.weights.sum())
        noise = rng.standard_normal((n, self.latent_dim)) * temperature
        z = self.means[component] + np.einsum("nij,nj->ni", self.factors[component], noise)
        return z.astype(np.float32)

    def save(self, path: Path) -> None:
        """Write everything to one safetensors file."""
        names = ("mean", "axes", "knots", "weights", "means", "factors")
        part = path.with_name(path.name + ".part")
        save_file({name: np.ascontiguousarray(getattr(self, name), dtype=np.float32) for name in names}, part)
        part.replace(path)

    @classmethod
    def load(cls, path: Path) -> "Latent":
        """Read what `save` wrote. Raises ValueError naming the file when it is missing or damaged."""
        try:
            return cls(**load_file(path))
        except (OSError, SafetensorError, TypeError) as error:
            raise ValueError(f"{path} is missing or damaged: {error}.") from error


def principal_axes(codes: np.ndarray, decode: Callable[[np.ndarray], np.ndarray]) -> tuple[np.ndarray, ...]:
    """Mean (16,), axes (16, 16) and quantile knots (16, len(GRID)) of codes (N, 16).

    decode: codes → pictures (N, ...) in any linear unit; the axes are ordered by how much they change them between
    their 16 % and 84 % quantiles.
    """
    mean = codes.mean(axis=0)
    _, _, axes = np.linalg.svd(codes - mean, full_matrices=False)
    axes *= np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])[:, None]  # a fixed sign, whatever the SVD's
    along = (codes - mean) @ axes.T
    low, high = (mean + np.diag(np.quantile(along, q, axis=0)) @ axes for q in (0.16, 0.84))
    change = np.abs(decode(high).astype(np.float64) - decode(low)).reshape(len(axes), -1).mean(axis=1)
    order = np.argsort(-change, kind="stable")
    knots = np.quantile(along[:, order], _normal_cdf(GRID), axis=0).T
    steps = np.diff(knots, axis=1)
    steps = np.maximum(steps, 0.01 * steps.mean(axis=1, keepdims=True))  # strictly increasing, so that it can be inverted
    return mean, axes[order], np.cumsum(np.concatenate([knots[:, :1], steps], axis=1), axis=1)


def _stretch(values: np.ndarray, source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Piecewise linear map of `source` knots onto `target` knots; beyond them, a line with the mean slope of all."""
    slope = (target[-1] - target[0]) / (source[-1] - source[0])
    beyond = np.minimum(values - source[0], 0) + np.maximum(values - source[-1], 0)
    return np.interp(values, source, target) + slope * beyond


def _normal_cdf(x: np.ndarray) -> np.ndarray:
    from statistics import NormalDist

    return np.array([NormalDist().cdf(value) for value in x])
