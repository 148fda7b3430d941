"""Emojis put together for a tweet: what it is about wears the mood that it is in.

A mood is that of the whole tweet's answers. What it is about comes from these, too, and from those of its words one by one and in
pairs: a noun's best answers are what it names. Some two hundred recipes are scored by what their parts answer; the
best few dozen are drawn, encoded, and scored by their pictures, too: by code and meaning, as any emoji is.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from emoji_qa.emojis.sensitive import HIDDEN
from emoji_qa.emojis.table import SIZE, without_vs16
from emoji_qa.inputs import check_k, readable
from emoji_qa.remix.compose import compose
from emoji_qa.remix.deal import FEW, deal
from emoji_qa.remix.moods import BESIDE, MOODS, agree, sign
from emoji_qa.remix.raster import rasterise
from emoji_qa.remix.recipes import HATS, Recipe, check, describe
from emoji_qa.remix.words import ABSTRACT, ANYWHERE, BULKY, CLUTTERED, COMMON, GENERIC, HALLOWED, UNCROSSED, stem

BUBBLE = "💭"
BODIES, EXPRESSIONS, CORNERS = 16, 9, 9  # of the best ones that are tried
ANY = 5  # bodies that fit any tweet, such as hearts
SAID_AGAIN = 3  # topics, and as many expressions, of which a sign, a bubble or a fire is made
DRAWN = 24  # recipes whose pictures are encoded
PHRASES = 24  # words and pairs of a tweet that are looked at
ROOM = 6.2  # units: the least radius of a place on which a face can be read
WIDE = 9.0  # units: the radius of a place that is as good as any
NAMED, KEYED = 0.06, 0.03  # for a word of the tweet that stands in an emoji's name, among its keywords
WHOLE, WORDS = 1.5, 0.5  # weights of the whole tweet's answer and of its words' best ones in what it is about
BEHIND = 0.2  # how far what a tweet is about may be behind the best
TOPIC, MOOD = 1.0, 1.0  # weights of both in the choice, beside the score
AGAINST = 0.25  # that an expression of the opposite mood loses
LIKES = {
    "expression": 0.04,
    "corner": 0.0,
    "hat": -0.02,
    "frame": -0.03,
    "on": -0.25,
    "extra": -0.08,
    "crossed": -0.1,
}  # that kinds of recipes gain
PAGES = 20  # that "another" goes on for
NO_THINGS = ("people-body", "smileys-emotion", "symbols", "flags", "component")  # groups, but for a few of them
KEPT = 4096  # codes of recipes that are remembered, about


@dataclass(frozen=True)
class Invention:
    """An emoji put together for a tweet. .made_of: such as "🏆 with 🤩"; .svg: it as text; .z: (16,) float32, the code of its
    picture as the encoder guesses it; .score: the cosine of what the picture and its parts answer, on the answers' scale."""

    recipe: Recipe
    made_of: str
    svg: str
    z: np.ndarray
    score: float


@dataclass(frozen=True)
class Inventions:
    """Those for one tweet, best first. .best, .best_score: the real emoji that answers best; .beats: whether the first of these
    scores higher; .is_last: there are no more for this tweet."""

    found: tuple[Invention, ...]
    best: str
    best_score: float
    is_last: bool = False

    @property
    def beats(self) -> bool:
        return any(one.score > self.best_score for one in self.found)

    def __iter__(self) -> Iterator[Invention]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def __getitem__(self, i: int) -> Invention:
        return self.found[i]


