"""English words for words of other languages: from lists of phrases and common words, and CLDR's emoji keywords.

Keywords of the same emojis are taken for translations: the English word for a foreign keyword is the one whose emojis
agree best with those of the foreign one (Dice's coefficient).
"""

import json
from collections import Counter
from pathlib import Path

from emoji_qa.emojis.table import EmojiTable
from emoji_qa.text.languages import ENGLISH, NAMES, words
from train import messages
from train.data.keywords import plain
from train.data.places import need

PHRASES = Path(__file__).parent / "phrases.tsv"  # an English phrase, and phrases for it in each language
COMMON = Path(__file__).parent / "common.tsv"  # language, word or phrase, English: the commonest words of messages
LEAST = 0.6  # the minimum agreement of two words' emojis
SEEN = 3  # how often a word must occur in the English messages to count as English
HELP = "It is annotations/{language}/annotations.json of the npm package cldr-annotations-full."


def rows(table: EmojiTable, data: Path) -> list[tuple[str, str, str]]:
    """(language, phrase, English), as `Glossary` takes them; written phrases before keywords.

    Raises SystemExit when CLDR's annotations are not in `data`.
    """
    english = keywords(table, data, ENGLISH)
    found = {**{(ENGLISH, word): "" for word in english_words(table)}, **written()}
    for language in NAMES:
        for phrase, meaning in translated(keywords(table, data, language), english).items():
            found.setdefault((language, phrase), meaning)
    return [(*key, meaning) for key, meaning in found.items()]


def written() -> dict[tuple[str, str], str]:
    """(language, phrase) → English, from the tables beside this file. English is empty for words without a meaning.

    If a phrase is in both tables, the table of phrases counts.
    """
    header, *lines = [line.split("\t") for line in PHRASES.read_text(encoding="utf-8").splitlines()]
    found: dict[tuple[str, str], str] = {}
    for english, *cells in lines:
        for language, cell in zip(header[1:], cells, strict=True):
            for phrase in cell.split(","):
                if folded := " ".join(words(phrase)):
                    found.setdefault((language, folded), "" if english == "-" else english.replace(",", ""))
    for line in COMMON.read_text(encoding="utf-8").splitlines():
        language, phrase, english = line.split("\t")
        if folded := " ".join(words(phrase)):
            found.setdefault((language, folded), english)
    return found


def english_words(table: EmojiTable) -> list[str]:
    """Words that occur at least SEEN times in the English messages, in alphabetical order."""
    texts = messages.read(table, None)["text"]
    counts = Counter(word for text in texts for word in words(text))
    return sorted(word for word, n in counts.items() if n >= SEEN and not word.isdigit())


def keywords(table: EmojiTable, data: Path, language: str) -> dict[str, set[int]]:
    """Word or phrase, and single words of phrases → rows of the bases that have it as a keyword or name in CLDR."""
    path = need(data / "cldr" / language / "annotations.json", HELP.format(language=language))
    entries = json.loads(path.read_text(encoding="utf-8"))["annotations"]["annotations"]
    found: dict[str, set[int]] = {}
    for char, entry in entries.items():
        try:
            row = table.base_index(char)
        except ValueError:
            continue
        for phrase in [*entry.get("default", []), *entry.get("tts", [])]:
            parts = [phrase, *plain(phrase).split()] if language != "ja" else [phrase]
            for folded in {" ".join(words(part)) for part in parts}:
                found.setdefault(folded, set()).add(row)
    found.pop("", None)
    return found


def translated(foreign: dict[str, set[int]], english: dict[str, set[int]]) -> dict[str, str]:
    """Foreign words, in order, with the English ones whose emojis agree best; among equals the shortest, then the last
    in the alphabet."""
    by_row: dict[int, list[str]] = {}
    for word, some in english.items():
        for row in some:
            by_row.setdefault(row, []).append(word)
    found = {}
    for phrase, mine in sorted(foreign.items()):
        candidates = Counter(word for row in mine for word in by_row.get(row, []))
        best = max(candidates, default=None, key=lambda word: (dice(mine, english[word]), -len(word), word))
        if best and dice(mine, english[best]) >= LEAST and len(phrase) > 1:
            found[phrase] = best
    return found


def dice(one: set[int], other: set[int]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))
