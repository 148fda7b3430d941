"""Pictures of emojis put together, for the VAE to learn from; new ones are drawn while it trains."""

import hashlib
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from emoji_qa.emojis.sheet import DISPLAY_SIZE
from emoji_qa.emojis.table import EmojiTable
from emoji_qa.images.alpha import premultiply
from emoji_qa.remix.compose import compose
from emoji_qa.remix.parts import Parts
from emoji_qa.remix.recipes import Recipe
from emoji_qa.remix.raster import rasterise
from train.remix.draw import draw

UNSEEN = 0.03  # share of the recipes that are never trained on
CHUNK = 250  # recipes that are drawn at once
EVERY = 25  # steps after which a chunk is drawn anew


def is_unseen(recipe: Recipe) -> bool:
    """Whether a recipe is kept from training, by the hash of its text, so that nothing else decides."""
    return int.from_bytes(hashlib.sha256(str(recipe).encode()).digest()[:6], "big") / 2**48 < UNSEEN


class RemixPictures:
    """A pool of pictures of recipes, of which the oldest chunk is replaced now and then.

    folder: a checkpoint with a parts table. rows: the rows of the emoji table that may be bodies or give parts, (n,). chunks:
    how many hold the pool. Chunk number c of a seed is always the same.
    """

    def __init__(self, folder: Path, table: EmojiTable, rows: Tensor, *, chunks: int, seed: int):
        self.parts, self.table, self.seed, self.first = Parts.load(folder), table, seed, 0
        allowed = {table.chars[row] for row in rows.tolist()}
        self.allowed = {part.char for part in self.parts if part.char in table and table.chars[table.index(part.char)] in allowed}
        self.chunks = [self._chunk(i) for i in range(chunks)]

    def _chunk(self, number: int) -> tuple[np.ndarray, Tensor]:
        recipes = draw(self.parts, CHUNK, seed=self.seed * 1_000_003 + number)
        recipes = [recipe for recipe in recipes if not is_unseen(recipe) and self.allowed.issuperset(recipe.emojis)]
        return pictures(self.parts, recipes, DISPLAY_SIZE), torch.tensor([rows_of(recipe, self.table) for recipe in recipes])

    def advance(self, step: int) -> None:
        """Draw what is due at a step of training."""
        while self.first < step // EVERY:
            self.chunks[self.first % len(self.chunks)] = self._chunk(len(self.chunks) + self.first)
            self.first += 1

    def draw(self, count: int) -> tuple[Tensor, Tensor]:
        """Pictures (count, 4, 72, 72), premultiplied, and the rows of the body and of the expression or other part, (count, 2)."""
        which = torch.randint(len(self.chunks), (count,)).tolist()
        places = [int(torch.randint(len(self.chunks[chunk][0]), (1,))) for chunk in which]
        images = np.stack([self.chunks[chunk][0][place] for chunk, place in zip(which, places, strict=True)])
        rows = torch.stack([self.chunks[chunk][1][place] for chunk, place in zip(which, places, strict=True)])
        return premultiply(images), rows


def pictures(parts: Parts, recipes: list[Recipe], size: int) -> np.ndarray:
    """(N, size, size, 4) uint8, straight alpha."""
    drawn = [rasterise(compose(parts, recipe), size) for recipe in recipes]
    return np.stack(drawn) if drawn else np.zeros((0, size, size, 4), np.uint8)


def rows_of(recipe: Recipe, table: EmojiTable) -> tuple[int, int]:
    """The table's rows of the body, and of what tells most of the rest."""
    other = recipe.mouth or recipe.eyes or recipe.on or recipe.corner or recipe.hat or recipe.extra or recipe.body
    return table.index(recipe.body), table.index(other if other in table else recipe.body)
