"""Words for the ends of the sliders, and how far they can be trusted."""

import re
from collections import Counter

import numpy as np

from emoji_qa.emojis.table import EmojiTable
from emoji_qa.latent.space import AxisLabel, Latent
from train.latent.looks import looks

WORDS = 3  # at one end, at the most
FARTHEST = 6  # emojis named at one end
COMMON = 0.02  # share of the emojis that a word has to be true of
WRONG = 2  # what an emoji told wrong costs, in emojis told right
WORTH = 0.005  # what a word has to add, as a share of the emojis
GROUPS = {
    "smileys-emotion": "smileys",
    "people-body": "people",
    "animals-nature": "nature",
    "food-drink": "food",
    "travel-places": "places",
    "activities": "activities",
    "objects": "objects",
    "symbols": "symbols",
    "flags": "flags",
}


def trust(latent: Latent, table: EmojiTable, rows: np.ndarray, held: np.ndarray) -> dict[str, list[float]]:
    """How well labels fitted on some rows of a table with codes tell on which side of the median withheld emojis lie.

    "right": for each slider, the share told right of those that have more words of one end than of the other; "told": how
    many these are of all.
    """
    labels = fit_labels(latent, table, rows)
    says, high = votes(labels, table)[held], latent.from_z(table.codes[held]) > 0  # (H, 16) each
    told = says != 0
    right = ((says > 0) == high) & told
    return {"right": (right.sum(axis=0) / np.maximum(told.sum(axis=0), 1)).tolist(), "told": told.mean(axis=0).tolist()}


def fit_labels(latent: Latent, table: EmojiTable, rows: np.ndarray | None = None) -> list[AxisLabel]:
    """A label for each slider, from the emojis of a table with codes (default: all its rows).

    The words are chosen one after the other, each the one with which the majority of the words that are true of an emoji
    tells the right end of most: an emoji without any counts nothing, one told wrong as much as two told right.
    """
    rows = np.arange(len(table)) if rows is None else rows
    s = latent.from_z(table.codes[rows])
    known = traits(table)
    true = np.stack(list(known.values()), axis=1)[rows].astype(np.int8) if known else np.zeros((len(rows), 0), np.int8)
    labels = []
    for along in s.T:
        low, high = choose(true, along > 0)
        order = rows[np.argsort(along, kind="stable")]
        names = list(known)
        labels.append(
            AxisLabel(
                low=", ".join(names[j] for j in low),
                high=", ".join(names[j] for j in high),
                low_emojis=tuple(table.chars[row] for row in order[:FARTHEST]),
                high_emojis=tuple(table.chars[row] for row in order[: -FARTHEST - 1 : -1]),
            )
        )
    return labels


def choose(true: np.ndarray, high: np.ndarray) -> tuple[list[int], list[int]]:
    """Columns of true (N, T) that speak for the low end, and those that do for the high one (N,) bool; best first."""
    chosen, score, best = {-1: [], 1: []}, np.zeros(len(high), np.int8), 0.0
    signs = np.where(high, 1, -1)
    while True:
        found = []
        for end in chosen:
            if len(chosen[end]) < WORDS:
                says = np.sign(score[:, None] + end * true) * signs[:, None]  # (N, T): 1 right, -1 wrong, 0 not told
                gain = (says > 0).mean(axis=0) - WRONG * (says < 0).mean(axis=0)
                gain[[*chosen[-1], *chosen[1]]] = -WRONG
                found += [(share, j, end) for j, share in enumerate(gain)]
        share, j, end = max(found, default=(0, 0, 0))
        if share < best + WORTH:
            return chosen[-1], chosen[1]
        chosen[end].append(j)
        score, best = score + end * true[:, j], share


def votes(labels: list[AxisLabel], table: EmojiTable) -> np.ndarray:
    """How many more words of the high end than of the low one are true of each emoji, for each label: (N, 16)."""
    known = traits(table)

    def count(words: str) -> np.ndarray:
        return sum((known[word].astype(int) for word in words.split(", ") if word), np.zeros(len(table), int))

    return np.stack([count(label.high) - count(label.low) for label in labels], axis=1)


def traits(table: EmojiTable) -> dict[str, np.ndarray]:
    """Words that are true of not too few of a table's emojis: how they look, their group, their names and keywords."""
    said = [set(re.findall(r"[a-z]{3,}", " ".join((emoji.name, *emoji.keywords)).lower())) for emoji in table]
    common = [word for word, count in Counter(word for words in said for word in words).items() if count > 2]
    found = {GROUPS.get(group, group): np.array(table.groups) == group for group in dict.fromkeys(table.groups)}
    found |= {
        word: np.array([word in words for words in said]) for word in common if word not in ("and", "the", "with")
    }
    found |= looks(table.images)
    return {word: true for word, true in found.items() if true.mean() >= COMMON}
