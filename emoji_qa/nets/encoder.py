"""The towers that stand on a pretrained encoder, 384 wide, and the stack that both end in."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from emoji_qa.nets.minilm import MiniLM

PAD, CLS, SEP = 0, 2, 3


class EncoderQuestion(nn.Module):
    """Embed (word pieces) → encode (MiniLM) → attend (a learned weight for each piece) → predict.

    Frequent pieces, pairs and triples of them go past the encoder: each has a short vector, and their sum is added. ngrams:
    how many are known; which ones stands in the buffer `ngram_keys`, sorted.
    """

    def __init__(
        self, *, vocab_size: int, length: int = 48, width: int = 384, layers: int = 6, heads: int = 12, ngrams: int = 1,
        ngram_dim: int = 48, dropout: float = 0.0,
    ):  # fmt: skip
        super().__init__()
        self.length, self.vocab_size, self.width = length, vocab_size, width
        self.encoder = MiniLM(
            vocab_size=vocab_size, width=width, layers=layers, heads=heads, positions=length, dropout=dropout
        )
        self.attend = nn.Linear(width, 1, bias=False)
        self.register_buffer("ngram_keys", torch.full((ngrams,), torch.iinfo(torch.int64).max))
        self.ngrams = nn.Embedding(ngrams + 1, ngram_dim)  # the last row stands for the unknown ones, and stays 0
        self.ngram_out = nn.Linear(ngram_dim, width, bias=False)
        nn.init.zeros_(self.attend.weight)  # at first all pieces count alike, as the published encoder was trained
        nn.init.zeros_(self.ngrams.weight)

    def forward(self, ids: Tensor) -> Tensor:
        """Piece ids (B, L), padded on the right with 0 → (B, width)."""
        states, weights = self._attended(ids)
        pooled = F.normalize(torch.einsum("bl,blw->bw", weights, states.float()), dim=-1)
        return pooled + self.lexical(ids)

    def attention(self, ids: Tensor) -> Tensor:
        """How much each piece counts: (B, L), rows that sum to 1."""
        return self._attended(ids)[1]

    def lexical(self, ids: Tensor) -> Tensor:
        """What the known n-grams of ids (B, L) add: (B, width)."""
        keys = ngram_keys(ids, self.vocab_size)  # (B, G)
        rows = torch.searchsorted(self.ngram_keys, keys).clamp_max(len(self.ngram_keys) - 1)
        known = self.ngram_keys[rows] == keys
        total = (self.ngrams(rows) * known[..., None]).sum(dim=1)
        return self.ngram_out(total / known.sum(dim=1, keepdim=True).clamp_min(1).sqrt()).float()

    def _attended(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        mask = ids != PAD
        states = self.encoder(ids, None if mask.all() else mask)  # (B, L, width)
        scores = self.attend(states.to(self.attend.weight.dtype))[..., 0].float().masked_fill(~mask, -torch.inf)
        return states, scores.softmax(dim=-1)


def ngram_keys(ids: Tensor, vocab_size: int) -> Tensor:
    """Pieces, pairs and triples of neighbouring pieces as whole numbers (B, 3 L − 3), −1 where there is padding."""
    two = ids[:, :-1] * vocab_size + ids[:, 1:]
    three = two[:, :-1] * vocab_size + ids[:, 2:]  # ids begin at 2, so none of a kind is taken for one of another
    keys = [ids.masked_fill(ids <= SEP, -1), two.masked_fill(ids[:, 1:] == PAD, -1), three.masked_fill(ids[:, 2:] == PAD, -1)]
    return torch.cat(keys, dim=1)


class MeaningAnswer(nn.Module):
    """Standardised codes (..., latent_dim) and meaning vectors (..., width), or None for no meaning → (..., width)."""

    def __init__(self, *, latent_dim: int, width: int = 384, hidden: int = 448):
        super().__init__()
        self.code = nn.Sequential(nn.Linear(latent_dim, hidden), nn.SiLU(), nn.Linear(hidden, hidden))
        self.meaning = nn.Linear(width, hidden)
        self.no_meaning = nn.Parameter(torch.zeros(hidden))
        self.out = nn.Sequential(nn.SiLU(), nn.Linear(hidden, hidden), nn.SiLU(), nn.Linear(hidden, width))

    def forward(self, codes: Tensor, meaning: Tensor | None = None) -> Tensor:
        told = self.no_meaning if meaning is None else self.meaning(meaning)
        return self.out(self.code(codes) + told) + (0 if meaning is None else meaning)


class ResidualStack(nn.Module):
    """The layers that both towers end in: (..., width) → (..., width); at first they change nothing."""

    def __init__(self, width: int = 384):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, width)
        self.down = nn.Linear(width, width)
        nn.init.zeros_(self.down.weight)
        nn.init.zeros_(self.down.bias)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.down(F.gelu(self.up(self.norm(x))))
