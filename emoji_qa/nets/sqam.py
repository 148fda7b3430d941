"""The towers of the original's SQAM (Wolf 2017, "Build Siamese question-answer model")."""

from torch import Tensor, nn
from torch.nn import functional as F


class GloveQuestion(nn.Module):
    """Word vectors → BiLSTM, all its states → max-pool of 10 over the steps → one dense layer."""

    def __init__(self, *, vocab_size: int, length: int = 20, word_dim: int = 100, hidden: int = 50):
        super().__init__()
        self.length = length
        self.embedding = nn.Embedding(vocab_size, word_dim)
        self.lstm = nn.LSTM(word_dim, hidden, batch_first=True, bidirectional=True)
        self.dense = nn.Linear(2 * hidden * (length // 10), 10)

    def forward(self, ids: Tensor) -> Tensor:
        """Token ids (B, length), padded on the left with 0 → (B, 10)."""
        states, _ = self.lstm(self.embedding(ids))  # (B, length, 2 * hidden)
        pooled = F.max_pool1d(states.transpose(1, 2), 10)  # (B, 2 * hidden, length // 10)
        return F.relu(self.dense(pooled.flatten(1)))


class CodeAnswer(nn.Sequential):
    """Standardised codes (..., latent_dim) → (..., 10). The original built the 64-wide layer and then did not use it."""

    def __init__(self, *, latent_dim: int):
        super().__init__(nn.Linear(latent_dim, 64), nn.ReLU(), nn.Linear(64, 10), nn.ReLU())


class SharedStack(nn.Sequential):
    """The layers that both towers end in: (..., 10) → (..., 10)."""

    def __init__(self):
        super().__init__(nn.Linear(10, 100), nn.ReLU(), nn.Linear(100, 50), nn.ReLU(), nn.Linear(50, 10), nn.Tanh())
