"""Named endpoints for programs (`gradio_client`): they take tweets and codes z; slider coordinates are the page's affair."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import wraps
from typing import Literal

import gradio as gr
import numpy as np
from starlette.responses import JSONResponse
from starlette.routing import Route

from emoji_qa.answerer import Answer, Answerer, Unanswered
from emoji_qa.devices import on_gpu
from emoji_qa.emojis.table import SIZE
from emoji_qa.page.api_latent import latent_endpoints
from emoji_qa.page.server.png import from_uri, to_png, to_uri
from emoji_qa.page.server.rpc import compute, sentence, text

MANY, MOST = 200, 25  # tweets in one call, and answers to each

# “Use via API” asks for the page's tools of the Model Context Protocol whether there are any or not.
NO_TOOLS = Route("/gradio_api/mcp/schema", lambda request: JSONResponse([]))


def endpoints(model: Answerer) -> None:
    """Adds /answer, /answer_many, /score, /explain, /similar, /decode, /encode, /invent and those of api_latent.py to the page
    being built."""

    answer_all, climb = on_gpu(model.answer, model), on_gpu(model.invent, model)

    def answer(tweet: str, k: int = 5, popularity: float | None = None) -> list[dict]:
        """The k best emojis for a tweet, best first, each as {"emoji", "name", "score", "cosine"}.

        popularity: weight of how often an emoji is used; by default the model's own.
        """
        (answers,) = model.answer(text(tweet, "The tweet"), k=k, popularity=popularity)
        return as_dicts(answers)

    def answer_many(tweets: list[str], k: int = 5, on_error: Literal["raise", "skip"] = "raise") -> list[list[dict]]:
        """The k best emojis, at most 25, for each of up to 200 tweets, as /answer gives them.

        on_error: with "skip", a tweet that cannot be answered refuses no other: its list is [{"problem": a sentence}].
        """
        if not isinstance(tweets, list) or len(tweets) > MANY:
            raise ValueError(f"The tweets must be a list of at most {MANY}.")
        if isinstance(k, int) and k > MOST:
            raise ValueError(f"k must be at most {MOST} for many tweets, not {k}.")
        found = answer_all(tweets, k=k, on_error=on_error)
        return [[{"problem": one.problem}] if isinstance(one, Unanswered) else as_dicts(one) for one in found]

    def score(tweet: str, emojis: list[str] | None = None, popularity: float = 0.0) -> list[float]:
        """The scores of a tweet with these emojis, or with all that are ranked."""
        if emojis is not None and not isinstance(emojis, list):
            raise ValueError("The emojis must be a list, such as [“🎉”, “😡”].")
        if emojis is not None and len(emojis) > len(model.table):
            raise ValueError(f"{len(emojis):,} emojis are too many: {len(model.table):,} are the most.")
        return model.score(text(tweet, "The tweet"), emojis=emojis, popularity=popularity)[0].tolist()

    def explain(tweet: str, emoji: str) -> list[dict]:
        """What each word does to an emoji's score, as {"word", "start", "end", "effect", "attention"}.

        effect: the score of the tweet less that of the tweet without the word; start, end: where it stands; attention:
        its share of it, or none. A word that the model does not read has no effect.
        """
        words = model.explain(text(tweet, "The tweet"), text(emoji, "The emoji"))
        return [asdict(word) for word in words]

    def similar(emoji: str, by: Literal["meaning", "looks"] = "meaning", k: int = 10) -> list[dict]:
        """The k emojis most like one, as /answer gives them. by: "meaning" or "looks"."""
        return as_dicts(model.similar(text(emoji, "The emoji"), by=by, k=k))

    def decode(z: list[float], size: int = SIZE) -> str:
        """Sixteen numbers → the picture they stand for, a PNG with transparency as "data:image/png;base64,…"."""
        return to_uri(to_png(model.decode([z], size=size)[0]))

    def encode(picture: str) -> list[float]:
        """A PNG of 36 by 36 pixels as "data:image/png;base64,…" → its sixteen numbers z."""
        return model.encode(from_uri(text(picture, "The picture"), SIZE)[np.newaxis])[0].tolist()

    def invent(tweet: str) -> dict:
        """The emoji invented for a tweet, as {"z", "score", "novelty", "plausibility", "nearest", "best", "best_score", "within",
        "picture"}; the score, and that of the best real emoji, are of codes alone. Takes a second or two."""
        found = climb(text(tweet, "The tweet"))
        return {**asdict(found), "z": found.z.tolist(), "picture": to_uri(to_png(model.decode(found.z[None])[0]))}

    for function in (answer, answer_many, score, explain, similar, decode, encode, invent, *latent_endpoints(model)):
        gr.api(for_programs(function), api_name=function.__name__)


def as_dicts(answers: Sequence[Answer]) -> list[dict]:
    return [asdict(answer) for answer in answers]


def for_programs(function: Callable) -> Callable:
    """The function, with a ValueError turned into the error a client gets: its sentence, and nothing in the log."""

    @wraps(function)
    async def answering(*arguments):
        try:
            return await compute(function, *arguments)
        except ValueError as error:
            raise gr.Error(sentence(error), print_exception=False) from None

    return answering
