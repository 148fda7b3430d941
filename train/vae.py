"""Train a VAE on an emoji table and start a checkpoint with it: python -m train.vae --emojis FOLDER --out FOLDER"""

import argparse
import shlex
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from emoji_qa import checkpoint
from emoji_qa.emojis import EmojiTable
from emoji_qa.pictures import premultiply
from emoji_qa.vae import EmojiVAE, psnr
from train import minilm
from train.latent import encode, fit_labelled
from train.loop import fit
from train.meaning import Meaning, polarity
from train.pictures import Pictures, concept_weights
from train.references import mean_image, pca
from train.split import ASIDE, TRAIN, VAL, by_concept, by_file

EXPOSED = 0.6  # of the steps with all changed and foreign pictures; they fade out until FADED
FADED = 0.9


class Pulled(nn.Module):
    """A VAE and, beside it in training, the readers that pull on its codes."""

    def __init__(self, vae: EmojiVAE, meaning: Meaning | None):
        super().__init__()
        self.vae, self.meaning = vae, meaning


def main() -> None:
    options = parse()
    torch.manual_seed(options.seed)
    table = EmojiTable.load(options.emojis)
    x = premultiply(table.images)
    side = by_file(len(x), seed=options.seed) if options.split == "file" else by_concept(table.names, x)
    rows = torch.arange(len(x)) if options.all else torch.nonzero(side == TRAIN)[:, 0]
    rows = rows[:256] if options.smoke else rows
    print(f"{len(rows)} pictures to train on, {int((side == VAL).sum())} to validate on, {int((side == ASIDE).sum())} aside")
    narrow = {"channels": 8} if options.smoke else {}
    if options.arch == "original":
        vae = EmojiVAE(arch="original", encoder=narrow, decoder=narrow)
        pulled, loss, training = Pulled(vae, None), original_loss(x, rows), {"clip": 100.0}
    else:
        pulled, loss, training = palette_training(table, rows, options)
    shown = {"train": x[rows[:: max(1, len(rows) // 256)]], "val": x[side == VAL]}
    fit(
        pulled, loss, lambda model: validate(model.vae, shown), n=len(rows), run=options.run,
        arguments=vars(options), steps=options.steps, batch_size=options.batch_size, lr=options.lr, seed=options.seed,
        bf16=options.bf16, validate_every=min(options.steps, 500), cosine=True, **training,
    )  # fmt: skip
    vae = pulled.vae.cpu().eval()
    save(vae, table, options, metrics(vae, table, side, x, x[rows]))


def original_loss(x: Tensor, rows: Tensor) -> Callable:
    """The original's loss: the negative evidence lower bound in nats a picture."""

    def loss(model: Pulled, batch: Tensor, step: int) -> dict[str, Tensor]:
        parts = model.vae.loss(x[rows[batch.cpu()]].to(batch.device))
        return {name: parts[name] for name in ("loss", "reconstruction", "kl")}

    return loss


def palette_training(table: EmojiTable, rows: Tensor, options: argparse.Namespace) -> tuple[Pulled, Callable, dict]:
    """Model, loss and settings of the loop for the palette decoder."""
    pictures = Pictures(
        table, options.emojis, rows, changed=options.changed, vendors=options.vendors, larger=options.batch_size // 6
    )
    meaning = None
    if options.meaning:
        names = minilm.name_embeddings(table, minilm.locate(options.minilm))
        meaning = Meaning(torch.from_numpy(names), polarity(table, options.data), rows)

    def loss(model: Pulled, batch: Tensor, step: int) -> dict[str, Tensor]:
        fade = min(1.0, max(0.0, (FADED - step / options.steps) / (FADED - EXPOSED)))
        drawn = {name: value.to(batch.device) for name, value in pictures.draw(rows[batch.cpu()], fade).items()}
        row = drawn.pop("row")
        parts = model.vae.loss(**drawn, capacity=options.capacity, gamma=0.02)
        z = parts.pop("z")
        if model.meaning is not None:
            parts["name"], parts["polarity"] = model.meaning(z, row)
            parts["loss"] = parts["loss"] + options.meaning * (0.1 * parts["name"] + 0.3 * parts["polarity"])
        return parts

    torch.manual_seed(options.seed)
    settings = {"weights": concept_weights(table)[rows], "betas": (0.9, 0.99), "weight_decay": 0.02, "clip": 2.0,
                "warmup": 100, "average": 0.998}  # fmt: skip
    return Pulled(EmojiVAE().to(memory_format=torch.channels_last), meaning), loss, settings


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m train.vae", description=__doc__)
    add = parser.add_argument
    add("--emojis", type=Path, required=True, help="a folder made by train.emojis")
    add("--out", type=Path, required=True, help="the checkpoint's folder")
    add("--arch", choices=("palette", "original"), default="palette")
    add("--split", choices=("concept", "file"), default="concept", help="how validation pictures are chosen")
    add("--all", action="store_true", help="train on the validation pictures, too: for the shipped weights")
    add("--run", type=Path, help="where the run is kept (default: runs/vae-<checkpoint's name>)")
    add("--data", type=Path, default=Path("data"), help="the folder of corpora (default: data)")
    add("--minilm", type=Path, help="the folder of all-MiniLM-L6-v2 (default: the installed package)")
    add("--steps", type=int, default=20_000)
    add("--batch-size", type=int, default=48)
    add("--lr", type=float, default=2e-3)
    add("--seed", type=int, default=0)
    add("--bf16", action="store_true", help="compute in bfloat16 where that is safe")
    add("--smoke", action="store_true", help="20 steps in under a minute, to see that all works; goes to the run's folder")
    palette = parser.add_argument_group("of the palette architecture")
    palette.add_argument("--capacity", type=float, default=35, help="nats that a code may hold")
    palette.add_argument("--meaning", type=float, default=1.0, help="pull of names and polarity on the codes; 0: none")
    palette.add_argument("--vendors", type=float, default=0.4, help="share of other vendors' pictures; 0: none")
    palette.add_argument("--changed", type=float, default=0.4, help="share of the others that are turned, moved, recoloured")
    options = parser.parse_args()
    options.run = options.run or Path("runs") / f"vae-{options.out.name}"
    if options.smoke:
        options.run, options.steps, options.meaning = options.run.with_name(options.run.name + "-smoke"), 20, 0.0
        options.out = options.run / "checkpoint"
    return options


def validate(vae: EmojiVAE, shown: dict[str, Tensor]) -> dict[str, float]:
    """PSNR in decibels of reconstructions from mean codes. No score: nothing is chosen by the validation pictures."""
    device = next(vae.parameters()).device
    figures = {}
    for name, x in shown.items():
        reconstructed = torch.cat([vae.decode(vae.encode(part)[0]).cpu() for part in x.to(device).split(256)])
        figures[f"{name}_psnr"] = psnr(reconstructed, x).mean().item()
    return figures


def metrics(vae: EmojiVAE, table: EmojiTable, side: Tensor, x: Tensor, x_train: Tensor) -> dict:
    """What goes into metrics.json: PSNR beside the mean image and PCA-16 of the same pictures."""
    x_val = x[side == VAL]
    figures = validate(vae, {"train": x_train, "val": x_val})
    return {
        "pictures": {"train": len(x_train), "val": len(x_val)},
        "psnr_db": {"train": figures["train_psnr"], "val": figures["val_psnr"]},
        "val_psnr_db_mean_image": psnr(mean_image(x_train, x_val), x_val).mean().item(),
        "val_psnr_db_pca_16": psnr(pca(x_train, x_val, 16), x_val).mean().item(),
        "non_finite_codes": int((~np.isfinite(encode(vae, table.images))).any(axis=1).sum()),
    }


def save(vae: EmojiVAE, table: EmojiTable, options: argparse.Namespace, figures: dict) -> None:
    """Write the VAE's part of a checkpoint: weights, latent space, emoji table, configuration and figures."""
    out = options.out
    out.mkdir(parents=True, exist_ok=True)
    checkpoint.save_weights(vae, out / "vae.safetensors", half=options.arch == "palette")
    latent, labels = fit_labelled(vae, table.bases)
    latent.save(out / "latent.safetensors")
    for name in ("emojis.json", "emojis.png", "emojis-72.webp"):
        shutil.copyfile(options.emojis / name, out / name)
    made = {"command": command("train.vae"), "seed": options.seed, "data": {"emoji table": table.digest()}}
    checkpoint.update_json(out / "config.json", vae=vae.config, vae_training=made)
    checkpoint.update_json(out / "metrics.json", vae=figures, labels=labels)
    print(f"{out}: {figures}")


def command(module: str) -> str:
    """The command line that runs now, to be kept in the checkpoint."""
    return shlex.join(["python", "-m", module, *sys.argv[1:]])


if __name__ == "__main__":
    main()
