"""The rows of the question–answer model's table, each with its baselines. All scores are (N, M); higher is better."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import accuracy_score, f1_score

import emoji_qa
from emoji_qa.text.tokenizers import tokenize
from train.data.corpora import tweeteval, tweets43
from train.data.emotions import AIRLINE
from train.data.keywords import keywords, meaning_texts, name_words, withheld
from train.data.meaning import polarity
from train.data.tweets import airline
from train.evaluate.answers.baselines import KeywordSearch, NaiveBayes, svm
from train.qa import minilm
from train.qa.tower_measures import best_ranks

LEAST = 5  # held-out tweets with an emoji that are needed to count it in the average over emojis


def fixed_labels(model: emoji_qa.Answerer, train: pd.DataFrame, test: pd.DataFrame) -> dict:
    """Accuracy and macro-F1 over the emojis of a corpus with fixed labels, at popularity 0."""
    labels = sorted(set(train["emoji"]))
    predicted = {
        "commonest answer": np.full(len(test), train["emoji"].mode()[0]),
        "linear SVM": svm().fit(train["text"], train["emoji"]).predict(test["text"]),
        "SQAM": np.array(labels)[model.score(test["text"], emojis=labels).argmax(axis=1)],
    }
    rows = {
        name: {
            "accuracy": accuracy_score(test["emoji"], answers),
            "macro_f1": f1_score(test["emoji"], answers, average="macro", zero_division=0),
        }
        for name, answers in predicted.items()
    }
    return {"part": test["part"].iloc[0], "texts": len(test), "rows": rows}


def tweeteval_figures(model: emoji_qa.Answerer, data: Path) -> dict[str, dict]:
    """TweetEval's emoji task without left-over U+FE0F, and as published; on test texts if there, else on val."""
    tweets = tweeteval(data, model.table)
    part = "test" if "test" in set(tweets["part"]) else "val"
    plain = tweets.assign(text=tweets["text"].str.replace("\ufe0f", ""))
    return {
        name: fixed_labels(model, texts[texts["part"] == "train"], texts[texts["part"] == part])
        for name, texts in {"TweetEval": plain, "TweetEval as published": tweets}.items()
    }


def airline_figures(model: emoji_qa.Answerer, data: Path) -> dict:
    """Airline tweets, over 🎉 😐 😡."""
    tweets = airline(data)
    tweets["emoji"] = tweets["sentiment"].map(AIRLINE)
    return fixed_labels(model, tweets[tweets["part"] == "train"], tweets[tweets["part"] == "test"])


def inline_figures(model: emoji_qa.Answerer, data: Path) -> dict:
    """Held-out tweets without their emojis: how well these are found, see `hits`."""
    tweets = tweets43(data, model.table)
    train, test = tweets[tweets["part"] == "train"], tweets[tweets["part"] == "test"]
    n, right = len(model.emojis), test["rows"].tolist()
    bayes = NaiveBayes(train["text"].tolist(), train["rows"].tolist(), n)
    rows = {"frequency": hits(np.tile(bayes.log_prior, (len(test), 1)), right)}
    for popularity in (1.0, 0.0):
        rows[f"naive Bayes, popularity {popularity:.0f}"] = hits(bayes.scores(test["text"].tolist(), popularity), right)
        rows[f"SQAM, popularity {popularity:.0f}"] = hits(model.score(test["text"], popularity=popularity), right)
    return {"texts": len(test), "train_texts": len(train), "rows": rows}


def tuned_figures(model: emoji_qa.Answerer, data: Path) -> dict:
    """The same for a sentence encoder that was fine-tuned only on the training part of these tweets."""
    tweets = tweets43(data, model.table)
    test = tweets[tweets["part"] == "test"]
    scores = {
        f"MiniLM fine-tuned, popularity {share:.0f}": model.score(test["text"], popularity=share)
        for share in (1.0, 0.0)
    }
    return {"texts": len(test), "rows": {name: hits(one, test["rows"].tolist()) for name, one in scores.items()}}


def hits(scores: np.ndarray, right: Sequence[Sequence[int]]) -> dict[str, float]:
    """Shares of texts with any right answer in the top 1, 5, 20; and `macro20`: for each emoji the share of its texts
    that have it in the top 20, averaged over emojis."""
    best = np.argpartition(-scores, 20, axis=1)[:, :20]
    best = np.take_along_axis(
        best, np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1, kind="stable"), axis=1
    )
    found: dict[int, list[bool]] = {}
    for top, rows in zip(best, right, strict=True):
        for row in rows:
            found.setdefault(row, []).append(row in top)
    often = [np.mean(some) for some in found.values() if len(some) >= LEAST]
    any_in = {
        f"hit{k}": float(np.mean([bool(set(top[:k]) & set(rows)) for top, rows in zip(best, right, strict=True)]))
        for k in (1, 5, 20)
    }
    return {**any_in, "macro20": float(np.mean(often)) if often else float("nan"), "emojis": len(often)}


