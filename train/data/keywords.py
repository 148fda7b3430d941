"""Words for emojis: CLDR names and keywords, and emojilib's keywords. A tenth of the words is kept out of training."""

import json
from pathlib import Path

from emoji_qa.emojis.table import EmojiTable
from train.data.places import need, position

WITHHELD = 0.1  # share of the words
SOURCES = {
    "cldr_en/annotations_en.json": "annotations.json of the npm package cldr-annotations-full, folder annotations/en",
    "emojilib/emoji-en-US.json": "dist/emoji-en-US.json of the npm package emojilib",
}


def keywords(data: Path, table: EmojiTable) -> dict[str, set[int]]:
    """Word or phrase → rows of the bases that have it as a keyword or name. Raises SystemExit without the data."""
    cldr, emojilib = (_read(data, path) for path in SOURCES)
    said = {
        char: [*entry.get("default", []), *entry.get("tts", [])]
        for char, entry in cldr["annotations"]["annotations"].items()
    }
    rows: dict[str, set[int]] = {}
    for source in (said, emojilib):
        for char, words in source.items():
            try:
                row = table.base_index(char)
            except ValueError:
                continue  # punctuation, skin tones, emojis newer than the table
            for word in words:
                rows.setdefault(plain(word), set()).add(row)
    for row, emoji in enumerate(table.bases):
        rows.setdefault(plain(emoji.name), set()).add(row)
    rows.pop("", None)
    return rows


def plain(word: str) -> str:
    """A keyword as it would be typed: "grinning_face" → "grinning face"."""
    return " ".join(word.replace("_", " ").lower().split())


def withheld(word: str, names: set[str]) -> bool:
    """Whether a keyword is kept out of all training: a tenth, by hash; never one that has only words of `names`."""
    return position(word) < WITHHELD and not set(word.split()) <= names


def name_words(table: EmojiTable) -> set[str]:
    """All words of the names of a table."""
    return {word for name in table.names for word in plain(name).replace(":", " ").replace(",", " ").split()}


def meaning_texts(table: EmojiTable, data: Path) -> list[str]:
    """For each base its name and the keywords that are not withheld, as one text; its meaning is computed from it."""
    names = name_words(table)
    told: list[list[str]] = [[] for _ in table.bases]
    for word, rows in keywords(data, table).items():
        if not withheld(word, names):
            for row in rows:
                told[row].append(word)
    return [describe(emoji.name, words) for emoji, words in zip(table.bases, told, strict=True)]


def describe(name: str, words) -> str:
    """A name and keywords as one text, the name first, without duplicates."""
    return ", ".join(dict.fromkeys([plain(name), *sorted(words)]))


def _read(data: Path, path: str) -> dict:
    return json.loads(need(data / path, f"It is {SOURCES[path]}.").read_text(encoding="utf-8"))
