"""Directions with a meaning: pairs that differ in one factor, ways that are fitted to them, and a judge of the ways."""

import shutil

import numpy as np
import pytest
import torch

import emoji_qa
from emoji_qa import checkpoint
from emoji_qa.emojis.table import EmojiTable
from emoji_qa.latent.directions import COLOUR, Direction
from emoji_qa.latent.space import Latent
from emoji_qa.remix.parts import FILE, Parts
from tests import tiny
from train.latent import directions
from train.latent.factors import DISC, FACTORS, HUES, SQUARE, Studio, colour
from train.latent.probe import Probe, answers


@pytest.fixture(scope="module")
def studio():
    return Studio(Parts.load(checkpoint.CHECKPOINTS / "default"))


def looks(studio, count, seed=0):
    rng = np.random.default_rng(seed)
    return [studio.draw(rng) for _ in range(count)]


def test_a_pair_differs_in_one_factor_alone(studio):
    rng = np.random.default_rng(1)
    for look in looks(studio, 40):
        for k, name in enumerate(FACTORS):
            for end in (0, 1):
                changed = studio.changed(look, name, end, rng)
                before, after = look.factors(), changed.factors()
                assert after[k] == end
                assert changed == look or before[k] != end
                apart = {
                    FACTORS[j] for j in range(len(FACTORS)) if not np.array_equal(before[j], after[j], equal_nan=True)
                }
                assert apart <= {name} | (
                    {"eyes", "anger"} if name in ("eyes", "anger") else set()
                )  # anger is shown by the eyes
                assert changed.hue == look.hue


def test_every_factor_can_be_seen(studio):
    rng = np.random.default_rng(2)
    some = [look for look in looks(studio, 60) if look.body in (DISC, SQUARE)][:3]
    for look in some:
        for name in FACTORS:
            low, high = (studio.picture(studio.changed(look, name, end, rng)).astype(int) for end in (0, 1))
            assert np.abs(low - high).mean() > 0.5, (name, look)
    colours = {tuple(studio.picture(some[0].in_hue(hue))[30, 18]) for hue in range(0, HUES, 4)}
    assert len(colours) == 6 and len({colour(hue) for hue in range(HUES)}) == HUES


def test_a_probe_is_asked_for_what_is_known_alone(studio):
    some = looks(studio, 30)
    factors, hues = answers(some)
    assert factors.shape == (30, len(FACTORS)) and np.isfinite(factors[:, [1, 2, 4]]).all()
    assert np.isnan(hues).any() and ((hues[~np.isnan(hues)] >= 0) & (hues[~np.isnan(hues)] < 360)).all()


def test_ways_are_found_that_depend_on_where_they_begin():
    rng = np.random.default_rng(3)
    z, changes = [], []
    for name in directions.WORDS:
        for i in range(600):
            before = rng.standard_normal(16)
            end = i % (HUES if name == COLOUR else 2)
            after = before.copy()
            if name == COLOUR:
                after[:2] = np.cos(2 * np.pi * end / HUES), np.sin(2 * np.pi * end / HUES)
            else:
                after[3] = 2 * end - 1  # an end is a place, not a step: the way to it depends on the code
            changes.append((len(z), len(z) + 1, name, end))
            z += [before, after]
    found = directions.fit_to(np.array(z), changes)
    start = rng.standard_normal((5, 16)).astype(np.float32)
    for end in (-1, 1):
        moved = found["hat"].move(start, end)
        assert np.abs(moved[:, 3] - end).max() < 0.4
        assert np.abs(np.delete(moved - start, 3, axis=1)).max() < 0.4
    turned = found[COLOUR].move(start, 90)
    assert np.abs(turned[:, 0]).max() < 0.5 and np.abs(turned[:, 1] - 1).max() < 0.5


class Straight(torch.nn.Module):
    """A decoder whose 16 channels are the code's 16 numbers, and a probe that reads the code again: factor k is number k."""

    def decode(self, z):
        return z[:, :16, None, None].expand(-1, 16, 2, 2)

    def read(self, x):
        codes = x[:, :, 0, 0].numpy()
        return codes[:, : len(FACTORS)], np.full(len(codes), 40.0)


def test_what_changes_other_factors_or_goes_astray_is_not_kept():
    z = np.random.default_rng(4).standard_normal((50, 16)).astype(np.float32)
    good, wild = np.zeros((2, 17, 16)), np.zeros((2, 17, 16))
    good[:, 0, 0] = -3, 3
    wild[:, 0, : len(FACTORS)] = 9
    wild[:, 0, 1] = -3, 3
    aimless = np.zeros((2, 17, 16))
    found = {
        "mood": Direction("sad", "happy", good),
        "anger": Direction("calm", "angry", wild),
        "tears": Direction("dry", "tears", aimless),
    }
    straight = Straight()
    figures = directions.judge(found, straight, straight, z)
    assert [figures[name]["kept"] for name in found] == [True, False, False]
    assert figures["mood"]["right"] == 1 and figures["mood"]["stays"] == 1 and figures["mood"]["arrives"] > 0.95
    assert figures["anger"]["right"] == 1 and figures["anger"]["stays"] < 0.8
    assert figures["tears"]["right"] == 0 and "not shown" in directions.report(figures)


def test_they_are_written_into_a_checkpoint_that_loads(tmp_path, monkeypatch):
    folder = tiny.write_checkpoint(tmp_path / "tiny")
    shutil.copy(checkpoint.CHECKPOINTS / "default" / FILE, folder)
    checkpoint.seal(folder)
    monkeypatch.setattr(directions, "RIGHT", 0.0)
    monkeypatch.setattr(directions, "STAYS", 0.0)
    monkeypatch.setattr(directions, "ARRIVES", 0.0)
    figures = directions.write_directions(folder, 3, 8, 6, steps=2)
    assert list(figures) == [*FACTORS, COLOUR] and all(row["kept"] for row in figures.values())
    model = emoji_qa.load(folder, device="cpu")
    assert list(model.latent.directions) == list(figures) and model.metrics["directions"] == figures
    happier = model.latent.directions["mood"].move(model.emojis.codes[:2], 1.0)
    assert happier.shape == (2, 16) and np.isfinite(happier).all()
    latent = Latent.load(folder / "latent.safetensors", EmojiTable.load(folder, bases_only=True))
    assert np.array_equal(latent.codes, model.emojis.codes)


def test_a_probe_learns():
    x = torch.rand(2, 4, 36, 36)
    logits, hues = Probe().eval().read(x)
    assert logits.shape == (2, len(FACTORS)) and hues.shape == (2,) and ((hues >= 0) & (hues < 360)).all()


def test_a_latent_space_is_written_the_same_each_time(tmp_path, default):
    space = default.latent
    assert space.directions
    for number in range(8):
        space.save(tmp_path / f"{number}.safetensors")
    assert len({path.read_bytes() for path in tmp_path.iterdir()}) == 1
    again = Latent.load(tmp_path / "0.safetensors", space.emojis)
    assert again.directions.keys() == space.directions.keys() and [*again.labels] == [*space.labels]
