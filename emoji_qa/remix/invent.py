"""Emojis put together for a tweet: the thing that it is about wears the expression of its mood.

The recipes from `suggestions` are scored by the answers of their parts. The best few dozen are drawn, encoded, and
scored by their pictures, too, by code and meaning like any emoji.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emoji_qa.emojis.table import SIZE
from emoji_qa.inputs import check_k
from emoji_qa.remix.compose import compose
from emoji_qa.remix.deal import deal
from emoji_qa.remix.raster import rasterise
from emoji_qa.remix.recipes import Recipe, describe
from emoji_qa.remix.suggestions import Suggestions

if TYPE_CHECKING:
    from emoji_qa.answerer import Answerer

DRAWN = 24  # recipes whose pictures are encoded, or up to a page more
PAGES = 20  # that "another" can show
KEPT = 4096  # codes of recipes that are remembered, about


@dataclass(frozen=True)
class Invention:
    """An emoji put together for a tweet. .made_of: such as "🏆 with 🤩"; .svg: its text; .z: (16,) float32, its picture's
    code, not refined; .score: the cosine of the tweet and the emoji's answer, comparable with the scores of
    `Answerer.answer`."""

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

    def __init__(self, model: "Answerer"):
        self.model, self.parts, self.emojis = model, model.parts, model.emojis
        self.answers = model.embed_emojis()
        self._suggestions = Suggestions(model)
        self._codes: dict[Recipe, np.ndarray] = {}

    def invent(self, tweet: str, k: int = 6, page: int = 0) -> Inventions:
        """At most k of a page, see `Answerer.invent`."""
        check_k(k)
        if isinstance(page, bool) or not isinstance(page, int) or not 0 <= page < PAGES:
            raise ValueError(f"page must be a whole number from 0 to {PAGES - 1}, not {page!r}.")
        question = self.model.embed_tweet(tweet)
        [[best]] = self.model.rank(question[np.newaxis], k=1)
        near, far = self._suggestions.for_tweet(tweet, self.answers @ question)
        liking = near | far
        best_first = lambda recipes: sorted(
            recipes, key=lambda recipe: -(liking[recipe] + self.rough(recipe, question))
        )
        left, others = best_first(near), best_first(far)
        for _ in range(page + 1):
            if len(left) < k:
                left, others = left + others, []
            drawn = [recipe for some in deal(left, k, DRAWN // k + 1) for recipe in some]
            exact = dict(zip(drawn, self.score(drawn, question), strict=True))
            again = sorted(drawn, key=lambda recipe: -(exact[recipe] + liking[recipe]))
            chosen = next(deal(again, k, 1), [])
            left = [recipe for recipe in left if recipe not in chosen]
        left += others
        found = sorted((self._invention(recipe, exact[recipe]) for recipe in chosen), key=lambda one: -one.score)
        return Inventions(
            tuple(found), best.emoji, best.score, is_last=min(len(left), len(found)) < k or page + 1 == PAGES
        )

    def rough(self, recipe: Recipe, question: np.ndarray) -> float:
        """The score by the parts alone: the cosine of the question and the mean of their answers."""
        return float(self._mean(recipe) @ question)

    def _mean(self, recipe: Recipe) -> np.ndarray:
        """The mean of the answers of a recipe's parts, as a unit vector (D,)."""
        mean = self.answers[[self._row(char) for char in self._known(recipe)]].mean(axis=0)
        return mean / max(np.linalg.norm(mean), 1e-6)

    def score(self, recipes: list[Recipe], question: np.ndarray) -> np.ndarray:
        """Scores (N,): cosines of the question and the mean of two answers, that of the picture, by its code and the
        meanings of its parts, and that of the parts themselves."""
        return self.embed(recipes) @ question if recipes else np.zeros(0, np.float32)

    def embed(self, recipes: list[Recipe]) -> np.ndarray:
        """The answers of recipes, N ≥ 1: unit vectors (N, D) whose dot products with a question are the scores. If the
        model ranks none of a recipe's emojis, the picture alone counts."""
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
        """Codes (N, 16) of the recipes' pictures, not refined; recent ones are cached."""
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
