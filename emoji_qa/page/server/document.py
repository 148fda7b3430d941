"""Gradio's HTML document, changed: what a visitor sees first comes before what the scripts need, and previews of a link
to the page show our own title, text and picture."""

import html
import json
import re
from collections.abc import Mapping

from starlette._utils import get_route_path  # the function by which Starlette itself finds routes
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_META = re.compile(r'\s*<meta (?:property="og:|name="twitter:)[^>]*>')
_STYLE = re.compile(r'\s*<link rel="stylesheet"[^>]*>')
_BODY = re.compile(r"<body[^>]*>")
_ROOT = re.compile(r'const root = ("[^"]*");')
_FROM, _TO = "<script>window.gradio_config", '<link rel="manifest"'


class Document:
    """ASGI middleware. frame: HTML that is shown until the page is loaded; social: what a preview shows, see `tell`."""

    def __init__(self, app: ASGIApp, frame: str, social: Mapping[str, str]):
        self.app, self._frame, self._social = app, frame, social

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or get_route_path(scope) not in ("", "/"):
            return await self.app(scope, receive, send)
        start: Message = {}
        parts: list[bytes] = []

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            parts.append(message.get("body", b""))
            if message.get("more_body", False):
                return
            body = b"".join(parts)
            if Headers(raw=start["headers"]).get("content-type", "").startswith("text/html"):
                body = tell(show_first(body.decode(), self._frame), self._social).encode()
                MutableHeaders(raw=start["headers"])["Content-Length"] = str(len(body))
            await send(dict(start))
            await send({"type": "http.response.body", "body": body})

        return await self.app(scope, receive, sending)


def show_first(document: str, frame: str) -> str:
    """The document with the frame first in its body, followed by what a browser would otherwise wait for: the style
    sheet, and the configuration, which is most of the document. Modules still run when all of it has arrived."""
    document = document.replace('href="/manifest.json"', 'href="./manifest.json"', 1)  # the page may stand below a path
    begin, end, style = document.find(_FROM), document.find(_TO), _STYLE.search(document)
    if min(begin, end) < 0 or style is None:
        return document  # another version of Gradio: shown later, but complete
    scripts = document[begin:end]
    document = document[:begin] + document[end : style.start()] + document[style.end() :]
    return _BODY.sub(lambda body: f"{body[0]}\n{frame}\n{style[0].strip()}\n{scripts}", document, count=1)


def tell(document: str, social: Mapping[str, str]) -> str:
    """The document with our title, description and picture in place of Gradio's, for programs that preview a link.

    social: "title", "description" and "image", whose address is relative to the page's root, "width" and "height" of it, and
    "alt", what it shows.
    """
    root = _ROOT.search(document)
    page = json.loads(root[1]) if root else ""
    image = f"{page}/{social['image']}"
    told = {
        "og:type": "website",
        "og:url": f"{page}/",
        "og:title": social["title"],
        "og:description": social["description"],
        "og:image": image,
        "og:image:width": social["width"],
        "og:image:height": social["height"],
        "og:image:alt": social["alt"],
        "twitter:card": "summary_large_image",
    }
    lines = [f'<meta name="description" content="{html.escape(social["description"])}">']
    lines += [f'<meta property="{name}" content="{html.escape(value)}">' for name, value in told.items()]
    return _META.sub("", document).replace("</head>", "\n".join(["", *lines, "</head>"]), 1)
