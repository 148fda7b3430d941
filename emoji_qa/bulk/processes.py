"""Bulk answering on one machine: processes, one per GPU or core, each with its own model, take pieces as they come."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait as wait_for

import torch

from emoji_qa import devices
from emoji_qa.answerer import Answerer
from emoji_qa.bulk.job import Finished, Task, Work, complete, keep

AHEAD = 2  # pieces submitted ahead, per process

_mine: tuple[Answerer, Task] | None = None  # this process's own


def in_processes(task: Task, pieces: Iterable[Work], processes: int | None = None) -> Iterator[Finished]:
    """Complete pieces in parallel and yield them as they finish, in any order. At most AHEAD per process are in memory.

    processes: by default one per GPU, or one per core if there is no GPU; 0 uses only the current process. Raises
    ValueError as `answer` does, and RuntimeError, with a sentence, when one of them is killed.
    """
    if processes == 0:
        model = task.load()
        for work in pieces:
            yield finish(work, model, task)
        return
    gpus = torch.cuda.device_count() if devices.choose().type == "cuda" else 0
    if processes is None:
        processes = gpus or cores()
    context = multiprocessing.get_context("spawn")
    count = context.Value("i", 0)
    pending: dict[Future, Work] = {}
    with ProcessPoolExecutor(processes, context, begin, (task, count, gpus)) as pool:
        try:
            for work in pieces:
                pending[pool.submit(take, work)] = work
                while len(pending) >= AHEAD * processes:
                    yield from collect(pending)
            while pending:
                yield from collect(pending)
        except BrokenProcessPool as error:
            raise RuntimeError(
                "A process of this job was killed, most likely for want of memory. Start it again: it goes on where it stood."
            ) from error
        finally:
            for future in pending:
                future.cancel()


def collect(pending: dict[Future, Work]) -> Iterator[Finished]:
    """Wait for the next pieces to finish."""
    for future in wait(pending, return_when=FIRST_COMPLETED).done:
        work = pending.pop(future)
        yield Finished(work, future.result())


def begin(task: Task, count, gpus: int) -> None:
    """Initialise a worker process: load the model, on one core or on a GPU."""
    global _mine
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl+C
    threading.Thread(target=end_with_parent, daemon=True).start()
    torch.set_num_threads(1)
    with count.get_lock():
        number, count.value = count.value, count.value + 1
    _mine = task.load(f"cuda:{number % gpus}" if gpus else "cpu"), task


def end_with_parent() -> None:
    """End this process when its parent ends; otherwise it would wait for work forever if the parent was killed."""
    if parent := multiprocessing.parent_process():
        wait_for([parent.sentinel])
        os._exit(1)


def take(work: Work) -> int:
    assert _mine is not None
    return finish(work, *_mine).unanswered


def finish(work: Work, model: Answerer, task: Task) -> Finished:
    content, unanswered = complete(work.table, work.content, model, task)
    keep(work, content)
    return Finished(work, unanswered)


def cores() -> int:
    """The number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
