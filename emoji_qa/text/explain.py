"""The effect of each word of a tweet on an emoji's score, by erasing it, and its share of the tower's attention."""

import re
from dataclasses import dataclass

import torch

from emoji_qa.models.qa import QAModel
from emoji_qa.text.tokenizers import Vocabulary, WordPieces

_WORD = re.compile(r"(?:https?://|www\.)\S+|[#@]?\w+(?:['’]\w+)*|[!?]", re.IGNORECASE)


@dataclass(frozen=True)
class WordEffect:
    """A word, where it stands in the tweet, its effect and, where the tower attends, its share of the attention.

    effect: the score of the whole tweet less that of the tweet without the word, so above 0 it speaks for the emoji.
    """

    word: str
    start: int
    end: int
    effect: float
    attention: float | None = None


def spans(tweet: str) -> list[tuple[int, int]]:
    """Where the words of a tweet begin and end."""
    return [match.span() for match in _WORD.finditer(tweet)]


def without(tweet: str, start: int, end: int) -> str:
    """The tweet with one of its words erased."""
    return f"{tweet[:start]} {tweet[end:]}"


@torch.inference_mode()
def attention(qa: QAModel, tokenizer: Vocabulary | WordPieces, tweet: str) -> list[float | None]:
    """The share of the attention that each word of the tweet has, None where the tower has no attention.

    A word that the tower does not read (beyond its length, or one handle after another) has 0. Pieces that belong to no word
    have the rest.
    """
    words = [tweet[start:end] for start, end in spans(tweet)]
    [ids] = tokenizer.ids([tweet])
    attended = qa.question.attention(torch.tensor([ids], device=qa.code_mean.device))
    if attended is None:
        return [None] * len(words)
    weights = attended[0].tolist()
    shares, at = [], 1  # after [CLS]
    for _, *pieces, _ in tokenizer.ids(words):
        found = next((i for i in range(at, len(ids)) if pieces and ids[i : i + len(pieces)] == pieces), None)
        shares.append(sum(weights[found : found + len(pieces)]) if found else 0.0)
        at = found + len(pieces) if found else at
    return shares
