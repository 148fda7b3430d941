"""Files of tweets of any size, read in pieces and written with the answers beside them: CSV, JSON Lines and Parquet.

A piece is bytes, whatever the format: it can be hashed, and sent to another process. Columns stay as they are, character for
character; the answers follow them.
"""

import codecs
import csv
import gzip
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple, Protocol

from emoji_qa.answerer import Answer
from emoji_qa.text.delimited import fit_row, is_too_long
from emoji_qa.text.tweet_file import MAX_ROWS, answer_cells, answer_columns, decode, read_tweets, tweet_column

MAX_PIECE = 4 << 20  # bytes at which a piece ends before it has all its rows
MAX_ROW = 4 << 20  # bytes of a line of JSON, or characters of a cell
HEAD = 1 << 20  # bytes by which a file's encoding, delimiter and columns are found
COPIED = 1 << 20  # bytes at a time


class Piece(NamedTuple):
    content: bytes
    rows: int
    place: float  # in the file, from 0 to 1, where it ends


class Completed(NamedTuple):
    """A piece as it will stand in the result, and how many of its rows have no answer."""

    content: bytes
    unanswered: int


class Answered(NamedTuple):
    """What became of a tweet: its answers, best first, or why it has none."""

    answers: Sequence[Answer]
    problem: str


AnswerTweets = Callable[[list[object]], list[Answered]]


class TweetTable(Protocol):
    """A file of tweets that was looked at. It is small: it is sent along with every piece.

    path; column: the name or number of the one in which the tweets stand, for a person to read; ending: of the file's name.
    """

    path: Path
    column: str
    ending: str

    def pieces(self, rows: int) -> Iterator[Piece]:
        """The file from its beginning, in pieces of so many rows, or fewer where they are large."""
        ...

    def complete(self, content: bytes, answer: AnswerTweets, k: int) -> Completed:
        """A piece with k answers beside each tweet. Raises ValueError for a row that has such keys already."""
        ...

    def join(self, parts: Sequence[Path], target: Path, k: int) -> None:
        """Write the result from its completed pieces, one at a time."""
        ...


def open_table(path: Path, column: str | None = None, header: bool | None = None) -> TweetTable:
    """Look at a file of tweets, whose ending tells the format.

    column: the name of the one in which the tweets stand, or of a CSV its number from 1; by default the likeliest. header:
    whether a CSV's first row names the columns; by default a guess. Raises ValueError, with a sentence, naming the file.
    """
    ending = next((ending for ending in OPENERS if path.name.lower().endswith(ending)), None)
    if ending is None:
        raise ValueError(f"{path} ends in none of {', '.join(OPENERS)}, so its format is not known.")
    try:
        return OPENERS[ending](path, ending, column, header)
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def open_bytes(path: Path) -> tuple[IO[bytes], Callable[[], float]]:
    """A file for reading, decompressed if it is a .gz, and a function that says how far it has been read, from 0 to 1."""
    raw, size = path.open("rb"), max(1, path.stat().st_size)
    packed = path.name.lower().endswith(".gz")
    return io.BufferedReader(gzip.GzipFile(fileobj=raw)) if packed else raw, lambda: min(1.0, raw.tell() / size)


def concatenate(parts: Sequence[Path], target: Path, head: bytes = b"") -> None:
    """Parts one after the other; those that are gzip files make one again."""
    with target.open("wb") as file:
        file.write(head)
        for part in parts:
            with part.open("rb") as some:
                while content := some.read(COPIED):
                    file.write(content)


