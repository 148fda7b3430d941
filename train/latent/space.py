"""Fit the latent space of a checkpoint's VAE again: python -m train.latent.space --checkpoint NAME"""

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import NormalDist

import numpy as np
import torch

from emoji_qa import checkpoint
from emoji_qa.emojis.table import SIZE, EmojiTable
from emoji_qa.images.alpha import premultiply
from emoji_qa.latent.space import GRID, Latent
from emoji_qa.models.vae import EmojiVAE, psnr
from emoji_qa.remix.draw import draw
from emoji_qa.remix.parts import Parts
from train import commands
from train.data.split import TRAIN, VAL, by_concept
from train.latent.density import AROUND_REMIXES, choose_density
from train.latent.labels import fit_labels, trust
from train.latent.map import fit_map
from train.remix.pictures import pictures

LOOKED_AT = 128  # codes at which the decoder's derivative is measured
TRUSTED = 0.7  # minimum share of held-out emojis for which a label is right, of those that it says something of
FLAT = 1e-4  # an axis along which codes differ by less (as with fewer emojis than axes) gets this as its slider's unit
DRAWN_WELL = 22.0  # dB; with more, one can recognise what most pictures show
ENOUGH = 100  # the minimum number of emojis for comparing densities by their samples


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m train.latent.space", description=__doc__)
    parser.add_argument("--checkpoint", default="default", help="a name in checkpoints/, or a folder")
    parser.add_argument(
        "--remixes",
        type=int,
        default=0,
        help="draw samples around the codes of so many faces and emojis put "
        "together, too, for a VAE that was trained on such",
    )
    options = parser.parse_args()
    folder = checkpoint.locate(options.checkpoint)
    checkpoint.check_seal(folder, checkpoint.read_json(folder / "config.json"))
    vae, bases = load_vae(folder), EmojiTable.load(folder, bases_only=True)
    remixes = sources(vae, bases, folder, options.remixes) if options.remixes else None
    latent, figures = write_latent(vae, bases, folder, remixes)
    commands.record(folder / "config.json", "train.latent.space")
    checkpoint.seal(folder)
    for i, label in enumerate(latent.labels):
        print(
            f"{i + 1:2} {label}: right for {figures['right'][i]:.0%} of the {figures['told'][i]:.0%} that it speaks of"
        )
    print(
        f"all: {np.mean(figures['right']):.0%} of {np.mean(figures['told']):.0%}. Samples: bandwidth "
        f"{latent.bandwidth}, novelty from {latent.newness:.0f} % up"
    )


def load_vae(folder: Path) -> EmojiVAE:
    """The VAE of a checkpoint. Raises ValueError naming a file that is missing or damaged."""
    return checkpoint.build(EmojiVAE, checkpoint.read_json(folder / "config.json")["vae"], folder / "vae.safetensors")


def write_latent(
    vae: EmojiVAE, bases: EmojiTable, folder: Path, remixes: np.ndarray | None = None
) -> tuple[Latent, dict[str, list[float]]]:
    """Fit the latent space of the VAE in a checkpoint's folder, and write it, with its map and its labels' figures.

    remixes: codes (M, latent_dim) around which samples are drawn, instead of the emojis' own.
    """
    latent, figures = fit_labelled(vae, bases, sources=remixes)
    latent.map = fit_map(latent.codes, latent.metric)
    latent.save(folder / "latent.safetensors")
    checkpoint.update_json(folder / "metrics.json", labels=figures)
    return latent, figures


def fit_labelled(
    vae: EmojiVAE, table: EmojiTable, *, seed: int = 0, sources: np.ndarray | None = None
) -> tuple[Latent, dict[str, list[float]]]:
    """A latent space with labels for a table of bases, and their reliability for held-out emojis, see `trust`.

    A slider whose words are not reliable enough is labelled by emojis only.
    """
    latent = fit_latent(vae, table, seed=seed, sources=sources)
    table = latent.emojis
    latent.labels = fit_labels(latent, table)
    side = by_concept(table.names, premultiply(table.images)).numpy()
    figures = trust(latent, table, np.flatnonzero(side == TRAIN), np.flatnonzero(side == VAL))
    latent.labels = tuple(
        label if right >= TRUSTED else replace(label, low="", high="")
        for label, right in zip(latent.labels, figures["right"], strict=True)
    )
    return latent, figures


def fit_latent(vae: EmojiVAE, table: EmojiTable, *, seed: int = 0, sources: np.ndarray | None = None) -> Latent:
    """A latent space with axes, metric and density of the codes of a table of bases. sources: as in `Latent`."""
    codes, x = encode(vae, table.images), premultiply(table.images)
    mean, axes, knots = principal_axes(codes, lambda z: decode(vae, z))
    metric = picture_metric(codes, lambda z: decode(vae, z), seed=seed)
    latent = Latent(mean=mean, axes=axes, knots=knots, metric=metric, codes=codes, emojis=table, sources=sources)
    if sources is not None:
        latent.bandwidth = AROUND_REMIXES[0]
    if len(codes) >= ENOUGH:
        choose_density(latent, x, lambda z: decode(vae, z), seed=seed)
    return latent


