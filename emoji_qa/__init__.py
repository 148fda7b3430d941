"""emoji-qa answers tweets with emojis, and invents the emoji when none fits. Start with `emoji_qa.load()`."""

from importlib import import_module
from typing import TYPE_CHECKING

from emoji_qa import caches  # noqa: F401  (before PyTorch)

if TYPE_CHECKING:
    from emoji_qa.answerer import Answer, Answerer, Unanswered, load
    from emoji_qa.emojis.table import Emoji, EmojiTable
    from emoji_qa.models.qa import QAModel
    from emoji_qa.models.vae import EmojiVAE
    from emoji_qa.text.explain import WordEffect

__all__ = ["Answer", "Answerer", "Emoji", "EmojiTable", "EmojiVAE", "QAModel", "Unanswered", "WordEffect", "load"]

_HOMES = {
    "Answer": "answerer",
    "Answerer": "answerer",
    "Unanswered": "answerer",
    "load": "answerer",
    "Emoji": "emojis.table",
    "EmojiTable": "emojis.table",
    "QAModel": "models.qa",
    "EmojiVAE": "models.vae",
    "WordEffect": "text.explain",
}


def __getattr__(name: str) -> object:
    """Public names are imported when they are first used, so that `emoji_qa.emojis` can be imported without torch."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
