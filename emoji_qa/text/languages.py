"""Tweets in other languages, read word by word: each word or phrase that is known is replaced by English ones.

There is no grammar. Unknown words stay as they are, except in the languages of SCRIPTS, where they are dropped. The
known words are a table in the checkpoint.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

ENGLISH = "en"
NAMES = {
    "ar": "Arabic",
    "de": "German",
    "es": "Spanish",
    "fr": "French",
    "hi": "Hindi",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "nl": "Dutch",
    "pt": "Portuguese",
    "ru": "Russian",
    "tr": "Turkish",
}
SCRIPTS = {
    "ja": "\u3040-\u30ff\u31f0-\u31ff\u4e00-\u9fff々〆ー",
    "hi": "\u0900-\u097f",
    "ar": "\u0600-\u06ff",
    "ru": "\u0400-\u04ff",
}
LETTERS = {
    "de": "ßäöü",
    "es": "ñ¿¡",
    "fr": "êèàçœ",
    "it": "òàèù",
    "nl": "ĳ",
    "pt": "ãõçê",
    "tr": "ğışüö",
}  # that English lacks
MAX_PHRASE = 12  # words of a phrase; of Japanese, characters
STEM = 4  # letters that two forms of a word share at least; they are also at least three in five of the word read
LETTER = 3  # letters in known words that one of LETTERS counts for
LAUGHTER = re.compile(
    r"\b(?:(?:j[aei]|h[aei]|ks|rs|wk){2,}[jhw]?|a?(?:ha){2,}h?|k{3,}|w{2,}|(?:ха|ах){2,}а?х?|ه{3,})\b|w{3,}|草(?!\w)|笑+"
)
LAUGHED = "so funny lol"

_MARKS = re.compile("[\u0300-\u036f\u064b-\u0655\u0670\u0640\u093c]")  # accents, Arabic vowels, Hindi's nukta
_SAME = str.maketrans({"ı": "i", "ß": "ss", "ø": "o", "œ": "oe", "æ": "ae", "ة": "ه", "ى": "ي", "ँ": "ं", "’": "'"})
_WORD = re.compile(f"[{SCRIPTS['ja']}]|[\\w\u0900-\u0963\u0966-\u097f]+")


class Glossary:
    """Words and phrases of other languages with English ones for them.

    rows: (language, phrase, English). English is empty if a word only tells the language; the phrases of "en" are
    English words.
    """

    def __init__(self, rows: Sequence[tuple[str, str, str]]):
        self.english = {words(phrase)[0] for language, phrase, _ in rows if language == ENGLISH}
        self.phrases: dict[str, dict[tuple[str, ...], str]] = {
            language: {} for language, *_ in rows if language != ENGLISH
        }
        for language, phrase, english in rows:
            if language != ENGLISH and (found := words(phrase)):
                self.phrases[language].setdefault(found, english)
        self._known: dict[str, list[str]] = {}  # the languages whose phrases a word stands in
        for language, phrases in self.phrases.items():
            for word in {word for phrase in phrases for word in phrase}:
                self._known.setdefault(word, []).append(language)
        self._stems = {language: stems(phrases) for language, phrases in self.phrases.items()}

    @classmethod
    def load(cls, path: Path) -> "Glossary":
        """From a text file, one row per line, fields separated by tabs. Raises ValueError when it cannot be read."""
        try:
            rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
            return cls([(language, phrase, english) for language, phrase, english in rows])
        except (OSError, ValueError) as error:
            raise ValueError(f"{path} is missing or damaged: {error}.") from error

    def language(self, text: str) -> str:
        """The language of a text, a known one or else "en": by its script, or by how many letters known words have."""
        letters = "".join(filter(str.isalpha, fold(text)))
        for language, script in SCRIPTS.items():
            if language in self.phrases and len(re.findall(f"[{script}]", letters)) > len(letters) / 2:
                return language
        found = words(text)
        least = sum(len(word) for word in found if word in self.english)
        at_most = Counter(language for word in found for language in self._known.get(word, ()) for _ in word)
        known = Counter(
            {
                language: sum(
                    len(word) for phrase, _ in matches(found, self.phrases[language]) for word in phrase or ()
                )
                for language, most in at_most.items()
                if most > least / 2 and language not in SCRIPTS
            }
        )
        for language in LETTERS.keys() & self.phrases.keys():
            known[language] += sum(letter in LETTERS[language] for letter in text.lower()) * LETTER
        best, most = max(known.items(), key=lambda one: one[1], default=(ENGLISH, 0))
        return best if most > least else ENGLISH

    def read(self, text: str, language: str | None = None) -> str:
        """The text in English words; unchanged if it is English, or if no word would be left."""
        language = self.language(text) if language is None else language
        if language == ENGLISH:
            return text
        whole, laughs = text, bool(LAUGHTER.search(text.lower()))
        text = LAUGHTER.sub(" ", text.lower())
        said: list[str] = [LAUGHED] if laughs else []
        for known, word in matches(words(text), self.phrases[language]):
            english = self.phrases[language][known] if known else self._stem(language, word)
            english = word if english is None and language not in SCRIPTS else english
            if english and english not in said:
                said.append(english)
        marks = "".join(mark for mark in "!?" if mark in text or {"!": "！", "?": "？"}[mark] in text)
        return " ".join(said) + marks if said else whole

    def _stem(self, language: str, word: str) -> str | None:
        """The English for a word by another form of it, the known word that shares the longest beginning, or None."""
        for length in range(len(word), max(STEM, (3 * len(word) + 4) // 5) - 1, -1):
            if found := self._stems[language].get(word[:length]):
                return found
        return None


def matches(found: tuple[str, ...], phrases: dict[tuple[str, ...], str]):
    """The words of a text from left to right: (phrase, None) for the longest known one that begins there, else (None, word)."""
    i = 0
    while i < len(found):
        known = next((found[i:j] for j in range(min(len(found), i + MAX_PHRASE), i, -1) if found[i:j] in phrases), None)
        yield (known, None) if known else (None, found[i])
        i += len(known) if known else 1


def stems(phrases: dict[tuple[str, ...], str]) -> dict[str, str]:
    """Every beginning of the single words, of STEM letters or more, with the English of the shortest word that has it."""
    found: dict[str, str] = {}
    for [word], english in sorted(
        ((p, e) for p, e in phrases.items() if len(p) == 1 and e), key=lambda one: len(one[0][0])
    ):
        for length in range(STEM, len(word) + 1):
            found.setdefault(word[:length], english)
    return found


def fold(text: str) -> str:
    """Lower case, without accents and other marks that people leave out; a letter repeated for emphasis stands once."""
    text = _MARKS.sub("", unicodedata.normalize("NFKD", text.lower())).translate(_SAME)
    return re.sub(r"([^\W\d])\1{2,}", r"\1", unicodedata.normalize("NFC", text))


def words(text: str) -> tuple[str, ...]:
    """The folded words of a text; of Japanese, its characters."""
    return tuple(_WORD.findall(fold(text)))
