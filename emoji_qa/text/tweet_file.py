"""A file of tweets: its text in, a table of cells; a table with the answers beside it out, as CSV."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from emoji_qa.answerer import Answer

MAX_CHARACTERS = 4_000_000
MAX_ROWS = 10_000
MAX_COLUMNS = 100
TWEET_COLUMNS = ("tweet", "text", "full_text", "tweet_text", "content", "message", "body", "comment", "question")
TABLE_ENDINGS = (".csv", ".tsv", ".tab")

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d+)*|\.\d+)(e[+-]?\d+)?%?", re.IGNORECASE)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # full-width ones count in East Asian Excel


@dataclass(frozen=True)
class TweetTable:
    columns: list[str]
    rows: list[list[str]]  # each as long as `columns`
    column: int  # where the tweets most likely stand


def read_tweets(text: str, name: str) -> TweetTable:
    """The cells of a table, or of a plain text with one tweet a line. name: the file's, whose ending tells which it is.

    A table is separated by comma, semicolon or tab, and has a header unless it has one column without a name such as
    text or tweet. Raises ValueError with a sentence to act on for a file that is too large, is no text, or is torn.
    """
    if name.lower().endswith((".xlsx", ".xls", ".ods", ".numbers")):
        raise ValueError("That is a workbook. Save its sheet as CSV, and choose that file.")
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"{len(text):,} characters are too many: {MAX_CHARACTERS:,} are the most. Split the file.")
    if "\0" in text:
        raise ValueError("That is not a text file. Choose a CSV file, or a text with one tweet a line.")
    text = text.removeprefix("\ufeff")
    is_table = name.lower().endswith(TABLE_ENDINGS)
    cells = read_cells(text) if is_table else [[line.strip()] for line in re.split(r"[\r\n]", text) if line.strip()]
    columns, rows = split_header(cells) if is_table else (["tweet"], cells)
    if not rows:
        raise ValueError("There is no tweet in this file.")
    if len(rows) > MAX_ROWS:
        raise ValueError(f"{len(rows):,} rows are too many: {MAX_ROWS:,} are the most. Split the file.")
    return TweetTable(columns, rows, tweet_column(columns, rows))


def read_cells(text: str) -> list[list[str]]:
    """CSV, without its empty lines. Raises ValueError for a quote that never ends, or a huge cell."""
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator(text), strict=True)
    try:
        return [cells for cells in lines if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise ValueError(f"Line {lines.line_num:,} cannot be read as CSV: {error}.") from error


def separator(text: str) -> str:
    """The one of comma, semicolon and tab that stands most often in the first line, outside quotes."""
    header = re.sub(r'"[^"]*"', "", text.lstrip("\r\n").partition("\n")[0])
    return max(",;\t", key=header.count)


def split_header(cells: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """Names of the columns, and the rows below them filled up to that width. Raises ValueError for a row beyond it."""
    if not cells:
        return [], []
    first = [cell.strip() for cell in cells[0]]
    if len(first) > MAX_COLUMNS:
        raise ValueError(f"{len(first):,} columns are too many: {MAX_COLUMNS} are the most.")
    has_header = len(first) > 1 or first[0].lower() in TWEET_COLUMNS
    columns, rows = (first, cells[1:]) if has_header else (["tweet"], cells)
    for number, row in enumerate(rows, 1 + has_header):
        if len(row) > len(columns):
            raise ValueError(
                f"Row {number:,} has {len(row)} cells, and the first has {len(columns)}. Put a text that holds a comma "
                "in double quotes, or choose a .txt file with one tweet a line."
            )
    return columns, [row + [""] * (len(columns) - len(row)) for row in rows]


def tweet_column(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """The first column with a name such as tweet or text; without one, that with the longest texts."""
    names = [name.lower() for name in columns]
    named = [names.index(name) for name in TWEET_COLUMNS if name in names]
    return named[0] if named else max(range(len(names)), key=lambda i: sum(len(row[i]) for row in rows))


def answer_columns(k: int) -> list[str]:
    """Names of the columns that `answer_cells` fills."""
    return [f"{what}_{i + 1}" for i in range(k) for what in ("emoji", "name", "score")] + ["problem"]


def answer_cells(answers: Sequence[Answer], k: int, problem: str = "") -> list[str]:
    """A tweet's k answers as cells; empty ones where it has fewer, and what was amiss with it in the last."""
    cells = [cell for a in answers[:k] for cell in (a.emoji, a.name, f"{a.score:.4f}")]
    return cells + [""] * (3 * k - len(cells)) + [problem]


def to_csv(rows: Iterable[Sequence[str]]) -> str:
    """Rows as CSV. A cell that a spreadsheet would run as a formula gets an apostrophe in front."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def harmless(cell: str) -> str:
    """The cell, unless it begins as a formula does and is no number: then with an apostrophe in front (OWASP)."""
    begins = cell.lstrip(" ").startswith(_FORMULA)
    return "'" + cell if begins and not _NUMBER.fullmatch(cell) else cell
