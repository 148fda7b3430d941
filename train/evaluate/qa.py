"""The original's results: airline tweets beside a linear SVM, its three example tweets, and the full set of emojis."""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import accuracy_score, f1_score
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

import emoji_qa
from emoji_qa import checkpoint
from train.tweets import ORIGINAL_EMOJIS, ORIGINAL_TWEETS, airline

CHOICES = list(ORIGINAL_EMOJIS.values())
RIGHT = ["😡", "😡", "🎉"]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m train.evaluate qa", description=__doc__)
    parser.add_argument("--checkpoint", default="default", help="a name in checkpoints/, or a folder")
    parser.add_argument("--data", type=Path, default=Path("data"), help="the folder of corpora (default: data)")
    options = parser.parse_args()
    model = emoji_qa.load(options.checkpoint)
    figures = {"airline": airline_figures(model, airline(options.data)), "original_tweets": original_tweets(model)}
    print(report(figures, len(model.emojis)))
    checkpoint.update_json(model.folder / "metrics.json", qa=figures)


def airline_figures(model: emoji_qa.Answerer, tweets: pd.DataFrame) -> dict:
    """Accuracy and macro-F1 over 🎉 😈 😡 on the test part, for the model, a linear SVM and the commonest answer."""
    train, test = tweets[tweets["part"] == "train"], tweets[tweets["part"] == "test"]
    predictions = {
        "commonest answer": np.full(len(test), train["emoji"].mode()[0]),
        "linear SVM": svm().fit(train["text"], train["emoji"]).predict(test["text"]),
        "SQAM": np.array(CHOICES)[model.score(test["text"], emojis=CHOICES).argmax(axis=1)],
    }
    rows = {name: scores(test["emoji"], predicted) for name, predicted in predictions.items()}
    return {"train_tweets": len(train), "test_tweets": len(test), "rows": rows}


def svm():
    """A linear SVM on words 1–3-grams and characters 2–5-grams, the free baseline."""
    words = TfidfVectorizer(ngram_range=(1, 3), sublinear_tf=True, min_df=2)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)
    return make_pipeline(make_union(words, characters), LinearSVC(C=0.1, class_weight="balanced"))


def scores(right: pd.Series, predicted: np.ndarray) -> dict[str, float]:
    """Accuracy and macro-F1, rounded to four places."""
    return {"accuracy": round(accuracy_score(right, predicted), 4),
            "macro_f1": round(f1_score(right, predicted, average="macro", zero_division=0), 4)}  # fmt: skip


def original_tweets(model: emoji_qa.Answerer) -> list[dict]:
    """The original's three tweets: scores of its three emojis, and the top 5 over all bases."""
    cosines = model.score(ORIGINAL_TWEETS, emojis=CHOICES)
    ranked = model.answer(ORIGINAL_TWEETS, k=5)
    return [
        {
            "tweet": tweet,
            "scores": {emoji: round(float(cosine), 3) for emoji, cosine in zip(CHOICES, row, strict=True)},
            "right": right,
            "top5": [[answer.emoji, round(answer.score, 3)] for answer in answers],
        }
        for tweet, row, right, answers in zip(ORIGINAL_TWEETS, cosines, RIGHT, ranked, strict=True)
    ]


def report(figures: dict, n_bases: int) -> str:
    """The figures as the text that stands in the README."""
    airline = figures["airline"]
    lines = [f"airline tweets, {airline['test_tweets']:,} held out       accuracy  macro-F1"]
    lines += [f"  {name:<33} {row['accuracy']:.3f}     {row['macro_f1']:.3f}" for name, row in airline["rows"].items()]
    lines += ["", f"the original's three tweets        {'    '.join(CHOICES)}           top 5 of {n_bases:,} bases"]
    for row in figures["original_tweets"]:
        numbers = "  ".join(f"{value:.2f}" for value in row["scores"].values())
        won = "right" if max(row["scores"], key=row["scores"].get) == row["right"] else "WRONG"
        top = "  ".join(f"{emoji} {value:.2f}" for emoji, value in row["top5"])
        lines.append(f"  {row['tweet'][:29]}…  {numbers}  {won}  {top}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
