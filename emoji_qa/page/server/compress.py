"""Compression of whole text responses: Gradio compresses files by their ending, but neither the document nor JSON."""

import asyncio
import gzip

import brotli
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TEXTS = (
    "text/html",
    "text/css",
    "text/javascript",
    "application/javascript",
    "application/json",
    "application/manifest+json",
)
MIN_BYTES = 1000  # fewer are one packet anyway
QUALITY = 5  # of brotli: 10 ms for half a megabyte
LEVEL = 6  # of gzip


class Compress:
    """ASGI middleware. Responses that are streamed (such as events) or compressed already pass unchanged."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        accepted = Headers(scope=scope).get("accept-encoding", "") if scope["type"] == "http" else ""
        encoding = next((name for name in ("br", "gzip") if name in accepted), None)
        if encoding is None:
            return await self.app(scope, receive, send)
        start: Message | None = None

        async def sending(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            if start is not None:
                if is_whole_text(start, message):
                    body = await asyncio.to_thread(compressed, message["body"], encoding)
                    headers = MutableHeaders(raw=start["headers"])
                    headers["Content-Encoding"], headers["Content-Length"] = encoding, str(len(body))
                    headers.add_vary_header("Accept-Encoding")
                    message = {**message, "body": body}
                await send(start)
                start = None
            await send(message)

        return await self.app(scope, receive, sending)


def is_whole_text(start: Message, first: Message) -> bool:
    """Whether a response, by its start and its first body message, is complete, is text, and is worth compressing."""
    headers = Headers(raw=start["headers"])
    is_text = headers.get("content-type", "").split(";")[0] in TEXTS and "content-encoding" not in headers
    return is_text and not first.get("more_body", False) and len(first.get("body", b"")) >= MIN_BYTES


def compressed(body: bytes, encoding: str) -> bytes:
    """encoding: "br" or "gzip"."""
    return brotli.compress(body, quality=QUALITY) if encoding == "br" else gzip.compress(body, LEVEL)
