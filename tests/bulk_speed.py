"""How fast files are answered: python -m tests.bulk_speed prints tweets per second for one process, for two, and for
all-MiniLM-L6-v2 in single precision, measured in the same run.

All tweets are distinct. Tokenising, ranking, reading and writing are included; starting is not. MiniLM gets its texts in
padded batches of 64, with two threads: once in the given order, as with transformers, and once sorted by length, as with
sentence-transformers. All take turns, so that other work of the machine affects all alike; the figures are medians of the
turns. On a busy machine, seconds of the clock mean nothing, so the same is also printed for seconds of one core's
processor time, which tell what a tweet costs.
"""

import argparse
import csv
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import NamedTuple

import pandas as pd
import psutil
import torch

import emoji_qa
from emoji_qa.bulk import Progress, answer_files
from train.evaluate.answers.speed import published
from train.qa import minilm

PIECE = 128  # rows: small, so that at the end no process waits long for another


class Rate(NamedTuple):
    """Tweets per second of the clock, and per second of one core's processor time."""

    clock: float
    core: float


def main() -> None:
    parser = argparse.ArgumentParser(description="Tweets a second in bulk, beside all-MiniLM-L6-v2.")
    parser.add_argument("--model", help="as for app.py (default: “default”)")
    parser.add_argument(
        "--texts", type=Path, default=Path("data/airline/train.csv"), help="a table of texts (default: %(default)s)"
    )
    parser.add_argument("--column", default="text", help="of the table (default: %(default)s)")
    parser.add_argument("--rows", type=int, default=4096, help="texts in each turn (default: %(default)s)")
    parser.add_argument("--turns", type=int, default=2)
    parser.add_argument("--minilm", type=Path, help="its folder (default: the installed package)")
    options = parser.parse_args()
    texts = pd.read_csv(options.texts)[options.column].drop_duplicates().tolist()
    if len(texts) < options.rows:
        parser.error(f"{options.texts} has {len(texts):,} distinct texts, fewer than --rows.")
    baseline, name = published(minilm.locate(options.minilm))
    names = ("1 process", "2 processes", name, f"{name}, sorted")
    rates: dict[str, list[Rate]] = {what: [] for what in names}
    for turn in range(options.turns):
        begin = turn * options.rows % (len(texts) - options.rows + 1)
        some = texts[begin : begin + options.rows]
        rates[names[0]].append(bulk_rate(some, options.model, 1))
        rates[names[1]].append(bulk_rate(some, options.model, 2))
        rates[names[2]].append(baseline_rate(baseline, some[: options.rows // 2]))
        rates[names[3]].append(baseline_rate(baseline, sorted(some[: options.rows // 2], key=len)))
    model = emoji_qa.load(options.model, device="cpu")
    print(f"the model computes in {model.precision} here; medians of {options.turns} turns of {options.rows:,} texts")
    medians = {what: Rate(*map(median, zip(*some, strict=True))) for what, some in rates.items()}
    for what, rate in medians.items():
        print(f"{what:46} {rate.clock:8.1f} tweets a second of the clock {rate.core:8.1f} a second of a core")
    two = medians[names[1]]
    for other in (names[0], *names[2:]):
        a, b, what = two, medians[other], f"2 processes / {other}"
        print(f"{what:46} {a.clock / b.clock:8.2f} by the clock {a.core / b.core:25.2f} by processor time")


def bulk_rate(texts: list[str], model: str | None, processes: int) -> Rate:
    """Measured from the moment at which as many pieces are done as there are processes."""
    seen: list[tuple[float, float, int]] = []

    def note(progress: Progress) -> None:
        seen.append((time.perf_counter(), children_seconds(), progress.rows))

    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "in.csv")
        with source.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["tweet"], *([text] for text in texts)])
        answer_files(source, Path(folder, "out.csv"), model=model, processes=processes, rows=PIECE, report=note)
    (begin, spent, first), (end, spent_all, last) = seen[processes - 1], seen[-1]
    return Rate((last - first) / (end - begin), (last - first) / (spent_all - spent))


def children_seconds() -> float:
    """Processor time of the processes that this one started."""
    return sum(sum(child.cpu_times()[:2]) for child in psutil.Process().children(recursive=True))


def baseline_rate(baseline: Callable[[list[str]], torch.Tensor], texts: list[str]) -> Rate:
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    baseline(texts[:64])
    begin, spent = time.perf_counter(), time.process_time()
    baseline(texts)
    rate = Rate(len(texts) / (time.perf_counter() - begin), len(texts) / (time.process_time() - spent))
    torch.set_num_threads(threads)
    return rate


if __name__ == "__main__":
    main()
