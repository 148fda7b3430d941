"""Emojis that stand in a text."""

import re

from emoji_qa.emojis.table import EmojiTable, without_vs16
from emoji_qa.text.tokenizers import EMOJI


class InlineEmojis:
    """Finds the bases of a table in texts; a variant counts as its base."""

    def __init__(self, table: EmojiTable):
        self._rows = {
            without_vs16(char): row for row, emoji in enumerate(table.bases) for char in (emoji.char, *emoji.variants)
        }
        self._longest = max(map(len, self._rows))
        self._runs = re.compile(f"{EMOJI.pattern}+")

    def __call__(self, text: str) -> list[int]:
        """The rows of the bases that stand in a text, each once, in order."""
        found: dict[int, None] = {}
        for run in self._runs.findall(text):
            run, i = without_vs16(run), 0
            while i < len(run):
                match = next(
                    (j for j in range(min(len(run), i + self._longest), i, -1) if run[i:j] in self._rows), None
                )
                if match:
                    found[self._rows[run[i:match]]] = None
                i = match or i + 1
        return list(found)
