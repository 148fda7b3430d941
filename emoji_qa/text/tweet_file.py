"""Reads a file of tweets into a table of cells, and writes the table with its answers, delimited as the file was."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from emoji_qa.ranking import Answer
from emoji_qa.text.delimited import common_width, find_delimiter, fit_row, name_rows, read_delimited

MAX_BYTES = 4_000_000
MAX_ROWS = 10_000
MAX_COLUMNS = 100
WINDOWS = "Windows-1252"  # an encoding that Excel saves in
TABLE_ENDINGS = (".csv", ".tsv", ".tab", ".psv")
# Names of columns, in lower case and without a plural's s; of a column of tweets, the likeliest first.
TWEET_COLUMNS = (
    "tweet",
    "text",
    "full text",
    "tweet text",
    "content",
    "message",
    "body",
    "comment",
    "question",
    "review",
    "post",
    "statu",
    "sentence",
    "caption",
    "description",
    "headline",
    "title",
)
OTHER_COLUMNS = {
    "id",
    "tweet id",
    "date",
    "time",
    "timestamp",
    "created at",
    "label",
    "sentiment",
    "emotion",
    "category",
    "clas",
    "user",
    "username",
    "user name",
    "author",
    "name",
    "lang",
    "language",
    "url",
    "link",
    "source",
    "location",
    "like",
    "retweet",
    "reply",
    "score",
    "target",
    "topic",
    "number",
    "index",
}
MAX_NAME = 60  # characters of a column's name
SEEN = 200  # rows that are looked at to decide whether the first is a header

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d+)*|\.\d+)(e[+-]?\d+)?%?", re.IGNORECASE)
_VALUE = re.compile(
    r"[\d\s.,:/%+TZ-]*\d[\d\s.,:/%+TZ-]*|https?://.*|[@#].*", re.IGNORECASE
)  # a number, a date, a link, a handle
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # full-width ones count in East Asian Excel


@dataclass(frozen=True)
class TweetTable:
    """rows: all of the file's, cells as they stand; has_header: whether the first one seems to name the columns; width: how
    many columns there are; column: where the tweets most likely stand; notes: sentences about what is odd."""

    rows: list[list[str]]
    has_header: bool
    width: int
    column: int
    delimiter: str
    notes: list[str]


def read_tweets(content: bytes, name: str) -> TweetTable:
    """The cells of a table, or of a plain text with one tweet a line. name: the file's; its ending tells which it is.

    Raises ValueError with a sentence to act on for a file that is too large, is no text, or holds nothing.
    """
    if name.lower().endswith((".xlsx", ".xls", ".ods", ".numbers")):
        raise ValueError("That is a workbook. Save its sheet as CSV, and choose that file.")
    if len(content) > MAX_BYTES:
        raise ValueError(f"{len(content):,} bytes are too many: {MAX_BYTES:,} are the most. Split the file.")
    text, encoding, may_be_damaged = decode(content)
    if text.startswith("PK\3\4") or text.count("\0") > len(text) / 1000 + 1:
        raise ValueError("That is not a text file. Choose a CSV file, or a text with one tweet a line.")
    text = text.replace("\0", "\ufffd")
    if name.lower().endswith(TABLE_ENDINGS):
        has_tabs = name.lower().endswith((".tsv", ".tab")) and ("\t" in text or not find_delimiter(text))
        read = read_delimited(text, "\t" if has_tabs else None, MAX_ROWS + 2)
        rows, delimiter, notes = read.rows, read.delimiter, read.notes
    else:
        rows, delimiter, notes = [[line.strip()] for line in re.split(r"[\r\n]", text) if line.strip()], ",", []
    return _table(
        rows,
        delimiter,
        [*notes, *_damaged(rows, encoding if may_be_damaged else "text")],
        name.lower().endswith(TABLE_ENDINGS),
    )


def _table(rows: list[list[str]], delimiter: str, notes: list[str], may_have_header: bool) -> TweetTable:
    header = may_have_header and has_header(rows)
    if len(rows) <= header:
        raise ValueError("There is no tweet in this file.")
    if len(rows) - header > MAX_ROWS:
        raise ValueError(f"More than {MAX_ROWS:,} rows are too many. Split the file.")
    width = common_width(rows[header:])
    if header:  # a column without a name counts where there is something in it
        names = common_width(rows[:1])
        width = max(names, width) if width <= len(rows[0]) else names
    if width > MAX_COLUMNS:
        raise ValueError(f"{width:,} columns are too many: {MAX_COLUMNS} are the most.")
    column = tweet_column([fit_row(row, width, delimiter) for row in rows], header)
    return TweetTable(rows, header, width, column, delimiter, notes)


def decode(content: bytes) -> tuple[str, str, bool]:
    """A file's text, its encoding's name, and whether it may have bytes that are invalid there; each of them becomes �.

    The encoding is UTF-8, or another that Excel saves, UTF-16 with a byte order mark or Windows-1252. A file whose
    damaged bytes are no more than its good letters beyond ASCII is still UTF-8.
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace"), "UTF-16", True
    content = content.removeprefix(b"\xef\xbb\xbf")
    try:
        return content.decode("utf-8"), "UTF-8", False
    except UnicodeDecodeError:
        text = content.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    good = sum(map(text.count, set(re.findall(r"[^\0-\x7f\ufffd]", text))))
    if good >= damaged:
        return text, "UTF-8", True
    return content.decode("cp1252", "replace"), WINDOWS, True


