"""Splits emojis into training and validation by concept, so that no near-copy sits on both sides."""

import re
from collections.abc import Sequence

import torch
from torch import Tensor

from train.data.places import position

_PERSON = set("man men woman women person people boy girl child children adult male female mr mrs mx and".split())
_SAME = {
    "prince": "crown",
    "princess": "crown",
    "mermaid": "mer",
    "merman": "mer",
    "merperson": "mer",
    "older": "old",
    "mother": "santa",
    "claus": "santa",
}
TRAIN, VAL, ASIDE = 1, 0, -1


def concept(name: str) -> str:
    """An emoji's CLDR short name without skin tone, hair, gender and person words.

    >>> concept("woman farmer: dark skin tone"), concept("kiss: woman, man"), concept("man: red hair")
    ('farmer', 'kiss', 'person')
    """
    head, _, tail = name.lower().partition(":")
    if head not in ("flag", "keycap"):  # there the tail is the concept; elsewhere it names tones and people
        parts = [part for part in tail.split(",") if not re.search(r"skin tone|hair|bald|beard", part)]
        tail = " ".join(part for part in parts if set(part.split()) - _PERSON)
    words = [_SAME.get(word, word) for word in re.findall(r"[\w#*’']+", f"{head} {tail}") if word not in _PERSON]
    return " ".join(dict.fromkeys(words)) or "person"


def by_concept(names: Sequence[str], x: Tensor, *, share: float = 0.2, near: float = 0.004) -> Tensor:
    """Which rows are for training: (N,) int8 of TRAIN, VAL, or ASIDE.

    All emojis of a concept are on the same side, which depends only on the hash of the concept's text. Validation
    pictures whose mean squared difference from a training picture is below `near` (24 dB) are set aside.
    x: (N, 4, H, W), premultiplied.
    """
    held_out = [position(concept(name)) < share for name in names]
    side = torch.tensor([VAL if out else TRAIN for out in held_out], dtype=torch.int8)
    flat = x.flatten(1)
    held = torch.nonzero(side == VAL)[:, 0]
    distance = torch.cdist(flat[held], flat[side == TRAIN]).square().amin(dim=1) / flat.shape[1]
    side[held[distance < near]] = ASIDE
    return side


def by_file(n: int, *, seed: int) -> Tensor:
    """(N,) int8: four fifths TRAIN, one fifth VAL, at random, as the original splits. Near-copies are on both sides."""
    order = torch.randperm(n, generator=torch.Generator().manual_seed(seed))
    side = torch.full((n,), TRAIN, dtype=torch.int8)
    side[order[round(0.8 * n) :]] = VAL
    return side
