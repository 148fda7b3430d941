"""The training loop: it learns, resumes bit for bit after a kill, and has the same loss in two processes as in one."""

import json
import os
import runpy
import sys
import time
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from emoji_qa.checkpoint import write_atomically
from tests.forked import Command
from train.loop import batch_rows, learning_rate

ROOT = Path(__file__).resolve().parent.parent
TWO = """
import sys
from torch.distributed import run
from tests.test_loop import run_script

if __name__ == "__main__":
    launch = run.elastic_launch
    run.elastic_launch = lambda config, entrypoint: launch(config, run_script)
    run.main(["--standalone", "--nproc_per_node=2", "--start_method=forkserver", *sys.argv[1:]])
"""
SCRIPT = """
import sys, time, torch
from pathlib import Path
from torch import nn
from train.loop import Settings, fit

torch.set_num_threads(1)
torch.manual_seed(3)
model = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Dropout(float(sys.argv[3])), nn.Linear(8, 1))
x = torch.randn(50, 3, generator=torch.Generator().manual_seed(1))
y = x.sum(dim=1, keepdim=True)

def loss(model, rows, step):
    time.sleep(float(sys.argv[2]))
    return {"loss": (model(x[rows]) - y[rows]).square().mean()}

def validate(model):
    return {"score": -(model(x) - y).square().mean().item()}

fit(model, loss, validate, 50, Settings(run=Path(sys.argv[1]), arguments={"dropout": sys.argv[3]}, steps=60, batch_size=8,
    lr=0.01, seed=1, validate_every=10, save_every=5, warmup=5, cosine=True, weight_decay=0.01, clip=1.0, average=0.9))
"""


VARIABLES = {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "ACCELERATE_USE_CPU": "true"}


def command(run: Path, pause: float, dropout: float) -> list[str]:
    script = run.parent / "script.py"
    script.write_text(SCRIPT)
    return [str(script), str(run), str(pause), str(dropout)]


def start(run: Path, *, pause: float = 0.0, dropout: float = 0.3) -> Command:
    """Runs the script in a process of its own."""
    return Command(command(run, pause, dropout), run.with_suffix(".txt"), **VARIABLES)


def finish(process: Command) -> str:
    code, output = process.wait()
    assert code == 0, output
    return output


def processes(run: Path) -> int:
    """How many processes have trained a run: each has saved its own random state."""
    return len(list(run.glob("state-*/random_states_*.pkl")))


def test_killed_and_resumed_equals_uninterrupted(tmp_path):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    first, killed = start(whole), start(broken, pause=0.1)
    deadline = time.monotonic() + 100
    while not list(broken.glob("state-*")) and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.15)  # so that the kill comes some steps after a save
    killed.kill()
    assert 0 < int(next(broken.glob("state-*")).name.split("-")[1]) < 60
    finish(first)
    finish(start(broken))
    assert (whole / "best.safetensors").read_bytes() == (broken / "best.safetensors").read_bytes()
    final = [load_file(next(run.glob("state-*")) / "model.safetensors") for run in (whole, broken)]
    assert all(torch.equal(final[0][name], final[1][name]) for name in final[0])
    history = [json.loads((run / "history.json").read_text()) for run in (whole, broken)]
    assert history[0] == history[1]
    assert history[0][-1]["score"] > history[0][0]["score"]


def test_a_finished_run_is_not_trained_again_and_never_taken_for_another(tmp_path):
    finish(start(tmp_path / "run"))
    before = (tmp_path / "run" / "best.safetensors").stat().st_mtime_ns
    finish(start(tmp_path / "run"))
    assert (tmp_path / "run" / "best.safetensors").stat().st_mtime_ns == before
    other = start(tmp_path / "run", dropout=0.1)
    code, output = other.wait()
    assert code != 0 and "other arguments (dropout)" in output


def run_script(_, script: str, *arguments: str) -> None:
    """What torch.distributed.run has Python do in each of its processes."""
    os.environ.update(VARIABLES)
    sys.argv = [script, *arguments]
    runpy.run_path(script, run_name="__main__")


def in_two_processes(run: Path) -> Command:
    """As `start`, but by torch.distributed.run (`accelerate launch --cpu` starts one process), whose processes are forked
    off, too, instead of importing everything again."""
    launcher = run.with_suffix(".launcher.py")
    launcher.write_text(TWO)
    return Command([launcher, *command(run, 0, 0)], run.with_suffix(".txt"), **VARIABLES)


def test_two_processes_get_the_loss_of_one(tmp_path):
    alone, two = start(tmp_path / "one", dropout=0), in_two_processes(tmp_path / "two")
    finish(alone)
    finish(two)
    assert processes(tmp_path / "one") == 1 and processes(tmp_path / "two") == 2
    one, both = (json.loads((tmp_path / name / "history.json").read_text()) for name in ("one", "two"))
    for a, b in zip(one, both, strict=True):
        assert b["loss"] == pytest.approx(a["loss"], rel=1e-4)
        assert b["score"] == pytest.approx(a["score"], rel=1e-4)


def test_every_row_comes_once_an_epoch():
    rows = torch.cat([batch_rows(step, n=12, batch_size=4, seed=5) for step in range(3)])
    assert sorted(rows.tolist()) == list(range(12))
    again = torch.cat([batch_rows(step, n=12, batch_size=4, seed=5) for step in range(3, 6)])
    assert sorted(again.tolist()) == list(range(12)) and again.tolist() != rows.tolist()


def test_rows_are_drawn_by_weight():
    weights = torch.tensor([0.0, 1.0, 3.0])
    rows = torch.cat([batch_rows(step, n=3, batch_size=2, seed=5, weights=weights) for step in range(200)])
    assert 0 not in rows
    assert torch.equal(rows[:2], batch_rows(0, n=3, batch_size=2, seed=5, weights=weights))


def test_learning_rate_rises_then_falls():
    rates = [learning_rate(step, steps=100, warmup=10, cosine=True) for step in range(100)]
    assert rates[0] == pytest.approx(0.1) and max(rates) == pytest.approx(1.0) and rates[-1] < 0.02
    assert learning_rate(99, steps=100, warmup=0, cosine=False) == 1


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")

    def fail(part: Path) -> None:
        part.write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_atomically(path, fail)
    assert path.read_text() == "old"
