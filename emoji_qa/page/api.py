"""Named endpoints for programs and assistants: they take tweets and codes z; only the page uses slider coordinates.

Gradio's API page and assistants show their docstrings; the lines after “Args:” describe one argument each.
"""

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
from emoji_qa.page.api_latent import latent_endpoints, some
from emoji_qa.page.server.png import from_uri, to_png, to_uri
from emoji_qa.page.server.rpc import compute, sentence, text
from emoji_qa.remix.raster import rasterise
from emoji_qa.remix.recipes import Recipe, describe

MANY, MOST = 200, 25  # tweets in one call, and answers to each
INVENTED = 24  # emojis put together in one call
LARGEST = 512  # pixels of a picture put together

# “Use via API” asks for the page's tools of the Model Context Protocol even if it offers none.
NO_TOOLS = Route("/gradio_api/mcp/schema", lambda request: JSONResponse([]))
NO_TIMES = Route(
    "/monitoring/summary", lambda request: JSONResponse({"functions": {}})
)  # Gradio's API page asks for it


def endpoints(model: Answerer) -> None:
    """Adds /answer, /answer_many, /score, /explain, /similar, /decode, /encode, /invent, /compose and those of api_latent.py
    to the page being built."""

    answer_all, put_together = on_gpu(model.answer, model), on_gpu(model.invent, model)

    def answer(tweet: str, k: int = 5, popularity: float | None = None) -> list[dict]:
        """The emojis that best answer a short message such as a tweet, best first, each as {"emoji", "name", "score", "cosine"}.
        The score is the cosine, −1 to 1, with the emoji's popularity added. The message's own emojis count beside its words.

        Args:
            tweet: The message, up to 10,000 characters; its first 48 word pieces or so count. English is understood best.
            k: How many emojis.
            popularity: Weight of how often an emoji is used, such as 0 (not at all) or 1; by default the model's own.
        """
        (answers,) = model.answer(text(tweet, "The tweet"), k=k, popularity=popularity)
        return as_dicts(answers)

    def answer_many(tweets: list[str], k: int = 5, on_error: Literal["raise", "skip"] = "raise") -> list[list[dict]]:
        """The k best emojis, at most 25, for each of up to 200 tweets, as /answer gives them.

        on_error: with "skip", a tweet that cannot be answered does not stop the others: its list is then
        [{"problem": a sentence}].
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
        """Why an emoji answers a message: each word, as {"word", "start", "end", "effect", "attention"}. The effect is
        the score of the message minus its score without the word: a positive effect speaks for the emoji, a negative
        one against it. start and end are positions of characters; attention is the word's share of the model's
        attention, or null.

        Args:
            tweet: The message.
            emoji: One emoji, such as 🎉; /answer tells which fit.
        """
        words = model.explain(text(tweet, "The tweet"), text(emoji, "The emoji"))
        return [asdict(word) for word in words]

    def similar(emoji: str, by: Literal["meaning", "looks"] = "meaning", k: int = 10) -> list[dict]:
        """The emojis most like another one, best first, as /answer gives them; itself is left out.

        Args:
            emoji: One emoji, such as 🎉.
            by: "meaning", the messages they answer, or "looks", their pictures.
            k: How many emojis.
        """
        return as_dicts(model.similar(text(emoji, "The emoji"), by=by, k=k))

    def decode(z: list[float], size: int = SIZE) -> str:
        """Draws the emoji of a code z, sixteen numbers; it may be an emoji that does not exist. The result is a PNG
        with transparency (as text, "data:image/png;base64,…"). /invent and /compose give codes.

        Args:
            z: Sixteen finite numbers.
            size: Pixels along an edge, 1 to 1024.
        """
        return to_uri(to_png(model.decode(np.array([z]), size=size)[0]))

    def encode(picture: str) -> list[float]:
        """A PNG of 36 by 36 pixels as "data:image/png;base64,…" → its sixteen numbers z."""
        return model.encode(from_uri(text(picture, "The picture"), SIZE)[np.newaxis])[0].tolist()

    def invent(tweet: str, k: int = 6, page: int = 0) -> dict:
        """Invents emojis for a message by putting parts of real ones together, best first: {"found": [{"made_of",
        "recipe", "score", "z", "svg"}, ...], "best", "best_score": the real emoji that answers best, and its score,
        "beats": whether one of the invented ones scores higher, "last": whether there are no more}.

        Args:
            tweet: The message.
            k: How many emojis, at most 24.
            page: 0 for the first k, 1 for the k after those, and so on.
        """
        if isinstance(k, int) and k > INVENTED:
            raise ValueError(f"k must be at most {INVENTED}, not {k}.")
        made = put_together(text(tweet, "The tweet"), k, page)
        return {
            "found": [
                {**as_recipe(one.recipe), "score": one.score, "z": one.z.tolist(), "svg": one.svg} for one in made
            ],
            "best": made.best,
            "best_score": made.best_score,
            "beats": made.beats,
            "last": made.is_last,
        }

    def compose(emojis: list[str] | None = None, recipe: str | None = None, size: int = 144) -> dict:
        """Puts two to four emojis together into a new one: {"made_of", "recipe", "svg", "picture": a PNG as a data URI, "z": its
        code, "others": the recipes of further ways, best first}.

        Args:
            emojis: Two to four emojis, such as ["🏆", "🤩"]; or give a recipe.
            recipe: A recipe, as /invent and this endpoint give it.
            size: Pixels along an edge of the picture, 1 to 512.
        """
        if (emojis is None) == (recipe is None):
            raise ValueError("Give emojis or a recipe, one of the two.")
        if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= LARGEST:
            raise ValueError(f"size must be a whole number of pixels from 1 to {LARGEST}.")
        ways = model.recipes(*some(emojis)) if emojis is not None else [Recipe.from_text(text(recipe, "The recipe"))]
        svg = model.compose(ways[0])
        return {
            **as_recipe(ways[0]),
            "svg": svg,
            "picture": to_uri(to_png(rasterise(svg, size))),
            "z": model.encode(rasterise(svg, SIZE)[np.newaxis])[0].tolist(),
            "others": [str(way) for way in ways[1:]],
        }

    offered: list[Callable] = [answer, answer_many, score, explain, similar, decode, encode, invent, compose]
    for function in [*offered, *latent_endpoints(model)]:
        gr.api(for_programs(function), api_name=function.__name__)


def as_dicts(answers: Sequence[Answer]) -> list[dict]:
    return [asdict(answer) for answer in answers]


def as_recipe(recipe: Recipe) -> dict[str, str]:
    return {"made_of": describe(recipe), "recipe": str(recipe)}


def for_programs(function: Callable) -> Callable:
    """The function, with a ValueError turned into an error for the client, with its sentence; nothing is logged."""

    @wraps(function)
    async def answering(*arguments):
        try:
            return await compute(function, *arguments)
        except ValueError as error:
            raise gr.Error(sentence(error), print_exception=False) from None

    return answering
