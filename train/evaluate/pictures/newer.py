"""Pictures of emojis that are newer than a table, in Twemoji's style; no model was trained on them."""

import io
from pathlib import Path

import numpy as np
from PIL import Image

from emoji_qa.emojis.table import EmojiTable
from emoji_qa.images.upload import fit_picture
from train.data.emojis import read_files

NEWER = "emoji-datasource-twitter@16.0.0"  # Twemoji at 64 px up to Unicode 16, CC-BY 4.0
OTHER_FORMS = "🏻🏼🏽🏾🏿➡"  # skin tones and the direction “to the right” make no new emojis
CACHE = Path("runs/npm")


def newer(source: str, table: EmojiTable) -> tuple[list[str], np.ndarray]:
    """The emojis of an npm package or a folder that a table lacks, and their pictures (N, 36, 36, 4) uint8.

    The files are PNGs in a folder “64”, named after code points. Raises ValueError when the table lacks none of them.
    """
    chars, pictures = [], []
    for path, content in sorted(read_files(source, CACHE).items()):
        if path.endswith(".png") and Path(path).parent.name == "64":
            char = "".join(chr(int(part, 16)) for part in Path(path).stem.split("-"))
            if char not in table and not set(char) & set(OTHER_FORMS):
                chars.append(char)
                pictures.append(fit_picture(Image.open(io.BytesIO(content))))
    if not chars:
        raise ValueError(f"{source} holds no picture of an emoji that the table lacks.")
    return chars, np.stack(pictures)
