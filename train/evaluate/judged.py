"""Compare answers with careful judgements of real and everyday messages: python -m train.evaluate judged --data data

Each message has graded emojis: 3 is what many people would choose, 2 good, 1 acceptable; all others are wrong.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd

import emoji_qa
from emoji_qa import checkpoint
from emoji_qa.emojis.table import EmojiTable, without_vs16
from train import messages
from train.data.keywords import meaning_texts
from train.data.places import need
from train.evaluate import rounded
from train.evaluate.answers.baselines import KeywordSearch, NaiveBayes
from train.qa import minilm

DEV, LANGUAGES = "messages/judged_dev.json", "messages/judged_dev_languages.tsv"
OTHERS = ("the tower before", "SQAM, of texts for any purpose")  # rows of other checkpoints
DISCOUNT = 1 / np.log2(np.arange(2, 7))
HEADINGS = {
    "good1": "good@1",
    "best1": "best@1",
    "ndcg5": "nDCG@5",
    "best5": "best in 5",
    "good5": "good in 5",
    "wrong5": "wrong@5",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m train.evaluate judged", description=__doc__.split("\n")[0])
    parser.add_argument("--checkpoint", default="default", help="a name in checkpoints/, or a folder")
    parser.add_argument("--before", help="another checkpoint, for a row of its own")
    parser.add_argument("--free", help="a checkpoint of texts that may be used for any purpose, for a row of its own")
    parser.add_argument("--data", type=Path, default=Path("data"), help="the folder of corpora (default: data)")
    parser.add_argument("--file", type=Path, help=f"judgements in the layout of {DEV} (default: that file in --data)")
    parser.add_argument(
        "--languages", type=Path, help=f"judgements in other languages (default: {LANGUAGES} in --data)"
    )
    parser.add_argument("--minilm", type=Path, help="the folder of all-MiniLM-L6-v2 (default: the installed package)")
    parser.add_argument(
        "--popularity", type=float, help="weight of how often an emoji is used (default: the checkpoint's)"
    )
    parser.add_argument("--quick", action="store_true", help="the checkpoint's own rows alone, and nothing is noted")
    options = parser.parse_args()
    model = emoji_qa.load(options.checkpoint)
    texts, sources, grades = judgements(options.file or options.data / DEV, model.table)
    foreign, languages, foreign_grades = judgements(options.languages or options.data / LANGUAGES, model.table)
    scores, foreign_scores = scored(model, texts, options), scored(model, foreign, options)
    figures = {
        "judged": {"texts": len(texts), "rows": {name: measures(one, grades) for name, one in scores.items()}},
        "judged by source": {"texts": len(texts), "rows": by_group(scores["SQAM"], grades, sources)},
        "judged languages": {
            "texts": len(foreign),
            "rows": {n: measures(one, foreign_grades) for n, one in foreign_scores.items()},
        },
        "judged by language": {
            "texts": len(foreign),
            "rows": by_group(foreign_scores["SQAM"], foreign_grades, languages),
        },
    }
    print(report(figures))
    if not options.quick:
        path = model.folder / "metrics.json"
        keep_others(figures, checkpoint.read_json(path).get("judged", {}) if path.exists() else {})
        checkpoint.update_json(path, judged=rounded(figures))


def keep_others(figures: dict, known: dict) -> None:
    """Keep known rows of other checkpoints that were not measured this time, if the number of texts is the same."""
    for title, one in figures.items():
        if title in known and known[title]["texts"] == one["texts"]:
            kept = {name: row for name, row in known[title]["rows"].items() if name in OTHERS}
            one["rows"] = {**kept, **one["rows"]}


def judgements(path: Path, table: EmojiTable) -> tuple[list[str], list[str], np.ndarray]:
    """Texts, their sources or languages, and grades (N, n_bases), from a file of either layout, JSON or TSV. Emojis
    that are no bases of the table are left out.

    Raises SystemExit when the file is missing.
    """
    need(path, "These are judgements of answers, which are not in the repository. Name a file of your own.")
    rows = {without_vs16(emoji.char): row for row, emoji in enumerate(table.bases)}
    if path.suffix == ".json":
        found = [(one["text"], one["source"], one["grades"]) for one in json.loads(path.read_text(encoding="utf-8"))]
    else:
        lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
        found = [
            (text, language, {emoji: 3 - i for i, some in enumerate(told) for emoji in some.split()})
            for language, text, *told in lines
        ]
    grades = np.zeros((len(found), len(table.bases)), np.int64)
    for line, (*_, told) in zip(grades, found, strict=True):
        for emoji, grade in told.items():
            if (row := rows.get(without_vs16(emoji))) is not None:
                line[row] = grade
    return [one[0] for one in found], [one[1] for one in found], grades


def scored(model: emoji_qa.Answerer, texts: list[str], options: argparse.Namespace) -> dict[str, np.ndarray]:
    """Scores (N, n_bases) of the checkpoint and of its baselines, by name."""
    popularity = model.config["popularity"] if options.popularity is None else options.popularity
    found = {"SQAM": model.score(texts, popularity=popularity)}
    if options.quick:
        return found
    train = messages.read(model.table, options.data, (*messages.OWN, *messages.OTHERS, "judged"))
    train = train[train["part"] == "train"]
    good = [
        [row for row, grade in zip(rows, grades or [3] * len(rows), strict=True) if grade >= 2]
        for rows, grades in zip(train["rows"], train["grades"], strict=True)
    ]
    bayes = NaiveBayes(train["text"].tolist(), good, len(model.emojis))
    encoder, names = minilm.locate(options.minilm), [emoji.name for emoji in model.emojis]
    others = {
        "frequency": np.tile(bayes.log_prior, (len(texts), 1)),
        "naive Bayes on the messages": bayes.scores(texts),
        "TF-IDF over names and keywords": KeywordSearch(meaning_texts(model.table, options.data)).scores(texts),
        "MiniLM over names": minilm.embed(texts, encoder) @ minilm.embed(names, encoder).T,
    }
    for name, folder in zip(OTHERS, (options.before, options.free), strict=True):
        if folder:
            other = emoji_qa.load(folder)
            others[name] = other.score(texts, popularity=other.config["popularity"])
    return {**others, **found}


def measures(scores: np.ndarray, grades: np.ndarray) -> dict[str, float]:
    """Measures of scores (N, n_bases) by grades (N, n_bases): the shares of first answers that are good and best; nDCG
    of the first five; the shares of texts with a best and a good answer among these; the share of wrong ones.
    """
    top = np.take_along_axis(grades, np.argsort(-scores, axis=1, kind="stable")[:, :5], axis=1)  # (N, 5)
    gain, ideal = 2.0**top - 1, 2.0 ** (-np.sort(-grades, axis=1)[:, :5]) - 1
    return {
        "good1": np.mean(top[:, 0] >= 2),
        "best1": np.mean(top[:, 0] == 3),
        "ndcg5": np.mean(gain @ DISCOUNT / (ideal @ DISCOUNT)),
        "best5": np.mean((top == 3).any(axis=1)),
        "good5": np.mean((top >= 2).any(axis=1)),
        "wrong5": np.mean(top == 0),
    }


def by_group(scores: np.ndarray, grades: np.ndarray, groups: list[str]) -> dict[str, dict[str, float]]:
    """The measures for the texts of each group."""
    groups = pd.Series(groups)
    return {
        f"{name} ({len(some)})": measures(scores[some.index], grades[some.index])
        for name, some in groups.groupby(groups)
    }


def report(figures: dict) -> str:
    blocks = []
    for title, one in figures.items():
        lines = [
            f"{title}, {one['texts']} messages".ljust(44) + "".join(f"{heading:>11}" for heading in HEADINGS.values())
        ]
        lines += [
            f"  {name:<42}" + "".join(f"{row[key]:>11.3f}" for key in HEADINGS) for name, row in one["rows"].items()
        ]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


if __name__ == "__main__":
    main()
