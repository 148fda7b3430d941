"""Sheets: many small pictures of one size in one PNG or WebP, 64 a line, in the order of the emoji table."""

import io
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

COLUMNS = 64
DISPLAY_SIZE = 72  # pixels a side, what the page shows


def to_sheet(images: np.ndarray) -> Image.Image:
    """(N, s, s, 4) uint8 → one RGBA picture of 64 columns, transparent after the last."""
    count, size = images.shape[:2]
    lines = max(1, -(-count // COLUMNS))
    tiles = np.zeros((lines * COLUMNS, size, size, 4), np.uint8)
    tiles[:count] = images
    tiles = tiles.reshape(lines, COLUMNS, size, size, 4).transpose(0, 2, 1, 3, 4)
    return Image.fromarray(tiles.reshape(lines * size, COLUMNS * size, 4))


def from_sheet(sheet: Image.Image, count: int) -> np.ndarray:
    """The inverse of `to_sheet`: the first `count` pictures, (count, s, s, 4) uint8."""
    size = sheet.width // COLUMNS
    tiles = np.asarray(sheet).reshape(-1, size, COLUMNS, size, 4).transpose(0, 2, 1, 3, 4)
    return tiles.reshape(-1, size, size, 4)[:count]


def read_sheet(path: Path, count: int, size: int) -> Image.Image:
    """A file that must hold `count` pictures of `size` pixels. Raises ValueError naming the file."""
    expected = (COLUMNS * size, max(1, -(-count // COLUMNS)) * size)
    try:
        with Image.open(path) as check:
            check.verify()  # PNG: the checksum of every chunk, which decoding alone does not look at
        with Image.open(path) as sheet:
            if sheet.size != expected or sheet.mode != "RGBA":
                raise ValueError(f"it is {sheet.mode} {sheet.size}, and {count} emojis need RGBA {expected}")
            return sheet.copy()  # only the pixels: an opened WebP keeps its decoder, which holds them a second time
    except (OSError, SyntaxError, ValueError, EOFError, zlib.error, Image.DecompressionBombError) as error:
        raise ValueError(f"{path} is not a usable emoji sheet: {error}.") from error


class DisplaySheet:
    """The 72-pixel pictures the page shows, in the order of the whole table (`table.index(char)`)."""

    def __init__(self, sheet: Image.Image, count: int):
        self._sheet, self._count = sheet, count
        self._pngs: dict[int, bytes] = {}

    def __len__(self) -> int:
        return self._count

    def png(self, row: int) -> bytes:
        """One picture as a 72×72 RGBA PNG, cut once and kept. Raises ValueError outside the table."""
        if not 0 <= row < self._count:
            raise ValueError(f"the display sheet has rows 0 to {self._count - 1}; there is no row {row}.")
        if row not in self._pngs:
            buffer = io.BytesIO()
            self._cut(row).save(buffer, "PNG")
            self._pngs[row] = buffer.getvalue()
        return self._pngs[row]

    def part(self, rows: Sequence[int]) -> Image.Image:
        """Some of the pictures, in this order, as a sheet of their own."""
        part = Image.new("RGBA", (COLUMNS * DISPLAY_SIZE, max(1, -(-len(rows) // COLUMNS)) * DISPLAY_SIZE))
        for place, row in enumerate(rows):
            part.paste(self._cut(row), (place % COLUMNS * DISPLAY_SIZE, place // COLUMNS * DISPLAY_SIZE))
        return part

    def _cut(self, row: int) -> Image.Image:
        left, top = row % COLUMNS * DISPLAY_SIZE, row // COLUMNS * DISPLAY_SIZE
        return self._sheet.crop((left, top, left + DISPLAY_SIZE, top + DISPLAY_SIZE))

    @classmethod
    def load(cls, folder: str | Path, count: int) -> "DisplaySheet":
        """emojis-72.webp in a folder whose table has `count` rows. Raises ValueError naming the file."""
        return cls(read_sheet(Path(folder) / "emojis-72.webp", count, DISPLAY_SIZE), count)

    @staticmethod
    def save(folder: str | Path, images: np.ndarray) -> None:
        """Writes (N, 72, 72, 4) uint8, straight alpha, as emojis-72.webp."""
        to_sheet(images).save(Path(folder) / "emojis-72.webp", lossless=True, quality=100, method=6)
