"""The question–answer model's table: each row with its baselines, on texts that no model was trained on.

A model whose answers have no meanings, only codes, is measured only as the original was: on airline tweets and its
three examples.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import pandas as pd

import emoji_qa
from emoji_qa import checkpoint
from train.data.corpora import tweets43
from train.data.tweets import CHOICES, ORIGINAL_TWEETS, airline
from train.evaluate import rounded
from train.evaluate.answers import newest, rows, speed
from train.qa import minilm

RIGHT = ["😡", "😡", "🎉"]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m train.evaluate qa", description=__doc__)
    parser.add_argument("--checkpoint", default="default", help="a name in checkpoints/, or a folder")
    parser.add_argument("--data", type=Path, default=Path("data"), help="the folder of corpora (default: data)")
    parser.add_argument("--minilm", type=Path, help="the folder of all-MiniLM-L6-v2 (default: the installed package)")
    parser.add_argument("--only", nargs="+", metavar="ROW", help="measure these rows again and keep the others")
    parser.add_argument("--tuned", help="a checkpoint trained with --phase baseline, for its rows (else they stay)")
    parser.add_argument(
        "--withheld", help="a checkpoint trained with --withhold, for a row of its emojis (else it stays)"
    )
    options = parser.parse_args()
    model = emoji_qa.load(options.checkpoint)
    if model.qa.meaning is None:
        figures = {"airline": airline_figures(model, airline(options.data)), "original_tweets": original_tweets(model)}
    else:
        figures, found = dict(model.metrics.get("qa", {})), measures(model, options)
        if unknown := sorted({*(options.only or [])} - {*found}):
            parser.error(f"no row is named {unknown[0]}; there are: {', '.join(found)}")
        for name, measure in found.items():
            if options.only is None or name in options.only:
                print(f"measuring: {name}", flush=True)
                figures[name] = rounded(measure())
                checkpoint.update_json(model.folder / "metrics.json", qa=figures)
    print(report(figures, len(model.emojis)))
    checkpoint.update_json(model.folder / "metrics.json", qa=figures)


def measures(model: emoji_qa.Answerer, options: argparse.Namespace) -> dict[str, Callable[[], dict]]:
    """The rows by name, each as a function that measures it."""
    data, folder = options.data, minilm.locate(options.minilm)
    found = {
        "tweeteval": lambda: rows.tweeteval_figures(model, data),
        "airline": lambda: rows.airline_figures(model, data),
        "tweets43": lambda: rows.inline_figures(model, data),
        "keywords": lambda: rows.keyword_figures(model, data, folder),
        "moods": lambda: rows.mood_figures(model, data),
        "newest": lambda: newest.newest_figures(model, folder),
        "speed": lambda: speed.speed_figures(model, held_out(model, data), folder),
        "size_mb": lambda: (model.folder / "qa.safetensors").stat().st_size / 1e6,
        "original_tweets": lambda: original_tweets(model),
    }
    if options.tuned:
        found["tuned"] = lambda: rows.tuned_figures(emoji_qa.load(options.tuned), data)
    if options.withheld:
        found["withheld"] = lambda: rows.withheld_figures(emoji_qa.load(options.withheld), data, folder)
    return found


def held_out(model: emoji_qa.Answerer, data: Path) -> list[str]:
    tweets = tweets43(data, model.table)
    return tweets["text"][tweets["part"] == "test"].tolist()


def airline_figures(model: emoji_qa.Answerer, tweets: pd.DataFrame) -> dict:
    """Accuracy and macro-F1 over 🎉 😈 😡 on the test part, for the model, a linear SVM and the most frequent answer."""
    train, test = tweets[tweets["part"] == "train"], tweets[tweets["part"] == "test"]
    figures = rows.fixed_labels(model, train, test)
    return {"train_tweets": len(train), "test_tweets": len(test), "rows": rounded(figures["rows"])}


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
    """The figures as the text for the documents: see `train.publish.results`."""
    if "train_tweets" in figures.get("airline", {}):
        return "\n".join([*original_lines(figures["airline"]), "", *tweet_lines(figures["original_tweets"], n_bases)])
    blocks = [block(name, figures) for name in BLOCKS if name in figures]
    shown = "\n".join(tweet_lines(figures["original_tweets"], n_bases)) if "original_tweets" in figures else ""
    return "\n\n".join([*blocks, *filter(None, [shown])])


BLOCKS = ("tweeteval", "airline", "tweets43", "tuned", "keywords", "moods", "withheld", "newest", "speed")
INLINE = {"hit1": ".3f", "hit5": ".3f", "hit20": ".3f", "macro20": ".3f"}
TITLES = {  # what is measured; its columns: heading → key, format
    "airline": (
        "airline tweets over 🎉 😐 😡, {texts:,} held out, popularity 0",
        {"accuracy": ".3f", "macro_f1": ".3f"},
    ),
    "tweets43": ("inline emojis of {texts:,} held-out tweets", INLINE),
    "tuned": ("the same, by an encoder fine-tuned on these tweets alone", INLINE),
    "keywords": ("{words:,} words kept out of training, popularity 0", {"mrr": ".3f", "hit10": ".3f"}),
    "moods": ("moods of {texts:,} clearly positive or negative airline tweets", {"agrees": ".3f"}),
    "withheld": ("emojis kept out of training: {emojis}, in {texts:,} tweets", {"median_rank": ".0f"}),
    "newest": (
        "{emojis} emojis newer than all training, for {texts} tweets of our own",
        {"median_rank": ".0f", "hit10": ".3f"},
    ),
    "speed": ("against all bases ({precision})", {"ms": ".1f", "per_second": ".0f"}),
}
HEADINGS = {
    "accuracy": "accuracy",
    "macro_f1": "macro-F1",
    "hit1": "top 1",
    "hit5": "top 5",
    "hit20": "top 20",
    "macro20": "per emoji",
    "mrr": "MRR",
    "hit10": "top 10",
    "agrees": "agree",
    "median_rank": "median rank",
    "ms": "ms a tweet",
    "per_second": "tweets/s",
}


def block(name: str, figures: dict) -> str:
    """One title, its columns' headings, and a line for each row."""
    if name == "tweeteval":
        parts = [
            table(
                f"{task}, {one['part']}, {one['texts']:,} texts, popularity 0",
                {"accuracy": ".3f", "macro_f1": ".3f"},
                one["rows"],
            )
            for task, one in figures[name].items()
        ]
        return "\n\n".join(parts)
    title, columns = TITLES[name]
    return table(title.format(**figures[name]), columns, figures[name]["rows"])


