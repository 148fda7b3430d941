"""The emoji half: sixteen sliders, the picture they decode to, Random, Reset, and loading a real emoji."""

from collections.abc import Sequence

import gradio as gr
import numpy as np

from emoji_qa.answer import Answerer
from emoji_qa.page.browser import beside, for_browser, text
from emoji_qa.page.decoder import BrowserDecoder
from emoji_qa.page.drawing import drawing, to_base64
from emoji_qa.page.png import EmojiPictures

REACH = 3  # sliders go from -3 to 3; a loaded emoji may lie a little beyond
FOUND = 12  # emojis the search box shows


def emoji_half(
    model: Answerer, pictures: EmojiPictures, decoder: BrowserDecoder, labels: Sequence[str] | None = None,
    start: str = "😀", tweet: str = "",
) -> gr.HTML:  # fmt: skip
    """Opens with the emoji `start` loaded, and its score for `tweet`. Its browser side: emoji.html, emoji.js and what those
    stand on: decoder.js, picture.js, palette.js, code.js.

    The decoder runs in the browser once it is there; until then and otherwise the browser sends slider coordinates and gets
    what the decoder gives. In both cases it draws that at its screen's resolution.
    """

    def draw_sliders(sliders: list) -> dict:
        """Sixteen slider coordinates → a `drawing`."""
        return drawing(model, model.latent.to_z(check_sliders(sliders, model.latent.latent_dim)[None]))

    def random_emoji(_) -> dict:
        """A random plausible emoji → {"sliders"} and its `drawing`."""
        return place(model.latent.sample(1))

    def load_emoji(emoji: str) -> dict:
        """A real emoji, by its character → {"sliders", "emoji", "name", "picture"} and its `drawing`."""
        row = model.table.index(text(emoji, "The emoji"))
        char = model.table.chars[row]
        z = (model.emojis.codes[[model.emojis.index(char)]] if char in model.emojis  # a base; variants have no code yet
             else model.encode(model.table.images[[row]]))  # fmt: skip
        return {**place(z), **describe(row)}

    def find_emojis(query: str) -> dict:
        """What was typed in the search box → {"found": [{"emoji", "name", "picture"}, ...]}, best first."""
        return {"found": [describe(row) for row in model.table.find(text(query, "The search")[:100], FOUND)]}

    def hear_tweet(tweet: str) -> dict:
        """A tweet → what any answer's score and rank follow from: {"question": a unit vector, "scores": of all real emojis}.

        Those are scored as an invented one is, by their codes alone; best first, float32 in base64.
        """
        question = model.embed_tweet(text(tweet, "The tweet"))
        return {"question": question.tolist(), "scores": to_base64(-np.sort(-(answers @ question)).astype("<f4"))}

    def place(z: np.ndarray) -> dict:
        return {"sliders": [round(float(s), 4) for s in model.latent.from_z(z)[0]], **drawing(model, z)}

    def describe(row: int) -> dict:
        emoji = model.table[row]
        return {"emoji": emoji.char, "name": emoji.name, "picture": pictures.uri(emoji.char)}

    answers = model.embed_codes(model.emojis.codes)
    return gr.HTML(
        html_template=beside("emoji.html"),
        js_on_load=beside("shared.js", "picture.js", "palette.js", "code.js", "decoder.js", "emoji.js", "search.js"),
        server_functions=[for_browser(f) for f in (draw_sliders, random_emoji, load_emoji, find_emojis, hear_tweet)],
        apply_default_css=False,
        elem_id="emoji-half",
        start=load_emoji(start),
        heard=hear_tweet(tweet) if tweet else None,
        decoder=decoder.addresses,
        labels=list(labels or [str(label) for label in model.latent.labels] or
                    (f"Axis {i + 1}" for i in range(model.latent.latent_dim))),  # fmt: skip
        reach=REACH,
    )


def check_sliders(sliders: list, count: int) -> np.ndarray:
    """Slider coordinates as (count,) float64. Raises ValueError unless they are that many finite numbers near the range."""
    message = f"The sliders are {count} finite numbers, from −{REACH} to {REACH}."
    try:
        s = np.asarray(sliders, dtype=np.float64)
    except (OverflowError, TypeError, ValueError) as error:
        raise ValueError(message) from error
    if s.shape != (count,) or not (np.abs(s) <= 100).all():  # false for NaN too
        raise ValueError(message)
    return s
