"""The two towers that are based on a pretrained encoder, 384 wide, and the stack that both end in."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from emoji_qa.models.minilm import MiniLM
from emoji_qa.precision import fastest
from emoji_qa.text.tokenizers import WordPieces

PAD, CLS, SEP = 0, 2, 3


class EncoderQuestion(nn.Module):
    """Embed (word pieces) → encode (MiniLM) → attend (a learned weight for each piece) → predict.

    N-grams bypass the encoder: their vector is added to its output. ngrams, ngram_dim: how many are known, and the
    length of their vectors.
    """

    Tokenizer = WordPieces
    heeds_emojis = True

    def __init__(
        self,
        *,
        vocab_size: int,
        length: int = 48,
        width: int = 384,
        layers: int = 6,
        heads: int = 12,
        ngrams: int = 1,
        ngram_dim: int = 48,
        dropout: float = 0.0,
    ):
        super().__init__()
        self.length, self.width = length, width
        self.encoder = MiniLM(
            vocab_size=vocab_size, width=width, layers=layers, heads=heads, positions=length, dropout=dropout
        )
        self.attend = nn.Linear(width, 1, bias=False)
        self.ngrams = NGrams(ngrams, vocab_size=vocab_size, dim=ngram_dim, width=width)
        nn.init.zeros_(self.attend.weight)  # at first all pieces count alike, as the published encoder was trained

    def forward(self, ids: Tensor, *, below: Tensor | None = None, known: int = 0) -> Tensor:
        """Piece ids (B, L), padded on the right with 0 → (B, width). below, known: see `MiniLM.forward`."""
        states, weights = self._attended(ids, below=below, known=known)
        pooled = F.normalize(torch.einsum("bl,blw->bw", weights, states.float()), dim=-1)
        return pooled + self.ngrams(ids)

    def attention(self, ids: Tensor) -> Tensor:
        """How much each piece counts: (B, L), rows that sum to 1."""
        return self._attended(ids)[1]

    def speed_up(self) -> str:
        """Switch the encoder to the number format that this CPU multiplies fastest; its name, see `precision.fastest`.

        A lower precision cannot be undone: the weights have to be loaded again.
        """
        self.encoder, name = fastest(self.encoder)
        return name

    def _attended(self, ids: Tensor, **below) -> tuple[Tensor, Tensor]:
        mask = ids != PAD
        states = self.encoder(ids, None if mask.all() else mask, **below)  # (B, L, width)
        scores = self.attend(states.to(self.attend.weight.dtype))[..., 0].float().masked_fill(~mask, -torch.inf)
        return states, scores.softmax(dim=-1)


class NGrams(nn.Module):
    """A linear model of word pieces, pairs and triples of neighbouring ones: each known one has a vector, and they add up.

    n: how many are known; `keys` says which, sorted. Their vectors are 0 at first. dropout: the share of them that is
    left out of each text in training, so that the model relies on none alone.
    """

    keys: Tensor

    def __init__(self, n: int, *, vocab_size: int, dim: int, width: int, dropout: float = 0.0):
        super().__init__()
        self.vocab_size, self.dropout = vocab_size, dropout
        self.register_buffer("keys", torch.full((n,), torch.iinfo(torch.int64).max))
        self.vectors = nn.Embedding(n, dim)
        self.out = nn.Linear(dim, width, bias=False)
        nn.init.zeros_(self.vectors.weight)

    def forward(self, ids: Tensor) -> Tensor:
        """Piece ids (B, L) → (B, width): the sum of the vectors of those that are known, divided by the root of their number."""
        rows, known = self.find(ngram_keys(ids, self.vocab_size))
        if self.training and self.dropout:
            known = known & (torch.rand(known.shape, device=known.device) >= self.dropout)
        total = (self.vectors(rows) * known[..., None]).sum(dim=1)
        return self.out(total / known.sum(dim=1, keepdim=True).clamp_min(1).sqrt()).float()

    def find(self, keys: Tensor) -> tuple[Tensor, Tensor]:
        """For each n-gram's key (...) a row (...), and whether the n-gram is known, so that this is its row, (...)."""
        rows = torch.searchsorted(self.keys, keys).clamp_max(len(self.keys) - 1)
        return rows, self.keys[rows] == keys


def ngram_keys(ids: Tensor, vocab_size: int) -> Tensor:
    """Pieces, pairs and triples of neighbours as integers (B, 3 L − 3); −1 for padding and special pieces alone."""
    two = ids[:, :-1] * vocab_size + ids[:, 1:]
    three = two[:, :-1] * vocab_size + ids[:, 2:]  # other than padding, ids are 1 or more, so the ranges are disjoint
    keys = [
        ids.masked_fill(ids <= SEP, -1),
        two.masked_fill(ids[:, 1:] == PAD, -1),
        three.masked_fill(ids[:, 2:] == PAD, -1),
    ]
    return torch.cat(keys, dim=1)


