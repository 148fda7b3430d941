"""The decoder in the visitor's browser: which files that takes, and under which addresses the app serves them.

Its browser side: decoder.js starts worker.js, which runs the checkpoint's decoder.onnx and answer.onnx, made by
`train.export`, with onnxruntime-web, placed by `train.runtime`. Where a file is missing or stale the server draws, as it
does for browsers that cannot.
"""

import gzip
import hashlib
import json
import logging
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import brotli
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from emoji_qa.answer import Answerer
from emoji_qa.checkpoint import file_hash
from emoji_qa.page.browser import FOLDER, beside

RUNTIME = FOLDER / "onnxruntime"
RUNTIME_FILES = ("ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm")
WORKER = ("picture.js", "palette.js", "code.js", "worker.js")
EXPORTED = {"decoder.onnx": "vae.safetensors", "answer.onnx": "qa.safetensors"}  # each file, and the weights it is made of
TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm", ".json": "application/json",
         ".onnx": "application/octet-stream"}  # fmt: skip
PREFIX = "gradio_api/browser"  # where Node stands before Python, as on Spaces, it hands on what begins with gradio_api
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}  # an address names its content


@dataclass(frozen=True)
class BrowserFile:
    """A file as it is kept: packed with brotli or not."""

    name: str
    content: bytes
    is_packed: bool = False

    @cached_property
    def address(self) -> str:
        return f"{hashlib.sha256(self.content).hexdigest()[:16]}/{self.name}"

    @cached_property
    def gzipped(self) -> bytes:
        return gzip.compress(brotli.decompress(self.content), compresslevel=6)

    def response(self, accepted: str) -> Response:
        """What is sent to a browser that accepts these encodings. Over plain HTTP browsers take gzip, but not brotli."""
        content, headers = self.content, {**FOR_EVER, "Vary": "Accept-Encoding"}
        if self.is_packed and "br" in accepted:
            headers["Content-Encoding"] = "br"
        elif self.is_packed and "gzip" in accepted:
            content, headers["Content-Encoding"] = self.gzipped, "gzip"
        elif self.is_packed:
            content = brotli.decompress(content)
        return Response(content, headers=headers, media_type=TYPES[Path(self.name).suffix])


class BrowserDecoder:
    """The files of a model, and the route that serves them.

    .addresses: what decoder.js takes, relative to the page's root; None where the server has to draw.
    """

    def __init__(self, model: Answerer):
        try:
            files = collect(model)
        except ValueError as error:
            logging.getLogger(__name__).warning("Every picture is drawn by the server: %s", error)
            files = {}
        self.addresses = {part: f"{PREFIX}/{file.address}" for part, file in files.items()} or None
        self._files = {file.address: file for file in files.values()}
        self.route = Route(f"/{PREFIX}/{{address:path}}", self.send)

    def send(self, request: Request) -> Response:
        file = self._files.get(request.path_params["address"])
        if file is None:
            return PlainTextResponse("There is no such file.", status_code=404)
        return file.response(request.headers.get("accept-encoding", ""))


def collect(model: Answerer) -> dict[str, BrowserFile]:
    """All files by what they are to decoder.js. Raises ValueError when one is missing, or made of other weights."""
    runtime, wasm = (BrowserFile(name, _read(RUNTIME / f"{name}.br", "train.runtime"), True) for name in RUNTIME_FILES)
    decoder, answer = (BrowserFile(name, _exported(model, name)) for name in EXPORTED)
    sliders = {"mean": model.latent.mean, "axes": model.latent.axes, "knots": model.latent.knots}
    axes = json.dumps({name: array.tolist() for name, array in sliders.items()}).encode()
    return {
        "worker": BrowserFile("worker.js", beside(*WORKER).encode()), "runtime": runtime, "wasm": wasm,
        "decoder": decoder, "answer": answer, "axes": BrowserFile("axes.json", axes),
    }  # fmt: skip


def _exported(model: Answerer, name: str) -> bytes:
    source = EXPORTED[name]
    content = _read(model.folder / name, "train.export")
    made = model.config.get("exported", {}).get(name)
    if made != {"sha256": hashlib.sha256(content).hexdigest(), source: file_hash(model.folder / source)}:
        raise ValueError(f"{model.folder / name} is not made of the {source} beside it. Make it again: python -m train.export")
    return content


def _read(path: Path, maker: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise ValueError(f"There is no {path}. Make it: python -m {maker}") from None
