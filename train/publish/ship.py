"""Copy a VAE and its files into another checkpoint: python -m train.publish.ship FROM TO

Both are folders of checkpoints; in TO, answers are then fitted to the VAE's codes. FROM's model card is not copied,
and of its figures only those of the VAE. TO keeps its own card and, until they are measured again, its other figures.
"""

import argparse
import shutil
from pathlib import Path

from emoji_qa import checkpoint
from train import commands

FIGURES = ("vae", "vae_table", "labels", "directions", "remix")  # those of a VAE in metrics.json
STAYS = ("metrics.json", "README.md")
ANSWERS = ("train.qa", "train.messages", "train.data.tweets", "train.publish")  # commands that have to be run again


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
    """Copy one folder into another, which is made if missing. Raises ValueError if the first is no checkpoint."""
    figures = checkpoint.read_json(source / "metrics.json")
    target.mkdir(parents=True, exist_ok=True)
    for file in source.iterdir():
        if file.is_file() and file.name not in STAYS:
            shutil.copyfile(file, target / file.name)
    checkpoint.update_json(target / "config.json", commands=commands.of(source, without=ANSWERS))
    checkpoint.update_json(target / "metrics.json", **{name: figures[name] for name in FIGURES if name in figures})


if __name__ == "__main__":
    main()
