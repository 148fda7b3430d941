"""The package as people install it: a wheel, in a separate environment, outside the repository."""

import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
from pathlib import Path

import httpx
import pytest

from tests.running import free_port

ROOT = Path(__file__).resolve().parent.parent
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The `bin` of an environment with the wheel and its dependencies, which are not installed again."""
    folder = tmp_path_factory.mktemp("install")
    build = [*PIP, "wheel", "-q", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT]
    subprocess.run(build, check=True, cwd=folder)
    [wheel] = folder.glob("*.whl")
    venv.create(folder / "environment", symlinks=os.name != "nt")
    python = next((folder / "environment").glob("[bS]*/python*"))
    said = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = Path(subprocess.run(said, check=True, capture_output=True, text=True).stdout.strip())
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    subprocess.run([*PIP, "--python", python, "install", "-q", "--no-deps", "--no-index", wheel], check=True)
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


def test_it_serves(installed, tmp_path):
    port = free_port()
    command = [installed / "emoji-qa", "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True, env=utf8()) as server:
        try:
            line = next(line for line in server.stdout if "http" in line)
            assert str(port) in line
            page = httpx.get(f"http://127.0.0.1:{port}/", timeout=60, trust_env=False)
            assert page.status_code == 200 and "emoji" in page.text
        finally:
            server.kill()


def utf8() -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
        "PYTHONIOENCODING": "utf-8",
    }
