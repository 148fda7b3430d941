"""The answer that no emoji gives: a climb through the latent space to a code that scores high and is new and plausible.

What is scored is never the code that the climb ends at, but that of its picture, encode(decode(z)): an emoji of which the
picture does not hold what the code promises gains nothing by it.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

STARTS = 24  # codes that climb side by side
STEPS, RATE = 60, 0.1  # of the first climb; the second, from what the pictures came to, is a third as long and half as fast
FINALISTS = 8  # that are decoded and encoded again after the second climb; after the first, all are
NOVELTY = (5.0, 99.0)  # percent: not a copy, and not off the map; see `Latent.novelty`
FAR = 50  # percentile of the distances to the nearest and to the five nearest that a climb is called back from
PLAUSIBILITY = 30.0  # percent, and more: below, few are to be recognised; see `Latent.plausibility`
MARGIN = 1.1  # factor on the distance to the nearest emoji that a climb keeps
WEIGHT = 2.0  # of leaving the map, against the cosine
BETWEEN = 8  # neighbours of an emoji that are met half-way


@dataclass(frozen=True)
class Invention:
    """An invented emoji and its score, cosine and so on all of the code that its picture has, encode(decode(z)).

    z: (16,) float32; novelty, plausibility: percent; nearest: the three real emojis nearest to it; best, best_score: the real
    emoji that answers best by its code alone; within: whether novelty and plausibility lie in the range of real emojis.
    """

    z: np.ndarray
    score: float
    novelty: float
    plausibility: float
    nearest: tuple[str, ...]
    best: str
    best_score: float
    within: bool


def invent(model, question: np.ndarray, seed: int = 0) -> Invention:
    """The best invention for a question's unit vector (D,), by an Answerer. The same for the same seed."""
    real = model.embed_codes(model.emojis.codes) @ question  # (E,)
    first = climb(model, question, starts(model, question, real, seed), STEPS, RATE)
    pictured = again(model, first)
    second = climb(model, question, best_of(model, question, pictured, FINALISTS), STEPS // 3, RATE / 2)
    last = again(model, second)
    return choose(model, question, real, np.concatenate([first, second, last]),
                  np.concatenate([pictured, last, again(model, last)]))  # fmt: skip


def choose(model, question: np.ndarray, real: np.ndarray, z: np.ndarray, honest: np.ndarray) -> Invention:
    """Of codes (N, 16) the one whose picture answers best, among those whose pictures are new and plausible if there are any.

    real: scores (E,) of the real emojis by their codes alone; honest: the codes (N, 16) that the pictures have.
    """
    latent = model.latent
    score, novelty, plausibility = model.embed_codes(honest) @ question, latent.novelty(honest), latent.plausibility(honest)
    within = (novelty >= NOVELTY[0]) & (novelty <= NOVELTY[1]) & (plausibility >= PLAUSIBILITY)
    i = int(np.where(within, score, score - 2).argmax())
    rows, _ = latent.neighbours(honest[[i]], min(3, len(model.emojis)))
    return Invention(
        z[i], float(score[i]), float(novelty[i]), float(plausibility[i]), tuple(model.emojis.chars[row] for row in rows[0]),
        model.emojis.chars[int(real.argmax())], float(real.max()), bool(within[i]),
    )  # fmt: skip


def starts(model, question: np.ndarray, real: np.ndarray, seed: int) -> np.ndarray:
    """Codes (STARTS, 16): the best of real emojis' and of those half-way to their neighbours, and a few drawn at random.

    real: as for `choose`.
    """
    codes = model.emojis.codes
    top = np.argsort(-real, kind="stable")[:STARTS]
    rows, _ = model.latent.neighbours(codes[top], min(BETWEEN + 1, len(codes)))
    between = (codes[top][:, None] + codes[rows]).reshape(-1, codes.shape[1]) / 2  # with itself: the emoji
    drawn = model.latent.sample(STARTS, seed=seed)
    few = STARTS // 6
    z = np.concatenate([best_of(model, question, between, STARTS - few), best_of(model, question, drawn, few)])
    noise = np.random.default_rng(seed).standard_normal(z.shape) * codes.std(axis=0)
    return (z + 0.02 * noise).astype(np.float32)


def best_of(model, question: np.ndarray, z: np.ndarray, n: int) -> np.ndarray:
    """Of codes (N, 16) the n that score best."""
    return z[np.argsort(-(model.embed_codes(z) @ question), kind="stable")[:n]]


def again(model, z: np.ndarray) -> np.ndarray:
    """The codes (N, 16) of the pictures that codes are decoded to."""
    return model.encode(model.decode(z))


def climb(model, question: np.ndarray, z: np.ndarray, steps: int, rate: float) -> np.ndarray:
    """Codes (N, 16), each moved up its cosine by Adam; pushed off when it comes too near an emoji, and called back from afar."""
    near, mean = distances(model)
    keep, far, far_mean = MARGIN * np.percentile(near, NOVELTY[0]), *(np.percentile(d, FAR) for d in (near, mean))
    metric, codes, up = (torch.tensor(a, dtype=torch.float32, device=model.device)
                         for a in (model.latent.metric, model.emojis.codes, question))  # fmt: skip
    places, k = codes @ metric, min(5, len(codes))
    at = torch.tensor(z, device=model.device, requires_grad=True)
    optimizer = torch.optim.Adam([at], lr=rate, betas=(0.9, 0.95))
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.02, total_iters=steps)
    with torch.enable_grad():
        for _ in range(steps):
            around = distance(at @ metric, places).topk(k, largest=False).values  # (N, k)
            off = torch.relu(around[:, 0] / far - 1) + torch.relu(around.mean(dim=1) / far_mean - 1)
            loss = (WEIGHT * off - model.qa.encode_answer(at) @ up).sum()
            (at.grad,) = torch.autograd.grad(loss, at)  # of nothing but the codes
            optimizer.step()
            schedule.step()
            push_off(at.data, metric, codes, keep)
    return at.detach().cpu().numpy()


def push_off(z: Tensor, metric: Tensor, codes: Tensor, keep: float) -> None:
    """Move codes (N, 16), in place, away from an emoji nearer than `keep`, straight on; twice, for there may be another."""
    for _ in range(2):
        nearest, which = distance(z @ metric, codes @ metric).min(dim=1)
        factor = (keep / nearest.clamp_min(1e-6)).clamp_min(1)
        z.copy_(codes[which] + (z - codes[which]) * factor[:, None])


def distance(a: Tensor, b: Tensor) -> Tensor:
    """Distances (N, M) between places (N, 16) and (M, 16)."""
    return torch.cdist(a, b, compute_mode="donot_use_mm_for_euclid_dist")


def distances(model) -> tuple[np.ndarray, np.ndarray]:
    """Of the real emojis, (E,) each: how far the nearest other is, and the mean of the five nearest."""
    real = model.latent.real_distances
    return real[:, 0], real.mean(axis=1)
