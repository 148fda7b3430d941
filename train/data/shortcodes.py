"""Short codes of emojis, as chat programs know them: emoji_qa/emojis/shortcodes.json, from emojibase-data.

    python -m train.data.shortcodes

They are the codes of emojibase, GitHub, Slack (iamcal) and JoyPixels, in this order, for bases. A code with the same
words as the emoji's name is left out.
"""

import argparse
import json
from pathlib import Path

from emoji_qa.emojis.search import SHORTCODES, words
from emoji_qa.emojis.table import EmojiTable, without_vs16
from train.data.bases import to_key
from train.data.emojis import METADATA, read_files

SOURCES = ("emojibase", "github", "iamcal", "joypixels")


def collect(table: EmojiTable, sources: list[dict[str, str | list[str]]]) -> dict[str, str]:
    """Codes by code points, such as "1F44D-1F3FD", of each source → the codes of each base, separated by spaces."""
    found: dict[tuple[int, ...], list[str]] = {}
    for source in sources:
        for points, codes in source.items():
            key = to_key("".join(chr(int(point, 16)) for point in points.split("-")))
            found.setdefault(key, []).extend([codes] if isinstance(codes, str) else codes)
    collected = {}
    for emoji in table.bases:
        codes = dict.fromkeys(code.lower() for code in found.get(to_key(emoji.char), []))
        if told := [code for code in codes if words(code) != words(emoji.name)]:
            collected[without_vs16(emoji.char)] = " ".join(told)
    return collected


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m train.data.shortcodes", description="Writes the emojis' short codes."
    )
    parser.add_argument(
        "--emojis", type=Path, default=Path("checkpoints/default"), help="a table (default: %(default)s)"
    )
    parser.add_argument(
        "--metadata", default=METADATA, help="emojibase-data: an npm package with its version, or a folder"
    )
    parser.add_argument("--cache", type=Path, default=Path("runs/npm"), help="where packages are kept")
    parser.add_argument("--out", type=Path, default=SHORTCODES)
    options = parser.parse_args()
    files = read_files(options.metadata, options.cache)
    codes = collect(
        EmojiTable.load(options.emojis), [json.loads(files[f"en/shortcodes/{name}.json"]) for name in SOURCES]
    )
    lines = ",\n".join(f"{json.dumps(char, ensure_ascii=False)}: {json.dumps(told)}" for char, told in codes.items())
    options.out.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
    print(f"{options.out}: {len(codes)} emojis, {options.out.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
