"""The mean of several towers' weights."""

import pytest
import torch

from train.qa.average import mean, share


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
