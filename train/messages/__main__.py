"""Prepare the messages of this folder as token ids with their right answers, best first: python -m train.messages"""

import argparse
from pathlib import Path

import numpy as np

from emoji_qa import checkpoint
from emoji_qa.emojis.table import EmojiTable
from emoji_qa.text.languages import Glossary
from emoji_qa.text.tokenizers import WordPieces
from train import commands, messages
from train.data.tweets import Corpus, arrays


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m train.messages", description=__doc__)
    parser.add_argument(
        "--checkpoint", type=Path, default=Path("checkpoints/default"), help="emoji table, word pieces, glossary"
    )
    parser.add_argument("--data", type=Path, default=Path("data"), help="the folder of corpora (default: data)")
    parser.add_argument(
        "--sources", nargs="+", choices=messages.SOURCES, default=messages.SOURCES, help="(default: all)"
    )
    parser.add_argument("--out", type=Path, default=Path("runs/messages"))
    options = parser.parse_args()
    table = EmojiTable.load(checkpoint.locate(options.checkpoint))
    pieces = WordPieces.load(options.checkpoint / "vocab.txt")
    found = messages.read(table, options.data, tuple(options.sources))
    glossary = Glossary.load(options.checkpoint / "words.tsv")
    found["text"] = [
        glossary.read(text, language) for text, language in zip(found["text"], found["language"], strict=True)
    ]
    options.out.mkdir(parents=True, exist_ok=True)
    commands.record(options.out / "made.json", "train.messages", afresh=True)
    for part, rows in found.groupby("part"):
        corpora = {}
        for name, some in rows.groupby(np.where(rows["source"] == "judged", "judged", "messages"), sort=False):
            grades = some["grades"].tolist() if name == "judged" else None
            corpora[name] = Corpus(some["text"].tolist(), some["rows"].tolist(), grades=grades)
        np.savez(options.out / f"{part}.npz", **arrays(corpora, pieces, len(table.bases)))
        print(
            f"{part}: {len(rows):,} messages; "
            + ", ".join(f"{n:,} {name}" for name, n in rows["source"].value_counts().items())
        )


if __name__ == "__main__":
    main()
