"""The latent space as people move through it: sliders, samples, mixes, paths, and how new or plausible a place is.

Codes z are (N, 16) arrays. The distance between two is about how much the decoded picture changes from one to the other,
as a root mean square over its pixels and channels in [0, 1]: the decoder's mean slope makes the metric.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file, save_file

from emoji_qa.checkpoint import write_atomically
from emoji_qa.emojis.table import EmojiTable
from emoji_qa.inputs import FAR, check_codes
from emoji_qa.latent.directions import PREFIX, Direction, Wheel, from_tensors, to_tensors
from emoji_qa.latent.neighbourhood import AROUND, Neighbourhood

GRID = np.linspace(-3, 3, 121)  # slider values at which the quantiles of each axis are kept
REDRAWS = 20  # times that samples which are not new enough are drawn again; then they are kept


@dataclass(frozen=True)
class AxisLabel:
    """What lies at the two ends of a slider: words, or none where they could not be trusted, and the emojis farthest out."""

    low: str
    high: str
    low_emojis: tuple[str, ...]
    high_emojis: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.low or self.low_emojis[0]} ↔ {self.high or self.high_emojis[0]}"


class Latent:
    """Slider coordinates s ↔ codes z, both (N, 16), a density of the codes of real emojis, and their neighbourhood.

    The axes are the principal components of the codes, ordered by how much they change the decoded picture. A slider's
    value is a normal quantile: 0 is the median emoji, ±1 leaves 16 % beyond it, ±3 is the last one; beyond that the
    mapping is a straight line. The density is a Gaussian kernel around each emoji's code (Parzen 1962), without the
    places whose novelty is below `newness`.

    .labels: an AxisLabel for each slider, or none. .directions: directions that mean something, by name, see
    `emoji_qa.latent.directions`; empty if none were fitted. .emojis: the bases with their codes (the file holds only
    the codes); without them everything that needs neighbours raises a ValueError. .map: the bases' places on a plane
    (B, 2), see `emoji_qa.latent.map`, or None. .sources: codes (M, 16) around which samples are drawn instead of the
    emojis' own, or None.
    """

    TENSORS = ("mean", "axes", "knots", "metric", "bandwidth", "newness", "codes")

    def __init__(
        self,
        *,
        mean: np.ndarray,
        axes: np.ndarray,
        knots: np.ndarray,
        metric: np.ndarray | None = None,
        bandwidth: np.ndarray | float = 0.5,
        newness: np.ndarray | float = 0.0,
        codes: np.ndarray | None = None,
        map: np.ndarray | None = None,
        sources: np.ndarray | None = None,
        labels: Sequence[AxisLabel] = (),
        directions: Mapping[str, Direction | Wheel] | None = None,
        emojis: EmojiTable | None = None,
    ):
        self.mean = mean.astype(np.float64)  # (16,)
        self.axes = axes.astype(np.float64)  # (16, 16), one unit vector a row
        self.knots = knots.astype(np.float64)  # (16, len(GRID)), strictly increasing along each row
        self.latent_dim = len(mean)
        self.metric = np.eye(len(mean)) if metric is None else metric.astype(np.float64)  # (16, 16), |Δz @ metric|
        self.bandwidth = float(np.asarray(bandwidth).item())  # of the kernel, in standard deviations of the codes
        self.newness = float(np.asarray(newness).item())  # percent
        self.labels = tuple(labels)
        self.directions = dict(directions or {})
        self._emojis = emojis.with_codes(codes) if emojis is not None and codes is not None and len(codes) else emojis
        self.sources = None if sources is None else check_sources(sources, self.latent_dim)
        self.map = None if map is None else check_map(map, len(self.codes if codes is None else codes))

    @property
    def emojis(self) -> EmojiTable:
        if self._emojis is None or not self._emojis.has_codes:
            raise ValueError(
                "This latent space knows no emojis. Load it with a model, or give it emojis with their codes."
            )
        return self._emojis

    @property
    def codes(self) -> np.ndarray:
        """The codes of the bases, (B, 16) float32; (0, 16) when it knows none."""
        known = self._emojis is not None and self._emojis.has_codes
        return self.emojis.codes if known else np.zeros((0, self.latent_dim), np.float32)

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
        """n codes (n, 16) float32 from the density of real emojis' codes; with a low temperature they stay nearer to these.

        Raises ValueError unless n is a whole number from 0 up, and temperature a number from 0 to 10,000.
        """
        if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 0:
            raise ValueError(f"n must be a whole number from 0 up, not {n!r}.")
        if not 0 <= temperature <= FAR:
            raise ValueError(f"temperature must be a number from 0 to {FAR:,.0f}, not {temperature!r}.")
        rng = np.random.default_rng(seed)
        z = self._draw(n, temperature, rng)
        for _ in range(REDRAWS):
            known = self._real.novelty(z) < self.newness * min(1.0, temperature)
            if not known.any():
                break
            z[known] = self._draw(int(known.sum()), temperature, rng)
        return z.astype(np.float32)

    def _draw(self, n: int, temperature: float, rng: np.random.Generator) -> np.ndarray:
        codes = self._real.codes
        centres = codes if self.sources is None else self.sources
        noise = rng.standard_normal((n, self.latent_dim)) * self.bandwidth * temperature
        return centres[rng.integers(len(centres), size=n)] + noise * codes.std(axis=0)

    def neighbours(self, z: np.ndarray, k: int = AROUND) -> tuple[np.ndarray, np.ndarray]:
        """The k emojis nearest to codes (N, 16), nearest first: rows of `.emojis` (N, k), and distances (N, k) float32.

        Raises ValueError for codes of another shape or not finite, and for k out of range.
        """
        if isinstance(k, bool) or not isinstance(k, int | np.integer) or not 1 <= k <= len(self._real.codes):
            raise ValueError(f"k must be a whole number from 1 to {len(self._real.codes)}, not {k!r}.")
        rows, distances = self._real.nearest(self._codes(z), k)
        return rows, distances.astype(np.float32)

    def novelty(self, z: np.ndarray) -> np.ndarray:
        """How new codes (N, 16) are, (N,) float32 from 0 to 100: the percentage of emojis whose own nearest neighbour
        is no farther away than the code's nearest emoji. 0 for an emoji itself."""
        return self._real.novelty(self._codes(z))

    def plausibility(self, z: np.ndarray) -> np.ndarray:
        """How close codes (N, 16) lie to several emojis, (N,) float32 from 0 to 100: the percentage of emojis whose
        five nearest others are farther on average. Between similar emojis a code may be both new and plausible."""
        return self._real.plausibility(self._codes(z))

    @property
    def real_distances(self) -> np.ndarray:
        """Distances of real emojis to their five nearest others, (E, 5), nearest first; equal pictures count once."""
        return self._real.real

    def pull(self, z: np.ndarray, strength: float = 0.5) -> np.ndarray:
        """Codes (N, 16) moved towards the mean of their five nearest emojis: z + strength · (mean − z), (N, 16) float32.

        Raises ValueError unless 0 ≤ strength ≤ 1.
        """
        if not 0 <= strength <= 1:
            raise ValueError(f"The strength of a pull lies between 0 and 1; {strength!r} does not.")
        z = self._codes(z)
        return (z + strength * (self._real.centre(z) - z)).astype(np.float32)

    def mix(self, ingredients: Sequence, weights: Sequence[float] | None = None) -> np.ndarray:
        """The weighted mean of 2 to 4 emojis (a variant counts as its base) or codes (16,): one code, (1, 16) float32.

        weights: none negative; only their proportions count; by default all the same. Raises ValueError for another
        number of ingredients, unknown emojis, and weights that do not fit.
        """
        if isinstance(ingredients, str) or not 2 <= len(ingredients) <= 4:
            raise ValueError("A mix takes 2 to 4 emojis.")
        codes = np.concatenate([self._code(ingredient) for ingredient in ingredients])
        shares = np.ones(len(codes)) if weights is None else np.asarray(weights, dtype=np.float64)
        if shares.shape != (len(codes),) or not np.isfinite(shares).all() or shares.min() < 0 or shares.max() <= 0:
            raise ValueError(f"A mix of {len(codes)} takes {len(codes)} weights, none negative and not all 0.")
        shares = shares / shares.max()  # so that their sum does not overflow
        return (shares / shares.sum() @ codes)[None].astype(np.float32)

    def path(self, start: str | np.ndarray, end: str | np.ndarray, n: int = 24, kind: str = "linear") -> np.ndarray:
        """n codes (n, 16) float32 on the way from one emoji or code to another, both included.

        kind: "linear", or "spherical": a rotation around the mean code while the distance to it changes evenly, which
        avoids the bland middle. Raises ValueError for another kind or fewer than two codes.
        """
        if kind not in ("linear", "spherical") or n < 2:
            raise ValueError("A path is “linear” or “spherical”, and has two codes or more.")
        a, b = self._code(start), self._code(end)
        t = np.linspace(0, 1, n)[:, None]
        return (self.mean + _turn(a - self.mean, b - self.mean, t) if kind == "spherical" else a + t * (b - a)).astype(
            np.float32
        )

    def save(self, path: Path) -> None:
        """Write everything but the emojis themselves to one safetensors file."""
        tensors = {name: np.ascontiguousarray(getattr(self, name), dtype=np.float32) for name in self.TENSORS}
        if self.map is not None and len(self.map) == len(self.codes):
            tensors["map"] = np.ascontiguousarray(self.map, dtype=np.float32)
        if self.sources is not None:
            tensors["sources"] = np.ascontiguousarray(self.sources, dtype=np.float32)
        labels = json.dumps([asdict(label) for label in self.labels], ensure_ascii=False)
        ways, words = to_tensors(self.directions)
        # one entry: the order in which safetensors writes several entries changes each time
        metadata = {"words": json.dumps({"labels": labels, "directions": words})}
        write_atomically(path, lambda part: save_file({**tensors, **ways}, part, metadata=metadata))

    @classmethod
    def load(cls, path: Path, emojis: EmojiTable | None = None) -> "Latent":
        """Read what `save` wrote. emojis: the bases, which get the file's codes. Raises ValueError naming a missing or damaged
        file, or one whose codes are not of these emojis."""
        try:
            with safe_open(path, framework="numpy") as file:
                metadata = file.metadata() or {}
            if "words" in metadata:  # older files have an entry for each
                metadata = json.loads(metadata["words"])
            tensors = load_file(path)
            ways = {name: tensors.pop(name) for name in [*tensors] if name.startswith(PREFIX)}
            directions = from_tensors(ways, metadata.get("directions", "{}"), len(tensors["mean"]))
            labels = [_label(label) for label in json.loads(metadata.get("labels", "[]"))]
            return cls(**tensors, labels=labels, directions=directions, emojis=emojis)
        except (OSError, SafetensorError, TypeError, ValueError, KeyError) as error:
            raise ValueError(f"{path} is missing or damaged: {error}.") from error

    @cached_property
    def _real(self) -> Neighbourhood:
        return Neighbourhood(self.emojis.codes, self.metric)

    def _code(self, place: str | np.ndarray) -> np.ndarray:
        """An emoji, or a code (16,) or (1, 16), as a code (1, 16) float64."""
        if isinstance(place, str):
            return self._real.codes[[self.emojis.base_index(place)]]
        code = self._codes(np.atleast_2d(place))
        if len(code) != 1:
            raise ValueError(f"One code is needed here, not {len(code)}.")
        return code

    def _codes(self, z: np.ndarray) -> np.ndarray:
        return check_codes(z, self.latent_dim).astype(np.float64)


