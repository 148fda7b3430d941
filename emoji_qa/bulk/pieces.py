"""What all formats of tweet files have in common: the pieces they are read in, and how results are joined."""

import gzip
import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple, Protocol

from emoji_qa.ranking import Answer

MAX_PIECE = 4 << 20  # bytes after which a piece ends even if it has fewer rows than usual
MAX_ROW = 4 << 20  # bytes of a line of JSON, or characters of a cell
HEAD = 1 << 20  # bytes by which a file's encoding, delimiter and columns are found
COPIED = 1 << 20  # bytes at a time
DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile)  # raised by a .gz file that is cut off, damaged or not gzip


class Piece(NamedTuple):
    content: bytes
    rows: int
    place: float  # where the piece ends in the file, from 0 to 1


class Completed(NamedTuple):
    """A piece as it will stand in the result, and how many of its rows have no answer."""

    content: bytes
    unanswered: int


class Answered(NamedTuple):
    """What became of a tweet: its answers, best first, or why it has none."""

    answers: Sequence[Answer]
    problem: str


AnswerTweets = Callable[[list[object]], list[Answered]]


class TweetFile(Protocol):
    """A file of tweets that was inspected. The object is small, because it is sent along with every piece.

    column: the name or number of the column that holds the tweets, for a person to read; ending: of the file's name.
    """

    @property
    def path(self) -> Path: ...

    @property
    def column(self) -> str: ...

    @property
    def ending(self) -> str: ...

    def pieces(self, rows: int) -> Iterator[Piece]:
        """The file from its beginning, in pieces of `rows` rows, or fewer if the rows are large."""
        ...

    def complete(self, content: bytes, answer: AnswerTweets, k: int) -> Completed:
        """A piece with k answers beside each tweet. Raises ValueError for a row that has such keys already."""
        ...

    def join(self, parts: Sequence[Path], target: Path, k: int) -> None:
        """Write the result from its completed pieces, one at a time."""
        ...


@contextmanager
def open_bytes(path: Path) -> Iterator[tuple[IO[bytes], Callable[[], float]]]:
    """A file for reading, decompressed if it is a .gz, and a function that says how far it has been read, from 0 to 1.

    Reading raises one of DAMAGED where the compressed bytes are not whole.
    """
    size = max(1, path.stat().st_size)
    with path.open("rb") as raw:

        def place() -> float:
            return min(1.0, raw.tell() / size)

        if path.name.lower().endswith(".gz"):
            with io.BufferedReader(gzip.GzipFile(fileobj=raw)) as file:
                yield file, place
        else:
            yield raw, place


def concatenate(parts: Sequence[Path], target: Path, head: bytes = b"") -> None:
    """Write head and parts one after the other; gzip files joined in this way form one gzip file."""
    with target.open("wb") as file:
        file.write(head)
        for part in parts:
            with part.open("rb") as some:
                while content := some.read(COPIED):
                    file.write(content)


def packed(content: bytes, ending: str) -> bytes:
    return gzip.compress(content, mtime=0) if ending.endswith(".gz") else content