def _damaged(rows: Sequence[Sequence[str]], what: str) -> list[str]:
    numbers = [i for i, row in enumerate(rows, 1) if any("\ufffd" in cell for cell in row)]
    return [f"{name_rows(numbers)} with a byte that is no {what}: it stands as �."] if numbers else []


def has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row seems to name the columns: a guess, by known names of columns, by numbers below words, or
    by a word or two above long texts."""
    if not rows:
        return False
    first, below = [cell.strip() for cell in rows[0]], rows[1:SEEN]
    columns = [[row[i].strip() for row in below if len(row) > i and row[i].strip()] for i in range(len(first))]
    named = list(zip(first, columns, strict=True))
    if any(_called(name) in (*TWEET_COLUMNS, *OTHER_COLUMNS) and name not in column for name, column in named):
        return True
    if not below or any(_VALUE.fullmatch(name) or len(name) > MAX_NAME for name in first):
        return False
    if any(name and column and all(map(_VALUE.fullmatch, column)) for name, column in named):
        return True
    longest = max(range(len(first)), key=lambda i: sum(map(len, columns[i])))
    words, name = [len(cell.split()) for cell in columns[longest]], first[longest]
    return (
        bool(words)
        and name.replace("_", "").replace(" ", "").isalnum()
        and median(words) >= max(4, 3 * len(name.split()))
    )


def _called(name: str) -> str:
    return re.sub(r"[\s_.-]+", " ", name.strip().casefold()).removesuffix("s")


def tweet_column(rows: Sequence[Sequence[str]], header: bool) -> int:
    """The column with the likeliest of TWEET_COLUMNS as its name, or with such a word in its name; else the one with
    the longest texts. All rows have the same width."""
    names = [_called(cell) for cell in rows[0]] if header else []
    named = [names.index(name) for name in TWEET_COLUMNS if name in names]
    named += [
        i
        for word in TWEET_COLUMNS
        for i, name in enumerate(names)
        if word in name.split() and name not in OTHER_COLUMNS
    ]
    return named[0] if named else max(range(len(rows[0])), key=lambda i: sum(len(row[i]) for row in rows[header:]))


def answer_columns(k: int) -> list[str]:
    """Names of the columns that `answer_cells` fills."""
    return [f"{what}_{i + 1}" for i in range(k) for what in ("emoji", "name", "score")] + ["problem"]


def answer_cells(answers: Sequence[Answer], k: int, problem: str = "") -> list[str]:
    """A tweet's k answers as cells, empty ones if it has fewer, and its problem, if any, in the last cell."""
    cells = [cell for a in answers[:k] for cell in (a.emoji, a.name, f"{a.score:.4f}")]
    return cells + [""] * (3 * k - len(cells)) + [problem]


def to_csv(rows: Iterable[Sequence[str]], delimiter: str = ",") -> str:
    """Rows as CSV. A cell that a spreadsheet would run as a formula gets an apostrophe in front."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def harmless(cell: str) -> str:
    """The cell, with an apostrophe in front if it begins as a formula does and is not a number (OWASP)."""
    begins = cell.lstrip(" ").startswith(_FORMULA)
    return "'" + cell if begins and not _NUMBER.fullmatch(cell) else cell
