"""The web page: two halves, the tweet and the emoji, tabs beside the sliders, bulk answers, and endpoints for programs.

Each part but the endpoints is a folder with one `Panel`. The parts communicate in the browser, by browser/events.js and
browser/store.js.
"""

import os
from collections.abc import Sequence
from typing import Any

import gradio as gr
from starlette.middleware import Middleware

from emoji_qa.answerer import Answerer
from emoji_qa.page.api import NO_TIMES, NO_TOOLS, endpoints
from emoji_qa.page.bulk.bulk import bulk_panel
from emoji_qa.page.emoji.emoji import emoji_panel
from emoji_qa.page.server.assistants import offer_tools
from emoji_qa.page.server.compress import Compress
from emoji_qa.page.server.decoder_files import BrowserDecoder
from emoji_qa.page.server.document import Document
from emoji_qa.page.server.guard import Guard
from emoji_qa.page.server.launch import ask_ourselves_directly, bracketed
from emoji_qa.page.server.panel import Panel
from emoji_qa.page.server.png import EmojiPictures
from emoji_qa.page.server.rpc import FOLDER, beside
from emoji_qa.page.server.scripts import SCRIPTS
from emoji_qa.page.server.static import BrowserFile, Files
from emoji_qa.page.tabs import TABS
from emoji_qa.page.tweet.tweet import tweet_panel

FONTS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Noto Sans", "sans-serif"]
LAUNCH = {  # arguments of `launch()` without which the page would not look and behave as intended
    "theme": gr.themes.Base(font=FONTS, font_mono=["ui-monospace", "monospace"]),
    "head": f"{beside('shell/head.html')}\n{SCRIPTS.preloads}",
    "favicon_path": FOLDER / "shell/favicon.png",
    "footer_links": ["api"],
    "run_history": False,  # nothing typed is stored, not even in the browser
    "enable_monitoring": False,
    "max_file_size": "1mb",
    "ssr_mode": False,  # so that all that the browser gets has passed the guard
    "show_error": True,  # a program that calls an endpoint gets the sentence that says what is wrong
}
KEPT = 3600  # seconds that an uploaded file stays on the disk
PREVIEW = Files(
    "gradio_api/preview", {"image": BrowserFile("preview.png", (FOLDER / "shell/preview.png").read_bytes())}
)
SOCIAL = {  # what programs show of a link to the page
    "title": "emoji-qa: tweet in, emoji out",
    "description": "Type a tweet, get the emojis that answer it, and bend them with sixteen sliders.",
    "image": PREVIEW.addresses["image"],
    "width": "1200",
    "height": "630",
    "alt": "A tweet, the emojis that answer it, and emojis that are none yet.",
}


class Page(gr.Blocks):
    """The page. .panels: all its parts; .decoder: the decoder for the browser. Its server also serves their files."""

    decoder: BrowserDecoder
    panels: list[Panel]

    def launch(self, *arguments: Any, **options: Any) -> tuple[gr.routes.App, str, str]:
        app = options.pop("app_kwargs", None) or {}
        files = [SCRIPTS, self.decoder, PREVIEW, *(panel.files for panel in self.panels if panel.files)]
        asked = options.get("mcp_server")
        has_tools = os.environ.get("GRADIO_MCP_SERVER", "").lower() == "true" if asked is None else asked
        routes = [*app.get("routes", ()), NO_TIMES, *([] if has_tools else [NO_TOOLS]), *(some.route for some in files)]
        return super().launch(*arguments, app_kwargs={**app, "routes": routes}, **options)


def build(model: Answerer, labels: Sequence[str] | None = None) -> Page:
    """The page of a model. labels: names of the sixteen sliders; by default "Axis 1" to "Axis 16"."""
    pictures = EmojiPictures(model)
    tabs = [make(model, pictures) for make in TABS]
    with Page(title="emoji-qa", analytics_enabled=False, delete_cache=(KEPT, KEPT)) as page:
        page.decoder = BrowserDecoder(model)
        tweet, bulk = tweet_panel(model, pictures), bulk_panel(model)
        first = tweet.props["start"]["answers"][0]["emoji"]
        emoji = emoji_panel(model, pictures, page.decoder, labels, first, tabs)
        page.panels = [tweet, emoji, *tabs, bulk]
        gr.HTML(beside("shell/header.html"), apply_default_css=False, elem_id="header")
        with gr.Row(elem_id="halves"):
            tweet.component()
            with gr.Column(elem_id="emoji-column"):
                emoji.component()
                for tab in tabs:
                    tab.component("tab")
        bulk.component()
        gr.HTML(beside("shell/footer.html"), apply_default_css=False, elem_id="footer")
        endpoints(model)
    return page


def serve(page: Page, **options) -> tuple:
    """Launch a page behind its guard, compressed, with bounded queues. options and result: those of Gradio's `launch()`."""
    page.queue(max_size=64, default_concurrency_limit=2, api_open=False)  # no way around the queue
    ask_ourselves_directly(options.get("server_name"))
    frame = beside("shell/frame.html").replace("HEADER", beside("shell/header.html"))
    app = {"middleware": [Middleware(Guard), Middleware(Compress), Middleware(Document, frame=frame, social=SOCIAL)]}
    styles = [FOLDER / name for name in ("shell/page.css", *(name for panel in page.panels for name in panel.css))]
    options |= {"server_name": bracketed(options.get("server_name"))}
    launched = page.launch(app_kwargs=app, css_paths=styles, **LAUNCH, **options)
    if page.mcp_server_obj:
        offer_tools(page.mcp_server_obj)
    return launched
