"""The losses of the question–answer model.

`softmax_loss` trains the shipped question tower: a softmax over emojis that is told how often each is the answer.
`hinge_loss` trains the original's two towers.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from train.data.prepared import Prepared

SCALE = 20.0  # of a cosine, to be a logit; its inverse makes log p commensurable with a cosine
# How much of a corpus' prior is explained to the softmax, so that it need not be learned: all of it leaves a balanced
# ranker, none of it one that favours frequent answers. Macro-F1 and accuracy want something between.
LOGIT_ADJUSTMENT = {
    "tweets43": 1.0,
    "tweeteval": 0.5,
    "airline": 0.2,
    "airline moods": 1.0,
    "goemotions": 1.0,
    "semeval": 1.0,
    "keywords": 0.0,
}
UNLABELLED = "unlabelled"  # texts that a teacher alone tells something of
MESSAGES = ("messages", "judged", UNLABELLED)  # lists of emojis that people would pick, and grades of emojis
GAINS = torch.tensor([0.0, 0.1, 0.4, 1.0])  # what an emoji of grade 0 to 3 has of the answer
WEIGHTS = {  # of the losses of `judged`: of lists and grades; among graded emojis; of what teachers say, and of what is kept
    "labels": 0.6,
    "graded": 0.4,
    "taught": 1.0,
    "kept": 4.0,
}
POPULARITY = 0.5  # that messages are answered with, as the page answers


def adjusted_log_prior(
    train: Prepared,
    shares: dict[str, float] = LOGIT_ADJUSTMENT,
    *,
    prior_scale: float = 1 / SCALE,
    popular: Tensor | None = None,
) -> Tensor:
    """What is added to the logits of each corpus, (C, n_bases): −inf outside its candidates, else a share of its log prior.

    To those of messages the page's popularity is added, so that what is learned is shown. popular: see `popularity`.
    """
    popular = popularity(train) if popular is None else popular
    explained = torch.tensor([shares.get(name, 0.0) for name in train.names])[:, None]
    prior = torch.where(train.log_prior.isinf(), train.log_prior, explained * train.log_prior)
    for name in {*MESSAGES} & {*train.names}:
        prior[train.names.index(name)] = SCALE * POPULARITY * prior_scale * popular
    return prior


def popularity(train: Prepared) -> Tensor:
    """Log of how often each emoji is used, (n_bases,): by inline tweets or, where there are none, by the lists of messages."""
    return train.log_prior[train.names.index("tweets43" if "tweets43" in train.names else "messages")]


def softmax_loss(
    logits: Tensor, right: Tensor, *, ranked: Tensor | None = None, grades: Tensor | None = None
) -> Tensor:
    """Cross-entropy of logits (B, n) with shares over the right answers (B, k), of which −1 is none.

    The shares are even; but for texts that are `ranked` (B,) they fall with the root of an answer's place in the row, and where
    an answer has one of `grades` (B, k) it has the share of GAINS.
    """
    shares = (right >= 0).float()
    if ranked is not None:
        falling = torch.arange(1, right.shape[1] + 1, device=right.device).rsqrt()
        shares = torch.where(ranked[:, None], shares * falling, shares)
    if grades is not None:
        shares = torch.where(grades >= 0, GAINS.to(right.device)[grades.clamp_min(0)], shares)
    told = logits.log_softmax(dim=1).gather(1, right.clamp_min(0)).masked_fill(right < 0, 0.0)
    return _mean(-(shares * told).sum(dim=1) / shares.sum(dim=1).clamp_min(1e-6))


def graded_loss(logits: Tensor, graded: Tensor, grades: Tensor) -> Tensor:
    """What many would choose before what is wrong: cross-entropy among the graded emojis of each text alone, the mean over texts.

    logits (B, n); graded (B, k): emojis that somebody judged, −1 where there is none; grades (B, k): 3 to 0.
    Emojis that nobody judged take no part, so that none is pushed away for want of a judgement. ListNet, Cao et al. 2007.
    """
    shares = GAINS.to(logits.device)[grades.clamp_min(0)].masked_fill(graded < 0, 0.0)
    among = logits.gather(1, graded.clamp_min(0)).masked_fill(graded < 0, -torch.inf).log_softmax(dim=1)
    told = among.masked_fill(graded < 0, 0.0)
    return _mean(-(shares * told).sum(dim=1) / shares.sum(dim=1).clamp_min(1e-6))


def kept_loss(logits: Tensor, before: Tensor) -> Tensor:
    """How far the softmax of logits (B, n) has moved from that of the logits `before` (B, n): their Kullback–Leibler divergence,
    the mean over texts. Both are −inf for what is not a candidate. Li & Hoiem 2016, "Learning without Forgetting"."""
    new, old = logits.log_softmax(dim=1), before.log_softmax(dim=1)
    return _mean((old.exp() * (old - new).masked_fill(old.isinf(), 0.0)).sum(dim=1))


def judged_loss(
    logits: Tensor,
    right: Tensor,
    grades: Tensor,
    *,
    ranked: Tensor,
    before: Tensor | None = None,
    taught: Tensor | None = None,
) -> dict[str, Tensor]:
    """The weighted sum of WEIGHTS' losses as "loss", and each of them.

    Messages follow their lists (those that are `ranked`, see `softmax_loss`) and grades, and what a teacher says, logits `taught`
    (B, n); texts without any label follow the teacher alone; all others stay as they were, logits `before` (B, n).
    """
    judged = (grades >= 0).any(dim=1)
    labelled = ranked | judged
    follow = labelled | (right < 0).all(dim=1)
    told = {"ranked": ranked[labelled], "grades": grades[labelled]}
    losses = {
        "labels": (labelled, softmax_loss(logits[labelled], right[labelled], **told)),
        "graded": (judged, graded_loss(logits[judged], right[judged], grades[judged])),
    }
    if taught is not None:
        losses["taught"] = follow, kept_loss(logits[follow], taught[follow])
    if before is not None:
        losses["kept"] = ~follow, kept_loss(logits[~follow], before[~follow])
    total = sum(WEIGHTS[name] * texts.float().mean() * one for name, (texts, one) in losses.items())
    return {"loss": total, **{name: one for name, (_, one) in losses.items()}}


def hinge_loss(correct: Tensor, incorrect: Tensor, margin: float = 0.2) -> Tensor:
    """`max(0, margin − correct + incorrect)`, the mean over all pairs. Feng et al. 2015, equation 1.

    correct: cosines (B,) of each question with its correct answer; incorrect: (B, n) with n incorrect ones.
    """
    return F.relu(margin - correct[:, None] + incorrect).mean()


def _mean(losses: Tensor) -> Tensor:
    """The mean over texts (B,); 0 of none."""
    return losses.sum() / max(len(losses), 1)
