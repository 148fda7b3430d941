"""Finds emojis by what is typed: names, keywords and short codes; one typing error per word is forgiven."""

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path

SHORTCODES = Path(__file__).with_name("shortcodes.json")  # written by train/data/shortcodes.py
FILLERS = frozenset("a an and for in my of on the to with".split())  # left out if nothing matches with them
SHORT = 4  # letters; shorter words are not corrected, since most are close to another word
LONGEST = 30  # letters; longer words are not corrected


class Search:
    """An index over texts, each given as a name, keywords and short codes (without colons)."""

    def __init__(self, texts: Sequence[tuple[str, Sequence[str], Sequence[str]]]):
        self._texts = [_Text(*text) for text in texts]

    def ranks(self, query: str, *, forgiving: bool = True) -> dict[int, tuple[int, int, int]]:
        """The texts that match the query, as {index: rank}, the lower the better. forgiving: if none matches, words
        with a typing error are corrected."""
        code = query.strip().strip(":").lower()
        typed = " ".join(words(query))
        if not typed:
            return {}
        found = self._fits(typed, code)
        telling = " ".join(word for word in typed.split() if word not in FILLERS)
        if not found and telling != typed:
            return self.ranks(telling, forgiving=forgiving)
        if not found and forgiving and (right := " ".join(self._put_right(word) for word in typed.split())) != typed:
            found = self._fits(right, code)
        return found

    def _fits(self, typed: str, code: str) -> dict[int, tuple[int, int, int]]:
        begun = [{word for word in self._frequencies if word.startswith(part)} for part in set(typed.split())]
        ranked = ((place, text.rank(typed, code, begun)) for place, text in enumerate(self._texts))
        return {place: rank for place, rank in ranked if rank is not None}

    def _put_right(self, word: str) -> str:
        """The word itself if a known word begins with it or none is near; else the most frequent known word one typing
        error away (a letter added, left out, replaced, or two swapped), preferably with the same first letter."""
        if not SHORT <= len(word) <= LONGEST or any(known.startswith(word) for known in self._frequencies):
            return word
        near = {known for part in _shortened(word) for known in self._by_part.get(part, ())}
        return max(near, key=lambda known: (known[0] == word[0], self._frequencies[known], known), default=word)

    @cached_property
    def _frequencies(self) -> dict[str, int]:
        """For each word, the number of texts that have it."""
        counts: dict[str, int] = defaultdict(int)
        for text in self._texts:
            for word in text.anywhere:
                counts[word] += 1
        return dict(counts)

    @cached_property
    def _by_part(self) -> dict[str, set[str]]:
        """Known words by their forms with at most one letter left out: words that share a form are one error apart."""
        parts: dict[str, set[str]] = defaultdict(set)
        for word in self._frequencies:
            if SHORT <= len(word) <= LONGEST:
                for part in _shortened(word):
                    parts[part].add(word)
        return dict(parts)


class _Text:
    def __init__(self, name: str, keywords: Sequence[str], codes: Sequence[str]):
        in_name = words(name)
        self.name, self.in_name = " ".join(in_name), set(in_name)
        self.codes = set(codes)
        self.anywhere = {*in_name, *words(" ".join(keywords)), *words(" ".join(codes))}

    def rank(self, typed: str, code: str, begun: list[set[str]]) -> tuple[int, int, int] | None:
        """The text's rank, None if it does not match. typed: the words of the query; code: the query as a short code;
        begun: for each typed word, the known words that begin with it."""
        parts = set(typed.split())
        if typed == self.name or code in self.codes:
            return 0, 0, 0
        tie = (0, len(self.in_name)) if typed in self.name else (1, 0)
        if parts <= self.in_name:
            return (1 if self.name.startswith(typed) else 2), *tie
        if parts <= self.anywhere:
            return 3, *tie
        if self.name.startswith(typed):
            return 4, *tie
        return (5, *tie) if not any(self.anywhere.isdisjoint(known) for known in begun) else None


def words(text: str) -> list[str]:
    """The words of a text, without accents and upper case; underscores separate words, too."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"[^\W_]+", "".join(char for char in plain if not unicodedata.combining(char)))


def shortcodes(char: str) -> list[str]:
    """An emoji's short codes in chat programs, empty if it has none besides its name. char: without U+FE0F."""
    return _all_shortcodes().get(char, [])


@cache
def _all_shortcodes() -> dict[str, list[str]]:
    return {char: codes.split() for char, codes in json.loads(SHORTCODES.read_text(encoding="utf-8")).items()}


def _shortened(word: str) -> Iterator[str]:
    yield word
    for i in range(len(word)):
        yield word[:i] + word[i + 1 :]
