"""What made a folder: the commands of all stages, in order, so that they can be given again.

A checkpoint keeps them in config.json, a question tower in tower.json, a table of emojis and a set of texts in made.json, each
under `commands`.
"""

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from emoji_qa import checkpoint

PICTURES = ("train.vae", "train.latent", "train.remix", "train.data.emojis", "train.data.vendors", "train.publish")
WORDS = ("train.qa", "train.messages", "train.languages", "train.data.tweets", "train.publish")
FILES = ("config.json", "tower.json", "made.json")


def command(module: str) -> str:
    """The command line that runs now."""
    return shlex.join(["python", "-m", module, *sys.argv[1:]])


def of(*folders: Path | None, without: Sequence[str] = ()) -> list[str]:
    """The commands that made some folders, each once; None, and a folder that keeps none, has none.

    without: beginnings of modules that are left out, such as "train.vae".
    """
    files = [folder / name for folder in folders if folder for name in FILES if (folder / name).is_file()]
    found = dict.fromkeys(one for file in files for one in checkpoint.read_json(file).get("commands", []))
    return [one for one in found if not shlex.split(one)[2].startswith(tuple(without))]


def record(file: Path, module: str, *, before: Sequence[str] = (), afresh: bool = False, **parts: object) -> None:
    """Set parts of a JSON file, and append to its `commands` the one that runs now.

    before: commands that made what this stage takes from other folders; those that are not known yet come first. afresh: what
    was there before is replaced by this stage, so its commands are forgotten.
    """
    known = [] if afresh else of(file.parent)
    known += [one for one in before if one not in known]
    now = command(module)
    checkpoint.update_json(file, commands=[*(one for one in known if one != now), now], **parts)
