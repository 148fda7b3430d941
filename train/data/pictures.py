"""Batches of pictures for the palette VAE: Twemoji unchanged, Twemoji slightly changed, and other vendors' emojis."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from emoji_qa.emojis.sheet import DISPLAY_SIZE, from_sheet, read_sheet
from emoji_qa.emojis.table import EmojiTable
from emoji_qa.images.alpha import premultiply
from train.data.places import need
from train.data.split import concept

CLEAN, CHANGED = 0, 7  # styles of the decoder; 1 to 6 are the vendors
PERMUTED = torch.tensor([[0, 2, 1, 3], [1, 0, 2, 3], [1, 2, 0, 3], [2, 0, 1, 3], [2, 1, 0, 3]])  # channel orders


class Pictures:
    """Draws batches. All randomness comes from torch's global generator, so that a resumed run draws the same pictures.

    rows: the table's rows that may be drawn, (n,) int64. vendors: the share of vendors' pictures in a batch; changed:
    the share of changed pictures among the others. larger: how many pictures of a batch also come at 72 px.

    .features: {"own": of the table's pictures (N, F), "vendors": of the vendors'}, empty if the encoder uses none; a
    changed picture has the features of the unchanged one.
    """

    def __init__(
        self,
        table: EmojiTable,
        folder: Path,
        rows: Tensor,
        *,
        changed: float,
        vendors: float,
        larger: int,
    ):
        self.x = premultiply(table.images)
        self.big = from_sheet(read_sheet(folder / "emojis-72.webp", len(table), DISPLAY_SIZE), len(table))
        self.rows, self.changed, self.vendors, self.larger = rows, changed, vendors, larger
        self.weights = concept_weights(table)
        self.features: dict[str, Tensor] = {}
        if vendors:
            self._read_vendors(folder / "vendors.npz", table)

    def _read_vendors(self, path: Path, table: EmojiTable) -> None:
        with np.load(need(path, "Make it: python -m train.data.vendors --emojis FOLDER"), allow_pickle=False) as file:
            row = torch.tensor([table.index(char) for char in file["chars"].tolist()])
            self.vendor_row, self.vendor_x = row, premultiply(file["images"])
            self.vendor_style = torch.from_numpy(file["styles"].astype(np.int64))
        usable = torch.isin(row, self.rows)  # no vendor's picture of a validation emoji
        self.vendor_weights = self.weights[row] * usable

    def draw(self, row: Tensor, fade: float) -> dict[str, Tensor]:
        """Pictures of some rows (B,): {"x" (B, 4, 36, 36), "style" (B,), "row" (B,), "big" (larger, 4, 72, 72)}, and with
        features "features" (B, F).

        Some are changed, and some are replaced by a vendor's picture of a random emoji. fade: a factor on both shares.
        """
        row = row.clone()
        x, style = self.x[row], torch.full((len(row),), CLEAN)
        features = self.features["own"][row] if self.features else None
        foreign = round(len(row) * self.vendors * fade)
        own = len(row) - foreign
        changed = torch.arange(own - round(own * self.changed * fade), own)
        if len(changed):
            x[changed], style[changed] = change(premultiply(self.big[row[changed].numpy()])), CHANGED
        if foreign:
            drawn = torch.multinomial(self.vendor_weights, foreign)
            x[own:], style[own:], row[own:] = self.vendor_x[drawn], self.vendor_style[drawn], self.vendor_row[drawn]
            if self.features:
                features[own:] = self.features["vendors"][drawn]
        big = premultiply(self.big[row[: self.larger].numpy()])
        drawn = {"x": x.contiguous(memory_format=torch.channels_last), "style": style, "row": row, "big": big}
        return drawn if features is None else {**drawn, "features": features}


def concept_weights(table: EmojiTable) -> Tensor:
    """(N,): 1 / √(number of emojis with the same concept). 144 skin tones of one couple should not count 144 times."""
    concepts = [concept(name) for name in table.names]
    _, inverse, counts = np.unique(concepts, return_inverse=True, return_counts=True)
    return torch.from_numpy(1 / np.sqrt(counts[inverse])).float()


def change(big: Tensor) -> Tensor:
    """Turn, zoom and shift (n, 4, 72, 72) a little → (n, 4, 36, 36); mirror a third, recolour another third."""
    n = len(big)
    turn, zoom, shift = torch.randn(n) * 0.1, torch.exp(torch.randn(n) * 0.07), torch.randn(n, 2) * 0.05
    c, s = turn.cos() * zoom, turn.sin() * zoom
    affine = torch.stack([torch.stack([c, -s, shift[:, 0]], 1), torch.stack([s, c, shift[:, 1]], 1)], 1)
    x = F.grid_sample(big, F.affine_grid(affine, (n, 4, 36, 36), align_corners=False), align_corners=False)
    x[::3] = x[::3].flip(3)
    recoloured = torch.arange(1, n, 3)
    x[recoloured] = x[recoloured[:, None], PERMUTED[torch.randint(len(PERMUTED), (len(recoloured),))]]
    return x
