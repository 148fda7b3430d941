"""Write a checkpoint's figures into its model card: python -m train.publish.card checkpoints/default ...

A card is the README.md beside the weights. Its text and licence are written by hand. Its figures, in the tables and in
the model-index that the Hub shows, come from metrics.json, where training and `train.evaluate` put them. The list of
emojis that the page hides by default comes from `emoji_qa.emojis.sensitive`, if the card has the marks for it.
"""

import argparse
from pathlib import Path

from huggingface_hub import EvalResult, ModelCard

from emoji_qa.checkpoint import read_json
from emoji_qa.emojis.sensitive import HIDDEN

HIDDEN_BEGIN, HIDDEN_END = "<!-- Hidden: written by train.publish.card. -->", "<!-- End of hidden. -->"
BEGIN, END = "<!-- Figures: written by train.publish.card from metrics.json. -->", "<!-- End of figures. -->"
AIRLINE = {
    "task_type": "text-classification",
    "dataset_type": "twitter-us-airline-sentiment",
    "dataset_name": "Twitter US Airline Sentiment, held out",
}
PICTURES = {"task_type": "image-feature-extraction", "dataset_type": "twemoji", "dataset_name": "Twemoji, held out"}
INDEX = (  # path of a figure in metrics.json, and its names on the Hub
    (("qa", "airline", "rows", "SQAM", "accuracy"), {**AIRLINE, "metric_type": "accuracy", "metric_name": "Accuracy"}),
    (("qa", "airline", "rows", "SQAM", "macro_f1"), {**AIRLINE, "metric_type": "f1", "metric_name": "Macro-F1"}),
    (("vae", "psnr_db", "val"), {**PICTURES, "metric_type": "psnr", "metric_name": "PSNR of reconstructions (dB)"}),
    (
        ("vae_table", "rows", "this VAE", "val_psnr"),
        {**PICTURES, "metric_type": "psnr", "metric_name": "PSNR of reconstructions by the VAE of the split (dB)"},
    ),
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m train.publish.card", description=__doc__.splitlines()[0])
    parser.add_argument("checkpoints", nargs="+", type=Path, metavar="FOLDER")
    for folder in parser.parse_args().checkpoints:
        try:
            print(f"{folder / 'README.md'}: {'rewritten' if write(folder) else 'unchanged'}")
        except ValueError as error:
            raise SystemExit(f"train.publish.card: {error}") from error


def write(folder: Path) -> bool:
    """Update the card's figures; True if that changed the card. Raises ValueError when there is no card."""
    path = folder / "README.md"
    if not path.is_file():
        raise ValueError(f"{path} is missing. Say in it what the model was trained on, its licence and its limits.")
    old = path.read_text(encoding="utf-8")
    new = card(old, read_json(folder / "metrics.json"), folder.name)
    path.write_text(new, encoding="utf-8")
    return new != old


def card(text: str, metrics: dict, name: str) -> str:
    """The text of a card with the figures of `metrics`."""
    model_card = ModelCard(text, ignore_metadata_errors=False)
    model_card.data.model_name = f"emoji-qa/{name}"
    model_card.data.eval_results = results(metrics)
    before, _, rest = fill(model_card.text, HIDDEN_BEGIN, HIDDEN_END, " ".join(sorted(HIDDEN))).partition(BEGIN)
    _, _, after = rest.partition(END)
    parts = [before.rstrip(), BEGIN, tables(metrics), END, after.strip()]
    model_card.text = "\n\n".join(filter(None, parts)) + "\n"
    return str(model_card)


def fill(text: str, begin: str, end: str, content: str) -> str:
    """The text with new content between two marks; unchanged if it has no such marks."""
    before, mark, rest = text.partition(begin)
    return f"{before}{begin} {content} {end}{rest.partition(end)[2]}" if mark else text


def results(metrics: dict) -> list[EvalResult]:
    """The entries of the model-index: the figures of INDEX that metrics.json has."""
    found = [(look_up(metrics, place), names) for place, names in INDEX]
    return [EvalResult(metric_value=round(value, 4), **names) for value, names in found if value is not None]


def look_up(metrics: dict, keys: tuple[str, ...]) -> float | None:
    for key in keys:
        if key not in metrics:
            return None
        metrics = metrics[key]
    return metrics


def tables(metrics: dict, place: str = "") -> str:
    """All tables in `metrics`, at any depth: {"rows": {model: {figure: number}}}, as a line for each figure."""
    shown = []
    for key, part in metrics.items():
        here = f"{place} {key}".strip()
        if isinstance(part, dict):
            shown.append(table(here, part["rows"]) if "rows" in part else tables(part, here))
    return "\n\n".join(filter(None, shown))


def table(title: str, rows: dict[str, dict[str, float]]) -> str:
    figures = list(dict.fromkeys(figure for row in rows.values() for figure in row))
    lines = [f"| {title.replace('_', ' ')} | " + " | ".join(rows) + " |", "|---" * (len(rows) + 1) + "|"]
    for figure in figures:
        cells = [f"{row[figure]:.4g}" if figure in row else "" for row in rows.values()]
        lines.append(f"| {figure.replace('_', ' ')} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
