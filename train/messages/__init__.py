"""Messages with fitting emojis, best first, written for this project or labelled by reading: see README.md here.

`python -m train.messages` writes them as token ids to `runs/messages`, for `train.qa.question --phase messages` and the
phases after it.
"""

import gzip
from pathlib import Path

import pandas as pd

from emoji_qa.emojis.table import EmojiTable
from emoji_qa.text.languages import ENGLISH, words
from emoji_qa.text.tokenizers import tokenize
from train.data import places
from train.data.corpora import FIRST_WORDS, corpus, tweet_part

FOLDER = Path(__file__).parent
OWN = ("written", "goemotions")  # sources whose texts, in English, are in this folder
OTHERS = ("tweets43", "research")  # sources whose texts are in `data`
SOURCES = (*OWN, *OTHERS, "languages", "judged")
HELD_OUT = 0.04  # share of the messages that is not trained on


def read(table: EmojiTable, data: Path | None, sources: tuple[str, ...] = (*OWN, *OTHERS)) -> pd.DataFrame:
    """Messages of some sources: text, rows (of bases, best first), grades (of these rows; only for "judged"), source,
    language, and part: "train" or "val".

    Emojis that the table does not know are left out, and so are messages without another emoji. For OTHERS this folder
    has only the places of the texts, which are read from `data`; with data=None these sources are left out. HELD_OUT of
    the messages are in "val", by their hash, and so is every tweet that `corpora.tweets43` keeps out of training.
    Raises SystemExit when a file of texts is missing.
    """
    found = []
    for source in sources:
        if source == "judged":
            found += _judged(table, data)
            continue
        if data is None and source in OTHERS:
            continue
        lines = [line.split("\t") for line in (FOLDER / f"{source}.tsv").read_text(encoding="utf-8").splitlines()]
        languages = [line.pop(0) for line in lines] if source == "languages" else [ENGLISH] * len(lines)
        texts = _texts(source, data, [place for place, _ in lines])
        for language, text, (_, emojis) in zip(languages, texts, lines, strict=True):
            if rows := known_rows(table, emojis):
                found.append((text, rows, [], source, language, part_of(text, source)))
    return pd.DataFrame(found, columns=["text", "rows", "grades", "source", "language", "part"])


def known_rows(table: EmojiTable, emojis: str) -> list[int]:
    """The rows of emojis separated by spaces, without those that the table lacks, for example because it is of an
    earlier Unicode version."""
    return [table.base_index(emoji) for emoji in emojis.split() if emoji in table]


def part_of(text: str, source: str) -> str:
    """ "val" for what is held out of training, or "train"."""
    part = tweet_part(" ".join(tokenize(text)[:FIRST_WORDS])) if source == "tweets43" else "train"
    return "val" if part != "train" or position(text) < HELD_OUT else "train"


def _judged(table: EmojiTable, data: Path | None) -> list[tuple]:
    """The rows of `read` for judged.tsv: emojis of grade 3 first, wrong ones last."""
    lines = [line.split("\t") for line in (FOLDER / "judged.tsv").read_text(encoding="utf-8").splitlines()]
    found = []
    for source in (*OWN, *OTHERS):
        some = [line[1:] for line in lines if line[0] == source]
        if data is None and source in OTHERS:
            continue
        texts = _texts(source, data, [place for place, *_ in some])
        for text, (_, *told) in zip(texts, some, strict=True):
            graded = [known_rows(table, emojis) for emojis in told]
            if graded[0] or graded[1]:  # at least one good emoji
                grades = [3 - i for i, rows in enumerate(graded) for _ in rows]
                found.append((text, sum(graded, []), grades, "judged", ENGLISH, part_of(text, source)))
    return found


def _texts(source: str, data: Path | None, told: list[str]) -> list[str]:
    """The texts of a source: those in its file, or those at the places that its file names."""
    return TEXTS[source](data, told) if source in TEXTS else told


def tweets(data: Path, lines: list[str]) -> list[str]:
    """The texts of some lines of the file of tweets, counted from 0, with their emojis."""
    with gzip.open(corpus(data, "tweets43/tweets.tsv.gz"), "rt", encoding="utf-8") as file:
        wanted = {int(line) for line in lines}
        texts = {i: line.rstrip("\n").partition("\t")[2] for i, line in enumerate(file) if i in wanted}
    return [texts[int(line)] for line in lines]


def research(data: Path, places: list[str]) -> list[str]:
    """The texts at places such as tweeteval:0, a line of its training texts, and semeval:2017-En-1, an ID of E-c."""
    lines = corpus(data, "tweeteval_emoji/train_text.txt").read_text(encoding="utf-8").split("\n")
    rows = [
        line.split("\t")
        for line in corpus(data, "semeval2018_affect/E-c-En-train.txt").read_text(encoding="utf-8").splitlines()
    ]
    texts = {
        **{f"tweeteval:{i}": line for i, line in enumerate(lines)},
        **{f"semeval:{row[0]}": row[1] for row in rows},
    }
    return [texts[place] for place in places]


TEXTS = {"tweets43": tweets, "research": research}


def position(text: str) -> float:
    """The place of a text in [0, 1), by the hash of its words."""
    return places.position(" ".join(words(text)))
