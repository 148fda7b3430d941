"""How good a question tower is while it trains, on the validation parts."""

from collections.abc import Callable

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
    """Hit rates of inline emojis with the prior, macro-F1 of TweetEval, accuracy and macro-F1 of airline, keywords' MRR: of the
    corpora that are in `val`.

    Where there are messages, how their own lists agree with the first five answers, with the `prior` (C, n_bases) of training.
    """
    answers, figures = model.encode_answers(), {}
    if "tweets43" in val.names:
        right, score = rank(model, val, "tweets43", limit, answers, encode)
        balanced = best_rank(score, right).float()
        ranks = best_rank(score + val.log_prior[val.names.index("tweets43")] / 20, right)
        figures |= {f"hit@{k}": (ranks <= k).float().mean().item() for k in (1, 5, 20)}
        figures["balanced hit@20"] = (balanced <= 20).float().mean().item()
    if "tweeteval" in val.names:
        right, score = rank(model, val, "tweeteval", limit, answers, encode)
        figures["tweeteval"] = f1_score(right[:, 0], score.argmax(dim=1), average="macro", zero_division=0)
    if "airline" in val.names:
        right, score = rank(model, val, "airline", limit, answers, encode)
        figures["airline"] = (score.argmax(dim=1) == right[:, 0]).float().mean().item()
        figures["airline F1"] = f1_score(right[:, 0], score.argmax(dim=1), average="macro", zero_division=0)
    right, score = rank(model, val, "keywords", limit, answers, encode)
    figures["keywords MRR"] = (1 / best_rank(score, right)).mean().item()
    if "messages" in val.names and prior is not None:
        right, score = rank(model, val, "messages", limit, answers, encode)
        figures |= agreement(score + prior[val.names.index("messages")] / 20, right)
    return figures


def agreement(score: Tensor, right: Tensor) -> dict[str, float]:
    """How scores (N, n_bases) agree with lists (N, k), best first, filled up with −1: the share of first answers that are in
    the list, and that begin it; nDCG of the first five, where a place counts as in training.
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
    """Right rows (N, k) and cosines (N, n_bases) of some texts of a corpus, −inf for what is not a candidate."""
    rows = np.random.default_rng(0).permutation(val.rows(name))[:limit]
    rows = rows[np.argsort(val.lengths[rows], kind="stable")]
    device = answers.device
    with torch.autocast(device.type, torch.bfloat16, enabled=has_bf16()):
        questions = [encode(model, val.batch(rows[i : i + 64]).to(device)) for i in range(0, len(rows), 64)]
    cosines = (torch.cat(questions) @ answers.T).cpu()
    return val.right[rows], cosines.masked_fill(val.log_prior[val.names.index(name)].isinf(), -torch.inf)


def best_rank(score: Tensor, right: Tensor) -> Tensor:
    """From 1 up, the rank (N,) of the best-ranked right answer; right (N, k) is filled up with −1."""
    best = score.gather(1, right.clamp_min(0)).masked_fill(right < 0, -torch.inf).amax(dim=1, keepdim=True)
    return 1 + (score > best).sum(dim=1)
