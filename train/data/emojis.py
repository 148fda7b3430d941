"""Builds the emoji table from SVGs and Unicode's names.

    python -m train.data.emojis --svg twemoji@1.4.1 --out runs/emojis/twemoji-1.4.1

`--svg` is an npm package and version, fetched with `npm pack`, or a folder of SVGs named after code points.
The names are CLDR's, from emojibase-data. `train/data/bases.py` decides which files become rows, bases and variants.
"""

import argparse
import base64
import hashlib
import io
import json
import re
import subprocess
import tarfile
from pathlib import Path

import numpy as np
from tqdm import tqdm

from emoji_qa.emojis.sheet import DISPLAY_SIZE, DisplaySheet
from emoji_qa.emojis.table import SIZE, EmojiTable
from emoji_qa.remix.raster import rasterise
from train import commands
from train.data.bases import fold, match, read_metadata

METADATA = "emojibase-data@17.0.0"
SHA512 = {  # of the packed files, as in the npm registry; other packages are checked only by npm
    "twemoji@1.4.1": "XtsPdDd4H9EOiZNUqHxRxYKQimCvLJqO3tHWktvQK0gAF5f+aa73XjZNrGU5zG0q5SqEljEkKYPjBMgw4ScQAQ==",
    "@twemoji/svg@15.0.0": "ZSPef2B6nBaYnfgdTbAy4jgW95o7pi2xPGwGCU+WMTxo7J6B1lMPTWwSq/wTuiMq+N0khQ90CcvYp1wFoQpo/w==",
    METADATA: "Yvgb5AWoHViHV/gq1qr5ZAarcBip+B27/ZLRsUJkbgAEaLlZ/fof9g882LTpmEpyhBNEC0m2SEmItljHsTygjA==",
}
PACKAGE = re.compile(r"(@[a-z0-9][\w.-]*/)?[a-z0-9][\w.-]*@\d+\.\d+\.\d+[\w.-]*")


def read_files(source: str, cache: Path, sha512: str | None = None) -> dict[str, bytes]:
    """The files of a folder or of an npm package such as "twemoji@1.4.1" (kept packed in `cache`): path inside → bytes.

    sha512: of the packed file, in base64; by default the one in SHA512, if it is listed there.
    Raises ValueError when the source is neither, cannot be fetched, or does not have this hash.
    """
    folder = Path(source)
    if folder.is_dir():
        paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    if not PACKAGE.fullmatch(source):
        raise ValueError(f"{source} is neither a folder nor an npm package such as twemoji@1.4.1.")
    content = _packed(source, cache, sha512 or SHA512.get(source)).read_bytes()
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        members = [member for member in archive if member.isfile()]
        return {member.name.partition("/")[2]: archive.extractfile(member).read() for member in members}


def build(svgs: dict[str, str], data: list, groups: dict) -> tuple[EmojiTable, np.ndarray, dict]:
    """SVGs by name and emojibase's rows → the table, its pictures at 72 pixels, and the left-out names by reason.

    The pictures are (N, 72, 72, 4) uint8, straight alpha, in the order of the table. Raises ValueError when
    no SVG is an emoji or one cannot be drawn.
    """
    named, left_out = match(svgs, read_metadata(data, groups))
    if not named:
        raise ValueError("none of the SVGs is named after an emoji's code points, such as 1f600.svg.")
    images = {SIZE: [], DISPLAY_SIZE: []}
    for name in tqdm(named, desc="rasterising", unit=" emojis"):
        for size, pictures in images.items():
            try:
                pictures.append(rasterise(svgs[name], size))
            except ValueError as error:
                raise ValueError(f"{name}.svg cannot be drawn: {error}.") from error
    table = EmojiTable(fold(named.values()), np.stack(images[SIZE]))
    return table, np.stack(images[DISPLAY_SIZE]), left_out


def summary(files: int, table: EmojiTable, left_out: dict[str, list[str]]) -> str:
    """How many files became bases and variants, and which were left out, in a few lines."""
    lines = [
        f"{files} files: {len(table)} emojis, {sum(map(len, left_out.values()))} left out",
        f"{len(table)} emojis: {len(table.bases)} bases, {len(table) - len(table.bases)} variants",
    ]
    for reason, names in sorted(left_out.items()):
        lines.append(f"left out, {reason}: {len(names)} ({' '.join(names)})")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="Builds the emoji table from SVGs.")
    parser.add_argument("--svg", required=True, help="an npm package with its version, or a folder of SVGs")
    parser.add_argument("--metadata", default=METADATA, help="emojibase-data, in the same two ways")
    parser.add_argument("--out", type=Path, required=True, help="the folder the table goes to")
    parser.add_argument("--cache", type=Path, default=Path("runs/npm"), help="where packages are kept")
    args = parser.parse_args()
    try:
        svgs = _svgs(read_files(args.svg, args.cache))
        metadata = read_files(args.metadata, args.cache)
        table, display, left_out = build(
            svgs, json.loads(metadata["en/data.json"]), json.loads(metadata["meta/groups.json"])["groups"]
        )
    except (ValueError, KeyError) as error:
        raise SystemExit(f"train.data.emojis: {error}") from error
    table.save(args.out)
    DisplaySheet.save(args.out, display)
    commands.record(args.out / "made.json", "train.data.emojis", afresh=True)
    print(summary(len(svgs), table, left_out))
    for path in sorted(args.out.glob("emojis*")):
        print(f"{path}: {path.stat().st_size / 1e6:.2f} MB")


def _svgs(files: dict[str, bytes]) -> dict[str, str]:
    paths = [path for path in files if path.endswith(".svg")]
    svgs = {Path(path).stem: files[path].decode() for path in paths}
    if len(svgs) != len(paths):
        raise ValueError("two of the SVGs have the same name.")
    return svgs


def _packed(package: str, cache: Path, sha512: str | None) -> Path:
    path = cache / (package.lstrip("@").replace("/", "-").replace("@", "-") + ".tgz")
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        command = ["npm", "pack", package, "--pack-destination", str(cache), "--silent"]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True)
        except FileNotFoundError as error:
            raise ValueError(f"npm is needed to fetch {package}; install it or give a folder.") from error
        except subprocess.CalledProcessError as error:
            raise ValueError(f"npm could not fetch {package}: {error.stderr.strip() or error}.") from error
    digest = base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
    if digest != (sha512 or digest):
        raise ValueError(f"{path} is not the {package} it should be; delete it to fetch it again.")
    return path


if __name__ == "__main__":
    main()
