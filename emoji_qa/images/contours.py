"""From maps of logits to outlines: which colour wins where, and curves around it. numpy, Pillow and contourpy only."""

from collections.abc import Iterator, Sequence

import numpy as np
from contourpy import contour_generator
from PIL import Image, ImageDraw

from emoji_qa.images.curves import fit_ring

FINE = 4  # grid points a pixel: outlines are found on the bicubic enlargement of the logits
OVERLAP = 1  # grid points by which a region reaches under those painted later, so that no gap can show between them
SOFT = 3  # translucent regions count as slivers up to this many times the width: most are the soft edge of something
LOST = -1e4  # a logit that wins nowhere

Rings = list[np.ndarray]  # of one region: the polygon (N, 2) around it, then those around its holes


def trace(logits: np.ndarray, opaque: np.ndarray, *, tolerance: float, thinnest: float) -> list[list[list[np.ndarray]]]:
    """Maps of logits (K, S, S) → for each colour but the first (the ground), the connected regions where it wins.

    A region is a list of closed outlines, first its edge, then its holes: cubic Béziers in pixels, (M, 4, 2) each.
    The colours are to be painted in the order of the maps; a region reaches a little under the opaque ones (K,) that
    are painted later. tolerance: pixels by which an outline may stray. Regions nowhere wider than about `thinnest`
    pixels go to their neighbours.
    """
    fine = without_slivers(enlarge(logits, FINE), np.where(opaque, thinnest, SOFT * thinnest))
    winner = fine.argmax(axis=0)
    for k in range(len(fine)):  # where a colour wins no grid point nearby, it must not keep two others apart
        fine[k][~dilate(winner == k, OVERLAP)] = LOST
    found = []
    for k in range(1, len(fine)):
        under = [j for j in range(k + 1, len(fine)) if opaque[j]]
        field = lead(fine, k, without=under)
        if under:
            field = np.minimum(field, dilate(lead(fine, k), OVERLAP))
        found.append(
            [
                [fit_ring(ring, tolerance) for i, ring in enumerate(rings) if i == 0 or width([ring]) >= thinnest]
                for rings in regions(field)
            ]
        )
    return found


def without_slivers(fine: np.ndarray, thinnest: np.ndarray) -> np.ndarray:
    """The maps (K, H, W) after narrow regions, such as the soft edge between two others, went to their neighbours.

    thinnest: for each colour, the width in pixels below which a region is narrow; the first, the ground, is left alone.
    """
    lost, barred = np.zeros((2, *fine.shape), bool)
    for _ in range(8):  # what takes a sliver's place may be one itself
        maps = np.where(lost | barred, LOST, fine)
        winner, done = maps.argmax(axis=0), True
        for k in range(1, len(fine)):
            for rings in regions(lead(maps, k)):
                if width(rings) < thinnest[k]:
                    (left, top), (right, bottom) = rings[0].min(axis=0), rings[0].max(axis=0)
                    box = (around_span(top, bottom), around_span(left, right))
                    region = within(rings, box, winner.shape) & (winner[box] == k)
                    around = np.bincount(winner[box][dilate(region, 1) & (winner[box] != k)], minlength=len(fine))
                    lost[(k, *box)] |= region
                    barred[(slice(None), *box)][:, region] = (around <= around.sum() / 10)[:, None]
                    done &= not region.any()
        if done:
            break
    return maps


def around_span(low: float, high: float) -> slice:
    """The grid points between low and high (both in pixels), and two more at each end."""
    return slice(max(int(low * FINE) - 2, 0), int(high * FINE) + 3)


def within(rings: Rings, box: tuple[slice, slice], shape: tuple[int, int]) -> np.ndarray:
    """Which grid points of a box lie in a region, its edge included."""
    rows, columns = (s.indices(n) for s, n in zip(box, shape, strict=True))
    mask = Image.new("1", (columns[1] - columns[0], rows[1] - rows[0]))
    for i, ring in enumerate(rings):
        points = ring * FINE - 0.5 - [columns[0], rows[0]]
        ImageDraw.Draw(mask).polygon([tuple(point) for point in points], fill=int(i == 0), outline=1)
    return np.asarray(mask)


def lead(fine: np.ndarray, k: int, without: Sequence[int] = ()) -> np.ndarray:
    """By how much the k-th map beats the best of the others, (H, W); negative where it does not."""
    return fine[k] - np.delete(fine, [k, *without], axis=0).max(axis=0)


def regions(field: np.ndarray) -> Iterator[Rings]:
    """The connected regions where a field on the fine grid is positive, in pixels; it is extended to the edges."""
    size = len(field) / FINE
    grid = np.concatenate([[-1e-3, 0], (np.arange(len(field)) + 0.5) / FINE, [size, size + 1e-3]])
    framed = np.pad(np.pad(field, 1, mode="edge"), 1, constant_values=LOST)
    polygons, offsets, *_ = contour_generator(grid, grid, framed, fill_type="OuterOffset").filled(0, np.inf)
    for points, ends in zip(polygons, offsets, strict=True):
        if points is None or ends is None:
            continue
        points = points.clip(0, size)
        yield [points[a : b - 1] for a, b in zip(ends, ends[1:], strict=False)]  # the last point repeats the first


def width(rings: Rings) -> float:
    """Twice the area divided by the perimeter: the width of a strip, the radius of a disc."""
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
    taps = [((first + tap).clip(0, size - 1), cubic(np.abs(at - first - tap))) for tap in range(-1, 3)]
    # Sums instead of a matrix product: numpy's threads take a hundred times as long for one when the cores are busy.
    rows = sum(logits[:, near] * weights[:, None] for near, weights in taps)
    return sum(rows[:, :, near] * weights for near, weights in taps)


def cubic(x: np.ndarray, a: float = -0.75) -> np.ndarray:
    """Keys' convolution kernel (1981) at distances 0 ≤ x ≤ 2."""
    return np.where(x <= 1, ((a + 2) * x - (a + 3)) * x * x + 1, a * (((x - 5) * x + 8) * x - 4))


def dilate(field: np.ndarray, by: int) -> np.ndarray:
    """The field with its positive part widened by `by` grid points: the greatest value within that distance."""
    for axis in (0, 1):
        padded = np.pad(field, [(by, by) if i == axis else (0, 0) for i in (0, 1)], mode="edge")
        field = np.lib.stride_tricks.sliding_window_view(padded, 2 * by + 1, axis=axis).max(axis=-1)
    return field
