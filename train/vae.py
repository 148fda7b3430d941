"""Train a VAE on an emoji table and start a checkpoint with it: python -m train.vae --emojis FOLDER --out FOLDER"""

import argparse
import shlex
import shutil
import sys
from pathlib import Path

import numpy as np
import torch

from emoji_qa import checkpoint
from emoji_qa.emojis import EmojiTable
from emoji_qa.pictures import premultiply
from emoji_qa.vae import EmojiVAE, psnr
from train.latent import encode, fit_latent
from train.loop import fit
from train.references import mean_image, pca


def main() -> None:
    options = parse()
    torch.manual_seed(options.seed)
    table = EmojiTable.load(options.emojis)
    images = table.images[: 64 if options.smoke else None]
    train, val = split(len(images), seed=options.seed)
    x_train, x_val = premultiply(images[train]), premultiply(images[val])
    print(f"{len(train)} pictures to train on, {len(val)} to validate on")
    vae = EmojiVAE(channels=8 if options.smoke else 64)
    fit(
        vae,
        lambda model, rows: model.loss(x_train[rows.cpu()].to(rows.device)),
        lambda model: validate(model, x_train, x_val),
        n=len(train), run=options.run, arguments=vars(options), steps=options.epochs * (len(train) // options.batch_size),
        batch_size=options.batch_size, lr=options.lr, seed=options.seed, bf16=options.bf16, clip=100.0, cosine=True,
        validate_every=5 * (len(train) // options.batch_size),
    )  # fmt: skip
    save(vae.cpu().eval(), table, options, metrics(vae, images, x_train, x_val))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m train.vae", description=__doc__)
    parser.add_argument("--emojis", type=Path, required=True, help="a folder made by train.emojis")
    parser.add_argument("--out", type=Path, required=True, help="the checkpoint's folder")
    parser.add_argument("--run", type=Path, help="where the run is kept (default: runs/vae-<checkpoint's name>)")
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--bf16", action="store_true", help="compute in bfloat16 where that is safe")
    parser.add_argument("--smoke", action="store_true", help="a tiny model for under a minute, to see that all works")
    options = parser.parse_args()
    options.run = options.run or Path("runs") / f"vae-{options.out.name}"
    if options.smoke:
        options.run, options.epochs = options.run.with_name(options.run.name + "-smoke"), 20
    return options


def split(n: int, *, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows to train and to validate on, four to one, at random as in the original. It leaks: see train.evaluate vae."""
    order = np.random.default_rng(seed).permutation(n)
    return np.sort(order[: round(0.8 * n)]), np.sort(order[round(0.8 * n) :])


def validate(vae: EmojiVAE, x_train: torch.Tensor, x_val: torch.Tensor) -> dict[str, float]:
    """PSNR in decibels of reconstructions from mean codes; `score` is that of the validation pictures."""
    device = next(vae.parameters()).device
    figures = {}
    for name, x in (("train", x_train[:256]), ("val", x_val)):
        z, logvar = vae.encode(x.to(device))
        figures[f"{name}_psnr"] = psnr(vae.decode(z), x.to(device)).mean().item()
        figures[f"{name}_finite"] = float((z.isfinite() & logvar.exp().isfinite()).all())
    return {**figures, "score": figures["val_psnr"]}


def metrics(vae: EmojiVAE, images: np.ndarray, x_train: torch.Tensor, x_val: torch.Tensor) -> dict:
    """What goes into metrics.json: the validation figures beside the mean image and PCA-16 of the same split."""
    figures = validate(vae.cpu().eval(), x_train, x_val)
    return {
        "pictures": {"train": len(x_train), "val": len(x_val)},
        "psnr_db": {"train": figures["train_psnr"], "val": figures["val_psnr"]},
        "val_psnr_db_mean_image": psnr(mean_image(x_train, x_val), x_val).mean().item(),
        "val_psnr_db_pca_16": psnr(pca(x_train, x_val, 16), x_val).mean().item(),
        "non_finite_codes": int((~np.isfinite(encode(vae, images))).any(axis=1).sum()),
    }


def save(vae: EmojiVAE, table: EmojiTable, options: argparse.Namespace, figures: dict) -> None:
    """Write the VAE's part of a checkpoint: weights, latent space, emoji table, configuration and figures."""
    out = options.out
    out.mkdir(parents=True, exist_ok=True)
    checkpoint.save_weights(vae, out / "vae.safetensors")
    fit_latent(vae, table.images).save(out / "latent.safetensors")
    for name in ("emojis.json", "emojis.png", "emojis-72.webp"):
        shutil.copyfile(options.emojis / name, out / name)
    made = {"command": command("train.vae"), "seed": options.seed, "data": {"emoji table": table.digest()}}
    checkpoint.update_json(out / "config.json", vae=vae.config, vae_training=made)
    checkpoint.update_json(out / "metrics.json", vae=figures)
    print(f"{out}: {figures}")


def command(module: str) -> str:
    """The command line that runs now, to be kept in the checkpoint."""
    return shlex.join(["python", "-m", module, *sys.argv[1:]])


if __name__ == "__main__":
    main()
