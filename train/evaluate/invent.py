"""Emojis invented for airline tweets, beside random plausible ones: python -m train.evaluate invent

Every score is of a code alone; an invented emoji's is that of the code its picture has, encode(decode(z)). The mood of a code is
that of the three nearest emojis that are rated: the sign of their mean polarity in the Emoji Sentiment Ranking, less its median.
"""

import argparse
from pathlib import Path

import numpy as np
from tqdm import tqdm

import emoji_qa
from emoji_qa import checkpoint
from emoji_qa.latent.invent import NOVELTY, PLAUSIBILITY, STARTS, Invention, again, choose
from emoji_qa.latent.neighbourhood import Neighbourhood
from train.data.meaning import polarity
from train.data.tweets import airline
from train.evaluate.rows import agreement
from train.evaluate.vae_table import rounded

TWEETS = 200  # half of them positive, half negative


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m train.evaluate invent", description=__doc__.split("\n")[0])
    parser.add_argument("--checkpoint", default="default", help="a name in checkpoints/, or a folder")
    parser.add_argument("--data", type=Path, default=Path("data"), help="the folder of corpora (default: data)")
    parser.add_argument("--tweets", type=int, default=TWEETS, help="how many (default: %(default)s)")
    options = parser.parse_args()
    model = emoji_qa.load(options.checkpoint)
    figures = measure(model, options.data, options.tweets)
    if options.tweets == TWEETS:
        checkpoint.update_json(model.folder / "metrics.json", invent=rounded(figures))
    print(report(figures))


def measure(model: emoji_qa.Answerer, data: Path, count: int) -> dict:
    tweets = airline(data)
    tweets = tweets[tweets["part"] == "test"]
    halves = [tweets[tweets["sentiment"] == one].sample(count // 2, random_state=0) for one in ("positive", "negative")]
    texts, positive = sum((half["text"].tolist() for half in halves), []), np.repeat([True, False], count // 2)
    values = polarity(model.emojis, data)[:, 0].numpy()
    values -= np.nanmedian(values)
    ways: dict[str, list[Invention]] = {"invented": [], "random": [], f"best of {STARTS} random": []}
    answers = model.embed_codes(model.emojis.codes)
    for i, tweet in enumerate(tqdm(texts, mininterval=1)):
        question, drawn = model.embed_tweet(tweet), model.latent.sample(STARTS, seed=i)
        real = answers @ question
        ways["invented"].append(model.invent(tweet))
        honest = again(model, drawn)
        ways["random"].append(choose(model, question, real, drawn[:1], honest[:1]))
        ways[f"best of {STARTS} random"].append(choose(model, question, real, drawn, honest))
    best = model.emojis.codes[[model.emojis.index(one.best) for one in ways["invented"]]]
    rows = {"best real emoji": {"score": float(np.mean([one.best_score for one in ways["invented"]])),
                                "mood": agreement(near(model, best, values), positive)}}  # fmt: skip
    rows |= {name: summary(model, found, values, positive) for name, found in ways.items()}
    return {"tweets": len(texts), "rows": rows}


def summary(model: emoji_qa.Answerer, found: list[Invention], values: np.ndarray, positive: np.ndarray) -> dict[str, float]:
    codes = again(model, np.stack([one.z for one in found]))
    return {
        "score": float(np.mean([one.score for one in found])),
        "beats": float(np.mean([one.score > one.best_score for one in found])),
        "mood": agreement(near(model, codes, values), positive), "within": float(np.mean([one.within for one in found])),
        "novelty": float(np.median([one.novelty for one in found])),
        "plausibility": float(np.median([one.plausibility for one in found])),
    }  # fmt: skip


def near(model: emoji_qa.Answerer, z: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The values (N, 3) of the three emojis nearest to codes (N, 16), of those (E,) that have one."""
    rated = np.flatnonzero(np.isfinite(values))
    rows, _ = Neighbourhood(model.emojis.codes[rated], model.latent.metric).nearest(z, 3)
    return values[rated[rows]]


COLUMNS = {  # key → heading, format, width
    "score": ("score", ".3f", 8), "beats": ("beats best real", ".0%", 18), "mood": ("mood fits", ".0%", 12),
    "within": ("in range", ".0%", 11), "novelty": ("novelty", ".0f", 10), "plausibility": ("plausible", ".0f", 12),
}  # fmt: skip


def report(figures: dict) -> str:
    headings = "".join(f"{name:>{wide}}" for name, _, wide in COLUMNS.values())
    lines = [f"{figures['tweets']} airline tweets, by code alone  {headings}"]
    for name, row in figures["rows"].items():
        cells = [f"{format(row[key], spec) if key in row else '':>{wide}}" for key, (_, spec, wide) in COLUMNS.items()]
        lines.append(f"  {name:32}" + "".join(cells))
    low, high = NOVELTY
    lines.append(f"In range: novelty {low:g} to {high:g} %, plausibility {PLAUSIBILITY:g} % or more. Medians of both.")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
