"""JSON Lines of any size."""

import codecs
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from emoji_qa.bulk.pieces import (
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
from emoji_qa.text.tweet_file import answer_columns, tweet_column

LOOKED_AT = 100  # first lines, by which the keys are found


@dataclass(frozen=True)
class JsonLines:
    """One JSON object per line. A line's own text is kept as written: the answers go in before its last brace."""

    path: Path
    ending: str
    column: str

    @classmethod
    def open(cls, path: Path, ending: str, column: str | None, header: bool | None) -> "JsonLines":
        with open_bytes(path) as (file, _):
            lines = [line for line in islice(lines_of(file, path), LOOKED_AT) if line.strip()]
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
        with open_bytes(self.path) as (file, place):
            some, size = [], 0
            for line in lines_of(file, self.path):
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


def lines_of(file: IO[bytes], path: Path) -> Iterator[bytes]:
    """The lines of a file, in bounded memory. Raises ValueError for one that is too long."""
    number = 0
    while line := file.readline(MAX_ROW):
        number += 1
        if len(line) == MAX_ROW and not line.endswith(b"\n"):
            raise ValueError(f"{path}, line {number:,} has more than {MAX_ROW >> 20} MB.")
        yield line


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
