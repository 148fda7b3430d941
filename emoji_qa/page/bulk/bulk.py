"""Several tweets at once: a file chosen in the browser, answered piece by piece, and a CSV to take away.

The file and the result stay in the browser. The server sees a text, cuts it into cells, and answers a few rows at a
time; it keeps neither. So progress, cancelling and going on after a broken line are the browser's affair.
"""

from dataclasses import asdict

from emoji_qa.answerer import Answerer
from emoji_qa.devices import on_gpu
from emoji_qa.emojis.sensitive import HIDDEN
from emoji_qa.inputs import check_tweets
from emoji_qa.page.server.cards import shown
from emoji_qa.page.server.panel import Panel
from emoji_qa.page.server.rpc import text
from emoji_qa.text.tweet_file import (
    MAX_CHARACTERS,
    MAX_COLUMNS,
    MAX_ROWS,
    answer_cells,
    answer_columns,
    read_tweets,
    to_csv,
)  # fmt: skip

PIECE = 50  # rows that are answered in one call
MOST = 25  # answers to a tweet
CHOICES = (1, 3, 5, 10, 25)


def bulk_panel(model: Answerer) -> Panel:
    """The section below the halves. Its browser side: bulk.html, bulk.js."""
    learned, answer = model.config.get("trained_answers"), on_gpu(model.answer, model)

    def read_file(file: dict) -> dict:
        """{"text", "name"} → {"columns", "rows", "column"}, see `tweet_file.TweetTable`."""
        file = file if isinstance(file, dict) else {}
        return asdict(read_tweets(text(file.get("text"), "The file"), text(file.get("name"), "The file's name")))

    def answer_rows(piece: dict) -> dict:
        """{"rows", "column", "k", "hidden"} → {"csv": the rows with their answers, "answered": how many have any}."""
        rows, column, k = check_piece(piece)
        problems = [problem(row[column]) for row in rows]
        good = [row[column] for row, amiss in zip(rows, problems, strict=True) if not amiss]
        ranked = iter([shown(piece, answers)[:k] for answers in answer(good, k=k + len(HIDDEN), emojis=learned)])
        cells = [row + answer_cells([] if amiss else next(ranked), k, amiss)
                 for row, amiss in zip(rows, problems, strict=True)]  # fmt: skip
        return {"csv": to_csv(cells), "answered": len(good)}

    def head_rows(piece: dict) -> dict:
        """The same, with the columns' names as the one row → {"csv": the first line of the result}."""
        rows, _, k = check_piece(piece)
        return {"csv": to_csv([row + answer_columns(k) for row in rows])}

    limits = {"characters": MAX_CHARACTERS, "rows": MAX_ROWS, "piece": PIECE}
    return Panel(
        "many", "Several tweets at once", "bulk/bulk.html", (), "bulk/bulk.js", (read_file, answer_rows, head_rows),
        {"limits": limits, "choices": [k for k in CHOICES if k <= len(learned or model.emojis)]},
    )  # fmt: skip


def problem(tweet: str) -> str:
    """Why a tweet cannot be answered, or nothing."""
    try:
        check_tweets(tweet)
    except ValueError as error:
        return str(error)
    return ""


def check_piece(piece: dict) -> tuple[list[list[str]], int, int]:
    """Rows of text cells, the column of the tweets, and k. Raises ValueError for anything else, or too much of it."""
    piece = piece if isinstance(piece, dict) else {}
    rows, column, k = piece.get("rows"), piece.get("column"), piece.get("k")
    if not isinstance(rows, list) or not 1 <= len(rows) <= PIECE:
        raise ValueError(f"Send 1 to {PIECE} rows at a time.")
    if not all(isinstance(row, list) and 1 <= len(row) <= MAX_COLUMNS for row in rows):
        raise ValueError(f"A row is a list of 1 to {MAX_COLUMNS} cells.")
    if not all(isinstance(cell, str) for row in rows for cell in row):
        raise ValueError("A cell must be text.")
    if sum(len(cell) for row in rows for cell in row) > MAX_CHARACTERS:
        raise ValueError(f"These rows hold more than {MAX_CHARACTERS:,} characters.")
    for number, most, what in ((column, min(map(len, rows)) - 1, "column"), (k, MOST, "k")):
        if isinstance(number, bool) or not isinstance(number, int) or not (what == "k") <= number <= most:
            raise ValueError(f"The {what} must be a whole number, at most {most}.")
    return rows, column, k
