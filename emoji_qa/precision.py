"""In which numbers the encoder computes: chosen when a model is loaded, by trying what the processor is fastest at."""

import copy
import time
import warnings

import torch
from torch import Tensor, nn

TRIES, TEXTS, PIECES = 5, 8, 24  # what is timed: a few short tweets at once
GAIN = 1.2  # a coarser number has to be faster by so much
WIDE = 128  # a narrower network gains nothing


def fastest(encoder: nn.Module) -> tuple[nn.Module, str]:
    """The encoder on a CPU in single precision ("fp32"), in bfloat16 ("bf16") or with int8 weights ("int8"), and which.

    bfloat16 is fast where the processor multiplies it (AVX-512 BF16, AMX); int8 on many others. The first of these that
    is faster by a fifth than single precision is taken, bfloat16 before int8 as it is nearer to what was trained.
    """
    if encoder.words.embedding_dim < WIDE:
        return encoder, "fp32"
    ids = torch.arange(TEXTS * PIECES).view(TEXTS, PIECES) % encoder.words.num_embeddings
    single = duration(encoder, ids)
    for name, convert in (("bf16", to_bf16), ("int8", to_int8)):
        try:
            other = convert(encoder)
            if duration(other, ids) * GAIN < single:
                return other, name
        except (RuntimeError, ImportError, NotImplementedError):
            continue  # not in this build of PyTorch
    return encoder, "fp32"


@torch.inference_mode()
def duration(encoder: nn.Module, ids: Tensor) -> float:
    """Seconds that one run takes, the least of some."""
    encoder(ids)
    times = []
    for _ in range(TRIES):
        start = time.perf_counter()
        encoder(ids)
        times.append(time.perf_counter() - start)
    return min(times)


def to_bf16(encoder: nn.Module) -> nn.Module:
    """A copy that computes in bfloat16."""
    return copy.deepcopy(encoder).bfloat16()


def to_int8(encoder: nn.Module) -> nn.Module:
    """A copy whose dense layers multiply int8 weights with inputs that are quantised as they come."""
    from torch.ao.quantization import quantize_dynamic

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it announces that another package will have it one day
        return quantize_dynamic(copy.deepcopy(encoder), {nn.Linear}, dtype=torch.qint8)
