"""Where a model computes: the one place that decides, and the only one that knows of ZeroGPU."""

import os
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
    Raises ValueError for a device that there is not, or not here.
    """
    if device is None:
        return torch.device("cuda" if torch.cuda.is_available() and not ZERO_GPU else "cpu")
    try:
        chosen = torch.device(device)
    except (RuntimeError, TypeError):
        raise ValueError(f"{device!r} is not a device. Give “cpu”, or “cuda” for a GPU.") from None
    if chosen.type == "cuda" and not torch.cuda.is_available():
        raise ValueError(
            "There is no CUDA here: no GPU, or a PyTorch that was built without it. Load the model on the “cpu”."
        )
    try:
        torch.empty(0, device=chosen)
    except (AssertionError, NotImplementedError, RuntimeError) as error:
        raise ValueError(f"PyTorch cannot use the device “{chosen}” here: {str(error).splitlines()[0]}") from error
    return chosen


def compute_alone() -> None:
    """One thread in a process that was forked: those that PyTorch and the tokenizers had started stay behind in the parent,
    where a child would wait for them for ever.
    """
    torch.set_num_threads(1)
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    os.register_at_fork(after_in_child=compute_alone)


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
