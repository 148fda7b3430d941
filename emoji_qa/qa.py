"""The Siamese question–answer model: scores a tweet and an emoji's code by the cosine of their embeddings.

Sources: Feng et al. 2015, "Applying Deep Learning to Answer Selection"; Wolf 2017, "Neurally Embedded Emojis".
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class QAModel(nn.Module):
    """The original's SQAM: a GloVe–BiLSTM question tower and an answer tower that end in one shared stack.

    The statistics that standardise answer codes are buffers, so they are saved with the weights and apply everywhere;
    so are the popularity of the n_bases emojis, log p, and the scale s that makes it commensurable with a cosine.
    """

    def __init__(
        self, *, vocab_size: int, n_bases: int, length: int = 20, latent_dim: int = 16, word_dim: int = 100,
        hidden: int = 50,
    ):  # fmt: skip
        super().__init__()
        self.config = {
            "vocab_size": vocab_size, "n_bases": n_bases, "length": length, "latent_dim": latent_dim,
            "word_dim": word_dim, "hidden": hidden,
        }  # fmt: skip
        self.length = length
        self.embedding = nn.Embedding(vocab_size, word_dim)
        self.lstm = nn.LSTM(word_dim, hidden, batch_first=True, bidirectional=True)
        self.question_dense = nn.Linear(2 * hidden * (length // 10), 10)
        self.answer_dense = nn.Sequential(nn.Linear(latent_dim, 64), nn.ReLU(), nn.Linear(64, 10), nn.ReLU())
        self.shared = nn.Sequential(
            nn.Linear(10, 100), nn.ReLU(), nn.Linear(100, 50), nn.ReLU(), nn.Linear(50, 10), nn.Tanh()
        )
        self.register_buffer("code_mean", torch.zeros(latent_dim))
        self.register_buffer("code_std", torch.ones(latent_dim))
        self.register_buffer("log_prior", torch.full((n_bases,), -math.log(n_bases)))
        self.register_buffer("prior_scale", torch.ones(()))

    def fit_standardiser(self, codes: Tensor) -> None:
        """Take mean and standard deviation, dimension by dimension, from codes (N, latent_dim)."""
        self.code_mean.copy_(codes.mean(dim=0))
        self.code_std.copy_(codes.std(dim=0, unbiased=False).clamp_min(1e-6))

    def encode_question(self, ids: Tensor) -> Tensor:
        """Token ids (B, length), padded on the left with 0 → unit vectors (B, 10)."""
        states, _ = self.lstm(self.embedding(ids))  # (B, length, 2 * hidden)
        pooled = F.max_pool1d(states.transpose(1, 2), 10)  # (B, 2 * hidden, length // 10)
        return F.normalize(self.shared(F.relu(self.question_dense(pooled.flatten(1)))), dim=-1)

    def encode_answer(self, codes: Tensor) -> Tensor:
        """Raw codes (..., latent_dim), not standardised → unit vectors (..., 10)."""
        standardised = (codes - self.code_mean) / self.code_std
        return F.normalize(self.shared(self.answer_dense(standardised)), dim=-1)

    def forward(self, ids: Tensor, codes: Tensor) -> Tensor:
        """Token ids (B, length) and raw codes (B, K, latent_dim) → cosines (B, K)."""
        return torch.einsum("bd,bkd->bk", self.encode_question(ids), self.encode_answer(codes))


def hinge_loss(correct: Tensor, incorrect: Tensor, margin: float = 0.2) -> Tensor:
    """`max(0, margin − correct + incorrect)`, the mean over all pairs. Feng et al. 2015, equation 1.

    correct: cosines (B,) of each question with its correct answer; incorrect: (B, n) with n incorrect ones.
    """
    return F.relu(margin - correct[:, None] + incorrect).mean()
