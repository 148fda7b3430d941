"""The checkpoints in the repository do what the README says of them."""

from pathlib import Path

import numpy as np
import pytest

import emoji_qa
from train.evaluate.qa import original_tweets, report
from train.evaluate.vae import report as vae_report

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def original():
    return emoji_qa.load("original", device="cpu")


@pytest.fixture(scope="module")
def default():
    return emoji_qa.load(device="cpu")


@pytest.fixture(params=["original", "default"])
def model(request):
    return request.getfixturevalue(request.param)


def test_three_tweets(model):
    claimed, measured = model.metrics["qa"]["original_tweets"], original_tweets(model)
    for there, here in zip(claimed, measured, strict=True):
        assert here["scores"] == pytest.approx(there["scores"], abs=2e-3)
        assert max(here["scores"], key=here["scores"].get) == here["right"]
        assert [score for _, score in here["top5"]] == pytest.approx([score for _, score in there["top5"]], abs=2e-3)


def test_the_readme_shows_the_measured_figures(original, default):
    assert report(original.metrics["qa"], len(original.emojis)) in README
    assert report(default.metrics["qa"], len(default.emojis)) in README
    assert vae_report(default.metrics["vae_table"]) in README
    assert f"{original.metrics['vae']['psnr_db']['val']:.1f}" in README


def test_no_code_is_infinite(model):
    codes = model.encode(model.table.images)
    assert np.isfinite(codes).all() and model.metrics["vae"]["non_finite_codes"] == 0


def test_reconstructions_are_as_good_as_claimed(model):
    images = model.emojis.images
    x, y = (pictures[..., 3:] / 255 * np.concatenate([pictures[..., :3] / 255, np.ones_like(pictures[..., 3:])], axis=-1)
            for pictures in (images, model.decode(model.encode(images))))  # fmt: skip
    psnr = -10 * np.log10(((x - y) ** 2).mean(axis=(1, 2, 3)))
    claimed = model.metrics["vae"]["psnr_db"]
    assert min(claimed.values()) - 0.2 < psnr.mean() < max(claimed.values()) + 0.2


def test_bases(original, default):
    assert len(original.emojis) == 847 and len(default.emojis) == 1680
    for char in original.emojis.chars + default.emojis.chars:
        assert len(char) > 1 or not 0x1F1E6 <= ord(char) <= 0x1F1FF  # no lone regional indicator
        assert char[0] not in "🏻🏼🏽🏾🏿" and not 0xE000 <= ord(char[0]) <= 0xF8FF


def test_every_checkpoint_has_its_card_and_licence():
    for config in (ROOT / "checkpoints").glob("*/config.json"):
        card = (config.parent / "README.md").read_text(encoding="utf-8")
        assert "licence" in card.lower() or "license" in card.lower()


def test_ci_runs_the_command_of_the_readme():
    assert "requirements-dev.txt -c constraints.txt && python -m pytest -q" in README
    assert "grep -m1 'python -m pytest' README.md" in (ROOT / ".ci" / "run").read_text()
