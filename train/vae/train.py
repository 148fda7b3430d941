"""Train a VAE on an emoji table and begin a checkpoint: python -m train.vae.train --emojis FOLDER --out FOLDER"""

import argparse
import shutil
from pathlib import Path

import numpy as np
import torch
from accelerate import PartialState
from torch import Tensor

from emoji_qa import checkpoint
from emoji_qa.emojis.table import EmojiTable
from emoji_qa.images.alpha import premultiply, unpremultiply
from emoji_qa.models.vae import EmojiVAE, psnr
from train import commands
from train.commands import command
from train.data.split import ASIDE, TRAIN, VAL, by_concept, by_file
from train.evaluate.figures import sheet
from train.evaluate.pictures.references import mean_image, pca
from train.latent.space import decode, encode, write_latent
from train.loop import Settings, fit
from train.vae.palette import palette_training
from train.vae.wolf2017 import original_training

TRAININGS = {
    "palette": palette_training,
    "original": original_training,
}  # (table, rows, options) → see `palette_training`
COLUMNS = 24  # of the sheet of pictures that shows a run's progress


def main() -> None:
    options = parse()
    torch.manual_seed(options.seed)
    table = EmojiTable.load(options.emojis)
    x = premultiply(table.images)
    side = by_file(len(x), seed=options.seed) if options.split == "file" else by_concept(table.names, x)
    rows = torch.arange(len(x)) if options.all else torch.nonzero(side == TRAIN)[:, 0]
    rows = rows[:256] if options.smoke else rows
    print(
        f"{len(rows)} pictures to train on, {int((side == VAL).sum())} to validate on, {int((side == ASIDE).sum())} aside"
    )
    model, loss, training, weights = TRAININGS[options.arch](table, rows, options)
    shown = {"train": x[rows[:: max(1, len(rows) // 256)]], "val": x[side == VAL]}
    history = fit(
        model,
        loss,
        lambda model: validate(model.vae, shown, options.run / "sheet.png"),
        len(rows),
        Settings.of(
            options,
            bf16=options.bf16,
            validate_every=min(options.steps, 500),
            cosine=True,
            **training,
        ),
        weights,
    )
    if not PartialState().is_main_process:
        return
    vae = model.vae.cpu().eval()
    curve = [[past["step"], round(past["train_psnr"], 2), round(past["val_psnr"], 2)] for past in history]
    held = torch.nonzero((side == VAL) & ~torch.isin(torch.arange(len(x)), rows))[:, 0]
    save(vae, table, options, {**metrics(vae, table, rows, held), "curve": curve})


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m train.vae.train", description=__doc__)
    add = parser.add_argument
    add("--emojis", type=Path, required=True, help="a folder made by train.data.emojis")
    add("--out", type=Path, required=True, help="the checkpoint's folder")
    add("--arch", choices=list(TRAININGS), default="palette")
    add("--split", choices=("concept", "file"), default="concept", help="how validation pictures are chosen")
    add("--all", action="store_true", help="train on the validation pictures, too: for the shipped weights")
    add("--run", type=Path, help="where the run is kept (default: runs/vae-<checkpoint's name>)")
    add("--data", type=Path, default=Path("data"), help="the folder of corpora (default: data)")
    add("--minilm", type=Path, help="the folder of all-MiniLM-L6-v2 (default: the installed package)")
    add("--steps", type=int, default=16_000)
    add("--batch-size", type=int, default=32)
    add("--lr", type=float, default=2e-3)
    add("--seed", type=int, default=0)
    add("--bf16", action="store_true", help="compute in bfloat16 where that is safe")
    add(
        "--smoke",
        action="store_true",
        help="20 steps in under a minute, to see that all works; goes to the run's folder",
    )
    palette = parser.add_argument_group("of the palette architecture")
    palette.add_argument("--capacity", type=float, default=35, help="nats that a code may hold")
    palette.add_argument(
        "--features", type=int, default=128, help="of a pretrained network that the encoder sees; 0: none"
    )
    palette.add_argument(
        "--efficientnet", type=Path, help="the .pth file of EfficientNet-Lite0 (default: the installed package)"
    )
    palette.add_argument("--refine", type=int, default=20, help="steps by which a code improves on the encoder")
    palette.add_argument("--start", type=Path, help="a checkpoint with whose VAE the training starts")
    palette.add_argument(
        "--blocks",
        type=int,
        nargs=3,
        help="of the decoder that goes on, at 9×9 and at 18×18, and layers of its trunk; at least what it has",
    )
    palette.add_argument("--meaning", type=float, default=2.0, help="pull of names and polarity on the codes; 0: none")
    palette.add_argument("--vendors", type=float, default=0.4, help="share of other vendors' pictures; 0: none")
    palette.add_argument(
        "--changed", type=float, default=0.4, help="share of the others that are turned, moved, recoloured"
    )
    palette.add_argument("--larger", type=int, default=3, help="one of so many pictures comes at 72 px, too")
    palette.add_argument("--remixes", type=float, default=0.0, help="share of emojis put together; 0: none")
    palette.add_argument(
        "--favourites", type=float, default=0.75, help="share of these on bodies that people would send"
    )
    palette.add_argument("--pool", type=int, default=120, help="chunks of 250 of them that are kept at a time")
    palette.add_argument("--fresh", type=int, default=25, help="steps after which the oldest chunk is drawn anew")
    palette.add_argument("--workers", type=int, default=0, help="processes that draw them ahead; 0: none but this")
    options = parser.parse_args()
    if options.remixes and options.features:
        parser.error("--remixes takes --features 0: features are known of emojis alone.")
    options.run = options.run or Path("runs") / f"vae-{options.out.name}"
    if options.smoke:
        options.run, options.steps = options.run.with_name(options.run.name + "-smoke"), 20
        options.meaning, options.features, options.pool, options.workers = 0.0, 0, min(options.pool, 1), 0
        options.out = options.run / "checkpoint"
    return options


def validate(vae: EmojiVAE, shown: dict[str, Tensor], picture: Path | None = None) -> dict[str, float]:
    """PSNR in decibels of reconstructions from the encoder's mean codes.

    There is no score, so no weights are chosen by the validation pictures. picture: the PNG file for a sheet of some
    pictures, each row of originals above its reconstructions.
    """
    device, figures, rows = next(vae.parameters()).device, {}, []
    for name, x in shown.items():
        reconstructed = torch.cat([vae.decode(vae.encode(part)[0]).cpu() for part in x.to(device).split(256)])
        figures[f"{name}_psnr"] = psnr(reconstructed, x).mean().item()
        some = torch.linspace(0, len(x) - 1, min(len(x), COLUMNS)).long()
        rows += [unpremultiply(x[some]), unpremultiply(reconstructed[some])]
    if picture is not None:
        checkpoint.write_atomically(picture, lambda path: sheet(np.concatenate(rows), COLUMNS).save(path, "PNG"))
    return figures


def metrics(vae: EmojiVAE, table: EmojiTable, rows: Tensor, held: Tensor) -> dict:
    """The figures for metrics.json: PSNR of reconstructions from the codes, in decibels, on the training pictures
    `rows` and the validation pictures `held`, and on the latter also that of the mean image and PCA-16. held may be
    empty."""
    x, codes = premultiply(table.images), encode(vae, table.images)
    fidelity = psnr(torch.from_numpy(decode(vae, codes)), x)
    figures = {
        "pictures": {"train": len(rows)},
        "psnr_db": {"train": fidelity[rows].mean().item()},
        "non_finite_codes": int((~np.isfinite(codes)).any(axis=1).sum()),
    }
    if len(held):
        figures["pictures"]["val"], figures["psnr_db"]["val"] = len(held), fidelity[held].mean().item()
        figures["val_psnr_db_mean_image"] = psnr(mean_image(x[rows], x[held]), x[held]).mean().item()
        figures["val_psnr_db_pca_16"] = psnr(pca(x[rows], x[held], 16), x[held]).mean().item()
    return figures


def save(vae: EmojiVAE, table: EmojiTable, options: argparse.Namespace, figures: dict) -> None:
    """Write the VAE's part of a checkpoint: weights, latent space, emoji table, configuration and figures."""
    out = options.out
    out.mkdir(parents=True, exist_ok=True)
    checkpoint.save_weights(vae, out / "vae.safetensors", small=vae.decoder.small)
    for name in ("emojis.json", "emojis.png", "emojis-72.webp", "parts.json.gz"):
        if (options.emojis / name).is_file() and (options.emojis / name).resolve() != (out / name).resolve():
            shutil.copyfile(options.emojis / name, out / name)
    made = {"command": command("train.vae.train"), "seed": options.seed, "data": {"emoji table": table.digest()}}
    before = commands.of(options.emojis, options.start, without=commands.WORDS)
    commands.record(
        out / "config.json", "train.vae.train", before=before, afresh=True, vae=vae.config, vae_training=made
    )
    checkpoint.update_json(out / "metrics.json", vae=figures)
    write_latent(vae, table.bases, out)
    print(f"{out}: {figures}")


if __name__ == "__main__":
    main()
