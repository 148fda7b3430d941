"""Bulk answering on a cluster, by way of Ray Data: files are read on its machines, and every actor has a model of its own.

Every machine must see the files under the same path, and find the same model. The completed pieces come back to the machine
that started the job; it alone writes.
"""

from collections.abc import Iterable, Iterator
from functools import partial

from emoji_qa.bulk.job import Finished, Task, Work, complete, keep
from emoji_qa.bulk.pieces import TweetFile

try:
    import pyarrow as pa
    import ray
    import ray.data
    from ray.data.block import BlockMetadata
    from ray.data.datasource import ReadTask
except ImportError:
    raise ValueError("The engine “ray” needs Ray. Install it: pip install “emoji-qa[ray]”.") from None

READERS = 4  # files that are read at a time
BLOCK = 1 << 16  # bytes after which Ray passes on what was read: less than a piece, so that each is passed on alone
NAMES = ("table", "key", "content")


def on_ray(task: Task, pieces: Iterable[Work], actors: int | None = None) -> Iterator[Finished]:
    """Complete pieces on the cluster that $RAY_ADDRESS names, or on this machine; an actor that is lost is replaced.

    actors: by default one per GPU of the cluster, or one per core if it has no GPU. Raises ValueError as `answer` does.
    """
    if not ray.is_initialized():
        ray.init(log_to_driver=False)
    works = {
        work.part.name: work._replace(content=b"") for work in pieces
    }  # only the keys are needed here; the cluster reads the content again
    if not works:
        return
    tables = list(dict.fromkeys(work.table for work in works.values()))
    keys: list[set[str]] = [set() for _ in tables]
    for key, work in works.items():
        keys[tables.index(work.table)].add(key)
    gpus = int(ray.cluster_resources().get("GPU", 0))
    actors = actors or gpus or int(ray.cluster_resources()["CPU"])
    ray.data.DataContext.get_current().target_max_block_size = BLOCK
    found = ray.data.read_datasource(Pieces(task, tables, keys), num_cpus=0, concurrency=READERS).map_batches(
        Actor,
        fn_constructor_args=(task, tables),
        batch_size=1,
        batch_format="pyarrow",
        concurrency=actors,
        num_cpus=0 if gpus else 1,
        num_gpus=1 if gpus else 0,
    )
    for row in found.iter_rows():
        work = works[row["key"]]
        keep(work, row["content"])
        yield Finished(work, row["unanswered"])


class Pieces(ray.data.Datasource):
    """The missing pieces of some files; one task reads one file, piece by piece."""

    def __init__(self, task: Task, tables: list[TweetFile], keys: list[set[str]]):
        self.task, self.tables, self.keys = task, tables, keys

    def estimate_inmemory_data_size(self) -> int | None:
        return None

    def get_read_tasks(self, parallelism: int, *_: object, **__: object) -> list[ReadTask]:
        return [
            ReadTask(partial(read, self.task, number, table, keys), BlockMetadata(len(keys), None, None))
            for number, (table, keys) in enumerate(zip(self.tables, self.keys, strict=True))
        ]


def read(task: Task, number: int, table: TweetFile, missing: set[str]) -> Iterator[pa.Table]:
    """The missing pieces of a file, one row each. number: the file's index among the tables."""
    missing = set(missing)
    for content, _, _ in table.pieces(task.rows):
        key = task.key(table, content)
        if key in missing:
            missing.remove(key)
            yield pa.table(dict(zip(NAMES, ([number], [key], pa.array([content], pa.large_binary())), strict=True)))


class Actor:
    """One model, which completes pieces."""

    def __init__(self, task: Task, tables: list[TweetFile]):
        import torch

        torch.set_num_threads(1)
        self.task, self.tables = task, tables
        self.model = task.load("cuda" if ray.get_gpu_ids() else "cpu")

    def __call__(self, batch: pa.Table) -> pa.Table:
        done = [complete(self.tables[row["table"]], row["content"], self.model, self.task) for row in batch.to_pylist()]
        return pa.table(
            {
                "key": batch["key"],
                "content": pa.array([one.content for one in done], pa.large_binary()),
                "unanswered": [one.unanswered for one in done],
            }
        )
