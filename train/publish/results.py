"""Write the figures of metrics.json into README.md and docs/: python -m train.publish.results

A document has a pair of marks for each block, `<!-- figures: NAME -->` and `<!-- end of figures -->`; the text between
them is replaced. So every number is measured once, by `train.evaluate`, and none is copied by hand.
"""

import re
from collections.abc import Callable

import emoji_qa
from emoji_qa.checkpoint import CHECKPOINTS, read_json
from train.evaluate import invent, judged, qa, remix, shown
from train.evaluate.pictures import vae_table
from train.latent import directions

ROOT = CHECKPOINTS.parent
DOCUMENTS = ("README.md", "docs/results.md", "docs/original.md")
MARKS = re.compile(r"(<!-- figures: ([a-z ]+) -->\n).*?(<!-- end of figures -->)", re.DOTALL)


def main() -> None:
    for name in DOCUMENTS:
        path = ROOT / name
        old = path.read_text(encoding="utf-8")
        new = filled(old)
        path.write_text(new, encoding="utf-8")
        print(f"{name}: {'rewritten' if new != old else 'unchanged'}")


def filled(text: str) -> str:
    """A document's text with today's figures between its marks. Raises ValueError for marks that name no block."""

    def block(match: re.Match) -> str:
        begin, name, end = match.groups()
        if name not in BLOCKS:
            raise ValueError(f"There are no figures “{name}”; there are: {', '.join(BLOCKS)}.")
        return f"{begin}{BLOCKS[name]()}\n{end}"

    return MARKS.sub(block, text)


def metrics(checkpoint: str) -> dict:
    """metrics.json of a checkpoint of the repository."""
    return read_json(CHECKPOINTS / checkpoint / "metrics.json")


def bases(checkpoint: str) -> int:
    """How many emojis a checkpoint ranks."""
    return read_json(CHECKPOINTS / checkpoint / "config.json")["qa"]["n_bases"]


def listing(text: str) -> str:
    """A Markdown block that shows the text unchanged."""
    return f"```\n{text}\n```"


def headline() -> str:
    """The README's table: figures of the default checkpoint, with the best baseline of the same measurement."""
    found = metrics("default")
    lines = ["| measured on | figure | this model | baseline | printed by |", "|---|---|---|---|---|"]
    for what, (key, spec, command), path, ours in HEADLINE:
        part = found
        for step in path:
            part = part.get(step, {})
        rows = part.get("rows", {})
        if ours in rows and (theirs := best_baseline(rows, key)):
            values = [f"{rows[row][key]:{spec}}" for row in (ours, theirs)]
            label = key.replace("_", " ")
            lines.append(
                f"| {what} | {NAMES.get(key, label)} | **{values[0]}** | {values[1]} ({theirs}) | `{command}` |"
            )
    return "\n".join(lines)


def best_baseline(rows: dict[str, dict[str, float]], key: str) -> str | None:
    """The row with the highest figure that is neither this model's nor another checkpoint's."""
    others = [
        name for name, row in rows.items() if not name.startswith(OURS) and name not in judged.OTHERS and key in row
    ]
    return max(others, key=lambda name: rows[name][key], default=None)


QA, VAE = "python -m train.evaluate qa", "python -m train.evaluate vae"
NAMES = {
    "macro_f1": "macro-F1",
    "val_psnr": "PSNR, dB",
    "hit10": "among the first ten",
    "good1": "good",
    "median": "median rank",
    "rank": "median rank",
    "ms": "ms",
}
HEADLINE = (  # what is measured, (figure in metrics.json, format, command), path in metrics.json, our row
    (
        "first answers to judged messages",
        ("good1", ".2f", "python -m train.evaluate judged"),
        ("judged", "judged"),
        "SQAM",
    ),
    ("airline tweets, three moods, held out", ("accuracy", ".3f", QA), ("qa", "airline"), "SQAM"),
    ("moods of airline tweets", ("agrees", ".3f", QA), ("qa", "moods"), "SQAM, popularity 0.5"),
    ("tweets for emojis newer than all training", ("hit10", ".2f", QA), ("qa", "newest"), "SQAM, code and meaning"),
    ("a picture never seen, rebuilt from 16 numbers by `split`", ("val_psnr", ".1f", VAE), ("vae_table",), "this VAE"),
)
OURS = ("SQAM", "this VAE")  # prefixes of the rows of this model, in all settings


def once_measured(report: Callable[[dict], str], figures: dict | None) -> str:
    return listing(report(figures)) if figures else "Not measured yet for this checkpoint."


BLOCKS: dict[str, Callable[[], str]] = {
    "headline": headline,
    "answers": lambda: listing(qa.report(metrics("default")["qa"], bases("default"))),
    "judged": lambda: listing(judged.report(metrics("default")["judged"])),
    "original answers": lambda: listing(qa.report(metrics("original")["qa"], bases("original"))),
    "pictures": lambda: vae_table.report(metrics("default")["vae_table"]),
    "emojis put together": lambda: once_measured(remix.report, metrics("default").get("remix")),
    "directions": lambda: once_measured(directions.report, metrics("default").get("directions")),
    "twenty tweets": lambda: shown.report(emoji_qa.load(device="cpu")),
    "inventions": lambda: once_measured(invent.report, metrics("default").get("invent")),
}

if __name__ == "__main__":
    main()
