"""A bulk job: files in, files with answers out. A job that was killed resumes where it stopped.

Every piece of a file is completed by itself and saved beside the target, in a folder TARGET.parts; its name is the hash
of its content, the model and the options. So a job that is started again completes only the missing pieces, and a job
with another model or other options reuses none. The target appears at the end, complete, by a single rename.
"""

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, cast

from emoji_qa import hub
from emoji_qa.answerer import Answerer, Unanswered, load
from emoji_qa.bulk.pieces import Answered, Completed, TweetFile
from emoji_qa.bulk.tables import OPENERS, open_table, read_pieces
from emoji_qa.checkpoint import file_hash
from emoji_qa.emojis.table import EmojiTable
from emoji_qa.inputs import check_k

ROWS = 1024  # rows of a piece: a few seconds of one core
MAX_K = 100


@dataclass(frozen=True)
class Task:
    """The model, by name or folder and by fingerprint, and the options of `answer` for all tweets. rows: of a piece."""

    model: str
    fingerprint: str
    k: int
    popularity: float | None
    emojis: tuple[str, ...] | None
    rows: int = ROWS

    def load(self, device: str | None = None) -> Answerer:
        """The model. Raises ValueError if another model has its name, on this machine or since the job began."""
        model = load(self.model, device=device)
        if fingerprint(model.folder) != self.fingerprint:
            raise ValueError(f"The model “{self.model}” is another one here than where the job was started.")
        return model

    def key(self, table: TweetFile, content: bytes) -> str:
        """The hash of a piece and all that its answers depend on."""
        settings = repr((self.fingerprint, self.k, self.popularity, self.emojis, table.column, table.ending))
        return hashlib.sha256(settings.encode() + content).hexdigest()[:32]


class Work(NamedTuple):
    """A piece to complete. part: the file that the completed piece is written to."""

    table: TweetFile
    content: bytes
    rows: int
    part: Path


class Finished(NamedTuple):
    work: Work
    unanswered: int


Engine = Callable[[Task, Iterable[Work], int | None], Iterator[Finished]]


@dataclass
class Progress:
    """How far a job is. rows: completed so far, including `found`, those that an earlier run completed; unanswered:
    this run's rows with a problem; share: of all input, 0 to 1, by bytes or rows; seconds: since this run started."""

    rows: int = 0
    found: int = 0
    unanswered: int = 0
    share: float = 0.0
    found_share: float = 0.0
    started: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    @property
    def rate(self) -> float:
        """Rows per second of this run."""
        return (self.rows - self.found) / max(self.seconds, 1e-9)

    @property
    def seconds_left(self) -> float | None:
        """Estimated from the share that this run has completed; None before it has completed any."""
        done = self.share - self.found_share
        return self.seconds * max(0.0, 1 - self.share) / done if done > 0 else None


def answer_files(
    source: str | os.PathLike,
    target: str | os.PathLike,
    *,
    model: str | os.PathLike | None = None,
    column: str | None = None,
    header: bool | None = None,
    k: int = 5,
    popularity: float | None = None,
    emojis: Sequence[str] | None = None,
    processes: int | None = None,
    engine: str = "processes",
    rows: int = ROWS,
    report: Callable[[Progress], None] = lambda progress: None,
) -> Progress:
    """Answers every tweet of a file, or of all files in a folder and below it, and writes the same with answers beside them.

    A file's ending tells its format, CSV, JSON Lines or Parquet; the target must have the source's ending. Columns stay
    as they are; after them come emoji_1, name_1, score_1 … and `problem`, which says why a row has no answers. Started
    again after it was killed, the job resumes.

    model, k, popularity, emojis: as for `load` and `answer`. column, header: see `open_table`. processes: by default
    one per GPU, or one per core if there is no GPU; 0 uses only the current process. engine: "processes" on this
    machine, or "ray" on a cluster. rows: of a piece. report: called after every piece. Raises ValueError, with a
    sentence, for files and options that cannot be used, and RuntimeError when a process is killed.
    """
    source, target, folder = Path(source), Path(target), hub.locate(model)
    check_k(k)
    if k > MAX_K:
        raise ValueError(f"k must be at most {MAX_K} for files, not {k}.")
    known = EmojiTable.load(folder)
    for emoji in emojis or ():
        known.base_index(emoji)
    files = find_files(source, target)
    tables = [open_table(path, column, header) for path in files]
    name = str(folder) if engine == "processes" else str(model or os.environ.get("EMOJI_QA_MODEL") or "default")
    task = Task(name, fingerprint(folder), k, popularity, None if emojis is None else tuple(emojis), rows)
    job = Job(task, tables, beside(target, ".parts"), report)
    job.run(choose_engine(engine), processes)
    job.join(list(files.values()), source.is_dir(), target)
    return job.progress


