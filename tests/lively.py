"""A tiny checkpoint for the page, with more emojis than `tests.tiny` and larger weights, so that all sixteen sliders
change the picture and different tweets have different answers.
"""

from pathlib import Path

import numpy as np

from emoji_qa.emojis.table import Emoji, EmojiTable
from tests.tiny import BASES, write_checkpoint

MORE = "😀😂😍😭😎😴🤔🐱🐭🐻🦊🐸🐨🐔🌹🌻🌲🍎🍋🍇🍕🍔🎂🍺⚽🏀🚗🚲🚀🏠📚💡🔑🎁"


def write_lively_checkpoint(folder: Path) -> Path:
    return write_checkpoint(folder, emojis=table(), loudness=2)


def table(more: str = MORE) -> EmojiTable:
    """45 bases in two groups, and one variant. Each is its own patch of six by six colours within a transparent border."""
    rows = [(*row, "objects") for row in BASES] + [
        (char, f"sample {i + 1}", "food-drink") for i, char in enumerate(more)
    ]
    emojis = [Emoji(char, name, group, (), 1.0, char, ("👍🏽",) if char == "👍" else ()) for char, name, group in rows]
    emojis.append(Emoji("👍🏽", "thumbs up: medium skin tone", "objects", (), 1.0, "👍"))
    colours = np.random.default_rng(0).integers(0, 256, (len(emojis), 6, 6, 4), np.uint8)
    colours[..., 3] = 255
    colours[:, [0, -1]] = colours[:, :, [0, -1]] = 0
    return EmojiTable(emojis, colours.repeat(6, axis=1).repeat(6, axis=2))
