"""A bulk job: files in, files with answers out. What is done already is found again by what it is made of.

Every piece of a file is completed by itself and kept beside the target, in a folder TARGET.parts, under a name that is the hash
of its content, the model and the options. So a job that was killed goes on with the pieces that are missing, and one with
another model or other options finds none. The target appears in the end, whole, by one renaming.
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

ROWS = 1024  # of a piece: some seconds of one core
MAX_K = 100


@dataclass(frozen=True)
class Task:
    """What is asked of every tweet, and of which model: its name or folder, and its fingerprint. rows: of a piece."""

    model: str
    fingerprint: str
    k: int
    popularity: float | None
    emojis: tuple[str, ...] | None
    rows: int = ROWS

    def load(self, device: str | None = None) -> Answerer:
        """The model. Raises ValueError where another one has its name, on this machine or since the job began."""
        model = load(self.model, device=device)
        if fingerprint(model.folder) != self.fingerprint:
            raise ValueError(f"The model “{self.model}” is another one here than where the job was started.")
        return model

    def key(self, table: TweetFile, content: bytes) -> str:
        """The hash of a piece and all that its answers depend on."""
        settings = repr((self.fingerprint, self.k, self.popularity, self.emojis, table.column, table.ending))
        return hashlib.sha256(settings.encode() + content).hexdigest()[:32]


class Work(NamedTuple):
    """A piece to complete. part: the file it is to become."""

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
    """rows: completed, those that an earlier start had completed (`found`) among them; unanswered: rows with a problem, of this
    start's; share: of all input, 0 to 1, by bytes or rows; seconds since the start."""

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
        """Rows a second, of this start's."""
        return (self.rows - self.found) / max(self.seconds, 1e-9)

    @property
    def seconds_left(self) -> float | None:
        """By the share that this start has done, None before it has done any."""
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

    CSV, JSON Lines and Parquet, as the endings tell; the target's must be the source's. Columns stay as they are; emoji_1,
    name_1, score_1 … and `problem` follow, which says why a row has no answers. Started again after it was killed, it goes on.

    model, k, popularity, emojis: as for `load` and `answer`. column, header: see `open_table`. processes: one a GPU, or else one
    a core, by default; 0 for none but this one. engine: "processes" of this machine or "ray", for as many as a cluster has.
    rows: of a piece. report: called after every piece. Raises ValueError, with a sentence, for files and options that will
    not do, and RuntimeError when a process is killed.
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
        self.order: list[list[Path]] = [[] for _ in tables]  # of each file its pieces
        self.sizes = [max(1, table.path.stat().st_size) for table in tables]
        self.shares: dict[Path, float] = {}  # of all input, of the pieces under way
        self.begun: set[Path] = set()  # pieces of this start

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
        )  # what is no text is refused in its place
        found = model.answer(texts, task.k, task.emojis, task.popularity, on_error="skip")
        return [Answered(answers, answers.problem if isinstance(answers, Unanswered) else "") for answers in found]

    return table.complete(content, answer, task.k)


def keep(work: Work, content: bytes) -> None:
    """Write a completed piece: it is there whole, or not at all."""
    work.part.parent.mkdir(parents=True, exist_ok=True)
    half = work.part.with_name(f"{work.part.name}-{os.getpid()}.half")
    half.write_bytes(content)
    flush(half)
    half.replace(work.part)


def flush(path: Path) -> None:
    """Have the file on the disk, not only on its way there."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def fingerprint(folder: Path) -> str:
    """What tells a model from all others: its config.json has the hashes of its files, and its answers those of its weights."""
    return file_hash(folder / "config.json") + file_hash(folder / "qa.safetensors")


def find_files(source: Path, target: Path) -> dict[Path, Path]:
    """The files to answer, in order, and the place of each in the result. Raises ValueError where there is none, or the target
    will not do."""
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
