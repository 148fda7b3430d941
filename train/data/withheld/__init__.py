"""Emojis withheld from all training of a second model, to measure how unseen emojis rank: python -m train.data.withheld

They are a fixed tenth of the bases of Twemoji 15, all from the validation side of the split by concept, so a VAE that
was trained on that split has not seen them either. The command prints the list that is saved in withheld.txt.
"""

import hashlib
from pathlib import Path

from emoji_qa import checkpoint
from emoji_qa.emojis.table import EmojiTable
from emoji_qa.images.alpha import premultiply
from train.data.split import VAL, by_concept

LIST = Path(__file__).parent / "withheld.txt"


def withheld_rows(table: EmojiTable) -> list[int]:
    """The rows of the withheld emojis among the bases of a table."""
    return sorted(table.base_index(char) for char in LIST.read_text(encoding="utf-8").split())


def choose(table: EmojiTable) -> list[str]:
    """A tenth of the bases from the validation side, by hash, in table order."""
    side = by_concept(table.names, premultiply(table.images))
    held = [char for char in table.bases.chars if side[table.index(char)] == VAL]
    held.sort(key=lambda char: hashlib.sha256(char.encode()).digest())
    return sorted(held[: len(table.bases) // 10], key=table.index)


if __name__ == "__main__":
    print("\n".join(choose(EmojiTable.load(checkpoint.locate("default")))))
