"""Delimited text (CSV, TSV and their relatives) → rows of cells, however it was saved; nothing in it is lost.

Reading never fails: a quotation mark that cannot be the beginning of a quoted cell is a character like the others. The
notes say, in sentences, what was odd.
"""

import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

DELIMITERS = (",", ";", "\t", "|")
NOTHING = "\0"  # stands for the delimiter if there is none
SAMPLE = 100_000  # characters by which the delimiter is found
MOST_LINES = 0.6  # the share of lines that must hold a delimiter at least as often as the first one
MAX_NAMED = 5  # rows named in one sentence

_DECLARED = re.compile(r"sep=([^\w\s\"]|\t)[ ]*(?:\r\n|\r|\n)", re.IGNORECASE)  # a first line that tells Excel
_BREAK = re.compile(r"\r\n|\r|\n")
_LINE = re.compile(r"([^\r\n]*+)(?:\r\n|\r|\n|\Z)")


@dataclass(frozen=True)
class DelimitedText:
    """rows: cells as they stand, each row with as many as it has, empty rows left out; notes: sentences about what is odd."""

    rows: list[list[str]]
    delimiter: str
    notes: list[str] = field(default_factory=list)


def read_delimited(text: str, delimiter: str | None = None, most: int = sys.maxsize) -> DelimitedText:
    """The first rows of cells, at most `most`; without a delimiter each line is one cell. text: without NUL characters.
    delimiter: one of DELIMITERS; by default what a first line “sep=;” says, or the likeliest.

    A quoted cell may hold delimiters, and line breaks unless the lines it would swallow are rows of their own.
    """
    text = text.lstrip("\r\n")
    if declared := _DECLARED.match(text):
        text = text[declared.end() :]
        delimiter = declared[1] if declared[1] in DELIMITERS else delimiter
    delimiter = delimiter or find_delimiter(text)
    widths = [line.count(delimiter) + 1 for line in _BREAK.split(text) if line.strip()] if delimiter else []
    is_even = len(set(widths)) == 1 and (widths[0] > 1 or delimiter == "\t")
    rows, broken, stray = _Cells(text, delimiter or NOTHING, widths[0] if widths else 1, not is_even).read(most)
    notes = []
    if broken:
        notes.append(f"{name_rows(broken)}: line breaks inside quotation marks, read as part of the text.")
    if stray and delimiter != "\t":
        notes.append(f"{name_rows(stray)}: a quotation mark that no other closes, read as a character.")
    return DelimitedText(rows, delimiter or ",", notes)


def find_delimiter(text: str) -> str | None:
    """The likeliest of DELIMITERS: it is in the first line, and in most others as often or more; None without one."""
    head = text[:SAMPLE]

    def likeness(delimiter: str) -> tuple[float, float, int]:
        d = re.escape(delimiter)
        inline, across = (
            re.compile(rf'(?:^|(?<={d}))"(?:[^"{end}]|"")*+"(?={d}|\r|$)', re.MULTILINE) for end in (r"\r\n", "")
        )
        return max(_alike(quoted.sub("", head), delimiter) for quoted in (inline, across))

    best = max(DELIMITERS, key=likeness)
    return best if likeness(best)[0] > MOST_LINES else None


def _alike(text: str, delimiter: str) -> tuple[float, float, int]:
    """The shares of lines that hold the delimiter at least as often, and exactly as often, as the first line; and how
    often that is."""
    counts = [line.count(delimiter) for line in _BREAK.split(text) if line.strip()]
    if not counts or not counts[0] or (len(counts) == 1 and delimiter == ","):  # one line with a comma is a sentence
        return 0, 0, 0
    first = counts[0]
    return sum(n >= first for n in counts) / len(counts), sum(n == first for n in counts) / len(counts), first


def match(pattern: re.Pattern[str], text: str, at: int) -> re.Match[str]:
    """The match of a pattern that matches everywhere, possibly the empty string."""
    found = pattern.match(text, at)
    assert found is not None, f"{pattern.pattern} does not fit everywhere"
    return found


