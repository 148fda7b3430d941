"""Prepare the texts that answers are learned from, as token ids: python -m train.data.tweets

Reads the corpora of `data/`, normalises and splits them, writes token ids and right answers to `runs/tweets`, and
prints a summary by which a person can check them. The texts themselves are neither written nor printed.
"""

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from tokenizers import Tokenizer

from emoji_qa import checkpoint
from emoji_qa.emojis.table import EmojiTable
from emoji_qa.text.tokenizers import WordPieces, normalise, tokenize
from train import commands
from train.data import corpora, emotions
from train.data.keywords import keywords, name_words, withheld
from train.data.places import need, position
from train.qa import minilm

MOST = 11  # right emojis that are kept of a text; if it has more, the first ones
FEW = 5_000  # lines of the largest corpus, for a smoke run
FREE = ("goemotions", "keywords")  # corpora that may be used for any purpose
SEEN = 12  # times that a word piece has to occur in the training texts to be kept
AIRLINE_HELP = """It comes from “Twitter US Airline Sentiment” (CrowdFlower, on Kaggle as
crowdflower/twitter-airline-sentiment, CC BY-NC-SA 4.0): save its Tweets.csv, which has the columns
airline_sentiment, airline and text, as airline/train.csv, or name another folder with --data."""

# The tweets that the original scores. They are shown as examples, so they are left out of the training data.
ORIGINAL_TWEETS = [
    "@united Flight is awful only one lavatory functioning, and people lining up, bumping, etc. because can't use 1st "
    "class bathroom. Ridiculous",
    "@usairways I've called for 3 days and can't get thru. is there some secret method i can use that doesn't result "
    "in you hanging up on me?",
    "@AmericanAir Let's all have a extraordinary week and make it a year to remember #GoingForGreat 2015 thanks so "
    "much American Airlines!!!",
]
ORIGINAL_EMOJIS = {"positive": "🎉", "neutral": "😈", "negative": "😡"}
CHOICES = list(ORIGINAL_EMOJIS.values())


class Corpus(NamedTuple):
    """Texts with the rows of their right bases; candidates: the rows from which an answer is chosen (None: all).

    grades: the grades of `rows`, from 3 (many would choose it) to 0 (wrong); None: all rows are right.
    """

    texts: list[str]
    rows: list[list[int]]
    candidates: list[int] | None = None
    grades: list[list[int]] | None = None


def main() -> None:
    options = parse()
    table = EmojiTable.load(checkpoint.locate(options.emojis))
    options.out.mkdir(parents=True, exist_ok=True)
    most = FEW if options.smoke else None
    names = FREE if options.free else None
    parts = {part: dict(read(options.data, table, part, seed=0, most=most, names=names)) for part in ("train", "val")}
    if options.vocab or options.smoke:  # the few texts of a smoke run do not show which pieces are needed
        pieces = WordPieces.load(options.vocab or checkpoint.locate(options.emojis) / "vocab.txt")
    else:
        pieces = prune(parts["train"].values(), minilm.locate(options.minilm))
    pieces.save(options.out / "vocab.txt")
    for part, found in parts.items():
        np.savez(options.out / f"{part}.npz", **arrays(found, pieces, len(table.bases)))
    commands.record(options.out / "made.json", "train.data.tweets", afresh=True)
    print(summary(parts, pieces, table))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m train.data.tweets", description=__doc__.split("\n")[0])
    parser.add_argument(
        "--emojis", type=Path, default=Path("checkpoints/default"), help="a folder with the emoji table"
    )
    parser.add_argument("--data", type=Path, default=Path("data"), help="the folder of corpora (default: data)")
    parser.add_argument("--minilm", type=Path, help="the folder of all-MiniLM-L6-v2 (default: the installed package)")
    parser.add_argument(
        "--vocab", type=Path, help="word pieces of a tower that is trained on (default: those that the texts use)"
    )
    parser.add_argument(
        "--free", action="store_true", help=f"only what may be used for any purpose: {' and '.join(FREE)}"
    )
    parser.add_argument("--out", type=Path, default=Path("runs/tweets"))
    parser.add_argument(
        "--smoke", action="store_true", help="a few texts, with the word pieces of --emojis, to see that all works"
    )
    options = parser.parse_args()
    if options.smoke:
        options.out = options.out.with_name(options.out.name + "-smoke")
    return options


