"""The figures that the original shows, as PNGs: python -m train.figures --checkpoint NAME --out FOLDER [--only NAME ...]"""

import argparse
from collections.abc import Callable
from pathlib import Path
from statistics import NormalDist

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

import emoji_qa
from emoji_qa.pictures import premultiply
from train.split import VAL, by_concept, by_file

GROUND = (255, 255, 255, 255)  # pictures are shown on white


def aggregate_posterior(model: emoji_qa.Answerer) -> Image.Image:
    """All codes' numbers together, beside the standard normal density that the KL term pulls them to."""
    figure = Figure(figsize=(6, 3.5), dpi=144, layout="tight")
    axes = figure.subplots()
    x = np.linspace(-4, 4, 200)
    axes.hist(model.encode(model.table.images).ravel(), bins=100, density=True, range=(-4, 4), label="mean codes, 16 × all")
    axes.plot(x, [NormalDist().pdf(value) for value in x], label="N(0, 1)")
    axes.legend(frameon=False)
    axes.set_xlabel("z")
    return rendered(figure)


def reconstructions(model: emoji_qa.Answerer) -> Image.Image:
    """Training pictures over their reconstructions, then validation pictures over theirs."""
    images = model.table.images
    side = by_file(len(images), seed=model.config["vae_training"]["seed"]).numpy()
    rows = []
    for part in (np.flatnonzero(side != VAL), np.flatnonzero(side == VAL)):
        chosen = images[part[:: max(1, len(part) // 20)][:20]]
        rows += [chosen, model.decode(model.encode(chosen))]
    return sheet(np.concatenate(rows), columns=20)


def percentiles(model: emoji_qa.Answerer) -> Image.Image:
    """Twenty samples at evenly spaced percentiles of N(0, 1), the same in all dimensions."""
    levels = np.linspace(0, 1, 22)[1:-1]  # 0 and 1 themselves lie at infinity
    values = np.array([NormalDist().inv_cdf(level) for level in levels])
    return sheet(model.decode(np.repeat(values[:, None], 16, axis=1)), columns=20)


def mean_sd_grid(model: emoji_qa.Answerer) -> Image.Image:
    """Random codes: the mean runs over the columns and the standard deviation over the rows, both −3 … 3 as published."""
    axis = np.linspace(-3, 3, 20)
    noise = np.random.default_rng(0).standard_normal((20, 20, 16))
    z = axis[None, :, None] + np.abs(axis)[:, None, None] * noise
    return sheet(model.decode(z.reshape(-1, 16)), columns=20)


def pair_grid(pattern: str) -> Callable[[emoji_qa.Answerer], Image.Image]:
    """A 20×20 grid over pairs (a, b) in [−2, 2]; `pattern` says which of the 16 numbers is a and which is b."""

    def draw(model: emoji_qa.Answerer) -> Image.Image:
        axis = np.linspace(-2, 2, 20)
        a, b = np.meshgrid(axis, axis, indexing="ij")
        pairs = np.stack([a.ravel(), b.ravel()], axis=1)  # (400, 2)
        return sheet(model.decode(pairs[:, ["ab".index(letter) for letter in pattern]]), columns=20)

    return draw


def wall(model: emoji_qa.Answerer) -> Image.Image:
    """Of emojis that were held out by concept, of samples and of three morphs: what the decoder draws, at 72 px."""
    side = by_concept(model.table.names, premultiply(model.table.images))
    held_out = [row for row in np.flatnonzero(side == VAL) if model.table[row].base == model.table[row].char]
    held_out = held_out[:: len(held_out) // 18][:18]
    enlarged = np.stack([np.asarray(Image.fromarray(model.table.images[row]).resize((72, 72))) for row in held_out])
    pairs = (("😀", "🎃"), ("❤️", "🌹"), ("🐶", "🐻"))
    z = [model.encode(model.table.images[held_out]), model.latent.sample(54, seed=3)]
    z += [model.latent.path(start, end, 18) for start, end in pairs]
    return sheet(np.concatenate([enlarged, model.decode(np.concatenate(z), size=72)]), columns=18)


FIGURES = {
    "wall": wall,
    "aggregate_posterior": aggregate_posterior,
    "reconstructions": reconstructions,
    "percentiles": percentiles,
    "mean_sd_grid": mean_sd_grid,
    "A_lists": pair_grid("a" * 8 + "b" * 8),
    "B_lists": pair_grid("ab" * 8),
    "C_lists": pair_grid("aabb" * 4),
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
    parser = argparse.ArgumentParser(prog="python -m train.figures", description=__doc__)
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
