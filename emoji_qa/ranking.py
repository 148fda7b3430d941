"""Answers to a tweet, and how emojis are ranked to get them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from emoji_qa.emojis.table import EmojiTable
from emoji_qa.images.alpha import premultiply
from emoji_qa.inputs import check_popularity


@dataclass(frozen=True)
class Answer:
    """One ranked emoji: score = cosine + popularity · s · (log p(emoji) − mean)."""

    emoji: str
    name: str
    score: float
    cosine: float


class Unanswered(list):
    """An empty list in place of a tweet's answers, and .problem, a sentence that says why there are none."""

    def __init__(self, problem: str):
        super().__init__()
        self.problem = problem

    def __reduce__(self) -> tuple:
        return Unanswered, (self.problem,)

    def __repr__(self) -> str:
        return f"Unanswered({self.problem!r})"


@dataclass(frozen=True, eq=False)
class Ranking:
    """The E emojis that tweets are ranked against.

    table: all emojis, in which variants are looked up; emojis: the bases; vectors: the unit vectors (E, D) of their answers;
    prior: log p of each less the mean of all, (E,); prior_scale: the factor s of the score.
    """

    table: EmojiTable
    emojis: EmojiTable
    vectors: np.ndarray
    prior: np.ndarray
    prior_scale: float

    def rows(self, emojis: Sequence[str] | None) -> np.ndarray:
        """The rows (M,) of emojis, of all for None; a string counts as a list of one. Raises ValueError for an unknown one."""
        if emojis is None:
            return np.arange(len(self.emojis))
        emojis = [emojis] if isinstance(emojis, str) else list(emojis)
        return np.array([self.table.base_index(emoji) for emoji in emojis], dtype=np.intp)

    def added(self, popularity: float) -> np.ndarray:
        """What a weight of popularity adds to the cosines, (E,). Raises ValueError where popularity is no finite number."""
        return np.float32(check_popularity(popularity)) * self.prior_scale * self.prior

    def best(
        self, questions: np.ndarray, k: int, emojis: Sequence[str] | None, popularity: float
    ) -> list[list[Answer]]:
        """The k best answers, best first, to each of N questions, unit vectors (N, D): among these emojis or all."""
        rows = np.unique(self.rows(emojis))
        cosines = questions @ self.vectors[rows].T
        scores = cosines + self.added(popularity)[rows]
        order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        return [[self._answer(rows[j], scores[i, j], cosines[i, j]) for j in best] for i, best in enumerate(order)]

    def similar(self, emoji: str, by: str, k: int) -> list[Answer]:
        """The k most like an emoji in "meaning" or in "looks", itself left out: see `Answerer.similar`."""
        [row] = self.rows(emoji)
        cosines = self.vectors @ self.vectors[row]
        if by == "meaning":
            likeness = cosines
        elif by == "looks":
            x = premultiply(self.emojis.images).flatten(1)
            likeness = 1 - (x - x[row]).square().mean(dim=1).sqrt().numpy()
        else:
            raise ValueError(f"by must be “meaning” or “looks”, not {by!r}.")
        order = [i for i in np.argsort(-likeness, kind="stable") if i != row][:k]
        return [self._answer(i, likeness[i], cosines[i]) for i in order]

    def with_new(self, table: EmojiTable, emojis: EmojiTable, vector: np.ndarray) -> "Ranking":
        """The same with one more base, the last of both tables, neither popular nor rare. vector: its answer (1, D)."""
        vectors, prior = np.concatenate([self.vectors, vector]), np.append(self.prior, np.float32(0))
        return replace(self, table=table, emojis=emojis, vectors=vectors, prior=prior)

    def _answer(self, row: int, score: float, cosine: float) -> Answer:
        return Answer(self.emojis.chars[row], self.emojis.names[row], float(score), float(cosine))
