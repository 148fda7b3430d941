"""Fit the share of good answers as a function of the score: python -m train.qa.calibrate --checkpoint FOLDER

It is a logistic curve from the score, with popularity, to the share of answers that were judged good (grade 2 or 3). It
is fitted to the best answers to judged messages and saved in the checkpoint's config.json for `Answerer.confidence`.
"""

import argparse
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

import emoji_qa
from train import commands
from train.evaluate import rounded
from train.evaluate.judged import DEV, judgements

FIRST = 10  # the number of best answers to each message that the curve is fitted to
GOOD = 2  # the lowest grade that counts as good


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m train.qa.calibrate", description=__doc__.split("\n")[0])
    parser.add_argument("--checkpoint", default="default", help="a name in checkpoints/, or a folder")
    parser.add_argument("--data", type=Path, default=Path("data"), help="the folder of corpora (default: data)")
    options = parser.parse_args()
    model = emoji_qa.load(options.checkpoint)
    texts, _, grades = judgements(options.data / DEV, model.table)
    scores = model.score(texts, popularity=model.config["popularity"])
    best = np.argsort(-scores, axis=1)[:, :FIRST]
    x, good = np.take_along_axis(scores, best, axis=1), np.take_along_axis(grades, best, axis=1) >= GOOD
    slope, intercept = curve(x, good)
    fitted = rounded({"slope": slope, "intercept": intercept})
    commands.record(model.folder / "config.json", "train.qa.calibrate", calibration=fitted)
    print(f"fitted to {x.size:,} answers of {len(texts)} messages, {good.mean():.0%} of them good")
    print(report(x, good))


def curve(scores: np.ndarray, good: np.ndarray) -> tuple[float, float]:
    """Slope and intercept of the log odds that an answer is good, from scores and booleans `good` of the same shape."""
    fitted = LogisticRegression(C=1e4).fit(scores.reshape(-1, 1), good.reshape(-1))
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def report(scores: np.ndarray, good: np.ndarray) -> str:
    """Predicted and actual shares of good answers, by tenths of the prediction; each message is predicted by a curve
    that was fitted to other messages (cross-validation)."""
    groups = np.repeat(np.arange(len(scores)), scores.shape[1])
    model, x = LogisticRegression(C=1e4), scores.reshape(-1, 1)
    told = cross_val_predict(model, x, good.reshape(-1), groups=groups, cv=GroupKFold(8), method="predict_proba")[:, 1]
    lines = ["told     good   answers"]
    for low in range(0, 100, 10):
        some = (told * 100 >= low) & (told * 100 < low + 10)
        if some.any():
            lines.append(f"{told[some].mean():.2f}     {good.reshape(-1)[some].mean():.2f}   {some.sum():,}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
