import shutil

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

import emoji_qa
from emoji_qa import checkpoint
from emoji_qa.models.vae import EmojiVAE
from tests.tiny import write_checkpoint

NARROW = {"arch": "original", "encoder": {"channels": 4}, "decoder": {"channels": 4}}


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    return write_checkpoint(tmp_path_factory.mktemp("good"))


@pytest.fixture
def folder(good, tmp_path):
    return shutil.copytree(good, tmp_path / "copy")


def test_save_and_load_is_bit_equal(tmp_path):
    torch.manual_seed(1)
    vae = EmojiVAE(latent_dim=2).eval()
    checkpoint.save_weights(vae, tmp_path / "vae.safetensors")
    again = checkpoint.build(EmojiVAE, vae.config, tmp_path / "vae.safetensors")
    z = torch.randn(3, 2)
    assert torch.equal(again.decode(z), vae.decode(z))


class WithTable(nn.Module):
    def __init__(self):
        super().__init__()
        self.table, self.dense = nn.Embedding(checkpoint.LONG, 8), nn.Linear(8, 8)


def test_small_weights_are_near_and_the_same_when_saved_again(tmp_path):
    torch.manual_seed(2)
    module = WithTable().eval()
    module.table.weight.data[3] = 0
    checkpoint.save_weights(module, tmp_path / "exact.safetensors")
    checkpoint.save_weights(module, tmp_path / "small.safetensors", small=True)
    again = checkpoint.build(WithTable, {}, tmp_path / "small.safetensors")
    row, error = module.table.weight.abs().amax(dim=1), (again.table.weight - module.table.weight).abs().amax(dim=1)
    assert (error <= 0.51 / 127 * row + 1e-6).all()
    assert torch.equal(again.dense.weight, module.dense.weight.half().float())
    assert (tmp_path / "small.safetensors").stat().st_size < 0.4 * (tmp_path / "exact.safetensors").stat().st_size
    checkpoint.save_weights(again, tmp_path / "again.safetensors", small=True)
    assert torch.equal(checkpoint.build(WithTable, {}, tmp_path / "again.safetensors").table.weight, again.table.weight)


@pytest.mark.parametrize("scale", ["stray.scale", "table.weight.scale"])
def test_a_scale_that_does_not_fit_is_refused(tmp_path, scale):
    checkpoint.save_weights(WithTable(), tmp_path / "w.safetensors", small=True)
    save_file(load_file(tmp_path / "w.safetensors") | {scale: torch.ones(3, 1)}, tmp_path / "w.safetensors")
    with pytest.raises(ValueError, match="does not fit"):
        checkpoint.build(WithTable, {}, tmp_path / "w.safetensors")


def test_two_loads_agree(folder):
    one, two = emoji_qa.load(folder), emoji_qa.load(str(folder))
    assert np.array_equal(one.emojis.codes, two.emojis.codes)
    assert np.array_equal(one.score("so happy"), two.score("so happy"))


def test_unknown_name():
    with pytest.raises(ValueError, match="no checkpoint “nowhere”"):
        emoji_qa.load("nowhere")


