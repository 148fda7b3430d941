"""all-MiniLM-L6-v2 (Wang et al. 2020; Reimers & Gurevych 2019; Apache-2.0): a BERT of six layers, 384 wide."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Layer(nn.Module):
    """Self-attention, then two dense layers, each added to its input and normalised after (Devlin et al. 2018)."""

    def __init__(self, width: int, heads: int, *, eps: float = 1e-12):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm1 = nn.LayerNorm(width, eps=eps)
        self.up = nn.Linear(width, 4 * width)
        self.down = nn.Linear(4 * width, width)
        self.norm2 = nn.LayerNorm(width, eps=eps)

    def forward(self, x: Tensor, mask: Tensor | None, dropout: float, bias: Tensor | None = None) -> Tensor:
        """x (B, L, W), mask (B, 1, 1, L), true at tokens (None: no padding) → (B, L, W). bias (1, heads, L, L): added to the
        attention weights before the softmax."""
        b, length, width = x.shape
        q, k, v = self.qkv(x).view(b, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)  # (B, H, L, W / H)
        # Attention is spelled out: at these lengths the fused kernel is slower on a CPU, seven times with its gradient.
        weights = (q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2)  # (B, H, L, L)
        if bias is not None:
            weights = weights + bias
        if mask is not None:
            weights = weights.masked_fill(~mask, -torch.inf)
        attended = (weights.float().softmax(dim=-1).to(v.dtype) @ v).transpose(1, 2).reshape(b, length, width)
        x = self.norm1(x + F.dropout(self.out(attended), dropout, self.training))
        return self.norm2(x + F.dropout(self.down(F.gelu(self.up(x))), dropout, self.training))


class MiniLM(nn.Module):
    """Token ids → one vector for each token."""

    def __init__(
        self,
        *,
        vocab_size: int = 30522,
        width: int = 384,
        layers: int = 6,
        heads: int = 12,
        positions: int = 512,
        dropout: float = 0.0,
    ):
        super().__init__()
        self.dropout = dropout
        self.words = nn.Embedding(vocab_size, width)
        self.positions = nn.Embedding(positions, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.layers = nn.ModuleList(Layer(width, heads) for _ in range(layers))

    def forward(
        self, ids: Tensor, mask: Tensor | None = None, *, below: Tensor | None = None, known: int = 0
    ) -> Tensor:
        """ids (B, L) int64 and mask (B, L) bool, true at tokens (None: no padding) → (B, L, width).

        below: the output of `states` for these ids and the lowest `known` layers, if it was computed already.
        """
        x = self.states(ids, mask, 0) if below is None else below
        return self._layers(x, mask, self.layers[known:])

    def states(self, ids: Tensor, mask: Tensor | None, layers: int) -> Tensor:
        """The output of the lowest `layers` layers, (B, L, width)."""
        x = self.norm(self.words(ids) + self.positions.weight[: ids.shape[1]])
        return self._layers(F.dropout(x, self.dropout, self.training), mask, self.layers[:layers])

    def _layers(self, x: Tensor, mask: Tensor | None, layers: nn.ModuleList) -> Tensor:
        mask = None if mask is None else mask[:, None, None, :]
        for layer in layers:
            x = layer(x, mask, self.dropout)
        return x


def from_bert(tensors: dict[str, Tensor], *, layers: int = 6, positions: int = 512) -> dict[str, Tensor]:
    """The published weights, named as in transformers' BertModel, under our names; positions include token type 0."""
    ours = {
        "words.weight": tensors["embeddings.word_embeddings.weight"],
        "positions.weight": (
            tensors["embeddings.position_embeddings.weight"] + tensors["embeddings.token_type_embeddings.weight"][0]
        )[:positions],
        "norm.weight": tensors["embeddings.LayerNorm.weight"],
        "norm.bias": tensors["embeddings.LayerNorm.bias"],
    }
    names = {
        "out": "attention.output.dense",
        "norm1": "attention.output.LayerNorm",
        "up": "intermediate.dense",
        "down": "output.dense",
        "norm2": "output.LayerNorm",
    }
    for i in range(layers):
        old, new = f"encoder.layer.{i}.", f"layers.{i}."
        for kind in ("weight", "bias"):
            parts = [tensors[f"{old}attention.self.{name}.{kind}"] for name in ("query", "key", "value")]
            ours[f"{new}qkv.{kind}"] = torch.cat(parts)
            ours |= {f"{new}{name}.{kind}": tensors[f"{old}{theirs}.{kind}"] for name, theirs in names.items()}
    return ours
