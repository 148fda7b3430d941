"""Parquet files of tweets, by way of pyarrow: columns keep their types."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from emoji_qa.bulk.pieces import Answered, AnswerTweets, Completed, Piece
from emoji_qa.text.tweet_file import answer_columns, tweet_column

GROUP = 65_536  # rows of a row group in the result


@dataclass(frozen=True)
class Parquet:
    path: Path
    ending: str
    column: str

    @classmethod
    def open(cls, path: Path, ending: str, column: str | None) -> "Parquet":
        """Look at a file. Raises ValueError where it is damaged, empty, or has no such column of texts."""
        try:
            with pq.ParquetFile(path) as file:
                schema, rows = file.schema_arrow, file.metadata.num_rows
                head = next(file.iter_batches(batch_size=100), None)
        except pa.ArrowException as error:
            raise ValueError(f"It is no Parquet file, or damaged: {str(error).splitlines()[0]}") from error
        if not rows or head is None:
            raise ValueError("There is no tweet in this file.")
        texts = [field.name for field in schema if is_text(field.type)]
        if any(one in schema.names for one in answer_columns(1)):
            raise ValueError(
                "It has a column emoji_1, name_1, score_1 or problem already, as an answered file has. Rename it."
            )
        if column is not None and column not in texts:
            raise ValueError(f"There is no column “{column}” of texts; there are: {', '.join(texts) or 'none'}.")
        if not texts:
            raise ValueError("None of its columns holds texts.")
        cells = [
            [str(cell or "") for cell in row] for row in zip(*(head[name].to_pylist() for name in texts), strict=True)
        ]
        return cls(path, ending, texts[tweet_column([texts, *cells], True)] if column is None else column)

    def pieces(self, rows: int) -> Iterator[Piece]:
        with pq.ParquetFile(self.path) as file:
            total, seen = file.metadata.num_rows, 0
            for batch in file.iter_batches(batch_size=rows):
                seen += len(batch)
                yield Piece(to_bytes(pa.Table.from_batches([batch])), len(batch), seen / total)

    def complete(self, content: bytes, answer: AnswerTweets, k: int) -> Completed:
        with pa.ipc.open_stream(content) as stream:
            table = stream.read_all()
        answered = answer([*table[self.column].to_pylist()])
        for name, values in zip(answer_columns(k), answer_arrays(answered, k), strict=True):
            table = table.append_column(name, values)
        return Completed(to_bytes(table), sum(bool(one.problem) for one in answered))

    def join(self, parts: Sequence[Path], target: Path, k: int) -> None:
        writer, some, rows = None, [], 0
        try:
            for i, part in enumerate(parts):
                with pa.ipc.open_stream(part.read_bytes()) as stream:
                    some.append(stream.read_all())
                rows += len(some[-1])
                if rows >= GROUP or i == len(parts) - 1:
                    table = pa.concat_tables(some)
                    writer = writer or pq.ParquetWriter(target, table.schema, compression="zstd")
                    writer.write_table(table, row_group_size=GROUP)
                    some, rows = [], 0
        finally:
            if writer:
                writer.close()


def is_text(kind: pa.DataType) -> bool:
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)


def to_bytes(table: pa.Table) -> bytes:
    """A table in Arrow's IPC stream format."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return sink.getvalue().to_pybytes()


def answer_arrays(answered: Sequence[Answered], k: int) -> Iterator[pa.Array]:
    """The columns of `answer_columns`: texts, scores as float32, null where there is none."""
    for i in range(k):
        ranked = [one.answers[i] if i < len(one.answers) else None for one in answered]
        yield pa.array([a and a.emoji for a in ranked], pa.string())
        yield pa.array([a and a.name for a in ranked], pa.string())
        yield pa.array([a and a.score for a in ranked], pa.float32())
    yield pa.array([one.problem or None for one in answered], pa.string())
