"""A training run for `test_kill`. It is a separate module so that processes can be forked off one that has imported it."""

import os
import time
from pathlib import Path

import torch

from emoji_qa import checkpoint
from emoji_qa.images.alpha import premultiply
from emoji_qa.latent.space import Latent
from emoji_qa.models.qa import QAModel
from emoji_qa.models.vae import EmojiVAE
from emoji_qa.text.tokenizers import Vocabulary
from tests.tiny import WORDS, table
from train.latent.space import encode
from train.loop import Settings, fit
from train.vae.loss import vae_loss

STEPS = 60
PAUSE = 0.01  # seconds between steps and between files, so that a kill can come at any point


def train(run: Path, out: Path, begun) -> None:
    """Train a tiny VAE, and overwrite the existing checkpoint file by file, as the training scripts do.

    begun: an event to set at the first step or, if all steps were done before, at the first file.
    """
    os.environ["ACCELERATE_USE_CPU"] = "true"
    torch.set_num_threads(1)
    torch.manual_seed(5)
    x = premultiply(table().images)
    vae = EmojiVAE(arch="original", encoder={"channels": 4}, decoder={"channels": 4})

    def loss(model: EmojiVAE, rows: torch.Tensor, step: int) -> dict[str, torch.Tensor]:
        begun.set()
        time.sleep(PAUSE)
        return {name: part for name, part in vae_loss(model, x[rows]).items() if name != "z"}

    fit(
        vae,
        loss,
        lambda model: {},
        len(x),
        Settings(
            run=run,
            arguments={},
            steps=STEPS,
            batch_size=4,
            lr=0.01,
            seed=1,
            validate_every=10,
            save_every=3,
            average=0.9,
            cosine=True,
        ),
    )
    for write in writes(vae.eval(), out):
        begun.set()
        time.sleep(PAUSE)
        write()


def writes(vae: EmojiVAE, out: Path) -> list:
    """The files that training scripts write at their end, as functions, in the scripts' order."""
    bases = table().bases
    latent = Latent.load(out / "latent.safetensors", bases)
    vocabulary = Vocabulary(WORDS[::-1])  # as many words as before, with other ids
    qa = QAModel(n_bases=len(bases), question={"vocab_size": len(vocabulary), "word_dim": 8, "hidden": 4})
    qa.fit_standardiser(torch.from_numpy(encode(vae, bases.images)).float())
    return [
        lambda: checkpoint.save_weights(vae, out / "vae.safetensors"),
        lambda: latent.save(out / "latent.safetensors"),
        lambda: checkpoint.update_json(out / "config.json", vae=vae.config),
        lambda: checkpoint.update_json(out / "metrics.json", trained=True),
        lambda: checkpoint.save_weights(qa, out / "qa.safetensors"),
        lambda: vocabulary.save(out / "vocab.txt"),
        lambda: checkpoint.update_json(
            out / "config.json", qa=qa.config, qa_vae_sha256=checkpoint.file_hash(out / "vae.safetensors")
        ),
        lambda: checkpoint.seal(out),
    ]
