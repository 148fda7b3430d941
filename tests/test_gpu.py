"""The checks of tests/gpu.py, run on the CPU, where they must pass, and on differences, which they must find."""

import numpy as np
import pytest
import torch

import emoji_qa
from tests import gpu
from tests.tiny import write_checkpoint


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return emoji_qa.load(write_checkpoint(tmp_path_factory.mktemp("model"), arch="encoder", loudness=2), device="cpu")


def test_a_model_agrees_with_itself_and_is_timed(model, monkeypatch):
    monkeypatch.setattr(gpu, "TWEETS", 500)
    found = list(gpu.checks(model, "cpu"))
    assert len(found) == 8
    assert {what for what, holds, _ in found if not holds} <= {
        "cosines in bfloat16"
    }  # too coarse for an untrained network
    lines = "\n".join(gpu.speeds(model, "cpu")).splitlines()
    assert len(lines) == 5 and all(line.count("|") == 5 for line in lines)


def test_differences_are_found():
    here = np.array([[0.1, 0.5], [0.3, 0.31]])
    assert gpu.same_first("", here, here[:, ::-1], 0.05) == ("", False, "1 of 1 differ")
    assert not gpu.at_most("", 0.2, 0.1)[1] and not gpu.at_most("", np.nan, 0.1)[1]


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here: python -m tests.gpu checks it")
def test_without_a_gpu_it_says_so(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["gpu"])
    assert gpu.main() == 0 and capsys.readouterr().out.strip() == gpu.NOTE
