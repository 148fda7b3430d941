"""Copy a VAE, and what lies beside it, to where answers are fitted to its codes: python -m train.publish.ship FROM TO

Both are folders of checkpoints. TO keeps its model card and, until they are measured again, the figures that are not the VAE's
own; of FROM's neither is taken.
"""

import argparse
import shutil
from pathlib import Path

from emoji_qa import checkpoint
from train import commands

FIGURES = ("vae", "vae_table", "labels", "directions", "remix")  # in metrics.json, of a VAE
STAYS = ("metrics.json", "README.md")
ANSWERS = ("train.qa", "train.messages", "train.data.tweets", "train.publish")  # commands that are given again


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m train.publish.ship", description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path, metavar="FROM")
    parser.add_argument("target", type=Path, metavar="TO")
    options = parser.parse_args()
    ship(options.source, options.target)
    print(
        f"{options.target} has the VAE of {options.source}; now: python -m train.qa.answers --checkpoint {options.target} …"
    )


def ship(source: Path, target: Path) -> None:
    """Copy one folder into another, which need not be there. Raises ValueError when the first is no checkpoint."""
    figures = checkpoint.read_json(source / "metrics.json")
    target.mkdir(parents=True, exist_ok=True)
    for file in source.iterdir():
        if file.is_file() and file.name not in STAYS:
            shutil.copyfile(file, target / file.name)
    checkpoint.update_json(target / "config.json", commands=commands.of(source, without=ANSWERS))
    checkpoint.update_json(target / "metrics.json", **{name: figures[name] for name in FIGURES if name in figures})


if __name__ == "__main__":
    main()