class KernelAnswer(nn.Module):
    """Standardised codes (..., latent_dim) and meanings (..., width), or None for no meaning → (..., width).

    Kernel ridge regression (Rasmussen & Williams 2006, chapter 2): near an emoji that it was fitted to, the answer is
    what was learned for that emoji; between them it is a mix; far from all of them it is the meaning itself or, without
    one, the mean of all. With a meaning, the kernel compares code and meaning together; without, the code alone. So
    other codes need no training: `fit` solves two systems of linear equations. `meaning`: the meanings of the emojis
    themselves.
    """

    WIDTHS = (0.125, 2.0, 0.5)  # inverse kernel widths: of a code with a meaning, of the meaning, of a code alone
    RIDGES = (1 / 32, 0.1)  # of the two systems, with a meaning and without
    widths: Tensor
    ridges: Tensor
    centres: Tensor
    meaning: Tensor
    mean: Tensor

    def __init__(self, *, n_bases: int, latent_dim: int, width: int = 384):
        super().__init__()
        self.register_buffer("widths", torch.tensor(self.WIDTHS))  # those of the fit, as are the ridges
        self.register_buffer("ridges", torch.tensor(self.RIDGES))
        self.register_buffer("centres", torch.zeros(n_bases, latent_dim))
        self.register_buffer("meaning", torch.zeros(n_bases, width))
        self.register_buffer("mean", torch.zeros(width))
        self.told = nn.Parameter(torch.zeros(n_bases, width))
        self.alone = nn.Parameter(torch.zeros(n_bases, width))

    def forward(self, codes: Tensor, meaning: Tensor | None = None) -> Tensor:
        flat = codes.reshape(-1, codes.shape[-1])
        if meaning is None:
            alone = self.widths[2]
            answers = self.mean + self._kernel(alone * flat, alone * self.centres) @ self.alone
        else:
            meaning = meaning.reshape(-1, meaning.shape[-1])
            answers = (
                meaning + self._kernel(self._both(flat, meaning), self._both(self.centres, self.meaning)) @ self.told
            )
        return answers.view(*codes.shape[:-1], -1)

    @torch.no_grad()
    def fit(self, codes: Tensor, meaning: Tensor, learned: Tensor, rows: Tensor) -> None:
        """Use standardised codes (n_bases, latent_dim) and meanings (n_bases, width) as centres; fit `learned`
        (n_bases, width), the answers that were learned, at some rows."""
        self.centres.copy_(codes)
        self.meaning.copy_(meaning)
        self.mean.copy_(learned[rows].mean(dim=0))
        told, alone = self.ridges
        for weights, ridge, x, y in (
            (self.told, told, self._both(codes, meaning), learned - meaning),
            (self.alone, alone, self.widths[2] * codes, learned - self.mean),
        ):
            x, y = x[rows], y[rows]
            kernel = self._kernel(x.double(), x.double())
            weights.zero_()
            weights[rows] = torch.linalg.solve(kernel + ridge * torch.eye(len(rows)), y.double()).float()

    @torch.no_grad()
    def learned(self) -> Tensor:
        """The answers that `fit` was given, exact in the rows that it used, (n_bases, width), to fit to other codes."""
        both = self._both(self.centres, self.meaning)
        return self.meaning + self._kernel(both, both) @ self.told + self.ridges[0] * self.told

    def _both(self, codes: Tensor, meaning: Tensor) -> Tensor:
        return torch.cat([self.widths[0] * codes, self.widths[1] * meaning], dim=1)

    @staticmethod
    def _kernel(x: Tensor, centres: Tensor) -> Tensor:
        squares = (
            x.square().sum(dim=1, keepdim=True) - 2 * x @ centres.T + centres.square().sum(dim=1)
        )  # ONNX has no cdist
        return torch.exp(-squares.clamp_min(0) / 2)


class ResidualStack(nn.Module):
    """The layers that both towers end in: (..., width) → (..., width); initialised to the identity."""

    def __init__(self, width: int = 384):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, width)
        self.down = nn.Linear(width, width)
        nn.init.zeros_(self.down.weight)
        nn.init.zeros_(self.down.bias)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.down(F.gelu(self.up(self.norm(x))))


def encoder_towers(
    n_bases: int, latent_dim: int, question: dict
) -> tuple[EncoderQuestion, KernelAnswer, ResidualStack]:
    """The shipped towers, and the stack that both end in. question: keyword arguments of `EncoderQuestion`."""
    tower = EncoderQuestion(**question)
    answer = KernelAnswer(n_bases=n_bases, latent_dim=latent_dim, width=tower.width)
    return tower, answer, ResidualStack(tower.width)
