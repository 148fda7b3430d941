"""app.py in a process of its own, for what is measured from outside."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

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
    """The page of a model on a port of loopback: its address, once it answers there, and its process, killed in the end.

    before: words that the command begins with, such as those of `unshare`. environment: variables beside those of this process.
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
