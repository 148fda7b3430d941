"""Make an emoji table of your own pictures: python -m train.data.own --pictures FOLDER --out FOLDER

FOLDER holds SVGs or PNGs, one file per emoji. The emoji's name is taken from the file's name ("party-parrot.svg" is
"party parrot"), unless the file is listed in names.csv, which has the columns file, name and keywords. A file named
after code points, such as 1f600.svg, stands for that character; the others get private-use characters of Unicode.
"""

import argparse
import csv
import io
import re
from pathlib import Path

import numpy as np
from PIL import Image

from emoji_qa.emojis.added import PRIVATE
from emoji_qa.emojis.sheet import DISPLAY_SIZE, DisplaySheet
from emoji_qa.emojis.table import SIZE, Emoji, EmojiTable
from emoji_qa.images.upload import fit_picture
from emoji_qa.remix.raster import rasterise
from train import commands

PICTURES = (".svg", ".png")
CODE_POINTS = re.compile(r"[0-9a-f]{4,6}(-[0-9a-f]{4,6})*")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m train.data.own", description=__doc__.split("\n")[0])
    parser.add_argument("--pictures", type=Path, required=True, help="a folder of SVGs or PNGs")
    parser.add_argument("--out", type=Path, required=True, help="the folder the table goes to")
    options = parser.parse_args()
    try:
        table, display = build(options.pictures)
    except ValueError as error:
        raise SystemExit(f"train.data.own: {error}") from error
    table.save(options.out)
    DisplaySheet.save(options.out, display)
    commands.record(options.out / "made.json", "train.data.own", afresh=True)
    print(f"{options.out}: {len(table)} emojis, such as {', '.join(table.names[:5])}")


def build(folder: Path) -> tuple[EmojiTable, np.ndarray]:
    """The table of a folder of pictures, and its pictures at 72 pixels, (N, 72, 72, 4) uint8, straight alpha.

    Raises ValueError for a folder without pictures, a picture that cannot be read, and a name that two pictures share.
    """
    files = [file for file in sorted(folder.glob("*")) if file.suffix.lower() in PICTURES]
    if not files:
        raise ValueError(f"{folder} holds no SVG or PNG.")
    told = read_names(folder / "names.csv")
    emojis, images = [], {SIZE: [], DISPLAY_SIZE: []}
    for i, file in enumerate(files):
        name, keywords = told.get(file.name, (re.sub(r"[-_\s]+", " ", file.stem).strip(), ()))
        char = to_char(file.stem) or chr(PRIVATE + i)
        emojis.append(Emoji(char, name, "own", keywords, 0.0, char))
        for size, pictures in images.items():
            pictures.append(read(file, size))
    names = [emoji.name for emoji in emojis]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"Two pictures are named “{twice}”. Rename one, or name them in names.csv.")
    return EmojiTable(emojis, np.stack(images[SIZE])), np.stack(images[DISPLAY_SIZE])


def read_names(path: Path) -> dict[str, tuple[str, tuple[str, ...]]]:
    """File name → (name, keywords), from a CSV file; keywords are separated by commas within their column."""
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if rows and not {"file", "name"} <= rows[0].keys():
        raise ValueError(f"{path} needs the columns file and name, and may have keywords.")
    return {row["file"]: (row["name"], split_keywords(row.get("keywords") or "")) for row in rows}


def split_keywords(text: str) -> tuple[str, ...]:
    """ "fun, music" → ("fun", "music")."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def to_char(stem: str) -> str | None:
    """ "1f600" → "😀"; None for a name that is not code points."""
    if not CODE_POINTS.fullmatch(stem.lower()):
        return None
    return "".join(chr(int(part, 16)) for part in stem.split("-"))


def read(file: Path, size: int) -> np.ndarray:
    """A picture file as (size, size, 4) uint8, straight alpha. Raises ValueError naming a file that cannot be read."""
    try:
        if file.suffix.lower() == ".svg":
            return rasterise(file.read_text(encoding="utf-8"), size)
        with Image.open(io.BytesIO(file.read_bytes())) as picture:
            return fit_picture(picture, size)
    except (OSError, ValueError) as error:
        raise ValueError(f"{file} cannot be read: {error}") from error


if __name__ == "__main__":
    main()
