"""The checkpoints in the repository do what the README says of them."""

from pathlib import Path

import numpy as np
import pytest

import emoji_qa
from train.evaluate.qa import original_tweets, report

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def original():
    return emoji_qa.load("original", device="cpu")


def test_three_tweets(original):
    claimed, measured = original.metrics["qa"]["original_tweets"], original_tweets(original)
    for there, here in zip(claimed, measured, strict=True):
        assert here["scores"] == pytest.approx(there["scores"], abs=2e-3)
        assert max(here["scores"], key=here["scores"].get) == here["right"]
        assert [score for _, score in here["top5"]] == pytest.approx([score for _, score in there["top5"]], abs=2e-3)


def test_the_readme_shows_the_measured_figures(original):
    assert report(original.metrics["qa"], len(original.emojis)) in README
    assert f"{original.metrics['vae']['psnr_db']['val']:.1f}" in README


def test_no_code_is_infinite(original):
    codes = original.encode(original.table.images)
    assert np.isfinite(codes).all() and original.metrics["vae"]["non_finite_codes"] == 0


def test_reconstructions_are_as_good_as_claimed(original):
    images = original.table.images
    x, y = (pictures[..., 3:] / 255 * np.concatenate([pictures[..., :3] / 255, np.ones_like(pictures[..., 3:])], axis=-1)
            for pictures in (images, original.decode(original.encode(images))))  # fmt: skip
    psnr = -10 * np.log10(((x - y) ** 2).mean(axis=(1, 2, 3)))
    claimed = original.metrics["vae"]["psnr_db"]
    assert min(claimed.values()) - 0.2 < psnr.mean() < max(claimed.values()) + 0.2


def test_bases(original):
    assert len(original.emojis) == 847
    assert not any(0x1F1E6 <= ord(char) <= 0x1F1FF for char in original.emojis.chars if len(char) == 1)


def test_every_checkpoint_has_its_card_and_licence():
    for config in (ROOT / "checkpoints").glob("*/config.json"):
        card = (config.parent / "README.md").read_text(encoding="utf-8")
        assert "licence" in card.lower() or "license" in card.lower()


def test_ci_runs_the_command_of_the_readme():
    assert "requirements-dev.txt -c constraints.txt && python -m pytest -q" in README
    assert "grep -m1 'python -m pytest' README.md" in (ROOT / ".ci" / "run").read_text()
