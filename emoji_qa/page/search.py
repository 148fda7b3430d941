"""What the search boxes find: emojis by name, keyword or short code, by meaning, and by words with a typing error."""

import numpy as np

from emoji_qa.answerer import Answerer
from emoji_qa.emojis.sensitive import HIDDEN
from emoji_qa.emojis.table import EmojiTable

MAX_CHARACTERS = 100  # of what is typed
LIKELY = 50.0  # percent of `Answerer.confidence` from which an emoji counts as meaning what was typed


def find(model: Answerer, table: EmojiTable, query: str, k: int) -> list[int]:
    """Up to k rows of a model's table, `.table` or `.emojis`, best first: those that `EmojiTable.find` has, then bases that
    answer the words, without the hidden ones, then those that match after typing errors are corrected."""
    query = query[:MAX_CHARACTERS]
    rows = table.find(query, k, forgiving=False)
    slips = [] if rows else table.find(query, k)
    if len(rows) < k:
        rows += [table.index(char) for char in meant(model, query, k)]
    return list(dict.fromkeys([*rows, *slips]))[:k]


def meant(model: Answerer, query: str, k: int) -> list[str]:
    """Up to k bases that answer what was typed, whatever their popularity; none if the model's scores were not
    calibrated, or if what was typed cannot be answered."""
    try:
        answers = model.answer(query, k, popularity=0)[0]
    except ValueError:
        return []
    confidence = model.confidence(np.array([answer.score for answer in answers]))
    if confidence is None:
        return []
    return [
        answer.emoji
        for answer, sure in zip(answers, confidence, strict=True)
        if sure >= LIKELY and answer.emoji not in HIDDEN
    ]
