"""Which device is chosen, with and without the package `spaces` of Hugging Face Spaces."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from emoji_qa import devices

ROOT = Path(__file__).resolve().parent.parent
STAND_IN = {
    "__init__.py": """
wrapped = []
def GPU(function):
    function.lent = True
    wrapped.append(function.__name__)
    return function
""",
    "config.py": "class Config:\n    zero_gpu = True\n",
}
ON_ZERO_GPU = """
import torch
torch.cuda.is_available = lambda: True  # as ZeroGPU has it outside of a loan
from emoji_qa import devices
class Model:
    def to(self, device): self.device = device
model = Model()
assert devices.choose().type == "cpu"
lent = devices.on_gpu(lambda x, more=0: (x + more, model.device), model)
assert lent.lent and lent(3, more=1) == (4, "cuda")
"""
THE_PAGE = """
import sys, emoji_qa, spaces
from emoji_qa import page
page.build(emoji_qa.load(sys.argv[1], device="cpu"))
assert set(spaces.wrapped) == {"answer", "invent"}, spaces.wrapped  # many tweets, and what is put together
"""


def test_here():
    assert devices.choose() == torch.device("cuda" if torch.cuda.is_available() else "cpu")
    assert devices.choose("cpu") == torch.device("cpu")
    assert devices.on_gpu(len, None) is len


@pytest.mark.parametrize("device", ["gpu", "", 3.5, "cuda:99", "cuda", "xpu"])
def test_a_device_that_there_is_not_gets_a_sentence(device, lively, monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    for ask in (devices.choose, lively.to):
        with pytest.raises(
            ValueError, match=r"^.* is not a device\. |^PyTorch cannot use the device|^There is no CUDA here"
        ):
            ask(device)
    assert lively.device.type == "cpu"


def test_a_model_moves(lively):
    before = lively.answer("so happy")
    assert lively.to("cpu").answer("so happy") == before


@pytest.fixture
def on_zero_gpu(tmp_path):
    """Runs a script in which the package `spaces`, or a stand-in for it, says that this is ZeroGPU."""
    package = tmp_path / "spaces"
    package.mkdir()
    for name, content in STAND_IN.items():
        (package / name).write_text(content)
    path = {"PYTHONPATH": f"{tmp_path}:{ROOT}", "PATH": ""}

    def running(script: str, *arguments: str) -> None:
        command = [sys.executable, "-c", script, *arguments]
        result = subprocess.run(command, env=path, capture_output=True, text=True, check=False)
        assert not result.returncode, result.stderr

    return running


def test_on_zero_gpu_only_what_was_wrapped_waits_for_a_gpu(on_zero_gpu):
    on_zero_gpu(ON_ZERO_GPU)


def test_on_the_page_that_is_many_tweets_and_the_climb(on_zero_gpu, lively):
    on_zero_gpu(THE_PAGE, str(lively.folder))
