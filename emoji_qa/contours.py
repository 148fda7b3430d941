"""From maps of logits to outlines: which colour wins where, and curves around it. numpy, Pillow and contourpy only."""

from collections.abc import Iterator

import numpy as np
from contourpy import contour_generator
from PIL import Image, ImageDraw

from emoji_qa.curves import fit_ring

FINE = 6  # grid points a pixel: outlines are found on the bicubic enlargement of the logits
OVERLAP = 2  # grid points by which a region reaches under those painted later, so that no gap can show between them
SOFT = 3  # translucent regions may be so much wider and still be slivers: most are the soft edge of something
LOST = -1e4  # a logit that wins nowhere

Rings = list[np.ndarray]  # of one region: the polygon (N, 2) around it, then those around its holes


def trace(logits: np.ndarray, opaque: np.ndarray, *, tolerance: float, thinnest: float) -> list[list[list[np.ndarray]]]:
    """Where each of K colours wins: maps of logits (K, S, S) → for all but the first, the ground, its connected regions.

    A region is a list of closed outlines, its edge and those of its holes, each (M, 4, 2) of cubic Béziers in pixels.
    The colours are to be painted in the order of the maps; a region reaches a little under the opaque ones (K,) that
    are painted later. tolerance: pixels by which an outline may stray. Regions nowhere wider than about `thinnest`
    pixels go to their neighbours.
    """
    fine = enlarge(logits, FINE)
    for _ in range(8):  # what takes a sliver's place may be one itself
        if not give_away_slivers(fine, np.where(opaque, thinnest, SOFT * thinnest)):
            break
    found = []
    for k in range(1, len(fine)):
        under = [j for j in range(k + 1, len(fine)) if opaque[j]]
        field = lead(fine, k, without=under)
        if under:
            field = np.minimum(field, dilate(lead(fine, k), OVERLAP))
        found.append([[fit_ring(ring, tolerance) for i, ring in enumerate(rings) if i == 0 or width([ring]) >= thinnest]
                      for rings in regions(field)])  # fmt: skip
    return found


def give_away_slivers(fine: np.ndarray, thinnest: np.ndarray) -> bool:
    """Make colours lose (in place) where they win only a narrow region, such as the soft edge between two others."""
    winner, given = fine.argmax(axis=0), False
    for k in range(1, len(fine)):
        mask = Image.new("1", winner.shape[::-1])
        draw = ImageDraw.Draw(mask)
        for rings in regions(lead(fine, k)):
            if width(rings) < thinnest[k]:
                for i, ring in enumerate(rings):
                    draw.polygon([tuple(point) for point in ring * FINE - 0.5], fill=int(i == 0), outline=1)
        lost = np.asarray(mask) & (winner == k)
        around = dilate(lost, 2) & (winner != k)  # here the map must not hold the others back on their way into the gap
        fine[k][lost | around] = LOST
        given |= bool(lost.any())
    return given


def lead(fine: np.ndarray, k: int, without: list[int] = ()) -> np.ndarray:
    """By how much the k-th map beats the best of the others, (H, W); negative where it does not."""
    return fine[k] - np.delete(fine, [k, *without], axis=0).max(axis=0)


def regions(field: np.ndarray) -> Iterator[Rings]:
    """The connected regions where a field on the fine grid is positive, in pixels; it is continued to the picture's edge."""
    size = len(field) / FINE
    grid = np.concatenate([[-1e-3, 0], (np.arange(len(field)) + 0.5) / FINE, [size, size + 1e-3]])
    framed = np.pad(np.pad(field, 1, mode="edge"), 1, constant_values=LOST)
    polygons, offsets = contour_generator(grid, grid, framed, fill_type="OuterOffset").filled(0, np.inf)
    for points, ends in zip(polygons, offsets, strict=True):
        points = points.clip(0, size)
        yield [points[a : b - 1] for a, b in zip(ends, ends[1:], strict=False)]  # the last point repeats the first


def width(rings: Rings) -> float:
    """Twice the area by the perimeter: the width of a strip, the radius of a disc."""
    areas, perimeters = [], []
    for ring in rings:
        x, y = ring.T
        areas.append(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)
        perimeters.append(np.hypot(*(np.roll(ring, -1, axis=0) - ring).T).sum())
    return 2 * (areas[0] - sum(areas[1:])) / max(sum(perimeters), 1e-9)


def enlarge(logits: np.ndarray, factor: int) -> np.ndarray:
    """Bicubic enlargement of (K, S, S) to (K, factor·S, factor·S), as torch's: half-pixel centres, edges repeated."""
    size = logits.shape[1]
    at = (np.arange(factor * size) + 0.5) / factor - 0.5
    first = np.floor(at).astype(int)
    weights = np.zeros((factor * size, size))
    for tap in range(-1, 3):
        np.add.at(weights, (np.arange(len(at)), (first + tap).clip(0, size - 1)), cubic(np.abs(at - first - tap)))
    return weights @ logits @ weights.T


def cubic(x: np.ndarray, a: float = -0.75) -> np.ndarray:
    """Keys' convolution kernel (1981) at distances 0 ≤ x ≤ 2."""
    return np.where(x <= 1, ((a + 2) * x - (a + 3)) * x * x + 1, a * (((x - 5) * x + 8) * x - 4))


def dilate(field: np.ndarray, by: int) -> np.ndarray:
    """A field whose positive part is wider by so many grid points: the greatest value within that distance."""
    for axis in (0, 1):
        padded = np.pad(field, [(by, by) if i == axis else (0, 0) for i in (0, 1)], mode="edge")
        field = np.lib.stride_tricks.sliding_window_view(padded, 2 * by + 1, axis=axis).max(axis=-1)
    return field
