"""How the original's VAE is trained: on unchanged pictures, with the negative ELBO in nats per picture."""

import argparse
from collections.abc import Callable

from torch import Tensor

from emoji_qa.emojis.table import EmojiTable
from emoji_qa.images.alpha import premultiply
from emoji_qa.models.vae import EmojiVAE
from train.vae.loss import vae_loss
from train.vae.palette import VAEWithAuxiliaryHeads


def original_training(
    table: EmojiTable, rows: Tensor, options: argparse.Namespace
) -> tuple[VAEWithAuxiliaryHeads, Callable, dict, None]:
    """For the original's networks (narrow ones in a smoke run): model, loss and fields of the loop's `Settings`.

    No weights: all rows are drawn equally often.
    """
    x, narrow = premultiply(table.images), {"channels": 8} if options.smoke else {}

    def loss(model: VAEWithAuxiliaryHeads, batch: Tensor, step: int) -> dict[str, Tensor]:
        parts = vae_loss(model.vae, x[rows[batch.cpu()]].to(batch.device))
        return {name: parts[name] for name in ("loss", "reconstruction", "kl")}

    vae = EmojiVAE(arch="original", encoder=narrow, decoder=narrow)
    return VAEWithAuxiliaryHeads(vae, None), loss, {"clip": 100.0}, None
