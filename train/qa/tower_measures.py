"""Measures of a question tower during training, on the validation parts of the corpora."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from sklearn.metrics import f1_score
from torch import Tensor, nn

from emoji_qa.precision import has_bf16
from train.data.prepared import Prepared

Encode = Callable[[nn.Module, Tensor], Tensor]  # (model, piece ids (B, L)) → unit vectors (B, D)


def validate(
    model: nn.Module, val: Prepared, encode: Encode, *, limit: int, prior: Tensor | None = None
) -> dict[str, float]:
    """Figures for the corpora that are in `val`, `limit` texts of each.

    Inline emojis: hit rates with the log prior, and at 20 also without. TweetEval: macro-F1. Airline: accuracy and
    macro-F1. Keywords: mean reciprocal rank. Messages and judged texts, with training's `prior` (C, n_bases): see
    `agreement` and `among_graded`.
    """
    answers, figures = model.encode_answers(), {}
    if "tweets43" in val.names:
        right, score = rank(model, val, "tweets43", limit, answers, encode)
        balanced = ranks_of(score, right)
        ranks = ranks_of(score + val.log_prior[val.names.index("tweets43")] / 20, right)
        figures |= {f"hit@{k}": float(np.mean(ranks <= k)) for k in (1, 5, 20)}
        figures["balanced hit@20"] = float(np.mean(balanced <= 20))
    if "tweeteval" in val.names:
        right, score = rank(model, val, "tweeteval", limit, answers, encode)
        figures["tweeteval"] = f1_score(right[:, 0], score.argmax(dim=1), average="macro", zero_division=0)
    if "airline" in val.names:
        right, score = rank(model, val, "airline", limit, answers, encode)
        figures["airline"] = (score.argmax(dim=1) == right[:, 0]).float().mean().item()
        figures["airline F1"] = f1_score(right[:, 0], score.argmax(dim=1), average="macro", zero_division=0)
    if "keywords" in val.names:
        right, score = rank(model, val, "keywords", limit, answers, encode)
        figures["keywords MRR"] = float(np.mean(1 / ranks_of(score, right)))
    if "messages" in val.names and prior is not None:
        right, score = rank(model, val, "messages", limit, answers, encode)
        figures |= agreement(score + prior[val.names.index("messages")] / 20, right)
    if "judged" in val.names and prior is not None:
        rows = some_rows(val, "judged", limit)
        right, score = rank(model, val, "judged", limit, answers, encode)
        figures |= among_graded(score + prior[val.names.index("judged")] / 20, right, val.grades[rows])
    return figures


def among_graded(score: Tensor, graded: Tensor, grades: Tensor) -> dict[str, float]:
    """How well scores (N, n_bases) order each text's graded emojis (N, k), padded with −1; grades (N, k), 3 to 0.

    The shares of texts whose first emoji is good and best, and the share of wrong ones among the first five. Only
    graded emojis are ranked.
    """
    among = score.gather(1, graded.clamp_min(0)).masked_fill(graded < 0, -torch.inf)
    first = grades.gather(1, among.topk(5, dim=1).indices)
    return {
        "graded good": (first[:, 0] >= 2).float().mean().item(),
        "graded best": (first[:, 0] == 3).float().mean().item(),
        "graded wrong": (first == 0).float().mean().item(),
    }


def agreement(score: Tensor, right: Tensor) -> dict[str, float]:
    """How well scores (N, n_bases) agree with lists (N, k), best first, padded with −1: the shares of first answers
    that are in the list, and that are its first; nDCG of the first five, with the gains of places as in training; and
    the share of the first five that is in the list.
    """
    best = score.topk(5, dim=1).indices  # (N, 5)
    found = best[:, :, None] == right[:, None, :]  # (N, 5, k)
    gains = torch.arange(1, right.shape[1] + 1).rsqrt()
    discount = 1 / torch.arange(2, 7).float().log2()
    ideal = ((right >= 0) * gains)[:, :5] @ discount[: right.shape[1]]
    told = ((found * gains).sum(dim=2) @ discount) / ideal
    return {
        "in list": found[:, 0].any(dim=1).float().mean().item(),
        "first": found[:, 0, 0].float().mean().item(),
        "nDCG": told.mean().item(),
        "of five": found.any(dim=2).float().mean().item(),
    }


def rank(
    model: nn.Module, val: Prepared, name: str, limit: int, answers: Tensor, encode: Encode
) -> tuple[Tensor, Tensor]:
    """Right rows (N, k) and cosines (N, n_bases) of some texts of a corpus; −inf for emojis that are no candidates."""
    rows = some_rows(val, name, limit)
    device = answers.device
    with torch.autocast(device.type, torch.bfloat16, enabled=has_bf16()):
        questions = [encode(model, val.batch(rows[i : i + 64]).to(device)) for i in range(0, len(rows), 64)]
    cosines = (torch.cat(questions) @ answers.T).cpu()
    return val.right[rows], cosines.masked_fill(val.log_prior[val.names.index(name)].isinf(), -torch.inf)


def some_rows(val: Prepared, name: str, limit: int) -> np.ndarray:
    """At most `limit` rows of a corpus, always the same, short texts first."""
    rows = np.random.default_rng(0).permutation(val.rows(name))[:limit]
    return rows[np.argsort(val.lengths[rows], kind="stable")]


def ranks_of(score: Tensor, right: Tensor) -> np.ndarray:
    """The rank (N,) of the best right answer by scores (N, n_bases); right rows (N, k) are padded with −1."""
    return best_ranks(score.numpy(), [row[row >= 0] for row in right.numpy()])


def best_ranks(scores: np.ndarray, right: Sequence[Sequence[int]]) -> np.ndarray:
    """The rank (N,), from 1, of the best-ranked right answer among all; equal scores share their mean rank."""
    best = np.array([one[list(rows)].max() for one, rows in zip(scores, right, strict=True)])[:, None]
    return 1 + (scores > best).sum(axis=1) + ((scores == best).sum(axis=1) - 1) / 2
