"""Emojis put together for a tweet: what it is about wears the mood that it is in.

The recipes that `suggestions` has for it are scored by what their parts answer; the best few dozen are drawn, encoded, and scored
by their pictures, too: by code and meaning, as any emoji is.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from emoji_qa.emojis.table import SIZE
from emoji_qa.inputs import check_k
from emoji_qa.remix.compose import compose
from emoji_qa.remix.deal import FEW, deal
from emoji_qa.remix.raster import rasterise
from emoji_qa.remix.recipes import Recipe, describe
from emoji_qa.remix.suggestions import Suggestions

DRAWN = 24  # recipes whose pictures are encoded, at the least, and a page more
PAGES = 20  # that "another" goes on for
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
        self._suggestions = Suggestions(model)
        self._codes: dict[Recipe, np.ndarray] = {}

    def invent(self, tweet: str, k: int = 6, page: int = 0) -> Inventions:
        """At most k of a page, see `Answerer.invent`."""
        check_k(k)
        if isinstance(page, bool) or not isinstance(page, int) or not 0 <= page < PAGES:
            raise ValueError(f"page must be a whole number from 0 to {PAGES - 1}, not {page!r}.")
        question = self.model.embed_tweet(tweet)
        [[best]] = self.model.rank(question[np.newaxis], k=1)
        liking, tells = self._suggestions.for_tweet(tweet, self.answers @ question)
        few = FEW if tells else max(1, k - 1)
        left = sorted(liking, key=lambda recipe: -(liking[recipe] + self.rough(recipe, question)))
        for _ in range(page + 1):
            drawn = [recipe for some in deal(left, k, DRAWN // k + 1, few) for recipe in some]
            exact = dict(zip(drawn, self.score(drawn, question), strict=True))
            again = sorted(drawn, key=lambda recipe: -(exact[recipe] + liking[recipe]))
            chosen = next(deal(again, k, 1, few), [])
            left = [recipe for recipe in left if recipe not in chosen]
        found = sorted((self._invention(recipe, exact[recipe]) for recipe in chosen), key=lambda one: -one.score)
        return Inventions(
            tuple(found), best.emoji, best.score, is_last=min(len(left), len(found)) < k or page + 1 == PAGES
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
