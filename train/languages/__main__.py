"""Write the table of words in other languages into a checkpoint: python -m train.languages --checkpoint FOLDER"""

import argparse
from collections import Counter
from pathlib import Path

from emoji_qa import checkpoint
from emoji_qa.emojis.table import EmojiTable
from train import commands, languages


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m train.languages", description=__doc__)
    parser.add_argument(
        "--checkpoint", type=Path, default=Path("checkpoints/default"), help="a finished checkpoint's folder"
    )
    parser.add_argument("--data", type=Path, default=Path("data"), help="the folder of corpora (default: data)")
    options = parser.parse_args()
    rows = languages.rows(EmojiTable.load(options.checkpoint), options.data)
    text = "".join("\t".join(row) + "\n" for row in rows)
    (options.checkpoint / "words.tsv").write_text(text, encoding="utf-8")
    commands.record(options.checkpoint / "config.json", "train.languages")
    checkpoint.seal(options.checkpoint)
    print(
        f"{len(text.encode()) / 1e6:.2f} MB: "
        + ", ".join(f"{n:,} {name}" for name, n in Counter(row[0] for row in rows).items())
    )


if __name__ == "__main__":
    main()
