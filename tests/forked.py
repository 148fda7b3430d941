"""Python commands as processes that start quickly: they are forked off one that has done the slow imports already."""

import contextlib
import io
import multiprocessing
import os
import runpy
import sys
import traceback
from collections.abc import Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path

PRELOADED = [
    "train.qa.linear",
    "train.qa.question",
    "tests.to_be_killed",
    "torch._dynamo",  # imported by optimisers
    "emoji_qa.page.command",
]


def forkserver():
    """The multiprocessing context of such processes."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    return context


class Command:
    """Runs `python ARGUMENTS` at once, with these variables added to the environment. wait() → (exit code, output)."""

    def __init__(self, arguments: Sequence[object], output: Path, **variables: str):
        self._output = output
        self._process: BaseProcess = forkserver().Process(
            target=_run, args=([str(one) for one in arguments], output, variables)
        )
        self._process.start()
        self.pid = self._process.pid

    def is_running(self) -> bool:
        return self._process.is_alive()

    def kill(self) -> None:
        self._process.kill()
        self._process.join()

    def wait(self, timeout: float = 240) -> tuple[int | None, str]:
        self._process.join(timeout)
        return self._process.exitcode, self._output.read_text() if self._output.exists() else ""


def _run(arguments: list[str], output: Path, variables: dict[str, str]) -> None:
    os.environ.update(variables)
    said = io.StringIO()
    code: object = 1
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            sys.argv = arguments[arguments[0] == "-m" :]
            try:
                if arguments[0] == "-m":
                    runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
                else:
                    runpy.run_path(arguments[0], run_name="__main__")
                code = 0
            except SystemExit as left:
                code = left.code or 0
                print("" if isinstance(code, int) else code)
            except BaseException:
                traceback.print_exc()
    finally:
        output.write_text(said.getvalue())
    sys.exit(code if isinstance(code, int) else 1)
