"""Files of tweets of any size, read in pieces and written with the answers beside them: CSV, JSON Lines and Parquet.

A piece is bytes, whatever the format: it can be hashed, and sent to another process. Columns stay as they are, character for
character; the answers follow them.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from emoji_qa.bulk.delimited import Delimited
from emoji_qa.bulk.json_lines import JsonLines
from emoji_qa.bulk.pieces import DAMAGED, Piece, TweetFile


def open_table(path: Path, column: str | None = None, header: bool | None = None) -> TweetFile:
    """Inspect a file of tweets, whose ending tells the format.

    column: the name of the column that holds the tweets, or in a CSV its number from 1; by default the likeliest.
    header: whether a CSV's first row names the columns; by default it is guessed. Raises ValueError, with a sentence,
    naming the file.
    """
    ending = next((ending for ending in OPENERS if path.name.lower().endswith(ending)), None)
    if ending is None:
        raise ValueError(f"{path} ends in none of {', '.join(OPENERS)}, so its format is not known.")
    try:
        return OPENERS[ending](path, ending, column, header)
    except DAMAGED as error:
        raise ValueError(damage(path, error)) from error
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def read_pieces(table: TweetFile, rows: int) -> Iterator[Piece]:
    """`table.pieces`. Raises ValueError, with a sentence, for a compressed file that turns out to be damaged."""
    try:
        yield from table.pieces(rows)
    except DAMAGED as error:
        raise ValueError(damage(table.path, error)) from error


def damage(path: Path, error: Exception) -> str:
    return f"{path} is damaged or cut off ({error}). Fetch it again."


def open_parquet(path: Path, ending: str, column: str | None, header: bool | None) -> TweetFile:
    try:
        from emoji_qa.bulk.parquet import Parquet
    except ImportError:
        raise ValueError(
            "Parquet files need pyarrow. Install it: pip install “emoji-qa[bulk]”, or pyarrow itself."
        ) from None
    return Parquet.open(path, ending, column)


Opener = Callable[[Path, str, str | None, bool | None], TweetFile]
OPENERS: dict[str, Opener] = dict.fromkeys((".csv", ".tsv", ".tab", ".psv", ".csv.gz", ".tsv.gz"), Delimited.open)
OPENERS |= dict.fromkeys((".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz"), JsonLines.open)
OPENERS |= {".parquet": open_parquet}
