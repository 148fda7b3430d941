"""The package as people install it: a wheel, in a separate environment, outside the repository."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import sysconfig
import tomllib
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from tests.running import free_port
from tests.test_serving import accepts

ROOT = Path(__file__).resolve().parent.parent
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The `bin` of an environment with the package and its dependencies, which are not installed again."""
    folder = tmp_path_factory.mktemp("install")
    venv.create(folder / "environment", symlinks=os.name != "nt")
    python = next((folder / "environment").glob("[bS]*/python*"))
    site = next((folder / "environment").glob("**/site-packages"))
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    install = [*PIP, "--python", python, "install", "-q", "--no-deps", "--no-index", "--no-build-isolation", ROOT]
    subprocess.run(install, check=True, cwd=folder)
    return python.parent


def test_it_depends_on_what_a_space_reads():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert project["dependencies"] == [line for line in lines if line and not line.startswith("#")]


def test_it_answers(installed, tmp_path):
    command = [installed / "emoji-qa", "so happy today", "-k", "3"]
    result = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False, env=utf8()
    )
    lines = result.stdout.splitlines()
    assert not result.returncode, result.stderr
    assert lines[0] == "so happy today" and len(lines) == 4
    assert all(re.match(r" +-?\d\.\d{3}  \S+  \w", line) for line in lines[1:])


@contextmanager
def serving(installed: Path, folder: Path, port: int) -> Iterator[psutil.Process]:
    """The server as the first process of a container, with IPv6, below a path, with variables of a proxy that does not run,
    in a terminal without emojis."""
    before = ["unshare", "-fp", "--mount-proc", "--kill-child"]
    if subprocess.run([*before, "true"], capture_output=True).returncode:
        before = []  # not allowed here, so it runs as an ordinary process
    proxy = f"http://127.0.0.1:{free_port()}"
    variables = {"http_proxy": proxy, "https_proxy": proxy, "PYTHONIOENCODING": "cp1252", "GRADIO_ROOT_PATH": "emoji/"}
    command = [*before, installed / "emoji-qa", "serve", "--host", "::1", "--port", str(port)]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True, env=utf8() | variables) as process:
        try:
            line = next(line for line in process.stdout if "http" in line)
            assert str(port) in line
            server = psutil.Process(process.pid)
            yield server.children()[0] if before else server
            assert process.wait(300) == 0
        finally:
            process.kill()


def test_it_serves_from_a_small_container_and_when_told_to_stop_answers_what_it_began(installed, tmp_path):
    port = free_port()
    with serving(installed, tmp_path, port) as server:
        page = httpx.get(f"http://[::1]:{port}/", timeout=60, trust_env=False)
        assert page.status_code == 200 and "emoji-qa" in page.text
        assert server.memory_info().rss < 900e6
        body = json.dumps({"data": ["so happy", 3, None]}).encode()
        lines = ["POST /emoji/gradio_api/call/answer HTTP/1.1", "Host: a", "Content-Type: application/json"]
        head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""])
        stream = f"http://[::1]:{port}/gradio_api/heartbeat/a"
        with socket.create_connection(("::1", port), timeout=60) as begun:
            begun.sendall(head.encode() + body[:5])
            with httpx.stream("GET", stream, trust_env=False, timeout=60) as alive:
                pieces = alive.iter_raw()
                assert next(pieces).startswith(b"data: ALIVE")  # an open page's stream, which never ends by itself
                server.send_signal(signal.SIGTERM)
                while accepts("::1", port):
                    pass
                begun.sendall(body[5:])
                assert b"200 OK" in begun.recv(1000)
                with contextlib.suppress(httpx.TransportError):
                    list(pieces)  # it ends


def utf8() -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
        "PYTHONIOENCODING": "utf-8",
    }
