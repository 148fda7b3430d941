"""The Siamese question–answer model: scores a tweet and an emoji's code by the cosine of their embeddings.

Sources: Feng et al. 2015, "Applying Deep Learning to Answer Selection"; Wolf 2017, "Neurally Embedded Emojis".
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from emoji_qa.models.towers import EncoderQuestion, KernelAnswer, ResidualStack, encoder_towers
from emoji_qa.models.wolf2017.sqam import CodeAnswer, GloveQuestion, SharedStack, glove_towers

QuestionTower = EncoderQuestion | GloveQuestion
AnswerTower = KernelAnswer | CodeAnswer
SharedLayers = ResidualStack | SharedStack
Towers = Callable[
    [int, int, dict], tuple[QuestionTower, AnswerTower, SharedLayers]
]  # (n_bases, latent_dim, arguments of the question's)
ARCHITECTURES: dict[str, Towers] = {"glove": glove_towers, "encoder": encoder_towers}


class QAModel(nn.Module):
    """Two towers, one for tweets and one for emojis' codes, that end in one shared stack; their cosine is the score.

    Buffers, which are saved with the weights, hold the statistics that standardise answer codes, the popularity of the
    n_bases emojis, log p, and the scale s that makes it commensurable with a cosine.
    question: `arch` and keyword arguments of the question tower. "glove" is the original's: it is light, and its
    answers depend on codes alone. "encoder" uses a pretrained encoder, and its answers depend on a meaning, too: the
    vector that the tower itself gives to the emoji's name and keywords.

    Both have the same interface, so that no caller has to know which one it uses. The question tower: .length, the most
    tokens it reads; .Tokenizer, the class that makes them; .heeds_emojis, whether emojis in a tweet count beside its
    words; attention(ids), the weight of each token, (B, L), or None; speed_up(), see there. The answer tower: .meaning,
    (n_bases, width), or None.
    """

    code_mean: Tensor
    code_std: Tensor
    log_prior: Tensor
    prior_scale: Tensor

    def __init__(self, *, n_bases: int, latent_dim: int = 16, question: dict):
        super().__init__()
        self.config = {"n_bases": n_bases, "latent_dim": latent_dim, "question": question}
        tower = dict(question)
        arch = tower.pop("arch", "glove")
        if arch not in ARCHITECTURES:
            raise TypeError(f"there is no question tower {arch!r}; there are 'glove' and 'encoder'")
        self.question, self.answer, self.shared = ARCHITECTURES[arch](n_bases, latent_dim, tower)
        self.register_buffer("code_mean", torch.zeros(latent_dim))
        self.register_buffer("code_std", torch.ones(latent_dim))
        self.register_buffer("log_prior", torch.full((n_bases,), -math.log(n_bases)))
        self.register_buffer("prior_scale", torch.ones(()))

    @property
    def meaning(self) -> Tensor | None:
        """What the emojis mean, (n_bases, width), or None where an answer is a code alone."""
        return self.answer.meaning

    def fit_standardiser(self, codes: Tensor) -> None:
        """Take mean and standard deviation, dimension by dimension, from codes (N, latent_dim)."""
        self.code_mean.copy_(codes.mean(dim=0))
        self.code_std.copy_(codes.std(dim=0, unbiased=False).clamp_min(1e-6))

    def standardise(self, codes: Tensor) -> Tensor:
        """Raw codes (..., latent_dim) → with mean 0 and deviation 1 over the emojis."""
        return (codes - self.code_mean) / self.code_std

    def encode_question(self, ids: Tensor) -> Tensor:
        """Token ids (B, length) → unit vectors (B, D)."""
        return F.normalize(self.shared(self.question(ids)), dim=-1)

    def encode_answer(self, codes: Tensor, meaning: Tensor | None = None) -> Tensor:
        """Raw codes (..., latent_dim), not standardised, and meanings (..., D) where there are any → unit vectors (..., D)."""
        return F.normalize(self.shared(self.answer(self.standardise(codes), meaning)), dim=-1)

    def forward(self, ids: Tensor, codes: Tensor) -> Tensor:
        """Token ids (B, length) and raw codes (B, K, latent_dim) → cosines (B, K)."""
        return torch.einsum("bd,bkd->bk", self.encode_question(ids), self.encode_answer(codes))
