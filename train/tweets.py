"""Tweets to train and validate on. Their texts are read from `data/` and never leave it."""

import hashlib
from pathlib import Path

import pandas as pd

from emoji_qa.text import tokenize

AIRLINE_HELP = """{path} is not there. It comes from “Twitter US Airline Sentiment” (CrowdFlower, on Kaggle as
crowdflower/twitter-airline-sentiment, CC BY-NC-SA 4.0): save its Tweets.csv, which has the columns
airline_sentiment, airline and text, as {path}, or name another folder with --data."""

# The tweets that the original scores. They are examples to show, so nothing near them may be trained on.
ORIGINAL_TWEETS = [
    "@united Flight is awful only one lavatory functioning, and people lining up, bumping, etc. because can't use 1st "
    "class bathroom. Ridiculous",
    "@usairways I've called for 3 days and can't get thru. is there some secret method i can use that doesn't result "
    "in you hanging up on me?",
    "@AmericanAir Let's all have a extraordinary week and make it a year to remember #GoingForGreat 2015 thanks so "
    "much American Airlines!!!",
]
ORIGINAL_EMOJIS = {"positive": "🎉", "neutral": "😈", "negative": "😡"}


def airline(data: Path) -> pd.DataFrame:
    """The airline tweets: columns text, sentiment, emoji, and part: "train", "val" or "test", ten to one to two or so.

    Duplicates (same words) are dropped, and so are the original's example tweets. The part follows from a hash of the
    words, so it is the same everywhere. Raises SystemExit, saying where to get the data, when it is absent.
    """
    path = data / "airline" / "train.csv"
    if not path.is_file():
        raise SystemExit(AIRLINE_HELP.format(path=path))
    tweets = pd.read_csv(path, usecols=["airline_sentiment", "text"]).rename(columns={"airline_sentiment": "sentiment"})
    words = tweets["text"].map(lambda text: " ".join(tokenize(text)))
    shown = {" ".join(tokenize(text)) for text in ORIGINAL_TWEETS}
    kept = ~words.duplicated() & (words != "") & ~words.isin(shown)
    tweets = tweets.assign(emoji=tweets["sentiment"].map(ORIGINAL_EMOJIS), part=words.map(part))[kept]
    return tweets.reset_index(drop=True)


def part(text: str) -> str:
    """The part of the data that a text belongs to, by its hash: 80 % "train", 8 % "val", 12 % "test"."""
    position = int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) / 16**8
    return "train" if position < 0.80 else "val" if position < 0.88 else "test"
