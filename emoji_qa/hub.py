"""The name of a checkpoint → its folder on this machine: a path, a name in `checkpoints/`, or a model of the Hugging Face Hub.

Downloads stay in the Hub's own cache and work offline. The Hub's library finds the token by itself, where
`hf auth login` left it or in HF_TOKEN; no message of this module contains it.
"""

import os
import re
from pathlib import Path

from huggingface_hub import errors, get_token, snapshot_download

from emoji_qa import checkpoint

# All that a checkpoint is made of.
PARTS = ["*.gz", "*.json", "*.md", "*.onnx", "*.png", "*.safetensors", "*.tsv", "*.txt", "*.webp"]
REPO = re.compile(r"(?P<repo>\w[\w.-]*/[\w.-]+)(?:@(?P<revision>\S+))?")
FAILURES = (errors.HTTPError, errors.HFValidationError, OSError)  # HTTPError: of whichever HTTP library it uses


def locate(name_or_path: str | os.PathLike | None = None, revision: str | None = None) -> Path:
    """The folder of a checkpoint; see `emoji_qa.load` for its names. A local checkpoint takes precedence over the Hub.

    Raises ValueError, with a sentence to act on, when there is none, when it cannot be downloaded, and when a revision is
    given for a folder, which has none.
    """
    name = os.fspath(name_or_path or os.environ.get("EMOJI_QA_MODEL") or "default")
    if folder := checkpoint.find(name):
        if revision:
            raise ValueError(f"“{name}” is a folder here, without revisions. Leave the revision out.")
        return folder
    named = REPO.fullmatch(name)
    if not named or Path(name).exists():
        return checkpoint.locate(name)  # raises, naming the checkpoints that exist
    if revision and named["revision"] not in (None, revision):
        raise ValueError(f"“{name}” names one revision, and {revision} is another. Give one of them.")
    return download(named["repo"], revision or named["revision"])


def download(repo: str, revision: str | None = None) -> Path:
    """The folder of a Hub model in the cache, where it is downloaded if needed. Raises ValueError when that fails."""
    try:
        folder = Path(snapshot_download(repo, revision=revision, allow_patterns=PARTS, library_name="emoji-qa"))
    except FAILURES as error:
        raise ValueError(reason(error, repo, revision)) from None  # the request's headers hold the token
    if checkpoint.find(folder) is None:
        raise ValueError(f"The model {repo} on the Hub holds no config.json: it is not a checkpoint of emoji-qa.")
    return folder


def reason(error: Exception, repo: str, revision: str | None = None) -> str:
    """Why the Hub did not do what it was asked for, in one sentence a person can act on."""
    status = getattr(getattr(error, "response", None), "status_code", None)
    match error:
        case errors.GatedRepoError():
            return (
                f"The model {repo} is gated: ask for access on its page on the Hub, then log in with `hf auth login`."
            )
        case errors.RepositoryNotFoundError():
            return (
                f"There is no checkpoint {repo} here and no such model on the Hub, or it is private. "
                "Check the name, or log in with `hf auth login`."
            )
        case errors.RevisionNotFoundError():
            return f"The model {repo} has no revision “{revision or 'main'}” on the Hub."
        case errors.HFValidationError():
            return f"“{repo}” is not a name that the Hub allows. It must be OWNER/NAME."
        case errors.IncompleteSnapshotError():
            return f"The copy of {repo} in the cache is incomplete, and the Hub is out of reach. Connect and load it again."
        case errors.LocalEntryNotFoundError():
            return f"The model {repo} is not in the cache, and the Hub is out of reach. Connect and load it again."
        case errors.HfHubHTTPError() if status == 401 and not get_token():
            return "The Hub wants to know who is asking. Log in with `hf auth login`."
        case errors.HfHubHTTPError() if status == 401:
            return "The Hub refuses the token of this machine; it may have been revoked. Log in again with `hf auth login`."
        case errors.HfHubHTTPError() if status == 403:
            return (
                f"The token of this machine may not do that with {repo}. Log in with one that may, by `hf auth login`."
            )
        case OSError() if error.errno:
            return f"The cache of the Hub cannot be written: {error.strerror}. Make room, or set HF_HOME to another folder."
    said = (str(error).strip().splitlines() or [""])[0].replace(get_token() or "\0", "…")
    return f"The connection to the Hub failed over {repo} ({type(error).__name__}: {said}). Try again; it goes on where it was."


def remedy(folder: Path) -> str:
    """What to do about a damaged checkpoint: a sentence for one from the Hub's cache, nothing for others."""
    if folder.parent.name != "snapshots":
        return ""
    return f" It came from the Hub; to download it again, delete {folder.parent.parent}."
