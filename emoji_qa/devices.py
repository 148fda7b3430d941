"""Chooses the device on which a model computes. No other module knows of ZeroGPU."""

import os
from collections.abc import Callable
from functools import wraps

import torch

try:
    import spaces  # installed on Hugging Face Spaces; must be imported before anything uses CUDA
    from spaces.config import Config

    ZERO_GPU = bool(Config.zero_gpu)
except (ImportError, AttributeError):
    ZERO_GPU = False


def choose(device: str | torch.device | None = None) -> torch.device:
    """The given device; by default CUDA if the machine has a GPU of its own, else the CPU.

    ZeroGPU lends a GPU for the length of one call, after a wait of seconds, so calls that must be quick stay on the
    CPU. Raises ValueError for a device that does not exist, or that this machine does not have.
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
    """Use a single thread in a forked process: the threads that PyTorch and the tokenizers had started exist only in
    the parent, and the child would wait for them forever.
    """
    torch.set_num_threads(1)
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    os.register_at_fork(after_in_child=compute_alone)


def on_gpu(function: Callable, model) -> Callable:
    """Wrap a function that is worth the wait for a GPU, such as answering thousands of tweets. model: its Answerer.

    On ZeroGPU it runs in a process of its own, with the model moved to a GPU; elsewhere it is returned unchanged.
    """
    if not ZERO_GPU:
        return function

    @spaces.GPU
    @wraps(function)
    def lent(*arguments, **options):
        model.to("cuda")
        return function(*arguments, **options)

    return lent
