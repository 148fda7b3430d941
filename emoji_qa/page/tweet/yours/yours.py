"""Emojis that visitors bring for their own visit, ranked among the others. Only the browser stores them.

It sends them with every question as {"emoji": its own name for it, "sliders", "name", "keywords"}; name and keywords
may be empty.
"""

import hashlib
import json
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

from emoji_qa.answerer import Answer, Answerer
from emoji_qa.emojis.added import check_words, is_short
from emoji_qa.page.emoji.emoji import check_sliders

MOST = 8  # of one visitor
KEPT = 256  # answers of such emojis, of all visitors, that are cached, so that they are not computed at every keystroke


@dataclass(frozen=True)
class Brought:
    """emoji: what the browser calls it; answer: a unit vector (D,)."""

    emoji: str
    name: str
    answer: np.ndarray


class Yours:
    """Checks what visitors bring and computes its answers. The latest are cached by a hash; nothing typed is kept."""

    def __init__(self, model: Answerer):
        self._model = model
        self._kept: OrderedDict[bytes, np.ndarray] = OrderedDict()

    def read(self, sent: object) -> list[Brought]:
        """The emojis that the browser sent, if any. Raises ValueError, with a sentence, for what is no list of them."""
        sent = [] if sent is None else sent
        if not isinstance(sent, list) or len(sent) > MOST or not all(isinstance(one, dict) for one in sent):
            raise ValueError(f"At most {MOST} emojis of your own can be ranked.")
        brought = [self._read(one) for one in sent]
        if len({one.emoji for one in brought}) != len(brought):
            raise ValueError("Each emoji of your own must have a name of its own for the browser.")
        return brought

    def _read(self, one: dict[str, object]) -> Brought:
        emoji, name = one.get("emoji"), one.get("name") or None
        if not isinstance(emoji, str) or not is_short(emoji) or emoji in self._model.table:
            raise ValueError("An emoji of your own must not be called as another is.")
        sliders = check_sliders(one.get("sliders"), self._model.latent.latent_dim)
        meaning = check_words(name, one.get("keywords") or [])
        key = hashlib.sha256(json.dumps([sliders.tolist(), meaning]).encode()).digest()
        answer = self._kept.get(key)
        if answer is None:
            [answer] = self._model.embed_codes(self._model.latent.to_z(sliders[np.newaxis]), meaning)
            self._kept[key] = answer
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return Brought(emoji, str(name or "Your own emoji"), answer)


def ranked(
    model: Answerer,
    question: np.ndarray,
    emojis: list[str] | None,
    yours: list[Brought],
    k: int,
    popularity: float | None = None,
) -> list[Answer]:
    """The k best of some emojis (None: all), and all that the visitor brought, best first. question: (D,), a tweet's.

    popularity: weight of how often a real one is used (default: the checkpoint's); the others count as neither popular nor
    rare. Raises ValueError as `Answerer.rank` does.
    """
    (answers,) = model.rank(question[np.newaxis], k=k, emojis=emojis, popularity=popularity)
    if yours:
        scores = (np.stack([one.answer for one in yours]) @ question).tolist()
        answers += [Answer(one.emoji, one.name, score, score) for one, score in zip(yours, scores, strict=True)]
    return sorted(answers, key=lambda answer: -answer.score)
