"""Several tweets at once: a file chosen in the browser, answered piece by piece, and a CSV to take away.

The file and the result stay in the browser. The server gets the file's bytes, cuts them into cells, and answers a few
rows at a time; it stores nothing. So the browser handles progress, cancelling, and resuming after a lost connection.
"""

import base64
import binascii
from dataclasses import asdict

from emoji_qa.answerer import Answerer
from emoji_qa.devices import on_gpu
from emoji_qa.emojis.sensitive import HIDDEN
from emoji_qa.inputs import check_tweets
from emoji_qa.page.server.cards import shown
from emoji_qa.page.server.panel import Panel
from emoji_qa.page.server.rpc import fields, text, weight_of
from emoji_qa.text.delimited import DELIMITERS, fit_row, is_too_long
from emoji_qa.text.tweet_file import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, answer_cells, answer_columns, read_tweets, to_csv

PIECE = 50  # rows that are answered in one call
MOST = 25  # answers to a tweet
CHOICES = (1, 3, 5, 10, 25)
SEEN = 100  # characters of a tweet that are shown beside its answers


def bulk_panel(model: Answerer) -> Panel:
    """The section below the halves. Its browser side: bulk.html, bulk.js."""
    learned, answer = model.config.get("trained_answers"), on_gpu(model.answer, model)

    def read_file(file: object) -> dict:
        """{"data": base64, "name"} → {"rows", "has_header", "width", "column", "delimiter", "notes"}, see `TweetTable`."""
        sent = fields(file)
        return asdict(read_tweets(to_bytes(sent.get("data")), text(sent.get("name"), "The file's name")))

    def answer_rows(piece: object) -> dict:
        """{"rows", "width", "delimiter", "column", "k", "hidden", "popularity"} → {"file": the rows with their answers,
        "paste": the same for a spreadsheet, "shown": for each row its tweet, with the emojis or the problem,
        "answered": how many rows have answers}."""
        rows, width, delimiter, column, k = check_piece(fields(piece))
        fitted = [fit_row(row, width, delimiter) for row in rows]
        tweets = [row[column] for row in fitted]
        problems = [too_long(row, width, column) or problem(tweet) for row, tweet in zip(rows, tweets, strict=True)]
        good = [tweet for tweet, amiss in zip(tweets, problems, strict=True) if not amiss]
        best = answer(good, k=k + len(HIDDEN), emojis=learned, popularity=weight_of(fields(piece)))
        found = iter([shown(fields(piece), answers)[:k] for answers in best])
        ranked = [[] if amiss else next(found) for amiss in problems]
        cells = [row + answer_cells(best, k, amiss) for row, best, amiss in zip(fitted, ranked, problems, strict=True)]
        seen = [
            {"tweet": tweet[:SEEN], "emojis": [a.emoji for a in best], "problem": amiss}
            for tweet, best, amiss in zip(tweets, ranked, problems, strict=True)
        ]
        return {"file": to_csv(cells, delimiter), "paste": to_csv(cells, "\t"), "shown": seen, "answered": len(good)}

    def head_rows(piece: object) -> dict:
        """As `answer_rows`, with the column names as the only row → {"file", "paste": the result's first line}."""
        rows, width, delimiter, _, k = check_piece(fields(piece))
        cells = [fit_row(row, width, delimiter) + answer_columns(k) for row in rows]
        return {"file": to_csv(cells, delimiter), "paste": to_csv(cells, "\t")}

    limits = {"bytes": MAX_BYTES, "rows": MAX_ROWS, "piece": PIECE}
    choices = [k for k in CHOICES if k <= len(learned or model.emojis)]
    functions = (read_file, answer_rows, head_rows)
    return Panel(
        "many",
        "Several tweets at once",
        "bulk/bulk.html",
        ("bulk/bulk.css",),
        "bulk/bulk.js",
        functions,
        {"limits": limits, "choices": choices},
    )


def to_bytes(data: object) -> bytes:
    """A file's bytes, from base64. Raises ValueError, with a sentence, for anything else."""
    try:
        return base64.b64decode(text(data, "The file"), validate=True)
    except binascii.Error as error:
        raise ValueError("The file did not arrive whole. Choose it once more.") from error


def too_long(row: list[str], width: int, column: int) -> str:
    """Why it is uncertain where the row's tweet ends, or "" if it is not."""
    if column == width - 1 or not is_too_long(row, width):
        return ""  # surplus cells belong to the last cell's text
    return f"This row has {len(row)} cells, and there are {width} columns. Put a text that holds a delimiter in double quotes."


def problem(tweet: str) -> str:
    """Why a tweet cannot be answered, or "" if it can."""
    try:
        check_tweets(tweet)
    except ValueError as error:
        return str(error)
    return ""


def check_piece(piece: dict[str, object]) -> tuple[list[list[str]], int, str, int, int]:
    """Rows of text cells, how many cells a row has, the delimiter, the column of the tweets, and k. Raises ValueError for
    anything else, or too much of it."""
    rows, delimiter = piece.get("rows"), piece.get("delimiter")
    if not isinstance(rows, list) or not 1 <= len(rows) <= PIECE:
        raise ValueError(f"Send 1 to {PIECE} rows at a time.")
    if not all(isinstance(row, list) and row for row in rows):
        raise ValueError("A row is a list of cells.")
    if not all(isinstance(cell, str) for row in rows for cell in row):
        raise ValueError("A cell must be text.")
    if sum(len(cell) + 1 for row in rows for cell in row) > 2 * MAX_BYTES:
        raise ValueError("These rows are too large. Send fewer at a time.")
    if not isinstance(delimiter, str) or delimiter not in DELIMITERS:
        raise ValueError("The delimiter must be a comma, a semicolon, a tab or a bar.")
    width = whole_number(piece.get("width"), 1, MAX_COLUMNS, "width")
    k = whole_number(piece.get("k"), 1, MOST, "k")
    return rows, width, delimiter, whole_number(piece.get("column"), 0, width - 1, "column"), k


def whole_number(number: object, least: int, most: int, what: str) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
        raise ValueError(f"The {what} must be a whole number from {least} to {most}.")
    return number
