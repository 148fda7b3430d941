"""Cubic Béziers through dense polygons (Schneider 1990, "An Algorithm for Automatically Fitting Digitized Curves")."""

import numpy as np

REACH = 0.4  # how far along the outline, in its own units, a corner is looked for
CORNER = np.cos(np.radians(55))  # an outline that turns by more than this within its reach has a corner there
BERNSTEIN = np.array([[1, 0, 0, 0], [-3, 3, 0, 0], [3, -6, 3, 0], [-1, 3, -3, 1]])


def fit_ring(ring: np.ndarray, tolerance: float) -> np.ndarray:
    """Curves (M, 4, 2) through the vertices of a closed polygon (N, 2), within `tolerance`; corners stay corners.

    Each curve is start, two handles, end, and starts where the last one ended. A polygon without extent has none.
    """
    ring = ring[np.hypot(*(ring - np.roll(ring, 1, axis=0)).T) > 1e-6]
    if len(ring) < 3:
        return np.zeros((0, 4, 2))
    corners = find_corners(ring)
    start = corners[0] if len(corners) else 0
    closed = np.concatenate([ring[start:], ring[: start + 1]])
    if len(corners):
        stops = [*(corners - start), len(ring)]
        pieces = [closed[a : b + 1] for a, b in zip(stops, stops[1:], strict=False)]
        curves = [curve for piece in pieces for curve in fit(piece, *ends(piece), tolerance)]
    else:
        along = unit(closed[1] - closed[-2])  # the seam of a smooth outline must not show
        curves = fit(closed, along, -along, tolerance)
    return np.array(curves)


def find_corners(ring: np.ndarray) -> np.ndarray:
    """The vertices of a closed polygon where its direction, taken over REACH to both sides, turns sharply; sorted."""
    steps = np.hypot(*(np.roll(ring, -1, axis=0) - ring).T)
    at, length = np.concatenate([[0], np.cumsum(steps)[:-1]]), steps.sum()
    reach = min(REACH, length / 12)
    before, after = (
        np.stack([np.interp(at + by, at, axis, period=length) for axis in ring.T], axis=1) for by in (-reach, reach)
    )
    turn = (unit(ring - before) * unit(after - ring)).sum(axis=1)  # cosine
    corners: list[int] = []
    for i in np.argsort(turn):
        if turn[i] > CORNER:
            break
        apart = np.abs(at[corners] - at[i])
        if (np.minimum(apart, length - apart) > reach).all():
            corners.append(i)
    return np.sort(np.array(corners, dtype=int))


def fit(points: np.ndarray, leaving: np.ndarray, arriving: np.ndarray, tolerance: float) -> list[np.ndarray]:
    """Curves through points (N, 2) in order; the two unit vectors point from the ends along the outline, inwards."""
    if len(points) == 2:
        third = np.linalg.norm(points[1] - points[0]) / 3
        return [np.array([points[0], points[0] + third * leaving, points[1] + third * arriving, points[1]])]
    t = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    t /= t[-1]
    for _ in range(4):
        curve = least_squares(points, t, leaving, arriving)
        error = ((evaluate(curve, t) - points) ** 2).sum(axis=1)
        worst = int(error[1:-1].argmax()) + 1
        if error[worst] <= tolerance**2:
            return [curve]
        if error[worst] > 25 * tolerance**2:
            break
        t = nearer(curve, points, t)
    tangent = unit(points[max(worst - 2, 0)] - points[min(worst + 2, len(points) - 1)])
    return [*fit(points[: worst + 1], leaving, tangent, tolerance), *fit(points[worst:], -tangent, arriving, tolerance)]


def least_squares(points: np.ndarray, t: np.ndarray, leaving: np.ndarray, arriving: np.ndarray) -> np.ndarray:
    """The curve from the first to the last point whose handles, along the given directions, fit best; t: (N,) in [0, 1]."""
    first, last = points[0], points[-1]
    b = bernstein(t)
    rest = points - b @ np.array([first, first, last, last])
    aa, bb, ab = b[:, 1] @ b[:, 1], b[:, 2] @ b[:, 2], b[:, 1] @ b[:, 2] * (leaving @ arriving)
    pa, pb = b[:, 1] @ rest @ leaving, b[:, 2] @ rest @ arriving
    determinant, span = aa * bb - ab * ab, np.linalg.norm(last - first)
    lengths = np.array([pa * bb - pb * ab, aa * pb - ab * pa]) / (determinant or 1)
    if determinant < 1e-12 or (lengths < 1e-3 * span).any() or (lengths > 4 * span + 1).any():
        lengths = np.full(2, span / 3)  # a wild or backward handle: Schneider's way out
    return np.array([first, first + lengths[0] * leaving, last + lengths[1] * arriving, last])


def nearer(curve: np.ndarray, points: np.ndarray, t: np.ndarray) -> np.ndarray:
    """One Newton step from t to where the curve comes nearest to each point."""
    first = 3 * np.diff(curve, axis=0)
    second = 2 * np.diff(first, axis=0)
    off = evaluate(curve, t) - points
    speed = first[0] * ((1 - t) ** 2)[:, None] + first[1] * (2 * t * (1 - t))[:, None] + first[2] * (t * t)[:, None]
    bend = second[0] + t[:, None] * (second[1] - second[0])
    slope = (speed**2).sum(axis=1) + (off * bend).sum(axis=1)
    step = (off * speed).sum(axis=1) / np.where(np.abs(slope) < 1e-12, np.inf, slope)
    return np.maximum.accumulate((t - step).clip(0, 1))


def evaluate(curve: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Points (N, 2) of a curve (4, 2) at t (N,) in [0, 1]."""
    return bernstein(t) @ curve


def bernstein(t: np.ndarray) -> np.ndarray:
    return np.vander(t, 4, increasing=True) @ BERNSTEIN


def ends(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    near = min(2, len(points) - 1)
    return unit(points[near] - points[0]), unit(points[-1 - near] - points[-1])


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
