"""Reads the texts that `train.data.tweets` or `train.messages` wrote, as batches of token ids."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from train.data.places import need


class Prepared:
    """Texts as ids with their right answers.

    .lengths (N,); .corpus (N,) int64, an index into .names; .right (N, k) int64, rows of bases, padded with −1; .grades
    (N, k) int64, their grades from 3 to 0, −1 without a grade; .log_prior (C, n_bases).
    longest: the maximum number of ids read of a text. Raises SystemExit when the file is missing.
    """

    def __init__(self, path: Path, *, longest: int = 48, module: str = "train.data.tweets"):
        with np.load(need(path, f"Make it: python -m {module}"), allow_pickle=False) as file:
            self._ids, self._starts = file["ids"], file["starts"]
            self.names = file["names"].tolist()
            self.corpus = torch.from_numpy(file["corpus"].astype(np.int64))
            self.right = torch.from_numpy(file["right"].astype(np.int64))
            grades = file["grades"] if "grades" in file else np.full_like(file["right"], -1)
            self.grades = torch.from_numpy(grades.astype(np.int64))
            self.log_prior = torch.from_numpy(file["log_prior"])
        self.lengths = np.minimum(np.diff(self._starts), longest)

    def __len__(self) -> int:
        return len(self.lengths)

    def join(self, other: "Prepared") -> None:
        """Append the texts of other corpora."""
        self._starts = np.concatenate([self._starts, self._starts[-1] + other._starts[1:]])
        self._ids = np.concatenate([self._ids, other._ids])
        self.lengths = np.concatenate([self.lengths, other.lengths])
        self.corpus = torch.cat([self.corpus, other.corpus + len(self.names)])
        self.names = [*self.names, *other.names]
        self.right, self.grades = _stacked(self.right, other.right), _stacked(self.grades, other.grades)
        self.log_prior = torch.cat([self.log_prior, other.log_prior])

    def repeat(self, rows: np.ndarray, name: str, like: str) -> None:
        """Append some of the texts a second time, as a new corpus without right answers; its candidates and prior are
        those of the corpus `like`."""
        starts = self._starts[-1] + np.cumsum(np.diff(self._starts)[rows])
        ids = np.concatenate([self._ids[self._starts[row] : self._starts[row + 1]] for row in rows])
        self._starts, self._ids = np.concatenate([self._starts, starts]), np.concatenate([self._ids, ids])
        self.lengths = np.concatenate([self.lengths, self.lengths[rows]])
        self.corpus = torch.cat([self.corpus, torch.full((len(rows),), len(self.names))])
        self.log_prior = torch.cat([self.log_prior, self.log_prior[self.names.index(like)][None]])
        self.names = [*self.names, name]
        nothing = torch.full((len(rows), self.right.shape[1]), -1)
        self.right, self.grades = torch.cat([self.right, nothing]), torch.cat([self.grades, nothing])

    def withhold(self, rows: Sequence[int]) -> None:
        """Remove some bases from right answers and candidates. Texts without another right answer are not drawn."""
        rows = torch.tensor(rows, dtype=torch.long)
        gone = torch.isin(self.right, rows)
        self.right[gone], self.grades[gone] = -1, -1
        order = (self.right < 0).byte().sort(dim=1, stable=True).indices  # best first, as before
        self.right, self.grades = self.right.gather(1, order), self.grades.gather(1, order)
        self.log_prior[:, rows] = -torch.inf

    def batch(self, rows: Sequence[int]) -> Tensor:
        """The ids of some texts, (B, length of the longest) int64, padded on the right with 0."""
        columns = np.arange(self.lengths[rows].max())
        there = columns < self.lengths[rows][:, None]
        flat = self._ids[np.minimum(self._starts[:-1][rows][:, None] + columns, len(self._ids) - 1)]
        return torch.from_numpy(np.where(there, flat, 0).astype(np.int64))

    def rows(self, name: str) -> np.ndarray:
        """The rows of one corpus."""
        return np.flatnonzero(self.corpus.numpy() == self.names.index(name))

    def weights(self, shares: dict[str, float], *, unlabelled: str | None = None) -> Tensor:
        """Weights (N,) for drawing texts, so that each corpus has its share of a batch. Texts without a right answer
        have weight 0, except those of the corpus `unlabelled`."""
        share = (
            torch.tensor([shares.get(name, 0.0) for name in self.names])[self.corpus]
            / self.corpus.bincount()[self.corpus]
        )
        told = (self.right >= 0).any(dim=1)
        if unlabelled in self.names:
            told |= self.corpus == self.names.index(unlabelled)
        return share * told


def _stacked(one: Tensor, other: Tensor) -> Tensor:
    """The rows of both, padded with −1 on the right to the same width."""
    width = max(one.shape[1], other.shape[1])
    return torch.cat([F.pad(rows, (0, width - rows.shape[1]), value=-1) for rows in (one, other)])
