"""Where a model computes: the one place that decides, and the only one that knows of ZeroGPU."""

from collections.abc import Callable

import torch

try:
    import spaces  # there on Hugging Face Spaces; has to come before anything uses CUDA
    from spaces.config import Config

    ZERO_GPU = bool(Config.zero_gpu)
except (ImportError, AttributeError):
    ZERO_GPU = False


def choose(device: str | torch.device | None = None) -> torch.device:
    """The device that was asked for; else CUDA where there is one of its own, else the CPU.

    ZeroGPU lends a GPU for the length of a call that took seconds to get it, so what answers at once stays on the CPU.
    """
    return torch.device(device or ("cuda" if torch.cuda.is_available() and not ZERO_GPU else "cpu"))


def on_gpu(function: Callable) -> Callable:
    """A function that is worth waiting for a GPU, with ZeroGPU's decorator; elsewhere, the function itself."""
    return spaces.GPU(function) if ZERO_GPU else function
