"""Between Python and the browser: the files of the page's folder, and functions that a page's script may call."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import wraps
from pathlib import Path

from emoji_qa.inputs import check_popularity

FOLDER = Path(__file__).parent.parent
# Threads for all that the model computes, one per core: more would slow each other down, and each keeps its own memory.
WORKERS = ThreadPoolExecutor(max(2, os.cpu_count() or 1), thread_name_prefix="model")


async def compute(function: Callable, *arguments: object) -> object:
    """What the function returns, called in one of the WORKERS."""
    return await asyncio.get_running_loop().run_in_executor(WORKERS, copy_context().run, function, *arguments)


def beside(*names: str) -> str:
    """The text of files, named by their paths in the page's folder, one after the other."""
    return "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in names)


def for_browser(function: Callable) -> Callable:
    """The function, with a ValueError turned into {"error": its sentence} for the page to show."""

    @wraps(function)
    async def answering(payload):
        try:
            return await compute(function, payload)
        except ValueError as error:
            return {"error": sentence(error)}

    return answering


def sentence(error: Exception) -> str:
    """What an error says, as text that can be sent: it may quote half a character (a lone surrogate)."""
    return str(error).encode("utf-8", "replace").decode()


def fields(value: object) -> dict[str, object]:
    """The fields of the object that the browser sent; none if it is no object, since a request can hold anything."""
    return value if isinstance(value, dict) else {}


def text(value: object, what: str) -> str:
    """The value, if it is text. Raises ValueError otherwise: a request can hold anything."""
    if not isinstance(value, str):
        raise ValueError(f"{what} must be text, not {type(value).__name__}.")
    return value


def weight_of(question: dict[str, object]) -> float | None:
    """The weight of popularity that is asked for, None for the model's own. Raises ValueError for what is no finite number."""
    popularity = question.get("popularity")
    return None if popularity is None else check_popularity(popularity)
