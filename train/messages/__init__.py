"""Messages with fitting emojis, best first, written or labelled by reading; see README.md beside this file.

`python -m train.messages` writes them as token ids to `runs/messages`, for `train.qa.question --phase messages`
and `--phase judged`.
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
OWN = ("written", "goemotions")  # whose English texts are here
OTHERS = ("tweets43", "research")  # whose texts stand in `data`
SOURCES = (*OWN, *OTHERS, "languages", "judged")
HELD_OUT = 0.04  # share of the messages that nothing is learned from


def read(table: EmojiTable, data: Path | None, sources: tuple[str, ...] = (*OWN, *OTHERS)) -> pd.DataFrame:
    """Messages of some sources: text, rows (of bases, best first), grades (of these rows; empty but for "judged"), source,
    language, and part: "train" or "val".

    Emojis that the table does not know are left out, and a message that has no other.
    Of OTHERS only the places are kept here, and the texts are read from `data`; data: None leaves them out. A tweet is in "val"
    where `corpora.tweets43` keeps it from training, too; of all others a share is, by their hash.
    Raises SystemExit when a text is not there.
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
    """The rows of emojis that are written one after another, without those that the table has not, as one of an earlier Unicode
    version."""
    return [table.base_index(emoji) for emoji in emojis.split() if emoji in table]


def part_of(text: str, source: str) -> str:
    """ "val" for what is held out of training, or "train"."""
    part = tweet_part(" ".join(tokenize(text)[:FIRST_WORDS])) if source == "tweets43" else "train"
    return "val" if part != "train" or position(text) < HELD_OUT else "train"


def _judged(table: EmojiTable, data: Path | None) -> list[tuple]:
    """The rows of `read` for judged.tsv: emojis of grade 3 first, those that are wrong last."""
    lines = [line.split("\t") for line in (FOLDER / "judged.tsv").read_text(encoding="utf-8").splitlines()]
    found = []
    for source in (*OWN, *OTHERS):
        some = [line[1:] for line in lines if line[0] == source]
        if data is None and source in OTHERS:
            continue
        texts = _texts(source, data, [place for place, *_ in some])
        for text, (_, *told) in zip(texts, some, strict=True):
            graded = [known_rows(table, emojis) for emojis in told]
            if graded[0] or graded[1]:  # something good
                grades = [3 - i for i, rows in enumerate(graded) for _ in rows]
                found.append((text, sum(graded, []), grades, "judged", ENGLISH, part_of(text, source)))
    return found


def _texts(source: str, data: Path | None, told: list[str]) -> list[str]:
    """The texts of a source: those that its file tells, or what stands at the places that it tells."""
    return TEXTS[source](data, told) if source in TEXTS else told


def tweets(data: Path, lines: list[str]) -> list[str]:
    """The texts of some lines of the tweets, counted from 0, with their emojis."""
    with gzip.open(corpus(data, "tweets43/tweets.tsv.gz"), "rt", encoding="utf-8") as file:
        wanted = {int(line) for line in lines}
        texts = {i: line.rstrip("\n").partition("\t")[2] for i, line in enumerate(file) if i in wanted}
    return [texts[int(line)] for line in lines]


def research(data: Path, places: list[str]) -> list[str]:
    """The texts of places such as tweeteval:0, a line of its training texts, and semeval:2017-En-1, an ID of task E-c."""
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
    """Where a text stands in [0, 1), by the hash of its words."""
    return places.position(" ".join(words(text)))