class Inventor:
    """Puts emojis together for the tweets of one model, an Answerer with `.parts`."""

    def __init__(self, model):
        self.model, self.parts, self.emojis = model, model.parts, model.emojis
        self.answers = model.embed_emojis()
        rows = {without_vs16(char): row for row, char in enumerate(self.emojis.chars)}
        known = {
            char: rows[without_vs16(char)] for char in (part.char for part in self.parts) if without_vs16(char) in rows
        }
        shunned = HIDDEN | ABSTRACT | HALLOWED
        self.things = [row for char, row in known.items() if self._is_thing(char) and char not in shunned]
        no_bodies = CLUTTERED | set(HATS)
        self.bodies = [row for row in self.things if self._has_room(row) and self.emojis.chars[row] not in no_bodies]
        self.anywhere = [row for row in self.bodies if self.emojis.chars[row] in ANYWHERE]
        self.faces = [row for char, row in known.items() if char in MOODS and char in self.parts.expressions]
        self.beside = [row for char, row in known.items() if char in BESIDE]
        self.hats = [row for char, row in known.items() if char in HATS and not self.parts[char].disc]
        self.signs = {row: sign(self.emojis.chars[row]) for row in self.faces}
        self.named = [{stem(word) for word in _words(name)} for name in self.emojis.names]
        self.keyed = [{stem(word) for keyword in emoji.keywords for word in _words(keyword)} for emoji in self.emojis]
        self.looks = self._looks()
        self._codes: dict[Recipe, np.ndarray] = {}

    def _is_thing(self, char: str) -> bool:
        part = self.parts[char]
        group = self.emojis[self.emojis.base_index(char)].group
        return not part.disc and char not in MOODS and (group not in NO_THINGS or char in GENERIC)

    def _has_room(self, row: int) -> bool:
        place = self.parts[self.emojis.chars[row]].place
        return place is not None and place[2] >= ROOM

    def invent(self, tweet: str, k: int = 6, page: int = 0) -> Inventions:
        """The k best of a page, see `Answerer.invent`."""
        check_k(k)
        if isinstance(page, bool) or not isinstance(page, int) or not 0 <= page < PAGES:
            raise ValueError(f"page must be a whole number from 0 to {PAGES - 1}, not {page!r}.")
        [[best]] = self.model.answer(tweet, k=1)
        question = self.model.embed_tweet(tweet)
        scores = self.answers @ question
        words = self.words(tweet)
        topic, mood = self.topics(tweet, scores, words), self.moods(scores)
        few = FEW if words.any() else k - 1
        liking = {recipe: self.liking(recipe, topic, mood) for recipe in self.candidates(topic, mood)}
        left = sorted(liking, key=lambda recipe: -(liking[recipe] + self.rough(recipe, question)))
        for _ in range(page + 1):
            drawn = [recipe for some in deal(left, k, DRAWN // k + 1, few) for recipe in some]
            exact = dict(zip(drawn, self.score(drawn, question), strict=True))
            again = sorted(drawn, key=lambda recipe: -(exact[recipe] + liking[recipe]))
            chosen = next(deal(again, k, 1, few), [])
            left = [recipe for recipe in left if recipe not in chosen]
        found = sorted((self._invention(recipe, exact[recipe]) for recipe in chosen), key=lambda one: -one.score)
        return Inventions(tuple(found), best.emoji, best.score, is_last=len(left) < k or page + 1 == PAGES)

    def words(self, tweet: str) -> np.ndarray:
        """The best that one of a tweet's telling words, or two beside each other, gives to each base, (E,)."""
        words = _words(tweet)
        pairs = [f"{a} {b}" for a, b in pairwise(words) if _tells(a) and _tells(b)]
        phrases = [*dict.fromkeys(filter(_tells, words)), *dict.fromkeys(pairs)][:PHRASES]
        phrases, _ = readable(phrases)
        return self.model.score(phrases).max(axis=0) if phrases else np.zeros(len(self.answers), np.float32)

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
        """How well the expression of each base fits, (E,): the tweet's own answers, less for those of the opposite mood."""
        mood = scores + self.model.popularity
        faces = np.array(self.faces)
        if not len(faces):
            return mood
        signs = np.array([self.signs[row] for row in self.faces])
        weights = np.exp((mood[faces] - mood[faces].max()) / 0.05)
        overall = float(weights @ signs / weights.sum())  # −1 to 1
        mood[faces] -= AGAINST * np.maximum(0, -signs * overall)
        return mood

    def candidates(self, topic: np.ndarray, mood: np.ndarray) -> Iterable[Recipe]:
        """Recipes that may answer: some two hundred."""
        chars = self.emojis.chars
        faces = [chars[row] for row in _best(mood, self.faces, EXPRESSIONS)]
        bodies = self._near_best(topic + self.looks, self.bodies, BODIES)
        for row in dict.fromkeys([*bodies, *_best(topic, self.anywhere, ANY)]):
            for face in faces:
                if face not in BULKY and agree(chars[row], face):
                    yield from self._possible(Recipe(chars[row], eyes=face, mouth=face))
        things = self._near_best(topic, self.things, CORNERS)
        for row in things:
            for face in faces[: EXPRESSIONS // 2]:
                yield from self._possible(Recipe(face, corner=chars[row]))
        for row in things[:SAID_AGAIN]:
            yield from self._possible(Recipe(BUBBLE, on=chars[row]))
        for row in bodies[:SAID_AGAIN]:
            for face in faces[:SAID_AGAIN]:
                if self.signs[self._row(face)] < 0 and face not in BULKY:
                    yield from self._possible(Recipe(chars[row], eyes=face, mouth=face, frame="🔥"))
        for face in faces[:SAID_AGAIN]:
            for row in _best(topic, [row for row in self.beside if face in BESIDE[chars[row]]], 1):
                yield from self._possible(Recipe(face, extra=chars[row]))
            for other in faces[:SAID_AGAIN]:
                is_clear = face != other and not {face, other} & UNCROSSED
                if is_clear and self.signs[self._row(face)] * self.signs[self._row(other)] >= 0:
                    yield from self._possible(Recipe(face, eyes=face, mouth=other))
        for hat in self._near_best(topic, self.hats, 2):
            for face in faces[:SAID_AGAIN]:
                yield from self._possible(Recipe(face, eyes=face, mouth=face, hat=chars[hat]))

    def _near_best(self, values: np.ndarray, rows: list[int], n: int) -> list[int]:
        """The n best rows, less those far behind."""
        best = _best(values, rows, n)
        most = values[_best(values, self.things, 1)].max(initial=0)
        return [row for row in best if values[row] >= most - BEHIND]

    def _looks(self) -> np.ndarray:
        """What a body gains or loses whatever the tweet is, (E,): room for a face is good, what fits everything says nothing."""
        looks = np.zeros(len(self.answers), np.float32)
        for row in self.bodies:
            char = self.emojis.chars[row]
            looks[row] = 0.1 * (min(self.parts[char].place[2], WIDE) - WIDE) / (WIDE - ROOM) - 0.08 * (char in GENERIC)
        return looks

    def _possible(self, recipe: Recipe) -> list[Recipe]:
        try:
            check(self.parts, recipe)
        except ValueError:
            return []
        return [recipe] if all(char in self.emojis for char in recipe.emojis) else []

    def liking(self, recipe: Recipe, topic: np.ndarray, mood: np.ndarray) -> float:
        """What speaks for a recipe beside its score."""
        about = [
            self._row(char)
            for char in (recipe.body, recipe.corner, recipe.on, recipe.hat, recipe.extra)
            if char and char not in MOODS
        ]
        about = [row for row in about if self.emojis.chars[row] != BUBBLE]
        faces = [self._row(char) for char in {recipe.eyes, recipe.mouth, recipe.body} if char in MOODS]
        looks = self.looks[self._row(recipe.body)] if recipe.body not in MOODS else 0.0
        return float(
            TOPIC * (max(topic[row] for row in about) if about else np.percentile(topic, 99))
            + MOOD * (min(mood[row] for row in faces) if faces else np.percentile(mood[self.faces], 80))
            + LIKES.get(recipe.kind, 0.0)
            + looks
        )

    def rough(self, recipe: Recipe, question: np.ndarray) -> float:
        """The score by what the parts answer: the cosine of their mean."""
        return float(self._mean(recipe) @ question)

    def _mean(self, recipe: Recipe) -> np.ndarray:
        """The unit vector (D,) in the middle of what a recipe's parts answer."""
        mean = self.answers[[self._row(char) for char in self._known(recipe)]].mean(axis=0)
        return mean / max(np.linalg.norm(mean), 1e-6)

    def score(self, recipes: list[Recipe], question: np.ndarray) -> np.ndarray:
        """Scores (N,): cosines of the mean of what the picture answers, by its code and what its parts mean, and of what the
        parts answer themselves, in equal shares."""
        return self.embed(recipes) @ question if recipes else np.zeros(0, np.float32)

    def embed(self, recipes: list[Recipe]) -> np.ndarray:
        """What recipes answer, unit vectors (N, D), N ≥ 1, whose dot products with a question's are the scores. Of a recipe whose
        parts the model does not know the picture alone counts."""
        known = [self._known(recipe) for recipe in recipes]
        if not all(known):
            alone = [
                self.embed([one]) if some else self._by_picture(one) for one, some in zip(recipes, known, strict=True)
            ]
            return np.concatenate(alone)
        pictures = self.model.embed_codes(self.codes(recipes), known)
        made = pictures + np.stack([self._mean(recipe) for recipe in recipes])
        return made / np.linalg.norm(made, axis=1, keepdims=True).clip(1e-6)

    def _by_picture(self, recipe: Recipe) -> np.ndarray:
        return self.model.embed_codes(self.codes([recipe]))

    def codes(self, recipes: list[Recipe]) -> np.ndarray:
        """Codes (N, 16) of the recipes' pictures; those of late are remembered."""
        known = {recipe: code for recipe in recipes if (code := self._codes.get(recipe)) is not None}
        missing = [recipe for recipe in dict.fromkeys(recipes) if recipe not in known]
        if missing:
            pictures = np.stack([rasterise(compose(self.parts, recipe), SIZE) for recipe in missing])
            known.update(zip(missing, self.model.encode(pictures, quick=True), strict=True))
            if len(self._codes) > KEPT:
                self._codes = {}
            self._codes.update((recipe, known[recipe]) for recipe in missing)
        return np.stack([known[recipe] for recipe in recipes])

    def _invention(self, recipe: Recipe, score: float) -> Invention:
        [z] = self.codes([recipe])
        return Invention(recipe, describe(recipe), compose(self.parts, recipe), z, float(score))

    def _known(self, recipe: Recipe) -> list[str]:
        """Those of its emojis that the model ranks."""
        return [char for char in recipe.emojis if char in self.emojis]

    def _row(self, char: str) -> int:
        return self.emojis.base_index(char)


def _best(values: np.ndarray, rows: list[int], n: int) -> list[int]:
    return sorted(rows, key=lambda row: -values[row])[:n]


def _tells(word: str) -> bool:
    return word not in COMMON and len(word) > 1


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+(?:’[^\W\d_]+|'[^\W\d_]+)?", text.lower())
