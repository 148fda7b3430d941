"""Fit what readers would send: python -m train.remix.graded

Readers wrote 300 messages and graded 4,724 recipes for them by eye, in graded.json.gz: 2 they would send, 1 they might, 0 they
would not. This prints weights for `emoji_qa.remix.suggestions.WEIGHTS`, fitted to what distinguishes the recipes of a message,
and how much of the grades' variance within messages they explain, in five-fold cross-validation by message, beside the
weights in use and the score alone. Recipes that are no longer made (a face on a thing where it is lost) are left out.
"""

import argparse
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from tqdm import tqdm

import emoji_qa
from emoji_qa.remix.invent import Inventor
from emoji_qa.remix.moods import MOODS
from emoji_qa.remix.recipes import Recipe
from emoji_qa.remix.suggestions import WEIGHTS, Suggestions
from emoji_qa.remix.words import CLUTTERED

GRADES = Path(__file__).with_suffix(".json.gz")
NAMES = ("score", *WEIGHTS)
FOLDS = 5
RIDGE = 1e-3


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m train.remix.graded", description=__doc__.split("\n")[0])
    parser.add_argument("--checkpoint", default="default", help="a name in checkpoints/, or a folder")
    parser.add_argument("--messages", type=int, help="use only so many of the messages")
    options = parser.parse_args()
    terms, grades, message = table(emoji_qa.load(options.checkpoint), options.messages)
    print(report(terms, grades, message))


def graded(count: int | None = None) -> list[tuple[str, dict[Recipe, int]]]:
    """Messages, each with the grades of recipes."""
    rows = json.loads(gzip.decompress(GRADES.read_bytes()))[:count]
    return [(tweet, {Recipe.from_text(text): grade for text, grade in of.items()}) for tweet, of in rows]


def table(model: emoji_qa.Answerer, count: int | None = None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What NAMES name of each recipe (N, len(NAMES)), its grade (N,), and the number of its message (N,)."""
    rows = list(described(model, count))
    terms = np.array([[values.get(name, 0.0) for name in NAMES] for values, _, _ in rows])
    return terms, np.array([grade for _, grade, _ in rows], float), np.array([number for _, _, number in rows])


def described(model: emoji_qa.Answerer, count: int | None) -> Iterator[tuple[dict[str, float], int, int]]:
    inventor, suggestions, answers = Inventor(model), Suggestions(model), model.embed_emojis()
    for number, (tweet, grades) in enumerate(tqdm(graded(count), mininterval=1)):
        question = model.embed_tweet(tweet)
        scores = answers @ question
        topic, mood = suggestions.topics(tweet, scores, suggestions.words(tweet)), suggestions.moods(scores)
        made = [recipe for recipe in grades if is_made(recipe)]
        for recipe, score in zip(made, inventor.score(made, question), strict=True):
            yield suggestions.terms(recipe, topic, mood) | {"score": float(score)}, grades[recipe], number


def is_made(recipe: Recipe) -> bool:
    faces = {recipe.eyes, recipe.mouth} - {None}
    return faces <= MOODS.keys() and not (faces and recipe.body in CLUTTERED)


def fit(terms: np.ndarray, grades: np.ndarray, message: np.ndarray) -> np.ndarray:
    """Weights (len(NAMES),) by ridge regression within messages."""
    x, y = within(terms, message), within(grades[:, None], message)[:, 0]
    return np.linalg.solve(x.T @ x + RIDGE * np.eye(x.shape[1]), x.T @ y)


def within(values: np.ndarray, message: np.ndarray) -> np.ndarray:
    """Values (N, F) less their message's mean."""
    count = np.maximum(np.bincount(message), 1)
    means = np.stack([np.bincount(message, column) / count for column in values.T], axis=1)
    return values - means[message]


def explained(predicted: np.ndarray, grades: np.ndarray, message: np.ndarray) -> float:
    """The share of the grades' variance within messages that a prediction (N,) explains."""
    y, off = (within(values[:, None], message) for values in (grades, grades - predicted))
    return 1 - float(np.square(off).sum() / np.square(y).sum())


def scaled(values: np.ndarray, grades: np.ndarray, message: np.ndarray) -> np.ndarray:
    """Values (N,) times the one factor with which they explain most."""
    x, y = (within(some[:, None], message)[:, 0] for some in (values, grades))
    return values * (x @ y) / (x @ x)


def report(terms: np.ndarray, grades: np.ndarray, message: np.ndarray) -> str:
    predicted = np.empty(len(grades))
    for fold in range(FOLDS):
        test = message % FOLDS == fold
        predicted[test] = terms[test] @ fit(terms[~test], grades[~test], message[~test])
    in_use = terms @ np.array([1.0, *WEIGHTS.values()])
    weights = fit(terms, grades, message)
    kinds = list(WEIGHTS)[4:]
    rows = [f"  {name:12}{weights[i]:8.2f}{WEIGHTS.get(name, 1.0):8.2f}" for i, name in enumerate(NAMES)]
    shares = [
        f"  {kind:12}{is_kind.sum():8}{(grades[is_kind] == 2).mean():8.0%}{(grades[is_kind] == 0).mean():8.0%}"
        for kind in kinds
        if (is_kind := terms[:, NAMES.index(kind)] == 1).any()
    ]
    return "\n".join(
        [
            f"{len(grades)} recipes for {message.max() + 1} messages",
            "Variance of the grades within messages that is explained:",
            f"  the score alone              {explained(scaled(terms[:, 0], grades, message), grades, message):.3f}",
            f"  the weights in use           {explained(scaled(in_use, grades, message), grades, message):.3f}",
            f"  fitted, in {FOLDS}-fold validation {explained(predicted, grades, message):.3f}",
            f"  {'weight':12}{'fitted':>8}{'in use':>8}",
            *rows,
            f"  {'kind':12}{'recipes':>8}{'sent':>8}{'not':>8}",
            *shares,
        ]
    )


if __name__ == "__main__":
    main()
