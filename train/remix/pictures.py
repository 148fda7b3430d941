"""Pictures of emojis put together, to train the VAE on; new ones are drawn during the training."""

import multiprocessing
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from emoji_qa.emojis.sheet import DISPLAY_SIZE
from emoji_qa.emojis.table import EmojiTable, without_vs16
from emoji_qa.images.alpha import premultiply
from emoji_qa.remix.compose import compose
from emoji_qa.remix.draw import draw
from emoji_qa.remix.parts import Parts
from emoji_qa.remix.raster import rasterise
from emoji_qa.remix.recipes import Recipe
from train.data.places import position

UNSEEN = 0.03  # share of the recipes that are never trained on
CHUNK = 250  # recipes that are drawn at once
AHEAD = 4  # chunks per worker that are requested in advance


def is_unseen(recipe: Recipe) -> bool:
    """Whether a recipe is kept out of training, which depends only on the hash of its text."""
    return position(str(recipe)) < UNSEEN


@dataclass(frozen=True)
class Chunks:
    """Chunks of recipes and their pictures. A chunk depends only on its number and the seed, not on the process.

    allowed: emojis whose parts may be used. favourites: see `draw`.
    """

    parts: Parts
    rows: dict[str, int]  # of the emoji table
    allowed: frozenset[str]
    seed: int
    favourites: float = 0.75

    def __call__(self, number: int) -> tuple[np.ndarray, np.ndarray]:
        """Pictures (n, 72, 72, 4) uint8, straight alpha, and the rows of two emojis in each, (n, 2) int64."""
        recipes = [
            recipe
            for recipe in draw(self.parts, CHUNK, seed=self.seed * 1_000_003 + number, favourites=self.favourites)
            if not is_unseen(recipe) and self.allowed.issuperset(map(without_vs16, recipe.emojis))
        ]
        rows = [rows_of(recipe, self.rows) for recipe in recipes]
        return pictures(self.parts, recipes, DISPLAY_SIZE), np.array(rows, np.int64).reshape(-1, 2)


class RemixPictures:
    """A pool of pictures of recipes, whose oldest chunk is replaced every `every` steps.

    folder: a folder with a parts table. rows: the rows of the emoji table whose parts may be used, (n,). chunks: the
    size of the pool. favourites: see `draw`. workers: processes that draw chunks in advance; 0: the training process
    draws them. A resumed run sees the same pictures.
    """

    def __init__(
        self,
        folder: Path,
        table: EmojiTable,
        rows: Tensor,
        *,
        chunks: int,
        every: int,
        seed: int,
        favourites: float = 0.75,
        workers: int = 0,
    ):
        allowed = frozenset(without_vs16(table.chars[row]) for row in rows.tolist())
        known = {without_vs16(char): row for row, char in enumerate(table.chars)}
        self._make = Chunks(Parts.load(folder), known, allowed, seed, favourites)
        self._every, self._count, self._first = every, chunks, 0
        context = multiprocessing.get_context("spawn")
        self._workers = ProcessPoolExecutor(workers, context, _start, (self._make,)) if workers else None
        self._ahead, self._due = AHEAD * workers, {}
        self._pool: deque[tuple[np.ndarray, np.ndarray]] = deque(maxlen=chunks)

    def advance(self, step: int) -> None:
        """Draw the chunks that are due at a step of training."""
        first = step // self._every
        for number in range(max(first, self._first + len(self._pool)), first + self._count):
            self._pool.append(self._chunk(number))
        self._first = first

    def _chunk(self, number: int) -> tuple[np.ndarray, np.ndarray]:
        if self._workers is None:
            return self._make(number)
        for later in range(number, number + max(self._ahead, 1)):
            if later not in self._due:
                self._due[later] = self._workers.submit(_work, later)
        return self._due.pop(number).result()

    def draw(self, count: int) -> tuple[Tensor, Tensor]:
        """Pictures (count, 4, 72, 72), premultiplied, and the rows of the body and of the expression, (count, 2)."""
        pool = [chunk for chunk in self._pool if len(chunk[1])]
        which = torch.randint(len(pool), (count,)).tolist()
        chosen = [(pool[chunk], share) for chunk, share in zip(which, torch.rand(count).tolist(), strict=True)]
        places = [(images, rows, int(share * len(images))) for (images, rows), share in chosen]
        images = np.stack([images[place] for images, _, place in places])
        return premultiply(images), torch.from_numpy(np.stack([rows[place] for _, rows, place in places]))


def _start(make: Chunks) -> None:
    """Runs in each worker at its start: keeps the `Chunks` that it draws from."""
    global _maker
    _maker = make


def _work(number: int) -> tuple[np.ndarray, np.ndarray]:
    return _maker(number)


def pictures(parts: Parts, recipes: list[Recipe], size: int) -> np.ndarray:
    """(N, size, size, 4) uint8, straight alpha."""
    drawn = [rasterise(compose(parts, recipe), size) for recipe in recipes]
    return np.stack(drawn) if drawn else np.zeros((0, size, size, 4), np.uint8)


def rows_of(recipe: Recipe, rows: dict[str, int]) -> tuple[int, int]:
    """The rows of the body and of one other emoji: of the expression if there is one, else a thing, or the body."""
    other = recipe.mouth or recipe.eyes or recipe.on or recipe.corner or recipe.hat or recipe.extra or recipe.body
    return rows[without_vs16(recipe.body)], rows[without_vs16(other)]
