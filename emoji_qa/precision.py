"""The number format in which the encoder computes: chosen when a model is loaded, for speed on its processor.

The choice follows from the processor alone, so that a tweet has the same scores whenever the model is loaded on it.
"""

import copy
import warnings
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from emoji_qa.models.minilm import MiniLM

WIDE = 128  # a narrower network gains nothing


def fastest(encoder: MiniLM) -> tuple[MiniLM, str]:
    """The encoder in the number format that is fastest on this CPU, and the format's name: "bf16", "int8" or "fp32".

    bfloat16 if the processor multiplies it (AVX-512 BF16, AMX), since it is closer to the trained weights; else int8 if
    it has instructions for that (VNNI). Older versions of PyTorch do not report a processor's instructions: then fp32.
    """
    has = _capabilities()
    choices = {"bf16": (to_bf16, ("avx512_bf16", "amx_bf16")), "int8": (to_int8, ("avx512_vnni", "avx_vnni"))}
    if encoder.words.embedding_dim >= WIDE:
        for name, (convert, instructions) in choices.items():
            if any(has.get(instruction) for instruction in instructions):
                try:
                    return convert(encoder), name
                except (RuntimeError, ImportError, NotImplementedError):
                    continue  # not in this build of PyTorch
    return encoder, "fp32"


def _capabilities() -> dict[str, bool]:
    """What this processor has, by name; nothing where PyTorch does not say."""
    return getattr(torch.cpu, "get_capabilities", dict)()


def has_bf16() -> bool:
    """Whether training in bfloat16 is faster than in single precision: on a GPU, or a processor that multiplies it."""
    has = _capabilities()
    return torch.cuda.is_available() or bool(has.get("avx512_bf16") or has.get("amx_bf16"))


def to_bf16(encoder: MiniLM) -> MiniLM:
    """A copy that computes in bfloat16, its dense layers packed where this build of PyTorch can."""
    return pack(copy.deepcopy(encoder).bfloat16())


def pack(encoder: MiniLM) -> MiniLM:
    """The encoder itself, its dense layers replaced by packed ones where that can be done."""
    for module in [*encoder.modules()]:
        for name, layer in [*module.named_children()]:
            if type(layer) is nn.Linear:
                setattr(module, name, packed(layer))
    return encoder


def packed(layer: nn.Linear) -> nn.Module:
    """The dense layer as a PackedLinear, or as it is where PyTorch was built without oneDNN or the processor lacks bfloat16."""
    try:
        return PackedLinear(layer)
    except (AttributeError, RuntimeError):
        return layer


class PackedLinear(nn.Module):
    """A dense layer whose weights are stored in oneDNN's own layout: the results are the same, but the weights need not
    be converted for every tweet. PyTorch's own compiler packs layers by these two operators, which have no public name.

    oneDNN caches a primitive, about 0.6 MB, for every number of rows, and takes milliseconds to make one. So inputs are
    padded to a number of rows in SIZES, and larger inputs than the last of them are multiplied in several batches.
    """

    ROWS = 32  # of the input for which the layout is chosen, about a tweet's pieces; others take only a little longer
    SIZES = (*range(4, 48, 4), *range(48, 96, 16), *range(96, 257, 32))  # fine steps in the range of one tweet

    def __init__(self, layer: nn.Linear):
        super().__init__()
        self.bias = layer.bias.detach()
        self.weight = self._pack(layer.weight.detach())

    def forward(self, x: Tensor) -> Tensor:
        """(..., in_features) → (..., out_features)."""
        if not self.weight.is_mkldnn:
            return F.linear(x, self.weight, self.bias)
        rows = x.reshape(-1, x.shape[-1])
        parts = [self._multiply(part) for part in rows.split(self.SIZES[-1])]
        return (parts[0] if len(parts) == 1 else torch.cat(parts)).view(*x.shape[:-1], len(self.bias))

    def _multiply(self, rows: Tensor) -> Tensor:
        size = next(size for size in self.SIZES if size >= len(rows))
        filled = F.pad(rows, (0, 0, 0, size - len(rows))) if size > len(rows) else rows
        return torch.ops.mkldnn._linear_pointwise(filled, self.weight, self.bias, "none", [], "")[: len(rows)]

    def _pack(self, weight: Tensor) -> Tensor:
        return torch.ops.mkldnn._reorder_linear_weight(weight, self.ROWS)

    def _unpacked(self) -> Tensor:
        return self.weight.to_dense() if self.weight.is_mkldnn else self.weight

    def _take(self, weight: Tensor) -> None:
        """Pack the weight, or take it as it is where that cannot be done: on a GPU, or on another processor."""
        try:
            self.weight = self._pack(weight) if weight.device.type == "cpu" else weight
        except (AttributeError, RuntimeError):
            self.weight = weight

    def __getstate__(self) -> dict:
        """What is copied, pickled and sent to other processes: the weight as it lay before it was packed."""
        return {**self.__dict__, "weight": self._unpacked()}

    def __setstate__(self, state: dict) -> None:
        super().__setstate__(state)
        self._take(self.weight)

    def _apply(self, function: Callable, recurse: bool = True) -> nn.Module:
        """What `.to`, `.float` and their like do to every tensor of a module."""
        self.bias = function(self.bias)
        self._take(function(self._unpacked()))
        return super()._apply(function, recurse)


def to_int8(encoder: MiniLM) -> MiniLM:
    """A copy whose dense layers multiply int8 weights with inputs that are quantised as they come."""
    from torch.ao.quantization import quantize_dynamic

    from emoji_qa.int8 import MAPPING

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch warns that this will move to another package
        return quantize_dynamic(copy.deepcopy(encoder), {nn.Linear}, dtype=torch.qint8, mapping=MAPPING)