def read(
    data: Path,
    table: EmojiTable,
    part: str,
    *,
    seed: int,
    most: int | None = None,
    names: Sequence[str] | None = None,
) -> Iterator[tuple[str, Corpus]]:
    """The corpora by name. Those with fixed labels have their labels as candidates; the others have all bases.

    most: lines that are read of the largest corpus; by default all. names: which corpora; by default all.
    """
    row = table.base_index

    def fixed(texts: pd.DataFrame, right: Iterable[Iterable[str]], labels: Iterable[str]) -> Corpus:
        return Corpus(
            texts["text"].tolist(), [[row(emoji) for emoji in some] for some in right], sorted(map(row, labels))
        )

    def of(texts: pd.DataFrame) -> pd.DataFrame:
        return texts[texts["part"] == part]

    def inline() -> Corpus:
        tweets = of(corpora.tweets43(data, table, most))
        return Corpus(tweets["text"].tolist(), tweets["rows"].tolist())

    def tweeteval() -> Corpus:
        tweets = of(corpora.tweeteval(data, table))
        return fixed(tweets, tweets["emoji"].map(lambda emoji: [emoji]), set(tweets["emoji"]))

    def sentiments() -> Corpus:
        tweets = of(airline(data))
        return fixed(tweets, tweets["sentiment"].map(lambda one: [emotions.AIRLINE[one]]), emotions.AIRLINE.values())

    def moods() -> Corpus:
        tweets, labels = of(airline(data)), emotions.emojis(emotions.SENTIMENTS)
        return fixed(tweets, tweets["sentiment"].map(lambda one: emotions.SENTIMENTS[one].split()), labels)

    def goemotions() -> Corpus:
        texts = of(corpora.goemotions(data))
        return fixed(texts, texts["emojis"], emotions.emojis(emotions.GOEMOTIONS))

    def semeval() -> Corpus:
        texts = of(corpora.semeval(data))
        return fixed(texts, texts["emojis"], emotions.emojis(emotions.SEMEVAL))

    found = {
        "tweets43": inline,
        "tweeteval": tweeteval,
        "airline": sentiments,
        "airline moods": moods,
        "goemotions": goemotions,
        "semeval": semeval,
        "keywords": lambda: keyword_corpus(data, table, part, seed=seed),
    }
    for name in names or found:
        yield name, found[name]()


def keyword_corpus(data: Path, table: EmojiTable, part: str, *, seed: int, mixed: int = 6) -> Corpus:
    """Keywords as texts: for "val" the withheld ones; for "train" the others, and `mixed` texts of several per base."""
    names, told = name_words(table), keywords(data, table)
    mine = {word: sorted(rows) for word, rows in told.items() if withheld(word, names) == (part == "val")}
    texts, right = list(mine), list(mine.values())
    if part == "train":
        words: list[list[str]] = [[] for _ in table.bases]
        for word, rows in mine.items():
            for one in rows:
                words[one].append(word)
        random = np.random.default_rng(seed)
        for one, some in enumerate(words):
            for _ in range(mixed):
                texts.append(" ".join(random.permutation(some)[: random.integers(2, 5)]))
                right.append([one])
    return Corpus(texts, right)


def prune(train: list[Corpus], folder: Path) -> WordPieces:
    """The published encoder's word pieces that the training texts use often (SEEN), and all single ASCII characters."""
    published = Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab()
    everything = WordPieces(
        [*WordPieces.SPECIAL, *sorted(published.keys() - set(WordPieces.SPECIAL), key=published.get)]
    )
    counts = Counter()
    for corpus in train:
        for ids in everything.ids(corpus.texts):
            counts.update(ids)
    kept = [
        piece
        for i, piece in enumerate(everything.pieces)
        if i < 4 or counts[i] >= SEEN or (len(piece.removeprefix("##")) == 1 and piece.isascii())
    ]
    return WordPieces(kept)


