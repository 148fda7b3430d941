"""What may be put together for a tweet: recipes, by the tweet's topic and mood.

The mood is taken from the answers to the whole tweet. The topic is taken from these, too, and from the answers to its
words, one by one and in pairs: a noun's best answers are what it names.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from emoji_qa.emojis.sensitive import HIDDEN
from emoji_qa.emojis.table import SIZE, without_vs16
from emoji_qa.inputs import readable
from emoji_qa.remix.compose import compose
from emoji_qa.remix.moods import BESIDE, GRIEVING, MOODS, agree, sign
from emoji_qa.remix.raster import rasterise
from emoji_qa.remix.recipes import HATS, Recipe, check
from emoji_qa.remix.words import (
    ABSTRACT,
    BULKY,
    BURNING,
    CLEAR,
    CLUTTERED,
    COMMON,
    COVERED,
    GENERIC,
    HALLOWED,
    JOLLY,
    LAUGHTER,
    LONGING,
    MOURNING,
    UNCROSSED,
    WEAPONS,
    stem,
)

if TYPE_CHECKING:
    from emoji_qa.answerer import Answerer

BUBBLE = "💭"
BODIES, CORNERS = 16, 9  # how many of the best ones are tried
SAID_AGAIN = 3  # topics, and expressions, from which signs, bubbles and fires are made
PHRASES = 24  # words and pairs of a tweet that are looked at
MIN_RADIUS = 6.2  # units: the least radius of a place on which a face can be read
NAMED, KEYED = 0.06, 0.03  # bonus if a word of the tweet is in an emoji's name, or among its keywords
WHOLE, WORDS = 1.5, 0.5  # weights in the topic: of the answer to the whole tweet, and of the best answers to its words
ALIKE = 4.0  # mean difference of pixels, of 255, below which two faces look the same
AGAINST = 0.25  # penalty of an expression of the opposite mood
# What a recipe is worth beside its score: a linear model of which ones readers would send. `python -m train.remix.graded`
# fits such weights to their grades; faces on things that are not clear were lowered by hand after that.
WEIGHTS = {
    "topic": 1.0,
    "mood": 2.0,
    "clear": 0.5,  # its body is CLEAR
    "generic": -0.2,  # its body or its small thing is GENERIC
    "expression": -0.25,
    "corner": 0.5,
    "hat": 0.45,
    "on": 0.6,
    "extra": 0.9,
    "crossed": 0.8,
    "frame": 0.0,
}


@dataclass(frozen=True)
class Reach:
    """How far below the best ones recipes may be made. expressions, beside: how many expressions are tried on things, and
    with each small thing. behind: how far below the best a thing's topic may be. least: a thing with less of a topic tells
    nothing, and readers would rather have a face alone."""

    expressions: int
    beside: int
    behind: float
    least: float


NEAR, FAR = Reach(9, 6, 0.2, 0.6), Reach(16, 16, 0.35, 0.0)
NO_THINGS = ("people-body", "smileys-emotion", "symbols", "flags", "component")  # groups, except for GENERIC ones


class Suggestions:
    """Recipes for the tweets of one model, an Answerer with `.parts`."""

    def __init__(self, model: "Answerer"):
        self.model, self.parts, self.emojis = model, model.parts, model.emojis
        rows = {without_vs16(char): row for row, char in enumerate(self.emojis.chars)}
        known = {
            char: rows[without_vs16(char)] for char in (part.char for part in self.parts) if without_vs16(char) in rows
        }
        shunned = HIDDEN | ABSTRACT | HALLOWED | WEAPONS
        self.things = [row for char, row in known.items() if self._is_thing(char) and char not in shunned]
        no_bodies = CLUTTERED | set(HATS)
        self.bodies = [row for row in self.things if self._has_room(row) and self.emojis.chars[row] not in no_bodies]
        self.faces = [row for char, row in known.items() if char in MOODS and char in self.parts.expressions]
        self.beside = [row for char, row in known.items() if char in BESIDE]
        self.hats = [row for char, row in known.items() if char in HATS and not self.parts[char].disc]
        self.signs = {row: sign(self.emojis.chars[row]) for row in self.faces}
        self.named = [{stem(word) for word in _words(name)} for name in self.emojis.names]
        self._new: dict[Recipe, bool] = {}
        self.keyed = [{stem(word) for keyword in emoji.keywords for word in _words(keyword)} for emoji in self.emojis]

    def for_tweet(self, tweet: str, scores: np.ndarray) -> tuple[dict[Recipe, float], dict[Recipe, float]]:
        """Some two hundred recipes, each with what it is worth beside the score: those within NEAR, and others within FAR.

        scores: of the bases for the tweet, without popularity, (E,).
        """
        words = self.words(tweet)
        topic, mood = self.topics(tweet, scores, words), self.moods(scores)
        if MOURNING.search(tweet) and not LAUGHTER.search(tweet):
            chars = self.emojis.chars
            mood[[row for row in self.faces if chars[row] not in GRIEVING]] = -np.inf  # which is never among the best
            topic[[row for row in self.things if chars[row] in JOLLY]] = -np.inf
        stems = {stem(word) for word in _words(tweet)}
        longs, burns = bool(LONGING & stems), bool(BURNING & stems)
        near = dict.fromkeys(self.recipes(topic, mood, NEAR, longs, burns))
        far = [recipe for recipe in self.recipes(topic, mood, FAR, longs, burns) if recipe not in near]
        liked = lambda recipes: {recipe: self.liking(recipe, topic, mood) for recipe in recipes}
        return liked(near), liked(far)

    def words(self, tweet: str) -> np.ndarray:
        """For each base, the best score from one of the tweet's telling words or a pair of neighbouring ones, (E,)."""
        words = _words(tweet)
        pairs = [f"{a} {b}" for a, b in pairwise(words) if _tells(a) and _tells(b)]
        phrases = [*dict.fromkeys(filter(_tells, words)), *dict.fromkeys(pairs)][:PHRASES]
        phrases, _ = readable(phrases)
        return self.model.score(phrases).max(axis=0) if phrases else np.zeros(len(self.emojis), np.float32)

    def topics(self, tweet: str, scores: np.ndarray, words: np.ndarray) -> np.ndarray:
        """How far a tweet is about each base, (E,): by its words, and as a whole."""
        about = WORDS * words + WHOLE * (scores + self.model.popularity / 2)
        stems = {stem(word) for word in _words(tweet) if _tells(word)}
        for row, (named, keyed) in enumerate(zip(self.named, self.keyed, strict=True)):
            if stems & named:
                about[row] += NAMED
            elif stems & keyed:
                about[row] += KEYED
        return about

    def moods(self, scores: np.ndarray) -> np.ndarray:
        """How well the expression of each base fits, (E,): its score, with a penalty for the opposite mood."""
        mood = scores + self.model.popularity
        faces = np.array(self.faces)
        if not len(faces):
            return mood
        signs = np.array([self.signs[row] for row in self.faces])
        weights = np.exp((mood[faces] - mood[faces].max()) / 0.05)
        overall = float(weights @ signs / weights.sum())  # −1 to 1
        mood[faces] -= AGAINST * np.maximum(0, -signs * overall)
        return mood

    def recipes(self, topic: np.ndarray, mood: np.ndarray, reach: Reach, longs: bool, burns: bool) -> Iterable[Recipe]:
        """Recipes that may answer. longs: whether the tweet is about something that is not there, which may stand in a
        thought bubble. burns: whether something may be on fire."""
        chars = self.emojis.chars
        faces = [chars[row] for row in _best(mood, self.faces, reach.expressions)]
        bodies = self._near_best(topic, self.bodies, BODIES, reach)
        for row in bodies:
            for face in faces:
                if face not in BULKY and agree(chars[row], face):
                    yield from self._possible(Recipe(chars[row], eyes=face, mouth=face))
        things = self._near_best(topic, self.things, CORNERS, reach)
        for row in things:
            for face in [face for face in faces if face not in COVERED][: reach.beside]:
                yield from self._possible(Recipe(face, corner=chars[row]))
        for row in things[:SAID_AGAIN] if longs else ():
            yield from self._possible(Recipe(BUBBLE, on=chars[row]))
        for row in bodies[:SAID_AGAIN] if burns else ():
            for face in faces[:SAID_AGAIN]:
                if self.signs[self._row(face)] < 0 and face not in BULKY:
                    yield from self._possible(Recipe(chars[row], eyes=face, mouth=face, frame="🔥"))
        for face in faces[:SAID_AGAIN]:
            for row in _best(topic, [row for row in self.beside if face in BESIDE[chars[row]]], 1):
                yield from self._possible(Recipe(face, extra=chars[row]))
            for other in faces[:SAID_AGAIN]:
                is_clear = face != other and not {face, other} & UNCROSSED
                if is_clear and self.signs[self._row(face)] * self.signs[self._row(other)] >= 0:
                    yield from filter(self._looks_new, self._possible(Recipe(face, eyes=face, mouth=other)))
        for hat in self._near_best(topic, self.hats, 2, reach):
            for face in faces[:SAID_AGAIN]:
                yield from self._possible(Recipe(face, eyes=face, mouth=face, hat=chars[hat]))

    def liking(self, recipe: Recipe, topic: np.ndarray, mood: np.ndarray) -> float:
        """What a recipe is worth beside its score."""
        return sum(WEIGHTS[name] * value for name, value in self.terms(recipe, topic, mood).items())

    def terms(self, recipe: Recipe, topic: np.ndarray, mood: np.ndarray) -> dict[str, float]:
        """What WEIGHTS multiply: a recipe's topic and mood, its kind, and what it is like in any tweet."""
        about = [
            self._row(char)
            for char in (recipe.body, recipe.corner, recipe.on, recipe.hat)
            if char and char not in MOODS and char != BUBBLE
        ]
        faces = [self._row(char) for char in {recipe.eyes, recipe.mouth, recipe.body} if char in MOODS]
        return {
            "topic": max((float(topic[row]) for row in about), default=0.0),
            "mood": min((float(mood[row]) for row in faces), default=0.0),
            "clear": float(recipe.body in CLEAR),
            "generic": float(recipe.body in GENERIC or recipe.corner in GENERIC),
            recipe.kind: 1.0,
        }

    def _near_best(self, values: np.ndarray, rows: list[int], n: int, reach: Reach) -> list[int]:
        """The n best rows, without those that are too far below the best thing or, but for that one, tell too little."""
        best = _best(values, rows, n)
        most = values[_best(values, self.things, 1)].max(initial=0)
        return [row for row in best if values[row] >= min(most, max(most - reach.behind, reach.least))]

    def _possible(self, recipe: Recipe) -> list[Recipe]:
        try:
            check(self.parts, recipe)
        except ValueError:
            return []
        return [recipe] if all(char in self.emojis for char in recipe.emojis) else []

    def _looks_new(self, recipe: Recipe) -> bool:
        """Whether a face differs from every real one at a glance: 😂's eyes and 😆's mouth make 😂 again."""
        if recipe not in self._new:
            made = _premultiplied(rasterise(compose(self.parts, recipe), SIZE))
            self._new[recipe] = bool(np.abs(self._real_faces - made).mean(axis=(1, 2, 3)).min() >= ALIKE)
        return self._new[recipe]

    @cached_property
    def _real_faces(self) -> np.ndarray:
        """Pictures of all real faces, (F, 36, 36, 3)."""
        chars = [self.emojis.chars[row] for row in self.faces]
        return np.stack([_premultiplied(rasterise(compose(self.parts, Recipe(char)), SIZE)) for char in chars])

    def _is_thing(self, char: str) -> bool:
        part = self.parts[char]
        group = self.emojis[self.emojis.base_index(char)].group
        return not part.disc and char not in MOODS and (group not in NO_THINGS or char in GENERIC)

    def _has_room(self, row: int) -> bool:
        place = self.parts[self.emojis.chars[row]].place
        return place is not None and place[2] >= MIN_RADIUS

    def _row(self, char: str) -> int:
        return self.emojis.base_index(char)


def _premultiplied(picture: np.ndarray) -> np.ndarray:
    return picture[..., :3] * (picture[..., 3:] / np.float32(255))


def _best(values: np.ndarray, rows: list[int], n: int) -> list[int]:
    """The n rows of the largest values, without those of −∞."""
    return sorted((row for row in rows if np.isfinite(values[row])), key=lambda row: -values[row])[:n]


def _tells(word: str) -> bool:
    return word not in COMMON and len(word) > 1


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+(?:’[^\W\d_]+|'[^\W\d_]+)?", text.lower())
