import json

import numpy as np
import pytest
import torch

import emoji_qa
from tests.tiny import write_checkpoint
from train.data.split import ASIDE, TRAIN, VAL, by_concept, by_file, concept
from train.evaluate import figures
from train.evaluate.pictures.measures import (
    count_regions,
    flatness,
    name_rank,
    nearest_distances,
    path_jump,
    polarity_r2,
    retrieval,
    sliced_wasserstein,
)
from train.evaluate.vae import known_rows


def squares() -> torch.Tensor:
    """One picture: two flat 10×10 squares of different colours on a transparent ground."""
    x = torch.zeros(1, 4, 36, 36)
    x[0, [0, 3], 2:12, 2:12] = 1
    x[0, [1, 3], 20:30, 20:30] = 1
    return x


def test_flatness_by_hand():
    assert flatness(squares()) == (3.0, 80.0)  # two squares and the ground; two outlines of forty pixels


def test_regions_smaller_than_four_pixels_do_not_count():
    joined = np.zeros((4, 3), bool)
    joined[0, :] = True  # one row of four pixels
    assert count_regions(joined, np.zeros((3, 4), bool)) == 1


def test_retrieval_of_the_originals_themselves_is_perfect():
    x = torch.rand(100, 4, 36, 36, generator=torch.Generator().manual_seed(0))
    assert retrieval(x[20:40], torch.arange(20, 40), x, x) == [1, 1]
    assert retrieval(x[20:40].flip(0), torch.arange(20, 40), x, x)[0] == 0


def test_sliced_wasserstein():
    x = torch.rand(200, 4, 36, 36, generator=torch.Generator().manual_seed(0))
    assert sliced_wasserstein(x, x) == 0
    assert sliced_wasserstein(x, x + 0.1) > sliced_wasserstein(x, x.flip(0) * 1.0)
    assert sliced_wasserstein(x, x + 0.2) > 1.5 * sliced_wasserstein(x, x + 0.1)


def test_nearest_distances_leave_out_oneself():
    x = torch.zeros(3, 4, 36, 36)
    x[1, 0, 0, 0], x[2, 0, 0, 0] = 3, 10
    assert nearest_distances(x).tolist() == [3, 3, 7]
    assert nearest_distances(x[:1] + 0, x[1:]).tolist() == [3]


def test_path_jump():
    even = torch.linspace(0, 1, 11).view(-1, 1, 1, 1).expand(-1, 4, 36, 36)
    assert path_jump(even) == pytest.approx(1, abs=1e-4)
    assert path_jump((even > 0.5).float()) == pytest.approx(10)


def test_probes_find_what_is_there():
    random = torch.Generator().manual_seed(0)
    codes = torch.randn(400, 16, generator=random)
    names = torch.nn.functional.normalize(codes @ torch.randn(16, 40, generator=random), dim=1)
    train, val = torch.arange(300), torch.arange(300, 400)
    assert name_rank(codes, names, train, val) < 0.05
    assert name_rank(torch.randn(400, 16, generator=random), names, train, val) > 0.3
    polarity = codes[:, 0] * 0.5
    polarity[::7] = torch.nan
    assert polarity_r2(codes, polarity, train, val) > 0.95
    assert polarity_r2(torch.randn(400, 16, generator=random), polarity, train, val) < 0.1


def test_concepts():
    assert concept("woman farmer: dark skin tone") == concept("man farmer") == "farmer"
    assert concept("flag: France") != concept("flag: Italy")
    assert concept("kiss: woman, man, medium skin tone") == "kiss"


def test_a_concept_stays_on_one_side_and_near_copies_are_set_aside():
    names = [
        f"{who} {job}{tone}"
        for job in map(str, range(40))
        for who in ("man", "woman")
        for tone in ("", ": dark skin tone")
    ]
    x = torch.rand(len(names), 4, 8, 8, generator=torch.Generator().manual_seed(0))
    side = by_concept(names, x)
    assert {TRAIN, VAL} <= set(side.tolist())
    for start in range(0, len(names), 4):
        assert len(set(side[start : start + 4].tolist())) == 1
    val = int(torch.nonzero(side == VAL)[0])
    x[val] = x[int(torch.nonzero(side == TRAIN)[0])] + 0.01
    assert by_concept(names, x)[val] == ASIDE


def test_split_by_file_is_four_to_one_and_seeded():
    side = by_file(100, seed=1)
    assert (side == VAL).sum() == 20
    assert torch.equal(side, by_file(100, seed=1)) and not torch.equal(side, by_file(100, seed=2))


def test_rows_of_other_checkpoints_stay_where_the_pictures_are_the_same(tmp_path):
    path, rows = tmp_path / "metrics.json", {"the original's VAE": {"val_psnr": 14}}
    assert known_rows(path, {"train": 4}) == {}
    path.write_text(json.dumps({"vae_table": {"pictures": {"train": 4}, "rows": rows}}))
    assert known_rows(path, {"train": 4}) == rows and known_rows(path, {"train": 5}) == {}


def test_pictures_that_were_trained_on_are_not_shown_as_validation(tmp_path, monkeypatch):
    monkeypatch.setattr(figures, "sheet", lambda pictures, columns: pictures)
    model = emoji_qa.load(write_checkpoint(tmp_path / "model"), device="cpu")
    images = model.table.images
    for options, trained in (("--split file", 10), ("--split file --all", 12)):
        model.config["vae_training"] = {"command": f"python -m train.vae.train {options}", "seed": 0}
        shown = figures.reconstructions(model)
        in_training = {picture.tobytes() for picture in shown[:trained]}
        assert len(shown) == 24 and len(in_training & {image.tobytes() for image in images}) == trained
        assert all(picture.tobytes() not in in_training for picture in shown[2 * trained :])
