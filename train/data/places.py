"""Where a corpus' file lies, and what to do where it does not; and the part of the data that a text belongs to."""

import hashlib
from pathlib import Path


def need(path: Path, what: str) -> Path:
    """The path of a file. Raises SystemExit, with what it is or where to get it, when it is absent."""
    if not path.is_file():
        raise SystemExit(f"{path} is not there. {what}")
    return path


def position(text: str) -> float:
    """A place in [0, 1) that follows from a text alone, by its hash: every split of the data goes by it."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big") / 2**48
