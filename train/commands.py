"""Records the commands that made a folder, of all stages and in order, so that they can be run again.

They stand under `commands`: in the config.json of a checkpoint, the tower.json of a question tower, and the made.json
of an emoji table or a set of prepared texts.
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
    """The command line of the current process."""
    return shlex.join(["python", "-m", module, *sys.argv[1:]])


def of(*folders: Path | None, without: Sequence[str] = ()) -> list[str]:
    """The commands that made some folders, each once. None and a folder without recorded commands contribute nothing.

    without: prefixes of the modules whose commands are left out, such as "train.vae".
    """
    files = [folder / name for folder in folders if folder for name in FILES if (folder / name).is_file()]
    found = dict.fromkeys(one for file in files for one in checkpoint.read_json(file).get("commands", []))
    return [one for one in found if not shlex.split(one)[2].startswith(tuple(without))]


def record(file: Path, module: str, *, before: Sequence[str] = (), afresh: bool = False, **parts: object) -> None:
    """Set parts of a JSON file, and append the current command to its `commands`.

    before: the commands that made this stage's inputs in other folders; those not recorded yet are added before the
    current one. afresh: this stage replaces all that was in the folder, so the commands recorded so far are dropped.
    """
    known = [] if afresh else of(file.parent)
    known += [one for one in before if one not in known]
    now = command(module)
    checkpoint.update_json(file, commands=[*(one for one in known if one != now), now], **parts)
