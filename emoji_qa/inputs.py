"""Checks of what `Answerer` is given: each function raises ValueError with a sentence that a person can act on."""

import re
from collections.abc import Iterable, Mapping, Set
from contextlib import suppress

import numpy as np

from emoji_qa.text.tokenizers import EMOJI, MAX_CHARACTERS, tokenize

PICTURES = re.compile(f"(?![\u200d\ufe0f\U0001f3fb-\U0001f3ff]){EMOJI.pattern}")  # no joiners, selectors, tones
FAR = 1e4  # codes are clipped to it, larger popularities refused: no sum overflows, and nothing changes beyond it


def check_k(k: object) -> int:
    """k, if it is a whole number from 1 up. Raises ValueError otherwise."""
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 1:
        raise ValueError(f"k must be a whole number from 1 up, not {k!r}.")
    return int(k)


def check_popularity(popularity: object) -> float:
    """The weight of popularity, if it is a finite number. Raises ValueError otherwise."""
    weight = np.nan
    if isinstance(popularity, int | float | np.integer | np.floating) and not isinstance(popularity, bool):
        with suppress(OverflowError):
            weight = float(popularity)
    if not abs(weight) <= FAR:
        raise ValueError(f"popularity must be a finite number such as 0 or 1, at most {FAR:,.0f}, not {popularity!r}.")
    return weight


def check_tweets(tweets: object) -> list[str]:
    """Tweets as a list of str; a single one counts as a list of one. Raises ValueError that names the faulty tweet."""
    tweets = as_list(tweets)
    for i, tweet in enumerate(tweets):
        where = f"Tweet {i + 1}" if len(tweets) > 1 else "The tweet"
        if not isinstance(tweet, str):
            raise ValueError(f"{where} is not text but {type(tweet).__name__}.")
        if len(tweet) > MAX_CHARACTERS:
            raise ValueError(f"{where} has {len(tweet):,} characters; {MAX_CHARACTERS:,} are the most. Shorten it.")
        if not tweet.strip():
            raise ValueError(f"{where} is empty. Type a few words.")
        if not tokenize(tweet) and len(PICTURES.findall(tweet)) < 2:
            raise ValueError(f"{where} has no words to answer. Type a few.")
    return tweets


def as_list(tweets: object) -> list:
    """The argument `tweets` as a list; a text becomes a list of one. Raises ValueError for what is not list-like."""
    if isinstance(tweets, str):
        return [tweets]
    if isinstance(tweets, bytes | Mapping | Set) or not isinstance(tweets, Iterable):
        raise ValueError(f"Tweets must be text or a list of texts, not {type(tweets).__name__}.")
    if hasattr(tweets, "columns"):  # a data frame: iterating over it gives column names
        raise ValueError(
            "Tweets must be text or a list of texts, not a table. Give its column of tweets: table[“text”]."
        )
    return list(tweets)


def readable(tweets: object) -> tuple[list[str], list[str]]:
    """The tweets that can be answered, and for every tweet a sentence that says why it cannot be answered, or "".
    Raises ValueError for what is not a list of tweets."""
    tweets = as_list(tweets)
    problems = [_problem(tweet) for tweet in tweets]
    return [tweet for tweet, problem in zip(tweets, problems, strict=True) if not problem], problems


def _problem(tweet: object) -> str:
    try:
        check_tweets([tweet])
    except ValueError as error:
        return str(error)
    return ""


def check_codes(codes: object, latent_dim: int) -> np.ndarray:
    """Codes as (M, latent_dim) float32. Raises ValueError for another shape, or numbers that are not finite."""
    return _rows(codes, latent_dim, "Codes")


def check_vectors(vectors: object, width: int) -> np.ndarray:
    """Encoded tweets or answers as (N, width) float32. Raises ValueError for another shape, or numbers that are not finite."""
    return _rows(vectors, width, "Vectors")


def _rows(rows: object, width: int, what: str) -> np.ndarray:
    try:
        found = np.array(rows, dtype=np.float64)
    except (OverflowError, TypeError, ValueError) as error:
        raise ValueError(f"{what} must be numbers in the shape (N, {width}).") from error
    if found.ndim != 2 or found.shape[1] != width:
        raise ValueError(f"{what} must have the shape (N, {width}), not {found.shape}.")
    if not np.isfinite(found).all():
        raise ValueError(f"{what} must be finite numbers; at least one is NaN or infinite.")
    return np.clip(found, -FAR, FAR).astype(np.float32)
