"""Files of tweets in a terminal: emoji-qa bulk IN OUT"""

import argparse
import sys
import time
from collections.abc import Sequence

from emoji_qa.bulk.job import Progress, answer_files

EVERY = (
    10.0  # seconds between lines of progress if the output is not a terminal; in a terminal a single line is updated
)


def main(arguments: Sequence[str] | None = None, prog: str = "emoji-qa bulk") -> int:
    """Answer a file or a folder as the arguments say (default: those of this process). Returns the exit status."""
    options = parser(prog).parse_args(arguments)
    show = Shown()
    try:
        done = answer_files(
            options.source,
            options.target,
            model=options.model,
            column=options.column,
            header=options.header,
            k=options.k,
            popularity=options.popularity,
            emojis=options.emojis,
            processes=options.processes,
            engine=options.engine,
            report=show,
        )
    except (ValueError, RuntimeError, OSError) as error:
        show.end()
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        show.end()
        print("Stopped. The same command goes on where it stood.", file=sys.stderr)
        return 130
    show.end()
    found = f", {done.found:,} of them found from an earlier start" if done.found else ""
    of_these = " of this start’s" if found else ""
    print(
        f"{options.target}: {done.rows:,} rows{found}; {done.unanswered:,}{of_these} without an answer, as their column "
        f"“problem” says; {done.rate:,.0f} rows a second.",
        file=sys.stderr,
    )
    return 0


def parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=prog,
        description="Answer all tweets of a CSV, JSON Lines or Parquet file, or of a folder of them. Killed and started again, "
        "it goes on where it stood; OUT appears in the end, whole.",
    )
    parser.add_argument("source", metavar="IN", help="a file or a folder")
    parser.add_argument("target", metavar="OUT", help="where the same goes with answers; must not exist yet")
    parser.add_argument(
        "--column", help="the tweets' column: its name, or in a CSV its number (default: the likeliest)"
    )
    parser.add_argument(
        "--header",
        action=argparse.BooleanOptionalAction,
        help="whether a CSV's first row names its columns (default: a guess)",
    )
    parser.add_argument("--k", "-k", type=int, default=5, help="how many answers (default: 5)")
    parser.add_argument("--popularity", type=float, help="weight of how often an emoji is used (default: the model's)")
    parser.add_argument("--emojis", nargs="+", help="rank only these")
    parser.add_argument("--model", help="a name, a folder, or a model of the Hub (default: “default”)")
    parser.add_argument("--processes", type=int, help="how many models (default: one a GPU, or else one a core)")
    parser.add_argument(
        "--engine", choices=("processes", "ray"), default="processes", help="this machine, or a Ray cluster"
    )
    return parser


class Shown:
    """Progress on the error output: one line that changes in a terminal, a line now and then elsewhere."""

    def __init__(self) -> None:
        self.last, self.length = 0.0, 0

    def __call__(self, progress: Progress) -> None:
        terminal, now = sys.stderr.isatty(), time.monotonic()
        if now - self.last < (0.2 if terminal else EVERY) and progress.share < 1:
            return
        self.last = now
        line = to_text(progress)
        print(
            f"\r{line:{self.length}}" if terminal else line, end="" if terminal else "\n", file=sys.stderr, flush=True
        )
        self.length = len(line) if terminal else 0

    def end(self) -> None:
        if self.length:
            print(file=sys.stderr)


def to_text(progress: Progress) -> str:
    """Progress in one line, such as "12,288 rows, 12%; 231 a second, 6 min left"."""
    left = progress.seconds_left
    return f"{progress.rows:,} rows, {progress.share:.0%}; {progress.rate:,.0f} a second" + (
        f", {to_time(left)} left" if left is not None else ""
    )


def to_time(seconds: float) -> str:
    """75 → "1 min", 4,000 → "1 h 7 min", 200,000 → "2 d 8 h"."""
    seconds = round(seconds)
    for unit, name, lower, small in ((86_400, "d", 3600, "h"), (3600, "h", 60, "min")):
        if seconds >= unit:
            return f"{seconds // unit} {name} {seconds % unit // lower} {small}"
    return f"{seconds // 60} min" if seconds >= 60 else f"{seconds} s"
