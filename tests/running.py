"""Runs app.py in a process of its own, for measurements from outside."""

import os
import re
import runpy
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import psutil

from tests.forked import forkserver

APP = Path(__file__).resolve().parent.parent / "app.py"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextmanager
def running_app(
    model: str | Path,
    port: int | None = None,
    host: str = "127.0.0.1",
    before: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> Iterator[tuple[str, psutil.Process]]:
    """Serves a model's page on a port of loopback: yields its address once it answers, and its process; kills it at the end.

    before: words before the command, such as those of `unshare`. environment: variables added to those of this process.
    """
    port = port or free_port()
    command = [*before, sys.executable, "-u", str(APP), "--host", host, "--port", str(port), "--model", str(model)]
    variables = {**os.environ, **(environment or {})}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=variables) as server:
        try:
            next(line for line in server.stdout if "http" in line)
            yield f"http://{f'[{host}]' if ':' in host else host}:{port}/", psutil.Process(server.pid)
        finally:
            server.kill()


@contextmanager
def forked_app(model: str | Path, port: int | None = None) -> Iterator[str]:
    """As `running_app`, but forked off a process that has imported everything, see `tests.forked`. So its memory and the
    order of its sets do not tell what they are in a fresh process. Yields the address that it prints."""
    processes = forkserver()
    ours, theirs = processes.Pipe(duplex=False)
    arguments = ["--host", "127.0.0.1", "--model", str(model), *(["--port", str(port)] if port else [])]
    server = processes.Process(target=_serve, args=(arguments, theirs))
    server.start()
    theirs.close()  # so that reading ends when the process does
    try:
        with open(ours.fileno(), closefd=False, encoding="utf-8") as lines:
            address = next(re.search(r"http\S+", line)[0] for line in lines if "http" in line)
        yield address
    finally:
        server.kill()
        server.join()


def _serve(arguments: list[str], output: Connection) -> None:
    sys.stdout = open(output.fileno(), "w", buffering=1, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.argv = [str(APP), *arguments]
    runpy.run_path(str(APP), run_name="__main__")
