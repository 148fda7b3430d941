"""Fetch ONNX Runtime Web, which runs the decoder in browsers, from npm for the page: python -m train.publish.runtime

These are two files of onnxruntime-web, for the CPU only, packed with brotli, and the licences, from the Python package
of the same version. To update: change `VERSION` and `SHA512` here, and onnxruntime in constraints.txt.
"""

import argparse
import importlib.metadata
import importlib.util
import sys
from pathlib import Path

import brotli

from emoji_qa.browser_files import RUNTIME, RUNTIME_FILES
from train.data.emojis import read_files

VERSION = "1.30.0"
# SHA-512 of the packed file, as in the npm registry.
SHA512 = "q0y+JrrtukXSzsBWEMccVfqX25LRmosXHF+CaRJmg8pZClzcV7svNc4rKY3jL02Vb7QmRMDs1SigqR4CXAfKYQ=="
LICENCES = ("LICENSE", "ThirdPartyNotices.txt")
README = f"""onnxruntime-web {VERSION}, © Microsoft Corporation, MIT licence (`LICENSE`); what it contains of others is named in
`ThirdPartyNotices.txt`. Files of `dist/` in the npm package, packed with brotli, placed by `python -m train.publish.runtime`.
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m train.publish.runtime", description=__doc__)
    parser.add_argument(
        "--cache", type=Path, default=Path("runs/npm"), help="folder for the package (default: %(default)s)"
    )
    options = parser.parse_args()
    try:
        contents, licences = runtime(options.cache), own_licences()
    except ValueError as error:
        sys.exit(str(error))
    RUNTIME.mkdir(exist_ok=True)
    for name, content in contents.items():
        packed = brotli.compress(content, quality=11, lgwin=24)
        (RUNTIME / f"{name}.br").write_bytes(packed)
        print(f"{name}: {len(content):,} bytes, packed {len(packed):,}")
    for name, content in licences.items():
        (RUNTIME / name).write_bytes(content)
    (RUNTIME / "README.md").write_text(README, encoding="utf-8")


def runtime(cache: Path) -> dict[str, bytes]:
    """Name → content of the files a browser needs. Raises ValueError when the package is not the pinned one."""
    files = read_files(f"onnxruntime-web@{VERSION}", cache, SHA512)
    return {name: files[f"dist/{name}"] for name in RUNTIME_FILES}


def own_licences() -> dict[str, bytes]:
    """The licence files of the Python package, which the npm package lacks. Raises ValueError for another version."""
    if importlib.metadata.version("onnxruntime") != VERSION:
        raise ValueError(f"The licence files come from onnxruntime {VERSION}: pip install onnxruntime=={VERSION}")
    folder = Path(importlib.util.find_spec("onnxruntime").origin).parent
    return {name: (folder / name).read_bytes() for name in LICENCES}


if __name__ == "__main__":
    main()