def table(title: str, columns: dict[str, str], lines: dict[str, dict[str, float]]) -> str:
    head = f"{title:<60}" + "".join(f"{HEADINGS[key]:>12}" for key in columns)
    return "\n".join(
        [
            head,
            *(
                f"  {name:<58}" + "".join(f"{row[key]:>12{spec}}" for key, spec in columns.items())
                for name, row in lines.items()
            ),
        ]
    )


def original_lines(airline: dict) -> list[str]:
    head = f"airline tweets, {airline['test_tweets']:,} held out       accuracy  macro-F1"
    return [
        head,
        *(f"  {name:<33} {row['accuracy']:.3f}     {row['macro_f1']:.3f}" for name, row in airline["rows"].items()),
    ]


def tweet_lines(tweets: list[dict], n_bases: int) -> list[str]:
    lines = [f"the original's three tweets        {'    '.join(CHOICES)}           top 5 of {n_bases:,} bases"]
    for row in tweets:
        numbers = "  ".join(f"{value:.2f}" for value in row["scores"].values())
        won = "right" if max(row["scores"], key=row["scores"].get) == row["right"] else "WRONG"
        top = "  ".join(f"{emoji} {value:.2f}" for emoji, value in row["top5"])
        lines.append(f"  {row['tweet'][:29]}…  {numbers}  {won}  {top}")
    return lines


if __name__ == "__main__":
    main()
