"""Things that hosting depends on and that would only be noticed when it fails: the README's front matter, the Dockerfile,
and the commands on the page "Host your own"."""

import importlib.metadata
import re
import runpy
import shlex
import signal
from functools import partial
from pathlib import Path

import click
import pytest
from huggingface_hub import ModelCard
from huggingface_hub.cli.hf import app as hf
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
HOSTING = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
FRONT = ModelCard(README).data.to_dict()
DOCUMENTED = """title emoji colorFrom colorTo sdk python_version sdk_version suggested_hardware suggested_storage app_file
app_port base_path fullWidth header short_description models datasets tags thumbnail pinned hf_oauth hf_oauth_scopes
hf_oauth_expiration_minutes disable_embedding startup_duration_timeout custom_headers preload_from_hub license""".split()
COLOURS = "red yellow green blue indigo purple pink gray".split()
PINS = dict(line.split("==") for line in (ROOT / "constraints.txt").read_text().split())


def test_the_front_matter_is_what_a_space_accepts():
    assert set(FRONT) <= set(DOCUMENTED)
    assert FRONT["sdk"] == "gradio" and FRONT["sdk_version"] == PINS["gradio"]
    assert FRONT["colorFrom"] in COLOURS and FRONT["colorTo"] in COLOURS
    assert len(FRONT["short_description"]) <= 60
    assert FRONT["suggested_hardware"] == "cpu-basic"
    assert (ROOT / FRONT["app_file"]).is_file()


def test_its_python_version_suits_everything_that_is_installed_there():
    version = Version(FRONT["python_version"])
    assert isinstance(FRONT["python_version"], str)  # 3.10 without quotes would be 3.1
    installed = [importlib.metadata.metadata(name) for name in PINS if installed_here(name)]
    assert len(installed) > 50
    for package in installed:
        assert version in SpecifierSet(package["Requires-Python"] or ""), package["Name"]
    assert "Python 3.11 or later" in README and version >= Version("3.11")


def installed_here(name: str) -> bool:
    try:
        return bool(importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return False


def test_the_pins_satisfy_the_requirements():
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / name).read_text().splitlines():
            if line and not line.startswith(("-r", "#")):
                asked = Requirement(line)
                pinned = next(
                    v for k, v in PINS.items() if k.lower().replace("_", "-") == asked.name.lower().replace("_", "-")
                )
                assert Version(pinned) in asked.specifier, line


def test_the_dockerfile_does_what_the_readme_says():
    steps = [line.split(maxsplit=1) for line in DOCKERFILE.splitlines() if line and not line.startswith("#")]
    done = dict(steps)
    install, start = re.search(r"^    (pip install .*) && (python app.py)$", README, re.MULTILINE).groups()
    assert done["FROM"] == f"python:{FRONT['python_version']}-slim"
    assert ["RUN", install.replace("install", "install --no-cache-dir")] in steps
    assert shlex.join(eval(done["CMD"])).startswith(start)
    assert done["EXPOSE"] == "7860" and "--port 7860" in shlex.join(eval(done["CMD"]))
    assert done["USER"] == "user"
    order = [instruction for instruction, _ in steps]
    assert order.index("COPY") < len(order) - 1 - order[::-1].index("RUN") < order.index("USER") < order.index("CMD")
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert not {"app.py", "emoji_qa", "checkpoints", "requirements.txt", "constraints.txt", "train"} & set(ignored)
    for command in ("docker build -t emoji-qa .", "docker run -p 7860:7860 emoji-qa"):
        assert command in HOSTING and command in DOCKERFILE


COMMANDS = [line.strip() for line in HOSTING.splitlines() if line.startswith("    ")]
COMMANDS += [command for command in re.findall(r"`([^`]*)`", HOSTING) if command.startswith("hf ")]


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.startswith("hf ")])
def test_the_hubs_commands_exist_with_these_options(command):
    found, arguments = hf, shlex.split(command)[1:]
    while hasattr(found, "resolve_command"):
        _, found, arguments = found.resolve_command(click.Context(found), arguments)
    found.make_context(found.name, arguments)  # parses the arguments, but runs nothing


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.startswith("python ")])
def test_our_own_commands_exist_with_these_options(command, monkeypatch, capsys):
    arguments = shlex.split(command)[1:]
    assert run_until_it_leaves([*arguments, "--help"], monkeypatch) == 0
    helped = capsys.readouterr().out
    for option in arguments:
        assert not option.startswith("--") or option in helped


def test_a_port_that_is_none_is_said(monkeypatch, capsys):
    assert run_until_it_leaves(["app.py", "--port", "99999"], monkeypatch) == 2
    assert "a port is a number from 1 to 65535" in capsys.readouterr().err


def run_until_it_leaves(arguments: list[str], monkeypatch) -> int:
    """The exit code of `python ARGUMENTS`, for a command that exits before it starts anything; it runs in this process."""
    is_module = arguments[0] == "-m"
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("sys.argv", arguments[is_module:])
    before = signal.getsignal(signal.SIGTERM)
    run = partial(runpy.run_module, alter_sys=True) if is_module else runpy.run_path
    with pytest.raises(SystemExit) as left:
        run(arguments[is_module], run_name="__main__")
    signal.signal(signal.SIGTERM, before)
    return left.value.code or 0