def principal_axes(codes: np.ndarray, decode: Callable[[np.ndarray], np.ndarray]) -> tuple[np.ndarray, ...]:
    """Mean (16,), axes (16, 16) and quantile knots (16, len(GRID)) of codes (N, 16).

    decode: codes → pictures (N, ...) in any linear unit; the axes are ordered by how much pictures change between an
    axis' 16 % and 84 % quantiles.
    """
    mean = codes.mean(axis=0)
    _, _, axes = np.linalg.svd(codes - mean, full_matrices=len(codes) < codes.shape[1])
    axes *= np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])[
        :, None
    ]  # a fixed sign, whatever sign the SVD chose
    along = (codes - mean) @ axes.T
    low, high = (mean + np.diag(np.quantile(along, q, axis=0)) @ axes for q in (0.16, 0.84))
    change = np.abs(decode(high).astype(np.float64) - decode(low)).reshape(len(axes), -1).mean(axis=1)
    order = np.argsort(-change, kind="stable")
    levels = [NormalDist().cdf(value) for value in GRID]
    knots = np.quantile(along[:, order], levels, axis=0).T
    knots[np.ptp(knots, axis=1) < FLAT] = FLAT * GRID
    steps = np.diff(knots, axis=1)
    steps = np.maximum(
        steps, 0.01 * steps.mean(axis=1, keepdims=True)
    )  # strictly increasing, so that it can be inverted
    return mean, axes[order], np.cumsum(np.concatenate([knots[:, :1], steps], axis=1), axis=1)


def picture_metric(codes: np.ndarray, decode: Callable[[np.ndarray], np.ndarray], *, seed: int = 0) -> np.ndarray:
    """A factor M (16, 16) such that |Δz @ M| approximates the root mean square change of the picture.

    M Mᵀ is the mean, over some of the codes (N, 16), of JᵀJ / (number of pixels × channels), where J is the decoder's
    derivative, from differences over one standard deviation to each side. On a model of 1,865 emojis, the ranking of
    other emojis by these distances correlates with that by distances of the emojis' own pictures by .88. Plain
    distances of codes reach .70, whitened ones .53, and those in slider units .52.
    """
    some = codes[np.random.default_rng(seed).permutation(len(codes))[:LOOKED_AT]]
    steps = np.diag(codes.std(axis=0).clip(1e-6))
    slopes = np.stack(
        [(decode(some + step) - decode(some - step)).reshape(len(some), -1) / (2 * float(step.max())) for step in steps]
    )  # (16, some, pixels) fmt: skip
    square = np.einsum("inp,jnp->ij", slopes, slopes, optimize=True) / slopes[0].size
    return np.linalg.cholesky(square + 1e-6 * np.trace(square) * np.eye(len(square)))


@torch.inference_mode()
def sources(vae: EmojiVAE, bases: EmojiTable, folder: Path, count: int, *, seed: int = 0) -> np.ndarray:
    """The encoder's codes (M, latent_dim) around which samples are drawn: those of `count` emojis put together, most of
    them faces or things with faces, and of the faces among the bases, without those that the VAE draws badly."""
    parts = Parts.load(folder)
    kinds = {"expression": 0.4, "crossed": 0.25, "colour": 0.15, "hat": 0.1, "extra": 0.1}
    recipes = [
        recipe for kind, share in kinds.items() for recipe in draw(parts, round(share * count), seed=seed, kind=kind)
    ]
    faces = bases.images[[bases.index(char) for char in parts.expressions if char in bases]]
    x = premultiply(np.concatenate([pictures(parts, recipes, SIZE), faces]))
    codes = torch.cat([vae.encode(part)[0] for part in x.split(256)])
    drawn = torch.cat([psnr(vae.decode(z), part) for z, part in zip(codes.split(256), x.split(256), strict=True)])
    well = codes[drawn >= DRAWN_WELL]
    return (well if len(well) else codes).double().numpy()


@torch.inference_mode()
def encode(vae: EmojiVAE, images: np.ndarray) -> np.ndarray:
    """Pictures (N, 36, 36, 4) uint8 → their codes (N, latent_dim) float64."""
    return torch.cat([vae.code(x) for x in premultiply(images).split(256)]).double().numpy()


@torch.inference_mode()
def decode(vae: EmojiVAE, z: np.ndarray) -> np.ndarray:
    """Codes (N, latent_dim) → premultiplied pictures (N, 4, 36, 36) in [0, 1]."""
    return torch.cat([vae.decode(part) for part in torch.from_numpy(z).float().split(256)]).numpy()


if __name__ == "__main__":
    main()
