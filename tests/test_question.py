"""The question tower's training: what several processes make of it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.test_loop import ROOT, TWO, processes
from tests.tiny import BASES, WORDS, table, towers
from train.question import MIX
from train.tweets import Corpus, arrays


@pytest.fixture
def prepared(tmp_path):
    """A folder with an emoji table, texts of a few words as `train.tweets` writes them, and answers to start from."""
    table().save(tmp_path)
    (tmp_path / "config.json").write_text("{}")
    pieces, _ = towers("encoder")
    pieces.save(tmp_path / "vocab.txt")
    random = np.random.default_rng(0)
    texts = [" ".join(random.choice(WORDS, random.integers(2, 6))) for _ in range(12)]
    corpus = Corpus(texts, [[i % len(BASES)] for i in range(len(texts))])
    for part in ("train", "val"):
        np.savez(tmp_path / f"{part}.npz", **arrays(dict.fromkeys(MIX["pretrain"], corpus), pieces, len(BASES)))
    answers = torch.randn(len(BASES), 384, generator=torch.Generator().manual_seed(0))
    save_file({"answers": answers}, tmp_path / "start.safetensors")
    return tmp_path


def train(folder: Path, run: str, *launcher: str) -> list[float]:
    """The losses of three steps of `train.question`, as a process of its own."""
    command = [
        sys.executable, *launcher, "train.question", "--tweets", folder, "--emojis", folder, "--run", folder / run,
        "--start", folder / "start.safetensors", "--steps", "3", "--batch-size", "8", "--validate-every", "1",
        "--ngrams", "50", "--warmup", "1", "--threads", "1",
    ]  # fmt: skip
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "ACCELERATE_USE_CPU": "true"}
    output = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert output.returncode == 0, output.stderr
    assert output.stdout.count("holds the tower") == 1
    return [past["loss"] for past in json.loads((folder / run / "history.json").read_text())]


def test_two_processes_get_the_loss_of_one(prepared):
    one, two = train(prepared, "one", "-m"), train(prepared, "two", *TWO, "-m", "--")
    assert processes(prepared / "one") == 1 and processes(prepared / "two") == 2
    assert len(one) == 3 and one[2] < one[0]
    assert two == pytest.approx(one, rel=1e-2)  # in bf16
    learned = [load_file(prepared / run / "learned.safetensors")["learned"].float() for run in ("one", "two")]
    assert torch.allclose(*learned, atol=1e-2)
