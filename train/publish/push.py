"""Publish a checkpoint on the Hugging Face Hub: python -m train.publish.push --repo OWNER/NAME [--checkpoint NAME]

Log in first, with `hf auth login` or HF_TOKEN. The folder is uploaded in one commit; if nothing changed, there is none.
"""

import argparse
import sys
from pathlib import Path

from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi
from huggingface_hub.utils import filter_repo_objects

import emoji_qa
from emoji_qa import checkpoint, hub
from train.publish import card


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m train.publish.push", description=__doc__.splitlines()[0])
    parser.add_argument("--repo", required=True, metavar="OWNER/NAME", help="the model on the Hub; made if it is new")
    parser.add_argument(
        "--checkpoint", default="default", help="a name in checkpoints/, or a folder (default: %(default)s)"
    )
    parser.add_argument("--private", action="store_true", help="make a new model private")
    options = parser.parse_args()
    try:
        folder = checkpoint.locate(options.checkpoint)
        card.write(folder)
        emoji_qa.load(folder, device="cpu")  # what does not load here is not published
        changed, commit = push(folder, options.repo, options.private)
    except ValueError as error:
        sys.exit(str(error))
    print(
        f"{options.repo} is at commit {commit}."
        if changed
        else f"Nothing has changed; {options.repo} stays at {commit}."
    )
    print(f"""To load it:         emoji_qa.load("{options.repo}", revision="{commit}")
To serve it:        python app.py --model {options.repo}@{commit}
In a Space's image: preload_from_hub:
                    - {options.repo} {",".join(published(folder))} {commit}""")


def push(folder: Path, repo: str, private: bool = False) -> tuple[bool, str]:
    """Make the model's files on the Hub equal to the folder's. Returns whether this took a commit, and the latest one.

    Raises ValueError, with a sentence to act on, when the Hub refuses or cannot be reached.
    """
    try:
        api = HfApi(library_name="emoji-qa")
        api.create_repo(repo, private=private, exist_ok=True)
        before = api.model_info(repo)
        add = published(folder)
        there = [file.rfilename for file in before.siblings if "/" not in file.rfilename]
        gone = sorted(set(filter_repo_objects(there, allow_patterns=hub.PARTS)) - set(add))
        operations = [CommitOperationDelete(name) for name in gone]
        operations += [CommitOperationAdd(name, folder / name) for name in add]
        commit = api.create_commit(repo, operations, commit_message=f"Checkpoint {folder.name}").oid
    except hub.FAILURES as error:
        raise ValueError(hub.reason(error, repo)) from None
    return commit != before.sha, commit


def published(folder: Path) -> list[str]:
    """The names of the files that make up a checkpoint."""
    return sorted(filter_repo_objects([file.name for file in folder.iterdir()], allow_patterns=hub.PARTS))


if __name__ == "__main__":
    main()
