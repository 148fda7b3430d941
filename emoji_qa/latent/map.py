"""The map: every real emoji has a place on a plane, near others that look like it. Codes map to places, and back.

Places are (N, 2) arrays, x to the right and y downwards, in units of one picture: side by side, two are about 1 apart.
Between emojis both ways are weighted means over the nearest ones (Shepard 1968, with the local weights of Franke & Little:
Franke 1982), so that an emoji's code has exactly the emoji's place, and the other way round.
"""

import numpy as np

from emoji_qa.latent.space import Latent

CORNERS = 4  # emojis that a place or a code lies among
FAR = 1e4  # places beyond this are cut off
SPREAD = 1.3  # edge of the map by axes, relative to that of a square filled with the pictures


class EmojiMap:
    """The map of a latent space that knows its emojis. If it has no map, they are laid out by its two principal axes.

    .places: of the bases, (B, 2) float64, in the order of `latent.emojis`.
    """

    def __init__(self, latent: Latent):
        self._latent = latent
        self.places = by_axes(latent.codes @ latent.metric) if latent.map is None else latent.map

    def place(self, z: np.ndarray) -> np.ndarray:
        """Codes (N, 16) → their places (N, 2) float32. Raises ValueError as `Latent.neighbours` does."""
        rows, distances = self._latent.neighbours(z, min(CORNERS + 1, len(self.places)))
        rows, weights = nearest_weighted(rows, distances.astype(np.float64))
        return np.einsum("nk,nkd->nd", weights, self.places[rows]).astype(np.float32)

    def code(self, places: np.ndarray) -> np.ndarray:
        """Places (N, 2) → codes (N, 16) float32: an emoji's own, or the mix of those around.

        Raises ValueError as `around` does.
        """
        rows, weights = self.around(places)
        return np.einsum("nk,nkd->nd", weights, self._latent.codes[rows]).astype(np.float32)

    def around(self, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The emojis that places (N, 2) lie among, nearest first: rows (N, k), and weights (N, k) that sum to 1.

        Raises ValueError for places of another shape or not finite.
        """
        places = check_places(places)
        distances = np.linalg.norm(places[:, None] - self.places, axis=2)  # (N, B)
        rows = np.argsort(distances, axis=1, kind="stable")[:, : CORNERS + 1]
        return nearest_weighted(rows, np.take_along_axis(distances, rows, axis=1))


def nearest_weighted(rows: np.ndarray, distances: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The k nearest of the k + 1 given (N, k + 1), with weights (N, k) that fall to 0 at the distance of the last one.

    So the weighted mean changes continuously where one emoji replaces another. One at distance 0 gets all the weight.
    """
    near, reach = distances[:, :-1], distances[:, -1:]
    if not near.shape[1]:  # one emoji in all
        return rows, np.ones_like(distances)
    tiny = 1e-9 * np.maximum(reach, 1e-9)
    weights = (np.maximum(reach - near, tiny) / np.maximum(near, tiny)) ** 2
    exact = np.zeros_like(weights)
    exact[:, 0] = 1
    weights = np.where(near[:, :1] > 0, weights, exact)
    return rows[:, :-1], weights / weights.sum(axis=1, keepdims=True)


def by_axes(points: np.ndarray) -> np.ndarray:
    """Points (B, 16) → places (B, 2): their ranks along the two principal axes, which spreads them over a square."""
    points = points - points.mean(axis=0)
    _, _, axes = np.linalg.svd(points, full_matrices=False)
    axes = axes[:2] * np.sign(axes[[0, 1], np.abs(axes[:2]).argmax(axis=1)])[:, None]
    ranks = (points @ axes.T).argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")
    return SPREAD * np.sqrt(len(points)) * ((ranks + 0.5) / len(points) - 0.5)


def check_places(places: object) -> np.ndarray:
    """Places as (N, 2) float64. Raises ValueError for another shape, or numbers that are not finite."""
    try:
        places = np.asarray(places, dtype=np.float64)
    except (OverflowError, TypeError, ValueError) as error:
        raise ValueError("Places on the map must be numbers in the shape (N, 2).") from error
    if places.ndim != 2 or places.shape[1] != 2 or not np.isfinite(places).all():
        raise ValueError(f"Places on the map must be finite numbers in the shape (N, 2), not {places.shape}.")
    return np.clip(places, -FAR, FAR)
