"""Make the parts table of a checkpoint, or draw random recipes on a sheet.

python -m train.remix
python -m train.remix --sheet runs/remix.png
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from emoji_qa import checkpoint
from emoji_qa.emojis.table import EmojiTable
from emoji_qa.remix.compose import compose
from emoji_qa.remix.draw import draw
from emoji_qa.remix.parts import FILE, Parts
from emoji_qa.remix.raster import rasterise
from emoji_qa.remix.recipes import Recipe
from train import commands
from train.data.emojis import _svgs, read_files
from train.remix.table import credit, make

COLUMNS = 20


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m train.remix", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--emojis",
        type=Path,
        default=Path("checkpoints/default"),
        help="a checkpoint or another folder with an emoji table (default: %(default)s)",
    )
    parser.add_argument(
        "--svg", default="@twemoji/svg@15.0.0", help="an npm package with its version, or a folder of SVGs"
    )
    parser.add_argument("--cache", type=Path, default=Path("runs/npm"), help="where packages are kept")
    parser.add_argument("--sheet", type=Path, help="draw recipes at random into this PNG, and change nothing")
    parser.add_argument("--count", type=int, default=200, help="how many")
    parser.add_argument("--size", type=int, default=72, help="pixels a side of each")
    parser.add_argument("--kind", help="of one kind alone")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    folder = options.emojis
    if options.sheet:
        parts = Parts.load(folder)
        recipes = draw(parts, options.count, seed=options.seed, kind=options.kind)
        sheet(parts, recipes, options.size).save(options.sheet)
        print(options.sheet)
        return
    table = EmojiTable.load(folder)
    files = read_files(options.svg, options.cache)
    source, licence = credit(options.svg, files)
    parts = make(_svgs(files), table, source=source, licence=licence)
    parts.save(folder)
    is_checkpoint = (folder / "config.json").is_file()
    commands.record(folder / ("config.json" if is_checkpoint else "made.json"), "train.remix")
    if is_checkpoint and "sha256" in checkpoint.read_json(folder / "config.json"):
        checkpoint.seal(folder)
    print(
        f"{folder / FILE}: {len(parts)} emojis, {len(parts.bodies)} bodies, {len(parts.expressions)} expressions, "
        f"{(folder / FILE).stat().st_size:,} bytes"
    )


def sheet(parts: Parts, recipes: list[Recipe], size: int) -> Image.Image:
    """The pictures of recipes on white, twenty in a row, each row with the number of its first recipe."""
    rows = -(-len(recipes) // COLUMNS)
    ground = Image.new("RGB", (COLUMNS * (size + 4), rows * (size + 4)), "white")
    write = ImageDraw.Draw(ground)
    for i, recipe in enumerate(recipes):
        x, y = i % COLUMNS * (size + 4), i // COLUMNS * (size + 4)
        picture = Image.fromarray(np.asarray(rasterise(compose(parts, recipe), size)))
        ground.paste(picture, (x + 2, y + 2), picture)
        if i % COLUMNS == 0:
            write.text((x, y), str(i), fill="red")
    return ground


if __name__ == "__main__":
    main()
