"""Files that the page fetches when needed; their addresses hold a hash of the content, so that browsers cache them."""

import gzip
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock

import brotli
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".wasm": "application/wasm",
    ".json": "application/json",
    ".onnx": "application/octet-stream",
    ".webp": "image/webp",
    ".png": "image/png",
}
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}  # the address has a hash of the content


@dataclass(frozen=True)
class BrowserFile:
    """A file as it is kept: packed with brotli or not."""

    name: str
    content: bytes
    is_packed: bool = False
    digest: str = ""  # for the address, if it is to cover more than this file

    @cached_property
    def address(self) -> str:
        return f"{self.digest or hashlib.sha256(self.content).hexdigest()[:16]}/{self.name}"

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


class MadeFile:
    """A file that is made when it is first asked for. source: a text that changes whenever the content would."""

    def __init__(self, name: str, source: str, make: Callable[[], bytes]):
        self.name, self._make, self._lock, self._content = name, make, Lock(), b""
        self.address = f"{hashlib.sha256(source.encode()).hexdigest()[:16]}/{name}"

    def response(self, accepted: str) -> Response:
        """What is sent, whatever a browser accepts."""
        with self._lock:  # one maker, however many ask at once
            self._content = self._content or self._make()
        return Response(self._content, headers=FOR_EVER, media_type=TYPES[Path(self.name).suffix])


class Files:
    """Files by their names in the page's script, and the route below `prefix` that serves them.

    .addresses: of each file, relative to the page's root.
    """

    def __init__(self, prefix: str, files: Mapping[str, BrowserFile | MadeFile]):
        self.addresses = {part: f"{prefix}/{file.address}" for part, file in files.items()}
        self._files = {file.address: file for file in files.values()}
        self.route = Route(f"/{prefix}/{{address:path}}", self.send)

    def send(self, request: Request) -> Response:
        file = self._files.get(request.path_params["address"])
        if file is None:
            return PlainTextResponse("There is no such file.", status_code=404)
        return file.response(request.headers.get("accept-encoding", ""))