class Job:
    """The pieces of some files, and how far they are."""

    def __init__(self, task: Task, tables: Sequence[TweetFile], parts: Path, report: Callable[[Progress], None]):
        self.task, self.tables, self.parts, self.report = task, tables, parts, report
        self.progress = Progress()
        self.order: list[list[Path]] = [[] for _ in tables]  # the pieces of each file
        self.sizes = [max(1, table.path.stat().st_size) for table in tables]
        self.shares: dict[Path, float] = {}  # of all input, for the pieces in progress
        self.begun: set[Path] = set()  # pieces that this run began

    def run(self, engine: Engine, processes: int | None) -> None:
        """Complete what is missing."""
        self.parts.mkdir(parents=True, exist_ok=True)
        for half in self.parts.glob("*/*.half"):
            half.unlink()
        for work, unanswered in engine(self.task, self._missing(), processes):
            self.progress.rows += work.rows
            self.progress.unanswered += unanswered
            self.progress.share += self.shares.pop(work.part, 0.0)
            self.report(self.progress)

    def _missing(self) -> Iterator[Work]:
        for table, order, size in zip(self.tables, self.order, self.sizes, strict=True):
            before = 0.0
            for content, rows, place in read_pieces(table, self.task.rows):
                key = self.task.key(table, content)
                part, share = self.parts / key[:2] / key, (place - before) * size / sum(self.sizes)
                before = place
                order.append(part)
                if part in self.begun:  # the same rows a second time
                    self.progress.rows += rows
                    self.progress.share += share
                elif part.exists():
                    self.progress.rows += rows
                    self.progress.found += rows
                    self.progress.share += share
                    self.progress.found_share += share
                else:
                    self.begun.add(part)
                    self.shares[part] = share
                    yield Work(table, content, rows, part)

    def join(self, names: Sequence[Path], is_folder: bool, target: Path) -> None:
        """Put the pieces together and the result in its place."""
        joining, done = beside(target, ".joining"), beside(target, ".done")
        remove(joining, done)
        if is_folder:
            joining.mkdir(parents=True)
        for table, order, name in zip(self.tables, self.order, names, strict=True):
            path = joining / name if is_folder else joining
            path.parent.mkdir(parents=True, exist_ok=True)
            table.join(order, path, self.task.k)
            flush(path)
        if target.exists():
            raise ValueError(f"{target} has come to be there meanwhile. The answers are in {joining}.")
        joining.rename(target)
        self.parts.rename(done)
        remove(done)


def complete(table: TweetFile, content: bytes, model: Answerer, task: Task) -> Completed:
    """Answer the tweets of a piece."""

    def answer(tweets: list[object]) -> list[Answered]:
        texts = cast(
            list[str], ["" if tweet is None else tweet for tweet in tweets]
        )  # a value that is not text gets a problem in its own row
        found = model.answer(texts, task.k, task.emojis, task.popularity, on_error="skip")
        return [Answered(answers, answers.problem if isinstance(answers, Unanswered) else "") for answers in found]

    return table.complete(content, answer, task.k)


def keep(work: Work, content: bytes) -> None:
    """Write a completed piece atomically: afterwards the file is complete, or it does not exist."""
    work.part.parent.mkdir(parents=True, exist_ok=True)
    half = work.part.with_name(f"{work.part.name}-{os.getpid()}.half")
    half.write_bytes(content)
    flush(half)
    half.replace(work.part)


def flush(path: Path) -> None:
    """Force the file's content onto the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def fingerprint(folder: Path) -> str:
    """Identifies a model: the hashes of its config.json, which holds those of its files, and of qa.safetensors."""
    return file_hash(folder / "config.json") + file_hash(folder / "qa.safetensors")


def find_files(source: Path, target: Path) -> dict[Path, Path]:
    """The files to answer, in order, each with its path in the result. Raises ValueError if there are none, or if the
    target cannot be used."""
    if target.exists():
        raise ValueError(f"{target} exists already. Move it away, or choose another name.")
    if not source.exists():
        raise ValueError(f"There is no {source}.")
    if source.is_dir():
        if source.resolve() in target.resolve().parents:
            raise ValueError(f"{target} lies in {source}, whose files are to be answered. Choose another place.")
        files = sorted(
            path for path in source.rglob("*") if path.is_file() and path.name.lower().endswith(tuple(OPENERS))
        )
        if not files:
            raise ValueError(f"There is no file in {source} that ends in {', '.join(OPENERS)}.")
        return {path: path.relative_to(source) for path in files}
    ending = next((ending for ending in OPENERS if source.name.lower().endswith(ending)), "")
    if ending and not target.name.lower().endswith(ending):
        raise ValueError(f"{target} must end in {ending}, as {source} does: the format stays.")
    return {source: Path(target.name)}


def choose_engine(name: str) -> Engine:
    if name == "processes":
        from emoji_qa.bulk.processes import in_processes

        return in_processes
    if name == "ray":
        from emoji_qa.bulk.cluster import on_ray

        return on_ray
    raise ValueError(f"There is no engine “{name}”; there are “processes” and “ray”.")


def beside(target: Path, suffix: str) -> Path:
    return target.with_name(target.name + suffix)


def remove(*paths: Path) -> None:
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
