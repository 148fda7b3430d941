"""Your own emoji set: from a folder of pictures to a checkpoint that answers."""

import sys

import numpy as np
import pytest
from PIL import Image

import emoji_qa
from emoji_qa import checkpoint
from tests.tiny import disc, table, write_checkpoint
from train.data import own
from train.qa import transfer

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><circle cx="18" cy="18" r="{}" fill="#{}"/></svg>'


@pytest.fixture
def folder(tmp_path):
    """Five pictures: SVGs named by words and by code points, a PNG, and names for some."""
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    (pictures / "happy-dog.svg").write_text(SVG.format(15, "fa0"))
    (pictures / "1f600.svg").write_text(SVG.format(18, "ff0"))
    (pictures / "rainy_day.svg").write_text(SVG.format(9, "00f"))
    (pictures / "c.svg").write_text(SVG.format(12, "0f0"))
    Image.fromarray(disc(3, 90)).save(pictures / "awful coffee.png")
    (pictures / "names.csv").write_text('file,name,keywords\nc.svg,love cake,"cake, love"\n1f600.svg,great,\n')
    return pictures


def test_a_table_of_own_pictures(folder):
    emojis, display = own.build(folder)
    assert emojis.names == ["great", "awful coffee", "love cake", "happy dog", "rainy day"]
    assert emojis.chars[0] == "😀" and all("\U000f0000" <= char < "\U000f0010" for char in emojis.chars[1:])
    assert emojis[2].keywords == ("cake", "love")
    assert display.shape == (5, 72, 72, 4) and emojis.images[0, 18, 18].tolist() == [255, 255, 0, 255]
    (folder / "great.svg").write_text(SVG.format(3, "123"))
    with pytest.raises(ValueError, match="named “great”"):
        own.build(folder)
    (folder / "great.svg").write_text("no picture")
    with pytest.raises(ValueError, match=r"great\.svg cannot be read"):
        own.build(folder)


def test_a_folder_without_pictures_is_said(tmp_path):
    with pytest.raises(ValueError, match="holds no SVG or PNG"):
        own.build(tmp_path)


@pytest.mark.parametrize("same_vae", [True, False])
def test_own_emojis_are_answers(folder, tmp_path, monkeypatch, same_vae):
    known = write_checkpoint(tmp_path / "known", arch="encoder", loudness=2.0)
    mine = write_checkpoint(tmp_path / "mine", emojis=own.build(folder)[0], loudness=2.0, seed=0 if same_vae else 1)
    told = ["python -m train.vae.train", "python -m train.qa.question"]
    checkpoint.update_json(known / "config.json", withheld=[], question_training={}, commands=told)
    monkeypatch.setattr(sys, "argv", ["transfer", "--checkpoint", str(mine), "--question", str(known)])
    transfer.main()
    model = emoji_qa.load(mine, device="cpu")
    assert model.config["commands"][:-1] == told[1:]  # without the commands of the other checkpoint's VAE
    assert model.emojis.names == own.build(folder)[0].names
    [answers] = model.answer("my dog is happy", k=5)
    assert {answer.name for answer in answers} == set(model.emojis.names)
    scores = emoji_qa.load(known, device="cpu").score("my dog is happy")
    assert np.isfinite(scores).all() and len(table().bases) == scores.shape[1]
