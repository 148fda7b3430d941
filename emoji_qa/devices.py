"""Where a model computes: the one place that decides, and the only one that knows of ZeroGPU."""

from collections.abc import Callable
from functools import wraps

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


def on_gpu(function: Callable, model) -> Callable:
    """A function that is worth waiting for a GPU, such as answering thousands of tweets with this model (an Answerer).

    On ZeroGPU it runs in a process of its own, on a GPU and with a model that moved there; elsewhere it is the function itself.
    """
    if not ZERO_GPU:
        return function

    @spaces.GPU
    @wraps(function)
    def lent(*arguments, **options):
        model.to("cuda")
        return function(*arguments, **options)

    return lent