@dataclass(frozen=True)
class Delimited:
    """CSV and its relatives: delimiter, encoding, whether the first row is a header, and the tweets' column from 0."""

    path: Path
    ending: str
    column: str
    delimiter: str
    encoding: str
    names: tuple[str, ...]  # of the columns, none without a header
    width: int
    index: int
    is_declared: bool  # by a first line such as “sep=;”

    @classmethod
    def open(cls, path: Path, ending: str, column: str | None, header: bool | None) -> "Delimited":
        file, _ = open_bytes(path)
        with file:
            head = file.read(HEAD)
            if file.read(1):  # the last line goes on
                head = head[: head.rfind(b"\n") + 1] or head
        encoding = find_encoding(head)
        text = head.decode(encoding, "replace")
        lines = text.splitlines(keepends=True)
        if not lines:
            raise ValueError("There is no tweet in this file.")
        name = path.name.lower().removesuffix(".gz")
        table = read_tweets("".join(lines[: MAX_ROWS // 2]).encode(), name)
        has_header = table.has_header if header is None else header
        names = fit_row(table.rows[0], table.width, table.delimiter) if has_header else []
        if any(one in names for one in answer_columns(1)):
            raise ValueError(
                "It has a column emoji_1, name_1, score_1 or problem already, as an answered file has. Rename it."
            )
        index = table.column
        if column is not None:
            index = names.index(column) if column in names else column_number(column, names, table.width)
        shown = names[index] if has_header else f"number {index + 1}"
        is_declared = lines[0].lower().startswith("sep=") and len(lines[0].strip()) <= 5
        return cls(path, ending, shown, table.delimiter, encoding, tuple(names), table.width, index, is_declared)

    def pieces(self, rows: int) -> Iterator[Piece]:
        file, place = open_bytes(self.path)
        csv.field_size_limit(MAX_ROW)
        errors = "replace" if self.encoding == "utf-16" else "surrogateescape"  # bytes that are no text are kept, too
        with io.TextIOWrapper(file, self.encoding, errors, newline="") as text:
            if self.is_declared:
                text.readline()
            reader = csv.reader(text, delimiter=self.delimiter)
            some: list[list[str]] = []
            size, first = 0, bool(self.names)
            try:
                for row in reader:
                    if len(row) <= 1 and not "".join(row).strip():
                        continue  # an empty line
                    if first:
                        first = False
                        continue
                    some.append(row)
                    size += sum(map(len, row))
                    if len(some) == rows or size >= MAX_PIECE:
                        yield Piece(json.dumps(some).encode(), len(some), place())
                        some, size = [], 0
            except csv.Error as error:
                raise ValueError(
                    f"{self.path}, line {reader.line_num:,}: {error}. A quotation mark before it is probably never closed."
                ) from error
            if some:
                yield Piece(json.dumps(some).encode(), len(some), 1.0)

    def complete(self, content: bytes, answer: AnswerTweets, k: int) -> Completed:
        rows = json.loads(content)
        problems = [self._too_long(row) for row in rows]
        rows = [fit_row(row, self.width, self.delimiter) for row in rows]
        tweets: list[object] = [
            readable(row[self.index]) for row, problem in zip(rows, problems, strict=True) if not problem
        ]
        found = iter(answer(tweets))
        answered = [Answered([], problem) if problem else next(found) for problem in problems]
        cells = [row + answer_cells(one.answers, k, one.problem) for row, one in zip(rows, answered, strict=True)]
        return Completed(self._lines(cells), sum(bool(one.problem) for one in answered))

    def join(self, parts: Sequence[Path], target: Path, k: int) -> None:
        concatenate(parts, target, self._lines([[*self.names, *answer_columns(k)]]) if self.names else b"")

    def _lines(self, rows: Sequence[Sequence[str]]) -> bytes:
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=self.delimiter, lineterminator="\n").writerows(rows)
        return packed(text.getvalue().encode("utf-8", "surrogateescape"), self.ending)

    def _too_long(self, row: Sequence[str]) -> str:
        if self.index == self.width - 1 or not is_too_long(row, self.width):
            return ""  # a surplus belongs to the last cell
        return f"This row has {len(row)} cells, and there are {self.width} columns."


def find_encoding(head: bytes) -> str:
    """UTF-8, or what Excel saves besides: UTF-16 with a mark at its beginning, or Windows-1252."""
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    return "cp1252" if decode(head)[1] == "is no Windows-1252" else "utf-8-sig"


def readable(cell: str) -> str:
    """The text of a cell, with � for a byte that is none."""
    return cell.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def column_number(column: str, names: Sequence[str], width: int) -> int:
    if column.isdecimal() and 1 <= int(column) <= width:
        return int(column) - 1
    there = f"there are: {', '.join(names)}" if names else f"without a header, give its number from 1 to {width}"
    raise ValueError(f"There is no column “{column}”; {there}.")


def packed(content: bytes, ending: str) -> bytes:
    return gzip.compress(content, mtime=0) if ending.endswith(".gz") else content


@dataclass(frozen=True)
class JsonLines:
    """One JSON object a line. Numbers and letters stay as they are written: the answers are put in before the last brace."""

    path: Path
    ending: str
    column: str

    @classmethod
    def open(cls, path: Path, ending: str, column: str | None, header: bool | None) -> "JsonLines":
        file, _ = open_bytes(path)
        with file:
            lines = [line for line, _ in zip(file, range(100), strict=False) if line.strip()]
        records = [record for record in map(parse_object, lines) if record is not None]
        if not records:
            raise ValueError("There is no JSON object in its first lines; JSON Lines has one on each.")
        keys = list(dict.fromkeys(key for record in records for key in record))
        if any(one in keys for one in answer_columns(1)):
            raise ValueError(
                "It has a key emoji_1, name_1, score_1 or problem already, as an answered file has. Rename it."
            )
        texts = [key for key in keys if any(isinstance(record.get(key), str) for record in records)]
        if column is None and not texts:
            raise ValueError("None of its keys holds a text. Name the one that does: --column.")
        if column is not None and column not in keys:
            raise ValueError(f"There is no key “{column}”; there are: {', '.join(keys)}.")
        cells = [[str(record.get(key, "")) for key in texts] for record in records]
        return cls(path, ending, texts[tweet_column([texts, *cells], True)] if column is None else column)

    def pieces(self, rows: int) -> Iterator[Piece]:
        file, place = open_bytes(self.path)
        with file:
            some, size, number = [], 0, 0
            while line := file.readline(MAX_ROW):
                number += 1
                if len(line) == MAX_ROW and not line.endswith(b"\n"):
                    raise ValueError(f"{self.path}, line {number:,} has more than {MAX_ROW >> 20} MB.")
                if not line.strip():
                    continue
                some.append(line.rstrip(b"\r\n"))
                size += len(line)
                if len(some) == rows or size >= MAX_PIECE:
                    yield Piece(b"\n".join(some), len(some), place())
                    some, size = [], 0
            if some:
                yield Piece(b"\n".join(some), len(some), 1.0)

    def complete(self, content: bytes, answer: AnswerTweets, k: int) -> Completed:
        lines = content.split(b"\n")
        records = [parse_object(line) for line in lines]
        found = iter(answer([record.get(self.column, "") for record in records if record is not None]))
        done, unanswered = [], 0
        for line, record in zip(lines, records, strict=True):
            if record is None:
                line = json.dumps(
                    {"line": line.decode("utf-8", "replace"), "problem": "This line is no JSON object."}
                ).encode()
                done.append(line)
                unanswered += 1
                continue
            one = next(found)
            more = json_answers(one, k)
            unanswered += bool(one.problem)
            if taken := [key for key in more if key in record]:
                raise ValueError(f"{self.path}: a row has the key {taken[0]} already. Rename it.")
            opened = line.strip().removeprefix(codecs.BOM_UTF8)[:-1].rstrip()
            done.append(opened + (b", " if record else b"") + json.dumps(more, ensure_ascii=False).encode()[1:])
        return Completed(packed(b"".join(line + b"\n" for line in done), self.ending), unanswered)

    def join(self, parts: Sequence[Path], target: Path, k: int) -> None:
        concatenate(parts, target)


def parse_object(line: bytes) -> dict | None:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def json_answers(one: Answered, k: int) -> dict:
    """{"emoji_1", "name_1", "score_1", …, "problem"}, null where there is none."""
    cells: list[object] = [cell for a in one.answers[:k] for cell in (a.emoji, a.name, round(a.score, 4))]
    cells += [None] * (3 * k - len(cells)) + [one.problem or None]
    return dict(zip(answer_columns(k), cells, strict=True))


def open_parquet(path: Path, ending: str, column: str | None, header: bool | None) -> TweetTable:
    try:
        from emoji_qa.bulk.parquet import Parquet
    except ImportError:
        raise ValueError(
            "Parquet files need pyarrow. Install it: pip install “emoji-qa[bulk]”, or pyarrow itself."
        ) from None
    return Parquet.open(path, ending, column)


OPENERS: dict[str, Callable[[Path, str, str | None, bool | None], TweetTable]] = {
    **dict.fromkeys((".csv", ".tsv", ".tab", ".psv", ".csv.gz", ".tsv.gz"), Delimited.open),
    **dict.fromkeys((".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz"), JsonLines.open),
    ".parquet": open_parquet,
}