class _Cells:
    """One reading of a text: cell after cell, each quoted or not."""

    def __init__(self, text: str, delimiter: str, width: int, may_break: bool):
        d = re.escape(delimiter)
        inner = r'(?:[^"]|"")*+' if may_break else r'(?:[^"\r\n]|"")*+'
        self._text, self._width, self._delimiter = text, width, delimiter
        self._quoted = re.compile(rf' *"({inner})" *(?={d}|\r|\n|\Z)')
        self._plain = re.compile(rf"[^{d}\r\n]*+")

    def read(self, most: int) -> tuple[list[list[str]], list[int], list[int]]:
        """Rows; the numbers, from 1, of those with a line break in a cell, and of those with a stray quotation mark."""
        rows: list[list[str]] = []
        broken, stray = [], []
        at = 0
        while at < len(self._text) and len(rows) < most:
            cells, marks, at = self._row(at)
            if any(cell.strip() for cell in cells):
                rows.append(cells)
                broken += [len(rows)] if "broken" in marks else []
                stray += [len(rows)] if "stray" in marks else []
        return rows, broken, stray

    def _row(self, at: int) -> tuple[list[str], set[str], int]:
        """The cells of the row that begins there, what `_cell` says of them, and where the next row begins."""
        line = self._line(at)
        if '"' not in line[1]:
            return line[1].split(self._delimiter), set(), line.end()
        cells: list[str] = []
        marks: set[str] = set()
        while True:
            cell, at, mark = self._cell(at)
            cells.append(cell)
            marks.add(mark)
            if not self._text.startswith(self._delimiter, at):
                return cells, marks, self._line(at).end()
            at += 1

    def _cell(self, at: int) -> tuple[str, int, str]:
        """The cell that begins there, where it ends, and whether it is "broken" into lines or begins with a "stray" mark."""
        quoted = self._quoted.match(self._text, at)
        if quoted:
            lines = _BREAK.split(quoted[1])
            if len(lines) == 1 or not self._swallows(quoted):
                return quoted[1].replace('""', '"'), quoted.end(), "broken" if len(lines) > 1 else ""
        plain = match(self._plain, self._text, at)
        return plain[0], plain.end(), "stray" if plain[0].lstrip(" ").startswith('"') else ""

    def _line(self, at: int) -> re.Match[str]:
        return match(_LINE, self._text, at)

    def _swallows(self, quoted: re.Match) -> bool:
        """Whether a line after the first of a quoted cell is a row of its own: tabs and bars are rare within a text."""
        if self._delimiter not in "\t|":
            return False
        end = _BREAK.search(self._text, quoted.end())
        lines = _BREAK.split(self._text[quoted.start() : end.start() if end else len(self._text)])[1:]
        return any(line.count(self._delimiter) + 1 == self._width for line in lines)


def fit_row(cells: Sequence[str], width: int, delimiter: str) -> list[str]:
    """Exactly `width` cells: empty ones are added or, at the end, left out; surplus ones join the last one's text."""
    cells = list(cells)
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    return [*cells[: width - 1], delimiter.join(cells[width - 1 :])] + [""] * (width - max(len(cells), 1))


def is_too_long(cells: Sequence[str], width: int) -> bool:
    """Whether a row has more cells than `width`, empty ones at its end left aside."""
    return any(cell.strip() for cell in cells[width:])


def name_rows(numbers: Sequence[int]) -> str:
    """[3, 7] → "Rows 3 and 7"; of many the first ones, and how many more there are."""
    shown = [f"{number:,}" for number in numbers[:MAX_NAMED]]
    more = len(numbers) - len(shown)
    if more:
        return f"Rows {', '.join(shown)} and {more:,} more"
    return f"Row {shown[0]}" if len(shown) == 1 else f"Rows {', '.join(shown[:-1])} and {shown[-1]}"


def common_width(rows: Sequence[Sequence[str]]) -> int:
    """The most frequent number of cells in a row, without empty ones at the end."""
    filled = (next((i for i in range(len(row), 0, -1) if row[i - 1].strip()), 1) for row in rows)
    return Counter(filled).most_common(1)[0][0]
