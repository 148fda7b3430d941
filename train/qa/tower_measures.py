"""How good a question tower is while it trains, on the validation parts."""

from collections.abc import Callable

import numpy as np
import torch
from sklearn.metrics import f1_score
from torch import Tensor, nn

from train.data.prepared import Prepared

Encode = Callable[[nn.Module, Tensor], Tensor]  # (model, piece ids (B, L)) → unit vectors (B, D)


def validate(model: nn.Module, val: Prepared, encode: Encode, *, limit: int) -> dict[str, float]:
    """Hit rates of inline emojis with the prior, macro-F1 of TweetEval, accuracy and macro-F1 of airline, keywords' MRR."""
    answers = model.encode_answers()
    right, score = rank(model, val, "tweets43", limit, answers, encode)
    balanced = best_rank(score, right).float()
    ranks = best_rank(score + val.log_prior[val.names.index("tweets43")] / 20, right)
    figures = {f"hit@{k}": (ranks <= k).float().mean().item() for k in (1, 5, 20)}
    figures["balanced hit@20"] = (balanced <= 20).float().mean().item()
    right, score = rank(model, val, "tweeteval", limit, answers, encode)
    figures["tweeteval"] = f1_score(right[:, 0], score.argmax(dim=1), average="macro", zero_division=0)
    right, score = rank(model, val, "airline", limit, answers, encode)
    figures["airline"] = (score.argmax(dim=1) == right[:, 0]).float().mean().item()
    figures["airline F1"] = f1_score(right[:, 0], score.argmax(dim=1), average="macro", zero_division=0)
    right, score = rank(model, val, "keywords", limit, answers, encode)
    figures["keywords MRR"] = (1 / best_rank(score, right)).mean().item()
    return figures


def rank(
    model: nn.Module, val: Prepared, name: str, limit: int, answers: Tensor, encode: Encode
) -> tuple[Tensor, Tensor]:
    """Right rows (N, k) and cosines (N, n_bases) of some texts of a corpus, −inf for what is not a candidate."""
    rows = np.random.default_rng(0).permutation(val.rows(name))[:limit]
    rows = rows[np.argsort(val.lengths[rows], kind="stable")]
    device = answers.device
    with torch.autocast(device.type, torch.bfloat16):
        questions = [encode(model, val.batch(rows[i : i + 64]).to(device)) for i in range(0, len(rows), 64)]
    cosines = (torch.cat(questions) @ answers.T).cpu()
    return val.right[rows], cosines.masked_fill(val.log_prior[val.names.index(name)].isinf(), -torch.inf)


def best_rank(score: Tensor, right: Tensor) -> Tensor:
    """From 1 up, the rank (N,) of the best-ranked right answer; right (N, k) is filled up with −1."""
    best = score.gather(1, right.clamp_min(0)).masked_fill(right < 0, -torch.inf).amax(dim=1, keepdim=True)
    return 1 + (score > best).sum(dim=1)
