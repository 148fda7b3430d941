"""Protects Gradio from strangers: limits on requests, and one line in the log for whatever is wrong with one.

Gradio answers a request that it does not understand with status 500, and writes its whole call stack to the log. Here it is
refused with status 400 and a sentence. Only the routes that this page and its programs need are open.
"""

import json
import logging
import re
import sys
import traceback
from pathlib import Path

import gradio.queueing
import gradio.routes
from starlette._utils import get_route_path  # the function by which Starlette itself finds routes
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 8 << 20  # bytes of a request
MAX_HELD = 64 << 20  # bytes of all requests that are being received or answered
MAX_WAITING = 100  # requests that compute or wait to; more would wait longer than a visitor is willing to
GET, POST = ("GET", "HEAD", "OPTIONS"), ("POST", "OPTIONS")
OPEN = {  # methods, and the paths below the page's root that they may ask for
    GET: re.compile(
        r"/?|/(assets|static|svelte)/.+|/(config|favicon\.ico|manifest\.json|robots\.txt|theme\.css)/?|/pwa_icon/(192|512)|/monitoring/summary"
        r"|/gradio_api/(info|openapi\.json|theme\.css|app_id|startup-events|upload_progress|mcp/schema|queue/data|login_check)/?"
        r"|/gradio_api/(browser|map|page|preview|file|call|heartbeat)/.+|/gradio_api/file=.+"
    ),
    POST: re.compile(
        r"/gradio_api/(queue/join|component_server|upload|cancel|reset|mcp)/?|/gradio_api/(run|api|call|call/v2)/[^/]+/?"
    ),
}
TOO_LONG = f"A request may have {MAX_BODY >> 20} MB at most."
BUSY = "The server is busy. Nothing is lost: try again in a moment."
log = logging.getLogger("emoji_qa")


class Refused(Exception):
    """A request that is not served: status and sentence."""


class Guard:
    """ASGI middleware around all of Gradio's application."""

    def __init__(self, app: ASGIApp):
        self.app = app
        self.waiting = self.held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        begun, received, posts = False, 0, scope["method"] == "POST"

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        async def receiving() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            self.held += len(message.get("body", b""))
            if received > MAX_BODY:  # it did not announce its length
                raise Refused(413, TOO_LONG)
            if self.held > MAX_HELD:
                raise Refused(503, BUSY)
            return message

        self.waiting += posts
        try:
            self.admit(scope, posts)
            await self.app(scope, receiving, sending)
        except Refused as refusal:
            await answer(send, begun, *refusal.args)
        except Exception as error:
            log.warning("%s %s: %s", scope["method"], one_word(scope["path"]), one_line(error))
            await answer(send, begun, 400, "The server does not understand this request.")
        finally:
            self.waiting -= posts
            self.held -= received

    def admit(self, scope: Scope, posts: bool) -> None:
        """Raises Refused for a route that is not open, a body announced as too large, and when too many wait already."""
        path = get_route_path(scope)  # as the routes see it, without the prefix that a proxy may have left
        allowed = [methods for methods, paths in OPEN.items() if paths.fullmatch(path)]
        if not allowed:
            raise Refused(404, "There is nothing here.")
        if not any(
            scope["method"] in methods for methods in allowed
        ):  # assistants ask for a stream, and take this for “no”
            raise Refused(405, "This cannot be asked for in this way.")
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if not length.isdigit() or int(length) > MAX_BODY:
            raise Refused(413, TOO_LONG)
        if posts and self.waiting > MAX_WAITING:
            raise Refused(503, BUSY)


async def answer(send: Send, begun: bool, status: int, sentence: str) -> None:
    """Send the sentence as JSON, under the keys that Gradio's clients read; only the end if a response has begun."""
    body = b"" if begun else json.dumps({"detail": sentence, "error": sentence}).encode()
    if not begun:
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def one_word(path: str) -> str:
    """A path as it can stand in a log: no line breaks or other control characters, and not too long."""
    return path[:80].encode("unicode_escape").decode()


def one_line(error: BaseException | None) -> str:
    """The kind of an error and where it was raised, innermost first. Not its message, which may quote what was typed."""
    frames = traceback.extract_tb(error.__traceback__)[-3:] if error else []
    return " < ".join(
        [type(error).__name__, *(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[::-1])]
    )


class OneLineTraceback:
    """Stands in for the module `traceback` in those modules of Gradio that print the stack of every failed event."""

    @staticmethod
    def print_exc() -> None:
        log.warning("An event failed: %s", one_line(sys.exc_info()[1]))


for module in (gradio.routes, gradio.queueing):
    vars(module)["traceback"] = OneLineTraceback
