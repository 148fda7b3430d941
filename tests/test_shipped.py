"""The checkpoints in the repository do what the README says about them."""

import re
from pathlib import Path

import numpy as np
import pytest

from emoji_qa.images.alpha import premultiply
from emoji_qa.models.vae import psnr
from train.data.split import TRAIN, by_concept
from train.evaluate.answers.newest import NEWEST, ranks, with_newest
from train.evaluate.qa import original_tweets
from train.publish import results

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(params=["original", "default"])
def model(request):
    return request.getfixturevalue(request.param)


def test_three_tweets(model):
    claimed, measured = model.metrics["qa"]["original_tweets"], original_tweets(model)
    for there, here in zip(claimed, measured, strict=True):
        assert here["scores"] == pytest.approx(there["scores"], abs=2e-3)
        assert max(here["scores"], key=here["scores"].get) == here["right"]
        assert [score for _, score in here["top5"]] == pytest.approx([score for _, score in there["top5"]], abs=2e-3)


@pytest.mark.parametrize("name", results.DOCUMENTS)
def test_the_documents_show_the_measured_figures(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert text == results.filled(text), "run: python -m train.publish.results"
    assert text.count("<!-- figures: ") == text.count("<!-- end of figures -->") > 0


def test_the_readme_is_a_page():
    assert len(README.encode()) <= 10_000


def test_the_example_prints_about_what_the_readme_shows(capsys):
    """“About” since other processors compute in other precisions."""
    example, shown = re.search(
        r"```python\n(import emoji_qa\n.+?)```\n\nprints\n\n```\n(.+?)```", README, re.DOTALL
    ).groups()
    exec(example, {})
    for ours, theirs in zip(capsys.readouterr().out.splitlines(), shown.splitlines(), strict=True):
        assert ours.split()[0] == theirs.split()[0]
        assert len(set(ours.split()[::2]) & set(theirs.split()[::2])) >= 4
        assert np.allclose(np.array(ours.split()[1::2], float), np.array(theirs.split()[1::2], float), atol=0.015)


def test_no_code_is_infinite(model):
    assert np.isfinite(model.emojis.codes).all() and model.metrics["vae"]["non_finite_codes"] == 0


def test_the_kept_codes_are_those_of_the_pictures(model):
    rows = slice(None, None, 200)
    assert np.allclose(model.encode(model.emojis.images[rows]), model.emojis.codes[rows], atol=0.02)


def test_reconstructions_are_as_good_as_claimed(original, default):
    side = by_concept(default.table.names, premultiply(default.table.images))
    trained = [row for row, char in enumerate(default.emojis.chars) if side[default.table.index(char)] == TRAIN]
    claimed = default.metrics["vae_table"]["rows"]["this VAE, shipped"]["train_psnr"]
    assert fidelity(default)[trained].mean() == pytest.approx(claimed, abs=0.05)
    both = original.metrics["vae"]["psnr_db"]
    assert both["val"] - 0.2 < fidelity(original, every=5).mean() < both["train"] + 0.2


def fidelity(model, every: int = 1) -> np.ndarray:
    """PSNR in decibels of each base's reconstruction from its code, (N,); of every second, third … base."""
    drawn = premultiply(model.decode(model.emojis.codes[::every]))
    return psnr(drawn, premultiply(model.emojis.images[::every])).numpy()


def test_emojis_released_later_are_drawn_better_than_by_pca(default):
    new = default.metrics["vae_table"]["unseen"]
    assert new["psnr"]["this VAE"] > new["psnr"]["PCA-16"]


def test_bases(original, default):
    assert len(original.emojis) == 847 and len(default.emojis) == 1680
    for char in original.emojis.chars + default.emojis.chars:
        assert len(char) > 1 or not 0x1F1E6 <= ord(char) <= 0x1F1FF  # no lone regional indicator
        assert char[0] not in "🏻🏼🏽🏾🏿" and not 0xE000 <= ord(char[0]) <= 0xF8FF


def test_emojis_of_unicode_16_are_ranked_though_nothing_has_seen_them(default):
    assert not any(emoji.char in default.table for emoji in NEWEST)
    told, alone = (ranks(with_newest(default, told=told)) for told in (True, False))
    best = told.min(axis=1)
    assert (best <= 5).sum() >= 6 and best.max() <= 50, dict(zip([emoji.name for emoji in NEWEST], best, strict=True))
    assert np.median(told) <= 5
    assert np.median(alone) < 0.4 * len(default.emojis)  # chance is a half


def test_every_checkpoint_has_its_card_and_licence():
    for config in (ROOT / "checkpoints").glob("*/config.json"):
        card = (config.parent / "README.md").read_text(encoding="utf-8")
        assert "licence" in card.lower() or "license" in card.lower()


def test_ci_runs_the_command_of_the_readme():
    assert "requirements-dev.txt -c constraints.txt && python -m pytest -q" in README
    assert "grep -m1 'python -m pytest' README.md" in (ROOT / ".ci" / "run").read_text()