def arrays(parts: dict[str, Corpus], pieces: WordPieces, n_bases: int) -> dict[str, np.ndarray]:
    """All texts concatenated: `ids`, and where each text `starts`; `right` (N, MOST), padded with −1; `corpus` (N,).

    If a corpus has grades, also `grades`, in the layout of `right`, −1 without a grade. `names` of the corpora.
    `log_prior` (C, n_bases): log of how often each base is right in each corpus, −inf for bases that are no candidates.
    """
    ids = [one for corpus in parts.values() for one in pieces.ids(corpus.texts)]
    rows = [one[:MOST] for corpus in parts.values() for one in corpus.rows]
    graded = [one[:MOST] for corpus in parts.values() for one in corpus.grades or [[]] * len(corpus.texts)]
    return {
        "ids": np.concatenate([np.array(one, np.uint16) for one in ids]),
        "starts": np.cumsum([0, *map(len, ids)]),
        "right": filled(rows),
        **({"grades": filled(graded)} if any(corpus.grades for corpus in parts.values()) else {}),
        "corpus": np.repeat(np.arange(len(parts), dtype=np.int8), [len(corpus.texts) for corpus in parts.values()]),
        "names": np.array(list(parts)),
        "log_prior": np.stack([log_prior(corpus, n_bases) for corpus in parts.values()]),
    }


def filled(rows: list[list[int]]) -> np.ndarray:
    """Rows of different lengths as one array (N, MOST) int16, padded with −1."""
    array = np.full((len(rows), MOST), -1, np.int16)
    for line, one in zip(array, rows, strict=True):
        line[: len(one)] = one
    return array


def log_prior(corpus: Corpus, n_bases: int) -> np.ndarray:
    """(n_bases,) float32: log of the share of each base. Each text counts once; each base gets 0.5 texts more."""
    counts = np.full(n_bases, 0.5)
    for rows in corpus.rows:
        counts[rows] += 1 / len(rows)
    if corpus.candidates is not None:
        others = np.setdiff1d(np.arange(n_bases), corpus.candidates)
        counts[others] = 0
    with np.errstate(divide="ignore"):
        return np.log(counts / counts.sum()).astype(np.float32)


def summary(parts: dict[str, dict[str, Corpus]], pieces: WordPieces, table: EmojiTable) -> str:
    """A summary of the prepared texts, in numbers and emojis."""
    lines = [f"{len(pieces):,} word pieces; {len(table.bases):,} bases", ""]
    for part, found in parts.items():
        for name, corpus in found.items():
            counts = Counter(row for rows in corpus.rows for row in rows)
            lengths = [len(one) for one in pieces.ids(corpus.texts[:5000])]
            several = np.mean([len(rows) > 1 for rows in corpus.rows])
            common = " ".join(table.bases.chars[row] for row, _ in counts.most_common(8))
            lines.append(
                f"{part:<6}{name:<14}{len(corpus.texts):>8,} texts  {len(counts):>5,} emojis, {several:4.0%} of the texts have "
                f"several; tokens: median {np.median(lengths):.0f}, 95 % up to {np.percentile(lengths, 95):.0f}; {common}"
            )
    largest = max(parts["train"].values(), key=lambda corpus: len(corpus.texts))
    emojis = log_prior(largest, len(table.bases))
    words = Counter(word for text in largest.texts[:20000] for word in tokenize(normalise(text)))
    often = (np.exp(emojis) * len(largest.texts) >= 20).sum()
    left = sum(chr(0xFE0F) in normalise(text) for corpus in parts["train"].values() for text in corpus.texts[:50_000])
    lines += [
        "",
        f"{often:,} bases stand in 20 training texts of the largest corpus or more; U+FE0F left: {left}; its commonest words: "
        + " ".join(word for word, _ in words.most_common(12)),
    ]
    return "\n".join(lines)


def airline(data: Path) -> pd.DataFrame:
    """The airline tweets: columns text, sentiment, emoji, and part, "train", "val" or "test", see `part`.

    Duplicates (same words) are dropped, and so are the original's example tweets. The part depends only on a hash of
    the words, so it is the same everywhere. Raises SystemExit, saying where to get the data, when they are missing.
    """
    path = need(data / "airline" / "train.csv", AIRLINE_HELP)
    tweets = pd.read_csv(path, usecols=["airline_sentiment", "text"]).rename(columns={"airline_sentiment": "sentiment"})
    words = tweets["text"].map(lambda text: " ".join(tokenize(text)))
    shown = {" ".join(tokenize(text)) for text in ORIGINAL_TWEETS}
    kept = ~words.duplicated() & (words != "") & ~words.isin(shown)
    tweets = tweets.assign(emoji=tweets["sentiment"].map(ORIGINAL_EMOJIS), part=words.map(part))[kept]
    return tweets.reset_index(drop=True)


def part(text: str) -> str:
    """The part of the data that a text belongs to, by its hash: 80 % "train", 8 % "val", 12 % "test"."""
    place = position(text)
    return "train" if place < 0.80 else "val" if place < 0.88 else "test"


if __name__ == "__main__":
    main()
