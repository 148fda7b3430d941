"""The towers of the original's SQAM (Wolf 2017, "Build Siamese question-answer model")."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from emoji_qa.text.tokenizers import Vocabulary


class GloveQuestion(nn.Module):
    """Word vectors → BiLSTM, all its states → max-pool of 10 over the steps → one dense layer.

    Options that the original's author only wished for: subwords, the number of hashed character n-grams, whose vectors
    are added to those of their words; conv, a convolution over three words before the BiLSTM; attention, a learned
    weight for each word's state instead of the max-pool.
    """

    Tokenizer = Vocabulary
    heeds_emojis = False

    def __init__(
        self,
        *,
        vocab_size: int,
        length: int = 20,
        word_dim: int = 100,
        hidden: int = 50,
        subwords: int = 0,
        conv: bool = False,
        attention: bool = False,
    ):
        super().__init__()
        self.length = length
        self.embedding = nn.Embedding(vocab_size, word_dim)
        self.pieces = nn.Embedding(subwords + 1, word_dim, padding_idx=0) if subwords else None
        self.conv = nn.Conv1d(word_dim, word_dim, 3, padding=1) if conv else None
        self.lstm = nn.LSTM(word_dim, hidden, batch_first=True, bidirectional=True)
        self.attend = nn.Linear(2 * hidden, 1, bias=False) if attention else None
        self.dense = nn.Linear(2 * hidden * (1 if attention else length // 10), 10)

    def forward(self, ids: Tensor) -> Tensor:
        """Token ids (B, length), padded on the left with 0 → (B, 10). With subwords, (B, length, 1 + P): words, then pieces."""
        words = ids if self.pieces is None else ids[..., 0]
        x = self.embedding(words)  # (B, length, word_dim)
        if self.pieces is not None:
            known = (ids[..., 1:] > 0).sum(dim=-1, keepdim=True).clamp_min(1)
            x = x + self.pieces(ids[..., 1:]).sum(dim=-2) / known
        if self.conv is not None:
            x = x + F.relu(self.conv(x.transpose(1, 2)).transpose(1, 2))
        states, _ = self.lstm(x)  # (B, length, 2 * hidden)
        if self.attend is None:
            pooled = F.max_pool1d(states.transpose(1, 2), 10).flatten(1)  # (B, 2 * hidden * length // 10)
        else:
            # Padding gets no weight, except in a tweet of padding alone, so that no row is all −inf.
            padding = (words == 0) & (words != 0).any(dim=1, keepdim=True)
            weights = self.attend(states)[..., 0].masked_fill(padding, -torch.inf).softmax(dim=1)
            pooled = torch.einsum("bl,blh->bh", weights, states)
        return F.relu(self.dense(pooled))

    def attention(self, ids: Tensor) -> Tensor | None:
        """None: a max-pool gives words no weights, and those of the option `attention` are not reported."""
        return None

    def speed_up(self) -> str:
        """Changes nothing, since so small a network would gain nothing; returns "fp32"."""
        return "fp32"


class CodeAnswer(nn.Sequential):
    """Standardised codes (..., latent_dim) → (..., 10). The original built the 64-wide layer and then did not use it."""

    meaning: Tensor | None = None  # answers depend on the code alone

    def __init__(self, *, latent_dim: int):
        super().__init__(nn.Linear(latent_dim, 64), nn.ReLU(), nn.Linear(64, 10), nn.ReLU())

    def forward(self, input: Tensor, meaning: Tensor | None = None) -> Tensor:
        return super().forward(input)


class SharedStack(nn.Sequential):
    """The layers that both towers end in: (..., 10) → (..., 10)."""

    def __init__(self):
        super().__init__(nn.Linear(10, 100), nn.ReLU(), nn.Linear(100, 50), nn.ReLU(), nn.Linear(50, 10), nn.Tanh())


def glove_towers(n_bases: int, latent_dim: int, question: dict) -> tuple[GloveQuestion, CodeAnswer, SharedStack]:
    """The original's towers, and the stack that both end in. question: keyword arguments of `GloveQuestion`."""
    return GloveQuestion(**question), CodeAnswer(latent_dim=latent_dim), SharedStack()
