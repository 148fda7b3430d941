"""Tweets to token ids, for the GloVe question tower."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

PAD, UNKNOWN = 0, 1  # the first two ids; words begin at 2
MAX_CHARACTERS = 10_000

_URL = re.compile(r"(https?://|www\.)\S+", re.IGNORECASE)
_HANDLE = re.compile(r"@\w+")
# Pictographs, dingbats, arrows and symbols with an emoji form, flags, keycaps' and tags' marks, joiners and selectors.
_EMOJI = re.compile(
    "[\u00a9\u00ae\u200d\u203c\u2049\u20e3\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf"
    "\u2934\u2935\u2b00-\u2bff\u3030\u303d\u3297\u3299\ufe0f\U0001f000-\U0001faff\U000e0020-\U000e007f]"
)
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[!?]|[:;=][-']?[()dDpP/]", re.UNICODE)
_CONTRACTION = re.compile(r"(n't|'(?:s|m|d|re|ve|ll))$")


def strip_emojis(text: str) -> str:
    """The text without its emojis."""
    return _EMOJI.sub(" ", text)


def tokenize(tweet: str) -> list[str]:
    """A tweet's lower-case words, as GloVe 6B splits them ("can't" → "ca", "n't"), with "!", "?" and smileys.

    Links, handles and emojis are dropped: none of them says what the writer feels, or they say it too plainly.
    """
    text = strip_emojis(_HANDLE.sub(" ", _URL.sub(" ", tweet))).replace("&amp;", "&").lower()
    tokens = []
    for token in _TOKEN.findall(text):
        parts = _CONTRACTION.split(token.replace("’", "'"))
        tokens += [part for part in parts if part]
    return tokens


class Vocabulary:
    """Words and their token ids. Id 0 pads, id 1 stands for every unknown word."""

    def __init__(self, words: Sequence[str]):
        self.words = list(words)
        self._ids = {word: i + 2 for i, word in enumerate(self.words)}

    def __len__(self) -> int:
        return len(self.words) + 2

    @classmethod
    def load(cls, path: Path) -> "Vocabulary":
        """The words of a text file, one a line. Raises ValueError when it cannot be read."""
        try:
            return cls(path.read_text(encoding="utf-8").splitlines())
        except (OSError, ValueError) as error:
            raise ValueError(f"{path} is missing or damaged: {error}.") from error

    def save(self, path: Path) -> None:
        """Write the words, one a line."""
        path.write_text("\n".join(self.words) + "\n", encoding="utf-8")

    @classmethod
    def from_tweets(cls, tweets: Iterable[str], size: int) -> "Vocabulary":
        """The `size` most frequent words of some tweets; ties fall alphabetically, so that the order is stable."""
        counts = Counter(token for tweet in tweets for token in tokenize(tweet))
        return cls([word for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:size]])

    def encode(self, tweets: Sequence[str], length: int = 20) -> np.ndarray:
        """Tweets → (N, length) int64: the *last* `length` tokens of each, padded on the left."""
        ids = np.full((len(tweets), length), PAD, dtype=np.int64)
        for row, tweet in zip(ids, tweets, strict=True):
            tokens = [self._ids.get(token, UNKNOWN) for token in tokenize(tweet)[-length:]]
            if tokens:
                row[-len(tokens) :] = tokens
        return ids
