"""Starting and stopping the page's server wherever it is hosted: below a path of a reverse proxy, in a network with an
HTTP proxy, on IPv6, as the first process of a container."""

import atexit
import contextlib
import os
import re
import signal
import sys
import threading
from collections.abc import Callable
from typing import NoReturn
from urllib.parse import urlsplit

import gradio as gr

PATIENCE = 8  # seconds to finish requests that have begun; container programs kill after ten


def check_root_path(path: str) -> str:
    """Where a proxy shows the page, as Gradio takes it: "emoji/" → "/emoji", "/" → "", and a whole address as it is, without a
    slash at its end. Raises ValueError for anything else."""
    path = path.strip().rstrip("/")
    if re.match(r"https?://", path):
        if not urlsplit(path).hostname or urlsplit(path).query or urlsplit(path).fragment:
            raise ValueError(
                f"{path!r} is no address to be found at. Give one such as https://example.org/emoji, or /emoji."
            )
        return path
    path = f"/{path.lstrip('/')}" if path else ""
    if not re.fullmatch(r"(/[\w.~-]+)*", path, re.ASCII) or ".." in path:
        raise ValueError(f"{path!r} is no path to be found at. Give one such as /emoji.")
    return path


def bracketed(host: str | None) -> str | None:
    """An IPv6 address as it is written in a URL: "::" → "[::]"; anything else unchanged."""
    return f"[{host}]" if host and ":" in host and not host.startswith("[") else host


def ask_ourselves_directly(host: str | None) -> None:
    """Lets Gradio reach its own server, to check that it runs, directly instead of by the proxy in $http_proxy."""
    host = host or os.environ.get("GRADIO_SERVER_NAME")
    known = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    names = [name for name in known.split(",") if name] + ["localhost", "127.0.0.1", "::1"]
    if host and host not in ("0.0.0.0", "::", "[::]"):
        names.append(host.strip("[]"))
    if host in ("::", "[::]"):
        names.append("::")
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(dict.fromkeys(names))


def until_told_to_stop() -> Callable[[float | None], bool]:
    """Catches SIGTERM and Ctrl+C from now on. The returned function waits for one of them, at most the given seconds,
    and returns whether one came. A second signal is handled as it was before this call. The first process of a
    container must catch SIGTERM, since the system does not end it by default."""
    told = threading.Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def hear(*_: object) -> None:
        for number, handler in before.items():
            signal.signal(number, handler)
        told.set()

    for number in before:
        signal.signal(number, hear)
    return told.wait


def stop(page: gr.Blocks) -> None:
    """Stops the server: it takes no more requests, answers those that have begun, and ends the streams that only report
    that it is alive; after PATIENCE it stops in any case."""
    server = page.server
    server.should_exit = True
    for listening in server.servers:
        listening.get_loop().call_soon_threadsafe(page.app.stop_event.set)
        break
    server.thread.join(PATIENCE)
    server.force_exit = True
    page.close(verbose=False)


def leave() -> NoReturn:
    """Runs the exit handlers and ends the process without the interpreter's own cleanup: to take PyTorch's and Gradio's
    modules apart one by one costs more than a second of a core."""
    atexit._run_exitfuncs()
    for output in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):
            output.flush()
    os._exit(0)