@pytest.mark.parametrize("name", ["vae", "qa", "latent"])
@pytest.mark.parametrize("damage", ["missing", "truncated", "garbage"])
def test_damaged_weights_are_named(folder, name, damage):
    path = folder / f"{name}.safetensors"
    content = path.read_bytes()
    path.unlink() if damage == "missing" else path.write_bytes(content[: len(content) // 2])
    if damage == "garbage":
        path.write_bytes(b"\x80\x04garbage" * 100)
    if damage != "missing":
        checkpoint.update_json(folder / "config.json", qa_vae_sha256=checkpoint.file_hash(folder / "vae.safetensors"))
    with pytest.raises(ValueError, match=f"{name}.safetensors"):
        emoji_qa.load(folder)


@pytest.mark.parametrize("name", ["config.json", "metrics.json", "vocab.txt", "emojis.json", "emojis.png"])
def test_missing_parts_are_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(ValueError, match=name if name != "config.json" else "no checkpoint"):
        emoji_qa.load(folder)


@pytest.mark.parametrize("key", ["vae", "qa", "popularity"])
def test_what_a_configuration_lacks_is_named(folder, key):
    checkpoint.update_json(folder / "config.json", **{key: None})
    with pytest.raises(ValueError, match=f"config.json lacks {key}"):
        emoji_qa.load(folder)


def test_another_architecture_is_refused(folder):
    checkpoint.update_json(folder / "config.json", vae={"arch": "magic"})
    with pytest.raises(ValueError, match="vae.safetensors"):
        emoji_qa.load(folder)
    checkpoint.update_json(folder / "config.json", vae={"arch": "original", "encoder": {"channels": 5}})
    with pytest.raises(ValueError, match="does not fit"):
        emoji_qa.load(folder)


def test_weights_that_are_not_finite_are_refused(folder):
    vae = EmojiVAE(**NARROW)
    vae.decoder.input.bias.data[0] = float("nan")
    checkpoint.save_weights(vae, folder / "vae.safetensors")
    checkpoint.update_json(folder / "config.json", qa_vae_sha256=checkpoint.file_hash(folder / "vae.safetensors"))
    with pytest.raises(ValueError, match="not finite"):
        emoji_qa.load(folder)


def test_the_qa_part_belongs_to_its_vae(folder):
    torch.manual_seed(9)
    checkpoint.save_weights(EmojiVAE(**NARROW), folder / "vae.safetensors")
    with pytest.raises(ValueError, match="another VAE"):
        emoji_qa.load(folder)


@pytest.mark.parametrize("name", ["model.pkl", "weights.pt", "pytorch_model.bin"])
def test_a_folder_with_a_pickle_is_refused(folder, name):
    (folder / name).write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    with pytest.raises(ValueError, match=name):
        emoji_qa.load(folder)


@pytest.mark.parametrize("damage", ["flipped", "truncated", "exchanged", "missing"])
@pytest.mark.parametrize(
    "name", ["vae.safetensors", "qa.safetensors", "latent.safetensors", "vocab.txt", "emojis.json"]
)
def test_a_sealed_checkpoint_names_the_file_that_changed(folder, name, damage):
    checkpoint.seal(folder)
    emoji_qa.load(folder)
    path = folder / name
    content = path.read_bytes()
    path.unlink()
    if damage != "missing":
        path.write_bytes(
            {
                "flipped": content[:-2] + bytes([content[-2] ^ 1]) + content[-1:],
                "truncated": content[:-1],
                "exchanged": content.replace(b"o", b"0"),
            }[damage]
        )
    with pytest.raises(ValueError, match=name if name != "vae.safetensors" else "vae.safetensors|another VAE"):
        emoji_qa.load(folder)


def test_figures_and_words_may_change_after_the_seal(folder):
    checkpoint.seal(folder)
    checkpoint.update_json(folder / "metrics.json", more=1)
    (folder / "README.md").write_text("# Tiny")
    (folder / "vae.safetensors.part").write_bytes(b"left by a kill")
    assert emoji_qa.load(folder).metrics["more"] == 1


def test_a_folder_below_ones_home_is_found(good, monkeypatch):
    monkeypatch.setenv("HOME", str(good.parent))
    monkeypatch.setenv("USERPROFILE", str(good.parent))
    assert emoji_qa.load(f"~/{good.name}", device="cpu").folder == good


def test_a_vae_alone_is_no_model_and_is_told_from_a_changed_one(folder):
    with pytest.raises(ValueError, match="split holds a VAE without a question–answer part"):
        emoji_qa.load("split")
    (folder / "vae.safetensors").write_bytes(b"")
    with pytest.raises(ValueError, match="codes of another VAE"):
        emoji_qa.load(folder)