def keyword_figures(model: emoji_qa.Answerer, data: Path, folder: Path) -> dict:
    """Words kept out of training, measured by the ranks of the emojis that have the word, see `reciprocal`."""
    names = name_words(model.table)
    words = {
        word: rows for word, rows in keywords(data, model.table).items() if withheld(word, names) and tokenize(word)
    }
    documents, texts = meaning_texts(model.table, data), list(words)
    queries, names_alone = minilm.embed(texts, folder), [emoji.name for emoji in model.emojis]
    scores = {
        "TF-IDF over names and other keywords": KeywordSearch(documents).scores(texts),
        "MiniLM over names": queries @ minilm.embed(names_alone, folder).T,
        "MiniLM over names and other keywords": queries @ minilm.embed(documents, folder).T,
        "SQAM": model.score(texts),
    }
    return {"words": len(words), "rows": {name: reciprocal(one, list(words.values())) for name, one in scores.items()}}


def reciprocal(scores: np.ndarray, right: Sequence[Sequence[int]]) -> dict[str, float]:
    """Mean reciprocal rank of the best right answer, and its share in the top 10; ties share their mean rank."""
    ranks = best_ranks(scores, right)
    return {"mrr": float(np.mean(1 / ranks)), "hit10": float(np.mean(ranks <= 10))}


def mood_figures(model: emoji_qa.Answerer, data: Path) -> dict:
    """How often the five best of all emojis have the mood of an airline tweet that is positive or negative.

    The mood is the sign of the mean polarity of those of the five that are in the Emoji Sentiment Ranking; the median
    over all bases is subtracted first. The SVM knows only three classes; it answers with the emoji of one of them.
    """
    tweets = airline(data)
    train, test = tweets[tweets["part"] == "train"], tweets[tweets["part"] == "test"]
    test = test[test["sentiment"] != "neutral"]
    values = polarity(model.emojis, data)[:, 0].numpy()
    values -= np.nanmedian(values)
    positive = (test["sentiment"] == "positive").to_numpy()
    said = svm().fit(train["text"], train["sentiment"]).predict(test["text"])
    row = {
        "positive": model.emojis.index("🎉"),
        "neutral": model.emojis.index("😐"),
        "negative": model.emojis.index("😡"),
    }
    popularity = model.config["popularity"]
    best = {
        "frequency": np.tile(np.argsort(-model.qa.log_prior.cpu().numpy())[:5], (len(test), 1)),
        "linear SVM, over 🎉 😐 😡": np.array([[row[one]] for one in said]),
        f"SQAM, popularity {popularity:g}": np.argsort(-model.score(test["text"], popularity=popularity), axis=1)[
            :, :5
        ],
    }
    return {
        "texts": len(test),
        "rows": {name: {"agrees": agreement(values[top], positive)} for name, top in best.items()},
    }


def agreement(values: np.ndarray, positive: np.ndarray) -> float:
    """How often the mean of the values (N, k), without NaN, is above 0 if `positive` (N,), and below 0 if not."""
    known = np.isfinite(values)
    mean = np.where(known, values, 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return float(np.mean(np.where(positive, mean > 0, mean < 0)))


def withheld_figures(model: emoji_qa.Answerer, data: Path, folder: Path) -> dict:
    """Held-out tweets with an emoji that neither VAE nor question–answer model has seen: its median rank among all."""
    hidden = {model.table.base_index(char) for char in model.config["withheld"]}
    tweets = tweets43(data, model.table)
    tweets = tweets[(tweets["part"] == "test") & tweets["rows"].map(lambda rows: bool(hidden & set(rows)))]
    texts, right = tweets["text"].tolist(), [sorted(hidden & set(rows)) for rows in tweets["rows"]]
    names = minilm.embed([emoji.name for emoji in model.emojis], folder)
    scores = {
        "MiniLM over names": minilm.embed(texts, folder) @ names.T,
        "SQAM, code and meaning": model.score(texts),
        "SQAM, code alone": model.score(texts, codes=model.emojis.codes),
    }
    ranks = {name: float(np.median(best_ranks(one, right))) for name, one in scores.items()}
    return {
        "texts": len(texts),
        "emojis": len(hidden),
        "rows": {
            "chance": {"median_rank": (len(model.emojis) + 1) / 2},
            **{name: {"median_rank": r} for name, r in ranks.items()},
        },
    }
