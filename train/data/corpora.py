"""The corpora that answers are learned from, each as a table of texts, right emojis and parts (train, val, test).

The texts are never copied out of `data/`.
"""

import gzip
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pandas as pd

from emoji_qa.emojis.inline import InlineEmojis
from emoji_qa.emojis.table import EmojiTable
from emoji_qa.text.tokenizers import strip_emojis, tokenize
from train.data.emotions import GOEMOTIONS, SEMEVAL
from train.data.places import need, position

FIRST_WORDS = 5  # tweets that begin with the same words are near-duplicates and go to the same part
HELP = {
    "tweets43/tweets.tsv.gz": "English tweets with their emojis inline, `seed emoji <tab> text` a line, gzipped",
    "tweeteval_emoji/train_text.txt": "the emoji task of TweetEval: {train,val}_{text,labels}.txt and mapping.txt",
    "goemotions/train.tsv": "GoEmotions' train.tsv, dev.tsv and test.tsv",
    "semeval2018_affect/E-c-En-train.txt": "task E-c of SemEval-2018 “Affect in Tweets”, in English",
}


def corpus(data: Path, path: str) -> Path:
    """The path of a corpus' file. Raises SystemExit, saying what it is, when it is missing."""
    return need(data / path, f"It is {HELP[path]}. Name another folder with --data.")


def tweets43(data: Path, table: EmojiTable, most: int | None = None) -> pd.DataFrame:
    """Tweets labelled with all their inline emojis: text without them, rows (of bases) and part.

    Tweets that begin with the same five words are in the same part, chosen by the words' hash: 96 % "train", 2 % "val",
    2 % "test". Of several tweets with the same words the first is kept. Tweets without a word or a known emoji are left
    out.
    most: read only this number of lines; by default all.
    """
    find, seen, kept = InlineEmojis(table), set(), []
    for text in islice(_lines(corpus(data, "tweets43/tweets.tsv.gz")), most):
        words, rows = tokenize(text), find(text)
        key = hash(tuple(words))
        if rows and words and key not in seen:
            seen.add(key)
            kept.append((strip_emojis(text), rows, tweet_part(" ".join(words[:FIRST_WORDS]))))
    return pd.DataFrame(kept, columns=["text", "rows", "part"])


def tweeteval(data: Path, table: EmojiTable) -> pd.DataFrame:
    """TweetEval's emoji task: text, emoji (one of its 20, as in the table) and part; "test" only if there."""
    folder = corpus(data, "tweeteval_emoji/train_text.txt").parent
    mapping = dict(line.split("\t")[:2] for line in (folder / "mapping.txt").read_text(encoding="utf-8").splitlines())
    emojis = [table.bases.chars[table.base_index(mapping[str(label)])] for label in range(20)]
    parts = []
    for part in ("train", "val", "test"):
        if (folder / f"{part}_text.txt").is_file():
            texts = (folder / f"{part}_text.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
            labels = [int(label) for label in (folder / f"{part}_labels.txt").read_text().split()]
            if len(texts) != len(labels):
                raise SystemExit(f"{folder}/{part}_text.txt has {len(texts)} lines, its labels {len(labels)}.")
            parts.append(pd.DataFrame({"text": texts, "emoji": [emojis[label] for label in labels], "part": part}))
    return pd.concat(parts, ignore_index=True)


def goemotions(data: Path) -> pd.DataFrame:
    """Reddit comments: text, emojis (a list) and part."""
    folder = corpus(data, "goemotions/train.tsv").parent
    names = (folder / "labels.txt").read_text().split()
    parts = []
    for part, file in (("train", "train.tsv"), ("val", "dev.tsv")):
        rows = pd.read_csv(folder / file, sep="\t", names=["text", "ids", "id"], quoting=3)
        emojis = [_emojis(GOEMOTIONS, [names[int(i)] for i in str(ids).split(",")]) for ids in rows["ids"]]
        parts.append(pd.DataFrame({"text": rows["text"], "emojis": emojis, "part": part}))
    return pd.concat(parts, ignore_index=True)


def semeval(data: Path) -> pd.DataFrame:
    """Tweets with emotions: text, emojis (a list) and part. Tweets without an emotion are left out."""
    folder = corpus(data, "semeval2018_affect/E-c-En-train.txt").parent
    parts = []
    for part, file in (("train", "E-c-En-train.txt"), ("val", "E-c-En-dev.txt")):
        rows = pd.read_csv(folder / file, sep="\t", quoting=3)
        emojis = [_emojis(SEMEVAL, [name for name in SEMEVAL if row[name] == 1]) for _, row in rows.iterrows()]
        parts.append(pd.DataFrame({"text": rows["Tweet"], "emojis": emojis, "part": part}))
    tweets = pd.concat(parts, ignore_index=True)
    return tweets[tweets["emojis"].map(len) > 0].reset_index(drop=True)


def _emojis(table: dict[str, str], labels: list[str]) -> list[str]:
    return list(dict.fromkeys(emoji for label in labels for emoji in table[label].split()))


def _lines(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield line.rstrip("\n").partition("\t")[2]


def tweet_part(text: str) -> str:
    """The part of the inline tweets that a text belongs to, by its hash: 96 % "train", 2 % "val", 2 % "test"."""
    place = position(text)
    return "train" if place < 0.96 else "val" if place < 0.98 else "test"