def _label(saved: dict) -> AxisLabel:
    return AxisLabel(saved["low"], saved["high"], tuple(saved["low_emojis"]), tuple(saved["high_emojis"]))


def check_sources(codes: np.ndarray, latent_dim: int) -> np.ndarray:
    """Codes (M, latent_dim) as float64. Raises ValueError unless they are finite and there is at least one."""
    if codes.ndim != 2 or not len(codes) or codes.shape[1] != latent_dim or not np.isfinite(codes).all():
        raise ValueError(f"samples need finite codes (M, {latent_dim}) to be drawn around, not {codes.shape}")
    return codes.astype(np.float64)


def check_map(places: np.ndarray, count: int) -> np.ndarray:
    """Places as (B, 2) float64. Raises ValueError unless they are finite, and as many as there are codes."""
    if places.shape != (count, 2) or not np.isfinite(places).all():
        raise ValueError(f"a map has a finite place (x, y) for each code, not {places.shape}")
    return places.astype(np.float64)


def _turn(a: np.ndarray, b: np.ndarray, t: np.ndarray) -> np.ndarray:
    """From a to b, (1, 16) each, at t (n, 1): the direction turns evenly (Shoemake 1985), the length changes evenly."""
    long_a, long_b = np.linalg.norm(a), np.linalg.norm(b)
    cosine = (a @ b.T).item() / max(long_a * long_b, 1e-12)
    if abs(cosine) > 1 - 1e-6 or not cosine:  # in line, or one of them at the centre: no plane to turn in
        return a + t * (b - a)
    angle = np.arccos(cosine)
    direction = (np.sin((1 - t) * angle) * a / long_a + np.sin(t * angle) * b / long_b) / np.sin(angle)
    return direction * (long_a + t * (long_b - long_a))


def _stretch(values: np.ndarray, source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Piecewise linear map of `source` knots onto `target` knots; beyond them, a line with the mean slope of all."""
    slope = (target[-1] - target[0]) / (source[-1] - source[0])
    beyond = np.minimum(values - source[0], 0) + np.maximum(values - source[-1], 0)
    return np.interp(values, source, target) + slope * beyond
