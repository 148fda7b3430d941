"""The web page: two halves that talk to each other, the tweet and the emoji, and the endpoints for programs.

Each half is a Python module with the functions its browser side may call, and an .html and a .js file beside it. The
halves talk in the browser: the tweet half asks, the emoji half loads (an `emoji-qa:load` event on the document).
"""

from collections.abc import Sequence

import gradio as gr
from starlette.middleware import Middleware

from emoji_qa.answerer import Answerer
from emoji_qa.page.api import endpoints
from emoji_qa.page.bulk.bulk import many_tweets
from emoji_qa.page.emoji.emoji import emoji_half
from emoji_qa.page.server.decoder_files import BrowserDecoder
from emoji_qa.page.server.guard import Guard
from emoji_qa.page.server.png import EmojiPictures
from emoji_qa.page.server.rpc import FOLDER, beside
from emoji_qa.page.server.static import Files
from emoji_qa.page.tabs.map.map import emoji_map, map_files
from emoji_qa.page.tabs.mix.mix import mix_tray
from emoji_qa.page.tabs.picture.picture import from_picture
from emoji_qa.page.tabs.take_away.take_away import take_away
from emoji_qa.page.tweet.tweet import tweet_half

FONTS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Noto Sans", "sans-serif"]

STYLES = (
    "shell/page.css", "tweet/tweet.css", "tweet/yours.css", "tweet/invent.css", "emoji/emoji.css", "tabs/map/map.css",
    "tabs/mix/mix.css", "tabs/picture/picture.css", "tabs/take_away/take_away.css",
)  # fmt: skip
LAUNCH = {  # what a page's `launch()` needs for it to look and behave as meant
    "theme": gr.themes.Base(font=FONTS, font_mono=["ui-monospace", "monospace"]),
    "css_paths": [FOLDER / name for name in STYLES],
    "head": beside("shell/head.html"),
    "favicon_path": FOLDER / "shell/favicon.png",
    "footer_links": ["api"],
    "run_history": False,  # nothing typed is stored, in the browser neither
    "enable_monitoring": False,
    "max_file_size": "1mb",
    "show_error": True,  # a program that calls an endpoint gets the sentence that says what is wrong
}
TABS = (  # beside the sliders: each component's elem_id and title
    ("mix", "Mix"), ("map", "Map"), ("from-picture", "Picture"), ("take-away", "Take away"),
)  # fmt: skip
KEPT = 3600  # seconds that an uploaded file stays on the disk


class Page(gr.Blocks):
    """The page, whose server also has the files of the browser's decoder and those of the map."""

    decoder: BrowserDecoder
    map_files: Files

    def launch(self, **options):
        app = options.pop("app_kwargs", None) or {}
        routes = [*app.get("routes", ()), self.decoder.route, self.map_files.route]
        return super().launch(app_kwargs={**app, "routes": routes}, **options)


def build(model: Answerer, labels: Sequence[str] | None = None) -> Page:
    """The page of a model. labels: names of the sixteen sliders; by default "Axis 1" to "Axis 16"."""
    pictures = EmojiPictures(model)
    with Page(title="emoji-qa", analytics_enabled=False, delete_cache=(KEPT, KEPT)) as page:
        page.decoder, page.map_files = BrowserDecoder(model), map_files(model, pictures)
        gr.HTML(beside("shell/header.html"), apply_default_css=False, elem_id="header")
        with gr.Row(elem_id="halves"):
            tweet = tweet_half(model, pictures)
            start = tweet.props["start"]
            with gr.Column(elem_id="emoji-column"):
                emoji_half(model, pictures, page.decoder, labels, start["answers"][0]["emoji"], start["tweet"], TABS)
                mix_tray(model, pictures)
                emoji_map(model, page.map_files)
                from_picture(model)
                take_away(model)
        many_tweets(model)
        gr.HTML(beside("shell/footer.html"), apply_default_css=False, elem_id="footer")
        endpoints(model)
    return page


def serve(page: gr.Blocks, **options) -> tuple:
    """Launch a page behind its guard, with bounded queues. options and result: those of Gradio's `launch()`."""
    page.queue(max_size=64, default_concurrency_limit=2, api_open=False)  # no way around the queue
    return page.launch(app_kwargs={"middleware": [Middleware(Guard)]}, **LAUNCH, **options)
