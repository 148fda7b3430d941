"""Pictures as the page and programs take them: PNGs in data URIs."""

import base64
import io
import struct
import zlib
from collections.abc import Sequence
from functools import cache

import numpy as np
from PIL import Image

from emoji_qa.answerer import Answerer
from emoji_qa.emojis.sheet import DisplaySheet

PREFIX = "data:image/png;base64,"
# What Pillow raises over files that are damaged or made to do harm.
UNREADABLE = (
    OSError,
    SyntaxError,
    ValueError,
    LookupError,
    EOFError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)
MAX_LENGTH = 100_000  # characters; a 36-pixel PNG has at most some 7,000


class EmojiPictures:
    """The real emojis' pictures: 72 pixels from the display sheet, or 36 where a checkpoint comes without one."""

    def __init__(self, model: Answerer):
        self._table = model.table
        has_sheet = (model.folder / "emojis-72.webp").is_file()
        self._sheet = DisplaySheet.load(model.folder, len(model.table)) if has_sheet else None
        self._drawn = cache(self._draw)

    def uri(self, emoji: str) -> str:
        """A data URI. Raises ValueError when the emoji is unknown."""
        return self._drawn(emoji)

    def _draw(self, emoji: str) -> str:
        row = self._table.index(emoji)
        return to_uri(self._sheet.png(row) if self._sheet else to_png(self._table.images[row]))

    def describe(self, row: int) -> dict[str, str]:
        """A row of the table as the page shows it: {"emoji", "name", "picture"}."""
        emoji = self._table[row]
        return {"emoji": emoji.char, "name": emoji.name, "picture": self.uri(emoji.char)}

    def sheet(self, rows: Sequence[int]) -> Image.Image | None:
        """The 72-pixel pictures of some rows of the table as a sheet; None where a checkpoint comes without."""
        return self._sheet.part(rows) if self._sheet else None


def to_uri(png: bytes) -> str:
    return PREFIX + base64.b64encode(png).decode()


def to_png(image: np.ndarray) -> bytes:
    """(H, W, 4) uint8, straight alpha → the bytes of a PNG, lossless."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    return buffer.getvalue()


def to_light_uri(image: np.ndarray) -> str:
    """(H, W, 4) uint8, straight alpha → a data URI of a WebP, a third of a PNG's size, without a visible loss."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "WEBP", quality=75, method=2)
    return f"data:image/webp;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def from_uri(uri: str, size: int) -> np.ndarray:
    """A data URI of a PNG → (size, size, 4) uint8. Raises ValueError for anything else, before it is decoded."""
    if not uri.startswith(PREFIX) or len(uri) > MAX_LENGTH:
        raise ValueError(f"The picture must be a PNG of {size} by {size} pixels as “{PREFIX}…”.")
    try:
        picture = Image.open(io.BytesIO(base64.b64decode(uri[len(PREFIX) :], validate=True)), formats=["PNG"])
        pixels = np.array(picture.convert("RGBA")) if picture.size == (size, size) else None
    except UNREADABLE as error:
        raise ValueError("The picture is not a PNG that can be read.") from error
    if pixels is None:
        raise ValueError(f"The picture must be {size} by {size} pixels, not {picture.width} by {picture.height}.")
    return pixels
