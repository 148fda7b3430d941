"""The mean of several towers' weights."""

import json

import pytest
import torch

from train.qa.average import mean, share, withheld


def test_the_mean_of_weights():
    a = {"w": torch.tensor([0.0, 2.0]), "keys": torch.tensor([1, 5])}
    b = {"w": torch.tensor([4.0, 2.0]), "keys": torch.tensor([1, 5])}
    mixed = mean([(a, 1.0), (b, 3.0)])
    assert torch.equal(mixed["w"], torch.tensor([3.0, 2.0]))
    assert torch.equal(mixed["keys"], a["keys"]) and mixed["keys"].dtype == torch.int64


def test_other_towers_are_refused():
    with pytest.raises(ValueError, match="no towers of one family"):
        mean([({"w": torch.zeros(1)}, 1.0), ({"v": torch.zeros(1)}, 1.0)])


def test_a_run_and_its_share():
    path, part = share("runs/a=b=0.25")
    assert str(path) == "runs/a=b" and part == 0.25


def test_what_all_towers_had_withheld_their_mean_does_not_know(tmp_path):
    told = {"a/tower.json": ["😡", "🎉", "🐶"], "b/config.json": ["🐶", "😡"], "c/tower.json": []}
    for name, chars in told.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(json.dumps({"withheld": chars}))
    assert withheld([tmp_path / "a", tmp_path / "b"]) == ["😡", "🐶"]
    assert withheld([tmp_path / "a", tmp_path / "c"]) == withheld([tmp_path / "a", tmp_path / "none"]) == []
