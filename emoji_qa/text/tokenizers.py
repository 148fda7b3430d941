"""Tweets to token ids: words for the GloVe question tower, word pieces for the encoder."""

import html
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

PAD, UNKNOWN = 0, 1  # the first two ids; words begin at 2
MAX_CHARACTERS = 10_000
LONG_WORD = 100  # characters; longer words are cut into parts of this length
SEEN = 1000  # characters of a tweet that are looked at: the tokens that a tower reads take a few hundred
PIECES = 16  # character n-grams of a word, at most

_URL = re.compile(r"(https?://|www\.)\S+", re.IGNORECASE)
_HANDLE = re.compile(r"@\w+")
# Pictographs, dingbats, arrows and symbols with an emoji form, flags, keycaps' and tags' marks, joiners and selectors.
EMOJI = re.compile(
    "[\u00a9\u00ae\u200d\u203c\u2049\u20e3\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf"
    "\u2934\u2935\u2b00-\u2bff\u3030\u303d\u3297\u3299\ufe0e\ufe0f\U0001f000-\U0001faff\U000e0020-\U000e007f]"
)
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[!?]|[:;=][-']?[()dDpP/]", re.UNICODE)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_HASHTAG = re.compile(r"#\w+")
_CONTRACTION = re.compile(r"(n't|'(?:s|m|d|re|ve|ll))$")


_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)
_CIRCLED = re.compile("[\u24b6-\u24e9]{2,}")  # one alone may be an emoji
_SQUARED = re.compile(  # white on black: 🅷🅰🅿🅿🆈; of these, 🅰 🅱 🅾 🅿 alone are emojis
    "[\U0001f150-\U0001f169\U0001f170-\U0001f189]{2,}|[\U0001f150-\U0001f169\U0001f172-\U0001f17d\U0001f180-\U0001f189]"
)
_LONG = re.compile(rf"[^\W_]{{{LONG_WORD}}}(?=[^\W_])")


def tidy(tweet: str) -> str:
    """A tweet in plain letters, for the check of tweets and for both tokenizers.

    HTML entities (&amp;amp;) are decoded, letters in fancy forms (𝗯𝗼𝗹𝗱, ｗｉｄｅ) become plain ones (NFKC), ’ becomes '.
    Lone surrogates and invisible characters are removed, and whitespace becomes one space between two words.
    """
    if "&" in tweet:
        while (plain := html.unescape(tweet)) != tweet:
            tweet = plain
    if not tweet.isascii():
        tweet = tweet.encode("utf-8", "ignore").decode()  # without lone surrogates, that no tokenizer takes
        tweet = _CIRCLED.sub(
            lambda run: unicodedata.normalize("NFKC", run[0]), tweet.replace("’", "'").replace("ʼ", "'")
        )
        tweet = _SQUARED.sub(lambda run: "".join(chr(65 + (ord(one) - 0x1F150) % 32) for one in run[0]), tweet)
        tweet = "".join(map(_plain, unicodedata.normalize("NFC", tweet)))
    return " ".join(_INVISIBLE.sub("", tweet).split())


def _plain(char: str) -> str:
    """A character's plain form, one character or several. Symbols stay: they are emojis or word pieces of their own."""
    if char <= "\u02af" or EMOJI.match(char):
        return char
    plain = unicodedata.normalize("NFKC", char)
    return plain if plain.isalnum() and not "\u2070" <= char <= "\u2089" or "\uff01" <= char <= "\uff5e" else char


def strip_emojis(text: str) -> str:
    """The text without its emojis."""
    return EMOJI.sub(" ", text)


def tokenize(tweet: str) -> list[str]:
    """A tweet's lower-case words, as GloVe 6B splits them ("can't" → "ca", "n't"), with "!", "?" and smileys.

    Links, handles and emojis are dropped: links and handles say nothing of what the writer feels, emojis too plainly.
    """
    tokens = []
    for token in _TOKEN.findall(strip_emojis(_HANDLE.sub(" ", _URL.sub(" ", tidy(tweet)))).lower()):
        tokens += [part for part in _CONTRACTION.split(token) if part]
    return tokens


def normalise(tweet: str) -> str:
    """A tweet as the encoder reads it: no emoji, no name, no address.

    Handles become "@user" and links "http", several in a row only one; #GoingForGreat is split into its words; a letter
    that is repeated for emphasis stands three times at most; overlong words are cut.
    """
    text = strip_emojis(_HANDLE.sub(" @user ", _URL.sub(" http ", tidy(tweet))))
    text = _HASHTAG.sub(lambda tag: _CAMEL.sub(" ", tag.group()), text)
    text = re.sub(r"([^\W\d])\1{3,}", r"\1\1\1", " ".join(text.split()))
    text = re.sub(r"(?<!\S)(@user|http)(?: \1)+(?!\S)", r"\1", text)
    return _LONG.sub(r"\g<0> ", text)


def beginning(tweet: str) -> str:
    """The tidied beginning of a tweet, SEEN characters at most; if these hold no word, those from the first word on."""
    length = 2 * SEEN
    while len(text := tidy(tweet[:length])) < SEEN + LONG_WORD and length < len(
        tweet
    ):  # an entity may be cut at the end
        length *= 2
    if len(tweet) > SEEN and _first_word(text[:SEEN]) is None:
        text = tidy(tweet)
        text = text[_first_word(text) or 0 :]
    return text[:SEEN].rstrip()


