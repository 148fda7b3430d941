"""Words for the ends of the sliders, and how reliable they are."""

import re
from collections import Counter
from collections.abc import Collection

import numpy as np

from emoji_qa.emojis.table import EmojiTable
from emoji_qa.latent.space import AxisLabel, Latent
from train.latent.looks import looks

TRIED = 8  # the best words of a kind, which are tried for one end
FARTHEST = 6  # emojis named at one end
COMMON = 0.02  # the minimum share of the emojis that a word is true of
WRONG = 2  # the cost of an emoji placed at the wrong end, in emojis placed at the right one
WORTH = 0.005  # the minimum gain of two words, as a share of the emojis
COLOURS = ("red", "pink", "brown", "orange", "yellow", "green", "blue", "purple", "white", "grey", "black")
KINDS = {
    "colour": COLOURS,
    "light": ("light", "dark"),
    "size": ("large", "small"),
    "form": ("round", "boxy"),
    "stature": ("tall", "wide"),
    "detail": ("plain", "busy"),
    "weight": ("top-heavy", "bottom-heavy"),
    "side": ("left-heavy", "right-heavy"),
    "centre": ("light centre", "dark centre"),
    "top": ("light top", "light bottom"),
}
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
    """How well labels fitted on some rows of a table with codes tell on which side of the median held-out emojis lie.

    "told": for each slider, the share of emojis of which more words of one end than of the other are true; "right": the
    share of these that lie at that end.
    """
    labels = fit_labels(latent, table, rows)
    says, high = votes(labels, table)[held], latent.from_z(table.codes[held]) > 0  # (H, 16) each
    told = says != 0
    right = ((says > 0) == high) & told
    return {"right": (right.sum(axis=0) / np.maximum(told.sum(axis=0), 1)).tolist(), "told": told.mean(axis=0).tolist()}


def fit_labels(latent: Latent, table: EmojiTable, rows: np.ndarray | None = None) -> list[AxisLabel]:
    """A label for each slider, from the emojis of a table with codes (default: all its rows).

    A label has a word for each end, both of one kind, such as two colours: the two words that tell the right end of
    most emojis. An emoji of which neither or both are true does not count; one at the wrong end cancels two at the
    right end. No two sliders have the same two words.
    """
    rows = np.arange(len(table)) if rows is None else rows
    s = latent.from_z(table.codes[rows])
    known = traits(table)
    true = np.stack(list(known.values()), axis=1)[rows].astype(np.int8) if known else np.zeros((len(rows), 0), np.int8)
    names = list(known)
    kinds = np.array([kind(name) for name in names])
    labels: list[AxisLabel] = []
    taken: list[set[int | None]] = []
    for along in s.T:
        low, high = choose(true, along > 0, kinds, taken)
        taken.append({low, high})
        order = rows[np.argsort(along, kind="stable")]
        labels.append(
            AxisLabel(
                low="" if low is None else names[low],
                high="" if high is None else names[high],
                low_emojis=tuple(table.chars[row] for row in order[:FARTHEST]),
                high_emojis=tuple(table.chars[row] for row in order[: -FARTHEST - 1 : -1]),
            )
        )
    return labels


def choose(
    true: np.ndarray, high: np.ndarray, kinds: np.ndarray, taken: Collection[set[int | None]] = ()
) -> tuple[int, int] | tuple[None, None]:
    """Two columns of `true` (N, T), one for the low end and one for the high end, of the same kind (kinds: (T,)) and no
    pair that is taken; or (None, None). high: (N,) bool, the emojis that lie at the high end."""
    signs = np.where(high, 1, -1)
    found = []
    for name in np.unique(kinds):
        columns = np.flatnonzero(kinds == name)
        lows, highs = (columns[np.argsort(-gain(end * true[:, columns], signs))[:TRIED]] for end in (-1, 1))
        says = true[:, None, highs] - true[:, lows, None]  # (N, low, high): 1 or −1 for the end, 0 not told
        gains = gain(says, signs)
        gains[lows[:, None] == highs] = -WRONG
        gains[[[{low, high} in taken for high in highs.tolist()] for low in lows.tolist()]] = -WRONG
        i, j = np.unravel_index(gains.argmax(), gains.shape)
        found.append((gains[i, j], int(lows[i]), int(highs[j])))
    best, i, j = max(found, default=(0, 0, 0))
    return (i, j) if best > WORTH else (None, None)


def gain(says: np.ndarray, signs: np.ndarray) -> np.ndarray:
    """The gain (...) of words that say 1, −1 or 0 (nothing) of each emoji, (N, ...); signs (N,): the true ends."""
    agrees = says * signs.reshape(-1, *[1] * (says.ndim - 1))
    return (agrees > 0).mean(axis=0) - WRONG * (agrees < 0).mean(axis=0)


def kind(word: str) -> str:
    """The kind of a word: the pairs of opposites of `looks`, the colours, and “shown” for all other words."""
    return next((name for name, words in KINDS.items() if word in words), "shown")


def votes(labels: list[AxisLabel], table: EmojiTable) -> np.ndarray:
    """For each emoji and label, how many more words of the high end than of the low end are true: (N, 16)."""
    known = traits(table)

    def count(words: str) -> np.ndarray:
        return sum((known[word].astype(int) for word in words.split(", ") if word), np.zeros(len(table), int))

    return np.stack([count(label.high) - count(label.low) for label in labels], axis=1)


def traits(table: EmojiTable) -> dict[str, np.ndarray]:
    """Words true of at least COMMON of a table's emojis → of which: looks, groups, words of names and keywords."""
    said = [set(re.findall(r"[a-z]{3,}", " ".join((emoji.name, *emoji.keywords)).lower())) for emoji in table]
    common = [word for word, count in Counter(word for words in said for word in words).items() if count > 2]
    found = {GROUPS.get(group, group): np.array(table.groups) == group for group in dict.fromkeys(table.groups)}
    found |= {
        word: np.array([word in words for words in said]) for word in common if word not in ("and", "the", "with")
    }
    found |= looks(table.images)
    return {word: true for word, true in found.items() if true.mean() >= COMMON}
