"""Finds a corpus' file, or says where to get it; and places each text, by its hash, for the splits of the data."""

import hashlib
from pathlib import Path


def need(path: Path, what: str) -> Path:
    """The path itself. Raises SystemExit, saying what the file is or where to get it, when it is missing."""
    if not path.is_file():
        raise SystemExit(f"{path} is not there. {what}")
    return path


def position(text: str) -> float:
    """A number in [0, 1) that depends only on the text, by its hash; the splits of the data use it."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big") / 2**48
