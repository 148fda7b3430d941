"""The losses of the question–answer model.

`softmax_loss` trains the shipped question tower: a softmax over emojis, to whose logits the log prior of the emojis is
added. `hinge_loss` trains the original's two towers.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from train.data.prepared import Prepared

SCALE = 20.0  # factor from a cosine to a logit; 1 / SCALE is the factor from log p to the scale of cosines
# The share of a corpus' log prior that is added to its logits, so that it need not be learned. With all of it the model
# becomes a balanced ranker; with none of it the model favours frequent answers. For macro-F1 and accuracy, a value in
# between is best.
LOGIT_ADJUSTMENT = {
    "tweets43": 1.0,
    "tweeteval": 0.5,
    "airline": 0.2,
    "airline moods": 1.0,
    "goemotions": 1.0,
    "semeval": 1.0,
    "keywords": 0.0,
}
UNLABELLED = "unlabelled"  # texts without labels, for which only a teacher gives a target
MESSAGES = ("messages", "judged", UNLABELLED)  # with lists of emojis that people would pick, or grades
GAINS = torch.tensor([0.0, 0.1, 0.4, 1.0])  # an emoji's share of the answer, by its grade 0 to 3
WEIGHTS = {  # of the parts of `judged_loss`: lists and grades; graded emojis only; teachers; the model as it was before
    "labels": 0.6,
    "graded": 0.4,
    "taught": 1.0,
    "kept": 4.0,
}
POPULARITY = 0.5  # popularity for messages in training, the same as on the page


def adjusted_log_prior(
    train: Prepared,
    shares: dict[str, float] = LOGIT_ADJUSTMENT,
    *,
    prior_scale: float = 1 / SCALE,
    popular: Tensor | None = None,
) -> Tensor:
    """The prior added to each corpus' logits, (C, n_bases): −inf outside its candidates, else a share of its log prior.

    For messages it is the page's popularity instead, so that they are learned as they are answered there. popular: see
    `popularity`.
    """
    popular = popularity(train) if popular is None else popular
    explained = torch.tensor([shares.get(name, 0.0) for name in train.names])[:, None]
    prior = torch.where(train.log_prior.isinf(), train.log_prior, explained * train.log_prior)
    for name in {*MESSAGES} & {*train.names}:
        prior[train.names.index(name)] = SCALE * POPULARITY * prior_scale * popular
    return prior


def popularity(train: Prepared) -> Tensor:
    """Log of how often each emoji is used, (n_bases,): in inline tweets or, without these, in messages' lists."""
    return train.log_prior[train.names.index("tweets43" if "tweets43" in train.names else "messages")]


def softmax_loss(
    logits: Tensor, right: Tensor, *, ranked: Tensor | None = None, grades: Tensor | None = None
) -> Tensor:
    """Cross-entropy of logits (B, n) with shares over the right answers (B, k), padded with −1.

    The shares are equal, except that in texts that are `ranked` (B,) a share is 1 / √(place in the row), and an answer
    with one of `grades` (B, k) has its share from GAINS. They are scaled to sum to 1.
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
    """Cross-entropy among only the graded emojis of each text, which ranks good ones above wrong ones; mean over texts.

    logits (B, n); graded (B, k): the emojis that were judged, padded with −1; grades (B, k): 3 to 0. Emojis that nobody
    judged are left out, so that none is pushed down for lack of a judgement. ListNet, Cao et al. 2007.
    """
    shares = GAINS.to(logits.device)[grades.clamp_min(0)].masked_fill(graded < 0, 0.0)
    among = logits.gather(1, graded.clamp_min(0)).masked_fill(graded < 0, -torch.inf).log_softmax(dim=1)
    told = among.masked_fill(graded < 0, 0.0)
    return _mean(-(shares * told).sum(dim=1) / shares.sum(dim=1).clamp_min(1e-6))


def kept_loss(logits: Tensor, before: Tensor) -> Tensor:
    """Kullback–Leibler divergence KL(before ‖ now) of the softmaxes of logits `before` and `logits` (B, n), the mean.

    Both are −inf for emojis that are no candidates. Li & Hoiem 2016, "Learning without Forgetting".
    """
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
    """The sum of the losses weighted by WEIGHTS, as "loss", and each of them.

    Messages are fitted to their lists (if `ranked`, see `softmax_loss`) or grades, and to a teacher's logits `taught`
    (B, n). Texts without labels are fitted to the teacher only. All others are kept at the logits `before` (B, n).
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
    """The mean over texts (B,); 0 if there are none."""
    return losses.sum() / max(len(losses), 1)
