"""CSV and its relatives, of any size."""

import codecs
import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from emoji_qa.bulk.pieces import (
    HEAD,
    MAX_PIECE,
    MAX_ROW,
    Answered,
    AnswerTweets,
    Completed,
    Piece,
    concatenate,
    open_bytes,
    packed,
)
from emoji_qa.text.delimited import fit_row, is_too_long
from emoji_qa.text.tweet_file import MAX_ROWS, WINDOWS, answer_cells, answer_columns, decode, read_tweets


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
        with open_bytes(path) as (file, _):
            head = file.read(HEAD)
            if file.read(1):  # the last line is cut off
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
        csv.field_size_limit(MAX_ROW)
        errors = "replace" if self.encoding == "utf-16" else "surrogateescape"  # the latter keeps invalid bytes
        with (
            open_bytes(self.path) as (file, place),
            io.TextIOWrapper(file, self.encoding, errors, newline="") as text,
        ):
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
            cell_text(row[self.index]) for row, problem in zip(rows, problems, strict=True) if not problem
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
            return ""  # surplus cells belong to the last cell's text
        return f"This row has {len(row)} cells, and there are {self.width} columns."


def find_encoding(head: bytes) -> str:
    """The encoding: UTF-8, or another that Excel saves, UTF-16 with a byte order mark or Windows-1252."""
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    return "cp1252" if decode(head)[1] == WINDOWS else "utf-8-sig"


def cell_text(cell: str) -> str:
    """The text of a cell, with � for each byte that is not valid text."""
    return cell.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def column_number(column: str, names: Sequence[str], width: int) -> int:
    if column.isdecimal() and 1 <= int(column) <= width:
        return int(column) - 1
    there = f"there are: {', '.join(names)}" if names else f"without a header, give its number from 1 to {width}"
    raise ValueError(f"There is no column “{column}”; {there}.")
