"""Training that is killed (kill -9) at random moments, again and again: it ends as if it had not been killed, and an
incomplete checkpoint never loads as a model."""

import random
import shutil
import time
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

import emoji_qa
from emoji_qa import checkpoint
from tests.forked import forkserver
from tests.tiny import write_checkpoint
from tests.to_be_killed import train

KILLS = 10


@pytest.fixture(scope="module")
def processes():
    return forkserver()


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    folder = write_checkpoint(tmp_path_factory.mktemp("old"))
    checkpoint.seal(folder)
    return folder


def run(processes, *folders: Path, until: float | None = None) -> float:
    """One run, killed `until` seconds after its first step, if given; returns the seconds from that step to its end."""
    begun = processes.Event()
    process = processes.Process(target=train, args=(*folders, begun))
    process.start()
    while not begun.wait(0.05) and process.is_alive():
        pass
    since = time.perf_counter()
    process.join(until)
    process.kill()
    process.join()
    assert until is not None or process.exitcode == 0
    return time.perf_counter() - since


def step_of(state: Path) -> int:
    return int(state.name.split("-")[1])


def latest_state(run: Path) -> Path:
    """The latest state; after a kill there may still be the one before."""
    return max(run.glob("state-*"), key=step_of)


def parts(folder: Path) -> dict[str, str]:
    """A checkpoint's files and their hashes, without what a kill may leave: a `.part`, or a hidden file of safetensors."""
    return {
        file.name: checkpoint.file_hash(file)
        for file in folder.iterdir()
        if file.suffix != ".part" and file.name[0] != "."
    }


def expect_whole_or_nothing(folder: Path, *models: dict[str, str]) -> None:
    """The folder loads as one of these models, or not at all."""
    try:
        emoji_qa.load(folder)
    except ValueError:
        return
    present = parts(folder)
    assert any(
        {name: present[name] for name in model if name != "metrics.json"}.items() <= model.items() for model in models
    )


def test_killed_ten_times_in_training_and_ten_times_while_it_writes(processes, old, tmp_path):
    expected = shutil.copytree(old, tmp_path / "expected")
    whole = run(processes, tmp_path / "whole", expected)
    models = (parts(old), parts(expected))
    assert models[0] != models[1]
    rng = random.Random(0)
    killed, out = tmp_path / "killed", shutil.copytree(old, tmp_path / "out")
    saved = []
    for _ in range(KILLS):
        run(processes, killed, out, until=rng.uniform(0, 1.5 * whole / KILLS))
        saved += [step_of(latest_state(killed))] if list(killed.glob("state-*")) else []
        expect_whole_or_nothing(out, *models)
    assert saved[0] > 0 and saved == sorted(saved)
    run(processes, killed, out)
    final = [load_file(latest_state(folder) / "model.safetensors") for folder in (tmp_path / "whole", killed)]
    assert all(torch.equal(final[0][name], final[1][name]) for name in final[0])
    assert parts(out) == models[1]
    writing = run(processes, killed, out)  # training is done, so it only writes the checkpoint
    for _ in range(KILLS):
        out = shutil.copytree(old, out, dirs_exist_ok=True)
        run(processes, killed, out, until=rng.uniform(0, writing))
        expect_whole_or_nothing(out, *models)
    run(processes, killed, out)
    assert parts(out) == models[1]
    assert emoji_qa.load(out).metrics["trained"]
