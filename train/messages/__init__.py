"""Messages with fitting emojis, best first, written or labelled by reading; see README.md beside this file.

`python -m train.messages` writes them as token ids to `runs/messages`, for `train.question --phase messages`.
"""

import gzip
import hashlib
from pathlib import Path

import pandas as pd

from emoji_qa.emojis.table import EmojiTable
from emoji_qa.text.tokenizers import tokenize
from train.data.corpora import FIRST_WORDS, need, tweet_part

FOLDER = Path(__file__).parent
SOURCES = ("written", "goemotions", "tweets43")
HELD_OUT = 0.04  # share of the messages that nothing is learned from


def read(table: EmojiTable, data: Path | None, *, sources: tuple[str, ...] = SOURCES, folder: Path = FOLDER) -> pd.DataFrame:
    """All messages: text, rows (of bases, best first), source, and part: "train" or "val".

    The texts of the tweets are read from `data`, as only their line numbers are kept here; data: None leaves the tweets out.
    A tweet is in "val" where `corpora.tweets43` keeps it from training, too; of the others a share is, by their hash.
    Raises SystemExit when the tweets are not there.
    """
    found = []
    for source in sources:
        if source == "tweets43" and data is None:
            continue
        lines = [line.split("\t") for line in (folder / f"{source}.tsv").read_text(encoding="utf-8").splitlines()]
        texts = tweets(data, [int(line) for line, _ in lines]) if source == "tweets43" else [text for text, _ in lines]
        for text, (_, emojis) in zip(texts, lines, strict=True):
            part = tweet_part(" ".join(tokenize(text)[:FIRST_WORDS])) if source == "tweets43" else "train"
            part = "val" if part != "train" or position(text) < HELD_OUT else "train"
            found.append((text, [table.base_index(emoji) for emoji in emojis.split()], source, part))
    return pd.DataFrame(found, columns=["text", "rows", "source", "part"])


def tweets(data: Path, lines: list[int]) -> list[str]:
    """The texts of some lines of the tweets, counted from 0, with their emojis."""
    with gzip.open(need(data, "tweets43/tweets.tsv.gz"), "rt", encoding="utf-8") as file:
        wanted = set(lines)
        texts = {i: line.rstrip("\n").partition("\t")[2] for i, line in enumerate(file) if i in wanted}
    return [texts[line] for line in lines]


def position(text: str) -> float:
    """Where a text stands in [0, 1), by the hash of its words."""
    return int(hashlib.sha256(" ".join(tokenize(text)).encode()).hexdigest()[:8], 16) / 16**8
