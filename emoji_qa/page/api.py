"""Named endpoints for programs (`gradio_client`): they take tweets and codes z; slider coordinates are the page's affair."""

from collections.abc import Callable
from functools import wraps

import gradio as gr
import numpy as np

from emoji_qa.answer import Answerer
from emoji_qa.emojis import SIZE
from emoji_qa.page.browser import sentence, text
from emoji_qa.page.png import from_uri, to_png, to_uri


def endpoints(model: Answerer) -> None:
    """Adds /answer, /score, /decode and /encode to the page being built."""

    def answer(tweet: str, k: int = 5, popularity: float | None = None) -> list[dict]:
        """The k best emojis for a tweet, best first, each as {"emoji", "name", "score", "cosine"}.

        popularity: weight of how often an emoji is used; by default the model's own.
        """
        (answers,) = model.answer(text(tweet, "The tweet"), k=k, popularity=popularity)
        return [{"emoji": a.emoji, "name": a.name, "score": a.score, "cosine": a.cosine} for a in answers]

    def score(tweet: str, emojis: list[str] | None = None, popularity: float = 0.0) -> list[float]:
        """The scores of a tweet with these emojis, or with all that are ranked."""
        if emojis is not None and not isinstance(emojis, list):
            raise ValueError("The emojis must be a list, such as [“🎉”, “😡”].")
        return model.score(text(tweet, "The tweet"), emojis=emojis, popularity=popularity)[0].tolist()

    def decode(z: list[float], size: int = SIZE) -> str:
        """Sixteen numbers → the picture they stand for, a PNG with transparency as "data:image/png;base64,…"."""
        return to_uri(to_png(model.decode([z], size=size)[0]))

    def encode(picture: str) -> list[float]:
        """A PNG of 36 by 36 pixels as "data:image/png;base64,…" → its sixteen numbers z."""
        return model.encode(from_uri(text(picture, "The picture"), SIZE)[np.newaxis])[0].tolist()

    for function in (answer, score, decode, encode):
        gr.api(for_programs(function), api_name=function.__name__)


def for_programs(function: Callable) -> Callable:
    """The function, with a ValueError turned into the error a client gets: its sentence, and nothing in the log."""

    @wraps(function)
    def answering(*arguments):
        try:
            return function(*arguments)
        except ValueError as error:
            raise gr.Error(sentence(error), print_exception=False) from None

    return answering
