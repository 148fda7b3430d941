"""The figures that the original shows, as PNGs: python -m train.evaluate.figures --checkpoint NAME --out FOLDER"""

import argparse
import shlex
from collections.abc import Callable
from pathlib import Path
from statistics import NormalDist

import numpy as np
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

import emoji_qa
from emoji_qa import checkpoint
from emoji_qa.images.alpha import premultiply, unpremultiply
from train.data.split import TRAIN, VAL, by_concept, by_file
from train.evaluate.pictures import grids
from train.latent.space import encode, load_vae

GROUND = (255, 255, 255, 255)  # pictures are shown on white


def aggregate_posterior(model: emoji_qa.Answerer) -> Image.Image:
    """A histogram of all numbers of all codes, with the density of N(0, 1), towards which the KL term pulls them."""
    figure = Figure(figsize=(6, 3.5), dpi=144, layout="tight")
    axes = figure.subplots()
    x = np.linspace(-4, 4, 200)
    axes.hist(model.emojis.codes.ravel(), bins=100, density=True, range=(-4, 4), label="codes, 16 × all")
    axes.plot(x, [NormalDist().pdf(value) for value in x], label="N(0, 1)")
    axes.legend(frameon=False)
    axes.set_xlabel("z")
    return rendered(figure)


def reconstructions(model: emoji_qa.Answerer) -> Image.Image:
    """Training pictures above their reconstructions; the same for validation pictures, if the VAE has not seen them."""
    images, told = model.table.images, shlex.split(model.config["vae_training"]["command"])
    if "file" in told:  # --split file
        side = by_file(len(images), seed=model.config["vae_training"]["seed"])
    else:
        side = by_concept(model.table.names, premultiply(images))
    trained = torch.ones_like(side, dtype=torch.bool) if "--all" in told else side == TRAIN
    rows = []
    for part in (np.flatnonzero(trained), np.flatnonzero(~trained & (side == VAL))):
        if not len(part):
            continue
        chosen = images[part[:: max(1, len(part) // 20)][:20]]
        rows += [chosen, model.decode(model.encode(chosen))]
    return sheet(np.concatenate(rows), columns=20)


def grid(codes: np.ndarray) -> Callable[[emoji_qa.Answerer], Image.Image]:
    """A figure of codes (N, 16), twenty in a row."""
    return lambda model: sheet(model.decode(codes), columns=20)


def wall(model: emoji_qa.Answerer) -> Image.Image:
    """At 72 px: held-out emojis above their reconstructions by `split`, which never saw them; samples and three morphs
    of the model."""
    side = by_concept(model.table.names, premultiply(model.table.images))
    held_out = [row for row in np.flatnonzero(side == VAL) if model.table[row].base == model.table[row].char]
    held_out = held_out[:: len(held_out) // 18][:18]
    enlarged = np.stack([np.asarray(Image.fromarray(model.table.images[row]).resize((72, 72))) for row in held_out])
    blind = load_vae(checkpoint.locate("split"))
    codes = encode(blind, model.table.images[held_out])
    with torch.inference_mode():
        reconstructed = unpremultiply(blind.decode(torch.from_numpy(codes).float(), 72))
    pairs = (("😀", "🎃"), ("❤️", "🌹"), ("🐶", "🐻"))
    z = [model.latent.sample(54, seed=3), *(model.latent.path(start, end, 18) for start, end in pairs)]
    return sheet(np.concatenate([enlarged, reconstructed, model.decode(np.concatenate(z), size=72)]), columns=18)


FIGURES = {
    "wall": wall,
    "aggregate_posterior": aggregate_posterior,
    "reconstructions": reconstructions,
    "percentiles": grid(grids.percentiles()),
    "mean_sd_grid": grid(grids.mean_sd()),
    **{f"{name}_lists": grid(grids.pairs(name)) for name in grids.LISTS},
}


def sheet(pictures: np.ndarray, columns: int) -> Image.Image:
    """Pictures (N, H, W, 4) uint8 side by side on white, `columns` in a row, two pixels apart."""
    n, height, width, _ = pictures.shape
    rows = -(-n // columns)
    ground = Image.new("RGBA", (columns * (width + 2), rows * (height + 2)), GROUND)
    for i, picture in enumerate(pictures):
        place = (i % columns * (width + 2) + 1, i // columns * (height + 2) + 1)
        ground.alpha_composite(Image.fromarray(picture), place)
    return ground.convert("RGB")


def rendered(figure: Figure) -> Image.Image:
    """A matplotlib figure as a picture."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m train.evaluate.figures", description=__doc__)
    parser.add_argument("--checkpoint", default="original", help="a name in checkpoints/, or a folder")
    parser.add_argument("--out", type=Path, default=Path("runs/figures"), help="where the PNGs go")
    parser.add_argument("--only", nargs="+", choices=FIGURES, default=[name for name in FIGURES if name != "wall"])
    options = parser.parse_args()
    model = emoji_qa.load(options.checkpoint)
    options.out.mkdir(parents=True, exist_ok=True)
    for name in options.only:
        path = options.out / f"{name}.png"
        FIGURES[name](model).save(path, optimize=True)
        print(path)


if __name__ == "__main__":
    main()
