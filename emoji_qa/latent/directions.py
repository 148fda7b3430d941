"""Directions of the latent space that mean something, such as sad ↔ happy: how a code changes towards either end.

The change depends on the code: for z it is [1, z] @ W, a linear function with a constant (a hat changes the code of a
small face otherwise than that of a large one). `train.latent.directions` fits W to emojis whose factors are known.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

COLOUR = "colour"  # the only direction that is a circle, see `Wheel`


@dataclass(frozen=True)
class Direction:
    """A direction with two ends. .low, .high: a word for each end; .ways: the matrix W of each, the low end's first,
    (2, 1 + latent_dim, latent_dim)."""

    low: str
    high: str
    ways: np.ndarray

    def move(self, z: np.ndarray, to: float) -> np.ndarray:
        """Codes (N, latent_dim) moved towards an end: 1 is the high one, −1 the low one → (N, latent_dim) float32.

        Raises ValueError for a number that is not finite.
        """
        if not np.isfinite(to):
            raise ValueError(f"A direction is followed from −1 to 1, not to {to!r}.")
        z = np.asarray(z, dtype=np.float64)
        return (z + abs(to) * (_with_one(z) @ self.ways[int(to > 0)])).astype(np.float32)


@dataclass(frozen=True)
class Wheel:
    """A direction for every hue θ. .ways: the matrices W for 1, cos θ, sin θ, cos 2θ, sin 2θ, which are summed,
    (5, 1 + latent_dim, latent_dim)."""

    ways: np.ndarray
    low: str = ""
    high: str = ""

    def move(self, z: np.ndarray, to: float) -> np.ndarray:
        """Codes (N, latent_dim) in the hue `to`, in degrees with red at 0 → (N, latent_dim) float32.

        Raises ValueError for a number that is not finite.
        """
        if not np.isfinite(to):
            raise ValueError(f"A hue is an angle in degrees, not {to!r}.")
        z = np.asarray(z, dtype=np.float64)
        way = np.tensordot(harmonics(np.array([to]))[0], self.ways, 1)
        return (z + _with_one(z) @ way).astype(np.float32)


def harmonics(degrees: np.ndarray) -> np.ndarray:
    """Angles (N,) → 1, cos θ, sin θ, cos 2θ, sin 2θ, (N, 5)."""
    angle = np.radians(degrees)
    return np.stack([np.ones_like(angle), np.cos(angle), np.sin(angle), np.cos(2 * angle), np.sin(2 * angle)], axis=1)


def _with_one(z: np.ndarray) -> np.ndarray:
    return np.concatenate([np.ones((len(z), 1)), z], axis=1)


Directions = dict[str, Direction | Wheel]
PREFIX = "direction."


def to_tensors(directions: Mapping[str, Direction | Wheel]) -> tuple[dict[str, np.ndarray], str]:
    """The directions' matrices by name, float32, and the words for their ends as JSON; `from_tensors` reads both."""
    tensors = {PREFIX + name: np.ascontiguousarray(one.ways, dtype=np.float32) for name, one in directions.items()}
    words = {name: [one.low, one.high] for name, one in directions.items()}
    return tensors, json.dumps(words, ensure_ascii=False)


def from_tensors(tensors: Mapping[str, np.ndarray], words: str, latent_dim: int) -> Directions:
    """The inverse of `to_tensors`. Raises ValueError unless both name the same directions, finite and of this shape."""
    found = json.loads(words)
    if not isinstance(found, dict) or {PREFIX + name for name in found} != set(tensors):
        raise ValueError("its directions are not those that it has words for")
    return {name: _direction(name, ends, tensors[PREFIX + name], latent_dim) for name, ends in found.items()}


def _direction(name: str, ends: list, ways: np.ndarray, latent_dim: int) -> Direction | Wheel:
    low, high = ends
    count = 5 if name == COLOUR else 2
    if ways.shape != (count, latent_dim + 1, latent_dim) or not np.isfinite(ways).all():
        raise ValueError(
            f"the direction “{name}” has no finite ways of shape ({count}, {latent_dim + 1}, {latent_dim})"
        )
    if not isinstance(low, str) or not isinstance(high, str):
        raise ValueError(f"the direction “{name}” has no words for its ends")
    ways = ways.astype(np.float64)
    return Wheel(ways, low, high) if name == COLOUR else Direction(low, high, ways)
