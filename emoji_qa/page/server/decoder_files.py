"""The decoder in the visitor's browser: which files it needs, and under which addresses the app serves them.

Its browser side: decoder.js starts decoder_worker.js, which runs the checkpoint's decoder.onnx and answer.onnx, made by
`train.publish.onnx`, with onnxruntime-web, placed by `train.publish.runtime`. If a file is missing or stale, the server
draws, as it does for browsers that cannot.
"""

import hashlib
import json
import logging
from pathlib import Path

from emoji_qa.answerer import Answerer
from emoji_qa.browser_files import EXPORTED, RUNTIME, RUNTIME_FILES
from emoji_qa.checkpoint import file_hash
from emoji_qa.latent.space import Latent
from emoji_qa.page.server.static import BrowserFile, Files

PREFIX = "gradio_api/browser"  # where Node is in front of Python, as on Spaces, it forwards what begins with gradio_api


class BrowserDecoder(Files):
    """The files of a model, and the route that serves them.

    .addresses: what decoder.js takes, relative to the page's root; empty if the server has to draw.
    """

    def __init__(self, model: Answerer):
        try:
            files = collect(model)
        except ValueError as error:
            logging.getLogger(__name__).warning("Every picture is drawn by the server: %s", error)
            files = {}
        super().__init__(PREFIX, files)


def collect(model: Answerer) -> dict[str, BrowserFile]:
    """All files by their names in decoder.js. Raises ValueError when one is missing, or made of other weights."""
    runtime, wasm = (
        BrowserFile(name, _read(RUNTIME / f"{name}.br", "train.publish.runtime"), True) for name in RUNTIME_FILES
    )
    decoder, answer = (BrowserFile(name, _exported(model, name)) for name in EXPORTED)
    axes = json.dumps(slider_axes(model.latent)).encode()
    return {
        "runtime": runtime,
        "wasm": wasm,
        "decoder": decoder,
        "answer": answer,
        "axes": BrowserFile("axes.json", axes),
    }


def slider_axes(latent: Latent) -> dict[str, list]:
    """What converts slider coordinates to codes and back, here and in latent.js: {"mean", "axes", "knots"}."""
    return {name: getattr(latent, name).tolist() for name in ("mean", "axes", "knots")}


def _exported(model: Answerer, name: str) -> bytes:
    source = EXPORTED[name]
    content = _read(model.folder / name, "train.publish.onnx")
    made = model.config.get("exported", {}).get(name)
    if made != {"sha256": hashlib.sha256(content).hexdigest(), source: file_hash(model.folder / source)}:
        raise ValueError(
            f"{model.folder / name} is not made of the {source} beside it. Make it again: python -m train.publish.onnx"
        )
    return content


def _read(path: Path, maker: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise ValueError(f"There is no {path}. Make it: python -m {maker}") from None
