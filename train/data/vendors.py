"""Other vendors' pictures of the same emojis, as extra training pictures: python -m train.data.vendors --emojis FOLDER

They come from npm packages (an old Twemoji, and collections of Iconify), each with its own licence, and are written to
vendors.npz in FOLDER.
"""

import argparse
import io
import json
import re
import unicodedata
from pathlib import Path

import numpy as np
from tqdm import tqdm

from emoji_qa.checkpoint import write_atomically
from emoji_qa.emojis.table import SIZE, EmojiTable
from emoji_qa.remix.raster import rasterise
from train import commands
from train.data.emojis import read_files

VENDORS = {  # package → style of the decoder
    "twemoji@1.4.1": 1,  # CC-BY 4.0
    "@iconify-json/emojione@1.2.3": 2,  # CC-BY 4.0
    "@iconify-json/fxemoji@1.2.2": 3,  # Mozilla, Apache-2.0 or CC-BY 4.0
    "@iconify-json/noto@1.2.9": 4,  # Google, Apache-2.0
    "@iconify-json/fluent-emoji-flat@1.2.6": 5,  # Microsoft, MIT
    "@iconify-json/noto-v1@1.2.5": 6,  # Google, Apache-2.0
}


def twemoji(files: dict[str, bytes], table: EmojiTable) -> dict[int, str]:
    """Row of the table → SVG, from files named after code points."""
    found = {}
    for path, content in files.items():
        if (
            path.endswith(".svg")
            and (row := row_of("".join(chr(int(part, 16)) for part in name_parts(path)), table)) is not None
        ):
            found.setdefault(row, content.decode())
    return found


def iconify(files: dict[str, bytes], table: EmojiTable) -> dict[int, str]:
    """Row of the table → SVG, from an Iconify package: by character if the package lists characters, else by name."""
    icons = json.loads(files["icons.json"])
    characters = json.loads(files.get("chars.json", b"{}"))
    slugs = {slug(name): row for row, name in reversed(list(enumerate(table.names)))}
    named = [
        (row_of("".join(chr(int(part, 16)) for part in code.split("-")), table), name)
        for code, name in characters.items()
    ]
    found = {}
    for row, name in named or [(slugs.get(name), name) for name in icons["icons"]]:
        icon = icons["icons"].get(name) or icons["icons"].get(icons.get("aliases", {}).get(name, {}).get("parent"))
        if row is not None and icon and "skin tone" not in table.names[row]:
            found.setdefault(row, square_svg(icon, icons))
    return found


def square_svg(icon: dict, icons: dict) -> str:
    """An Iconify icon as an SVG whose view box is the square around it."""
    width, height = (icon.get(side, icons.get(side, 16)) for side in ("width", "height"))
    edge = max(width, height)
    left, top = icon.get("left", 0) - (edge - width) / 2, icon.get("top", 0) - (edge - height) / 2
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{left} {top} {edge} {edge}">{icon["body"]}</svg>'
    )


def row_of(char: str, table: EmojiTable) -> int | None:
    try:
        return table.index(char)
    except ValueError:
        return None


def name_parts(path: str) -> list[str]:
    parts = Path(path).stem.split("-")
    return parts if all(re.fullmatch("[0-9a-f]{2,6}", part) for part in parts) else []


def slug(name: str) -> str:
    """A CLDR name as Iconify writes it: "man’s shoe" → "mans-shoe"."""
    plain = unicodedata.normalize("NFKD", name.lower().replace("’", "")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.removeprefix("person ") if ":" not in plain else plain).strip("-")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m train.data.vendors", description=__doc__)
    parser.add_argument("--emojis", type=Path, required=True, help="the emoji table whose emojis are looked for")
    parser.add_argument("--cache", type=Path, default=Path("runs/npm"), help="where packages are kept")
    options = parser.parse_args()
    table = EmojiTable.load(options.emojis)
    images, styles, chars = [], [], []
    for package, style in VENDORS.items():
        read = twemoji if style == 1 else iconify
        found = read(read_files(package, options.cache), table)
        for row, svg in tqdm(found.items(), desc=package):
            images.append(rasterise(svg, SIZE))
            styles.append(style)
            chars.append(table.chars[row])
    content = io.BytesIO()
    np.savez_compressed(content, images=np.stack(images), styles=np.array(styles, np.uint8), chars=np.array(chars))
    path = options.emojis / "vendors.npz"
    write_atomically(path, lambda part: part.write_bytes(content.getvalue()))
    commands.record(options.emojis / "made.json", "train.data.vendors")
    print(f"{path}: {len(images)} pictures of {len(set(chars))} emojis")


if __name__ == "__main__":
    main()
