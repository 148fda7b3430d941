"""Emojis newer than all training, added by `Answerer.add`: their ranks for tweets of our own.

They are the seven of Unicode 16, drawn by Twemoji, with names and keywords of CLDR. The model was not trained on them,
since the table that training reads has no rows for them; it was trained on those keywords that other emojis share.
"""

import copy
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

import emoji_qa
from emoji_qa.images.upload import fit_picture
from train.qa import minilm
from train.qa.tower_measures import best_ranks

PICTURES = Path(__file__).parents[2] / "data" / "unicode_16"


@dataclass(frozen=True)
class Newest:
    """An emoji, its name and keywords in CLDR, and tweets to which it is the right answer."""

    char: str
    name: str
    keywords: str
    tweets: tuple[str, ...]

    def picture(self) -> np.ndarray:
        """(36, 36, 4) uint8, straight alpha."""
        return fit_picture(Image.open(PICTURES / f"{ord(self.char):x}.png"))


NEWEST = (
    Newest(
        "\U0001fae9",
        "face with bags under eyes",
        "bags bored exhausted eyes face fatigued late sleepy tired weary",
        (
            "I have not slept properly in four days and it shows",
            "the baby was up all night again, I look like a zombie in every meeting",
            "Deadline week. My eye bags have eye bags.",
        ),
    ),
    Newest(
        "\U0001fac6",
        "fingerprint",
        "clue crime detective fingerprint forensics identity mystery print safety trace",
        (
            "the police found a fingerprint on the window, the mystery goes on",
            "my phone does not recognise my thumb when it rains",
            "watching another true crime series about how detectives caught him",
        ),
    ),
    Newest(
        "\U0001fabe",
        "leafless tree",
        "bare barren branches dead drought leafless tree trunk winter wood",
        (
            "the last leaf fell today, that tree looks so bare now",
            "no rain since June and the orchard is dying",
            "winter walk through the woods, nothing but bare branches",
        ),
    ),
    Newest(
        "\U0001fadc",
        "root vegetable",
        "beet food garden radish root salad turnip vegetable vegetarian",
        (
            "pulled the first turnips and beets out of the garden today",
            "nobody warned me that peeling radishes takes an hour",
            "roast root vegetables for dinner, with a little salt and thyme",
        ),
    ),
    Newest(
        "\U0001fa89",
        "harp",
        "cupid harp instrument love music orchestra",
        (
            "my daughter played the harp at the concert tonight",
            "there is nothing as calming as the sound of strings plucked one by one",
            "angels in old paintings always get the best instrument",
        ),
    ),
    Newest(
        "\U0001fa8f",
        "shovel",
        "bury dig garden hole plant scoop shovel snow spade",
        (
            "spent the whole morning shovelling snow off the drive",
            "dug a hole for the new apple tree and hit a pipe",
            "the dog buried my shoe somewhere in the garden, give me a spade",
        ),
    ),
    Newest(
        "\U0001fadf",
        "splatter",
        "drip holi ink liquid mess paint spill splatter stain",
        (
            "spilled a whole tin of red paint over the new carpet",
            "my pen exploded and there is ink all over the shirt",
            "the toddler found the paint, the kitchen is a mess of splatters",
        ),
    ),
)


def with_newest(model: emoji_qa.Answerer, *, told: bool) -> emoji_qa.Answerer:
    """A copy of the model with these emojis added: by picture, name and keywords, or (not `told`) only by picture."""
    model = copy.copy(model)
    for emoji in NEWEST:
        words = {"name": emoji.name, "keywords": emoji.keywords.split()} if told else {}
        model.add(emoji.picture(), char=emoji.char, **words)
    return model


def ranks(model: emoji_qa.Answerer) -> np.ndarray:
    """The ranks (7, 3) of each of them among all emojis, for its three tweets, at popularity 0."""
    tweets, right = questions(model)
    return best_ranks(model.score(tweets), right).reshape(len(NEWEST), -1)


def questions(model: emoji_qa.Answerer) -> tuple[list[str], list[list[int]]]:
    """All tweets, and for each the row of the added emoji that is right."""
    right = [[model.emojis.index(emoji.char)] for emoji in NEWEST for _ in emoji.tweets]
    return [tweet for emoji in NEWEST for tweet in emoji.tweets], right


def newest_figures(model: emoji_qa.Answerer, folder: Path) -> dict:
    """Median rank and share in the top 10, with chance and all-MiniLM-L6-v2 over names as baselines."""
    told = with_newest(model, told=True)
    tweets, right = questions(told)
    names = minilm.embed([emoji.name for emoji in told.emojis], folder)
    found = {
        "MiniLM over names": best_ranks(minilm.embed(tweets, folder) @ names.T, right),
        "SQAM, code and meaning": ranks(told).ravel(),
        "SQAM, code alone": ranks(with_newest(model, told=False)).ravel(),
    }
    return {
        "texts": len(tweets),
        "emojis": len(NEWEST),
        "rows": {
            "chance": {"median_rank": (len(told.emojis) + 1) / 2, "hit10": 10 / len(told.emojis)},
            **{
                name: {"median_rank": float(np.median(some)), "hit10": float(np.mean(some <= 10))}
                for name, some in found.items()
            },
        },
    }