def end(tweet: str) -> str:
    """The tidied end of a tweet, SEEN characters at most; if these hold no word, those up to the last word."""
    length = 2 * SEEN
    while len(text := tidy(tweet[-length:])) < SEEN + LONG_WORD and length < len(tweet):
        length *= 2
    if len(tweet) > SEEN and not _TOKEN.search(_blanked(text)[-SEEN:]):
        text = tidy(tweet)
        text = text[: max((found.end() for found in _TOKEN.finditer(_blanked(text))), default=len(text))]
    return text[-SEEN:].lstrip()


def _first_word(text: str) -> int | None:
    found = _TOKEN.search(_blanked(text))
    return found and found.start()


def _blanked(text: str) -> str:
    """The text with spaces in the place of links, handles and emojis."""
    for kind in (_URL, _HANDLE, EMOJI):
        text = kind.sub(lambda found: " " * len(found[0]), text)
    return text


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

    @staticmethod
    def seen(tweet: str) -> str:
        """The part of a tweet that is looked at: its end."""
        return end(tweet)

    def unknown_share(self, tweet: str) -> float:
        """The share of a tweet's words that are not in the vocabulary, from 0 to 1."""
        tokens = tokenize(self.seen(tweet))
        return sum(token not in self._ids for token in tokens) / max(1, len(tokens))

    def encode_pieces(self, tweets: Sequence[str], length: int = 20, *, buckets: int) -> np.ndarray:
        """Tweets → (N, length, 1 + PIECES) int64: the tokens as `encode` has them, then each one's pieces, filled up with 0."""
        ids = np.zeros((len(tweets), length, 1 + PIECES), dtype=np.int64)
        ids[..., 0] = self.encode(tweets, length)
        for row, tweet in zip(ids, tweets, strict=True):
            for line, token in zip(row[::-1], reversed(tokenize(self.seen(tweet))[-length:]), strict=False):
                pieces = subwords(token, buckets)
                line[1 : 1 + len(pieces)] = pieces
        return ids

    def ids(self, tweets: Sequence[str], length: int = 20) -> list[list[int]]:
        """Tweets → the ids of the *last* `length` words of each."""
        words = (tokenize(self.seen(tweet))[-length:] for tweet in tweets)
        return [[self._ids.get(word, UNKNOWN) for word in some] for some in words]

    def encode(self, tweets: Sequence[str], length: int = 20) -> np.ndarray:
        """Tweets → (N, length) int64: the ids, padded on the left."""
        padded = np.full((len(tweets), length), PAD, dtype=np.int64)
        for row, ids in zip(padded, self.ids(tweets, length), strict=True):
            if ids:
                row[-len(ids) :] = ids
        return padded


def subwords(word: str, buckets: int) -> list[int]:
    """Ids from 1 to `buckets` of a word's 3- and 4-grams, its ends marked, so that typos and hashtags share some."""
    marked = f"<{word}>"
    grams = [marked[i : i + n] for n in (3, 4) for i in range(len(marked) - n + 1)][:PIECES]
    return [1 + zlib.crc32(gram.encode()) % buckets for gram in grams]


class WordPieces:
    """BERT's lower-case word pieces, from a list of pieces that may be a part of the published ones.

    A word whose own piece is not among them is put together from smaller ones. The first pieces are [PAD], [UNK],
    [CLS] and [SEP].
    """

    SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")

    def __init__(self, pieces: Sequence[str], length: int = 48):
        if tuple(pieces[:4]) != self.SPECIAL or len(set(pieces)) != len(pieces):
            raise ValueError("word pieces must be distinct and begin with [PAD], [UNK], [CLS], [SEP].")
        self.pieces, self.length = list(pieces), length
        self._tokenizer = Tokenizer(WordPiece({piece: i for i, piece in enumerate(pieces)}, unk_token="[UNK]"))
        self._tokenizer.normalizer = BertNormalizer(lowercase=True)
        self._tokenizer.pre_tokenizer = BertPreTokenizer()

    def __len__(self) -> int:
        return len(self.pieces)

    @classmethod
    def load(cls, path: Path, length: int = 48) -> "WordPieces":
        """The pieces of a text file, one a line. Raises ValueError when it cannot be read."""
        try:
            return cls(path.read_text(encoding="utf-8").splitlines(), length)
        except (OSError, ValueError) as error:
            raise ValueError(f"{path} is missing or damaged: {error}.") from error

    def save(self, path: Path) -> None:
        """Write the pieces, one a line."""
        path.write_text("\n".join(self.pieces) + "\n", encoding="utf-8")

    @staticmethod
    def seen(tweet: str) -> str:
        """The part of a tweet that is looked at: its beginning."""
        return beginning(tweet)

    def unknown_share(self, tweet: str) -> float:
        """The share of a tweet's pieces that are unknown, from 0 to 1."""
        [[_, *pieces, _]] = self.ids([tweet])
        return pieces.count(UNKNOWN) / max(1, len(pieces))

    def ids(self, tweets: Sequence[str]) -> list[list[int]]:
        """Tweets → ids from [CLS] to [SEP], at most `length` each; longer tweets are cut off at the end."""
        encoded = self._tokenizer.encode_batch([normalise(self.seen(t)) for t in tweets], add_special_tokens=False)
        return [[2, *one.ids[: self.length - 2], 3] for one in encoded]

    def encode(self, tweets: Sequence[str], length: int | None = None) -> np.ndarray:
        """Tweets → (N, longest of them) int64, padded on the right with 0."""
        return pad([ids[: length or self.length] for ids in self.ids(tweets)])


def pad(rows: Sequence[Sequence[int]]) -> np.ndarray:
    """Rows of ids → (N, longest of them) int64, padded on the right with 0."""
    padded = np.zeros((len(rows), max(map(len, rows), default=0)), dtype=np.int64)
    for row, ids in zip(padded, rows, strict=True):
        row[: len(ids)] = ids
    return padded
