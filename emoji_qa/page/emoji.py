"""The emoji half: sixteen sliders, the picture they decode to, Random, Reset, and loading a real emoji."""

import base64
from collections.abc import Sequence

import gradio as gr
import numpy as np
from PIL import Image

from emoji_qa.answer import Answerer
from emoji_qa.page.browser import beside, for_browser, text
from emoji_qa.page.png import EmojiPictures

REACH = 3  # sliders go from -3 to 3; a loaded emoji may lie a little beyond
SHARP = 108  # pixels a side that are sent of what is crisp at any size; the browser enlarges them
FOUND = 12  # emojis the search box shows


def emoji_half(
    model: Answerer, pictures: EmojiPictures, labels: Sequence[str] | None = None, start: str = "😀"
) -> gr.HTML:
    """Opens with the emoji `start` loaded. Its browser side: emoji.html, emoji.js and, for the picture, picture.js.

    The browser sends slider coordinates and gets pixels back, straight alpha, which it draws at its screen's resolution.
    """

    def draw_sliders(sliders: list) -> dict:
        """Sixteen slider coordinates → {"pixels": base64 of RGBA bytes}."""
        return {"pixels": pixels(model.latent.to_z(check_sliders(sliders, model.latent.latent_dim)[None]))}

    def random_emoji(_) -> dict:
        """A random plausible emoji → {"sliders", "pixels"}."""
        return place(model.latent.sample(1))

    def load_emoji(emoji: str) -> dict:
        """A real emoji, by its character → {"sliders", "pixels", "emoji", "name", "picture"}."""
        row = model.table.index(text(emoji, "The emoji"))
        found = place(model.encode(model.table.images[row : row + 1]))
        return {**found, **describe(row)}

    def find_emojis(query: str) -> dict:
        """What was typed in the search box → {"found": [{"emoji", "name", "picture"}, ...]}, best first."""
        return {"found": [describe(row) for row in model.table.find(text(query, "The search")[:100], FOUND)]}

    def place(z: np.ndarray) -> dict:
        return {"sliders": [round(float(s), 4) for s in model.latent.from_z(z)[0]], "pixels": pixels(z)}

    def pixels(z: np.ndarray) -> str:
        if model.vae.decoder.native_size:
            return base64.b64encode(model.decode(z)[0].tobytes()).decode()
        large = Image.fromarray(model.decode(z, size=2 * SHARP)[0])  # twice too large, so that averaging smooths edges
        return base64.b64encode(large.convert("RGBa").reduce(2).convert("RGBA").tobytes()).decode()

    def describe(row: int) -> dict:
        emoji = model.table[row]
        return {"emoji": emoji.char, "name": emoji.name, "picture": pictures.uri(emoji.char)}

    return gr.HTML(
        html_template=beside("emoji.html"),
        js_on_load=beside("shared.js", "picture.js", "emoji.js"),
        server_functions=[for_browser(f) for f in (draw_sliders, random_emoji, load_emoji, find_emojis)],
        apply_default_css=False,
        elem_id="emoji-half",
        start=load_emoji(start),
        labels=list(labels or (f"Axis {i + 1}" for i in range(model.latent.latent_dim))),
        reach=REACH,
    )


def check_sliders(sliders: list, count: int) -> np.ndarray:
    """Slider coordinates as (count,) float64. Raises ValueError unless they are that many finite numbers near the range."""
    message = f"The sliders are {count} finite numbers, from −{REACH} to {REACH}."
    try:
        s = np.asarray(sliders, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(message) from error
    if s.shape != (count,) or not (np.abs(s) <= 100).all():  # false for NaN too
        raise ValueError(message)
    return s
