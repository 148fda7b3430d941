"""Which device is chosen, with and without the package `spaces` of Hugging Face Spaces."""

import importlib.util
import sys

import pytest
import torch

from emoji_qa import devices, page

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
def on_zero_gpu(tmp_path, monkeypatch):
    """`emoji_qa.devices` and the package `spaces`, or a stand-in for it that says that this is ZeroGPU."""
    package = tmp_path / "spaces"
    package.mkdir()
    for name, content in STAND_IN.items():
        (package / name).write_text(content)
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("spaces", "spaces.config"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)  # as ZeroGPU has it outside of a loan
    spec = importlib.util.find_spec("emoji_qa.devices")
    there = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(there)
    yield there, there.spaces
    for name in ("spaces", "spaces.config"):
        del sys.modules[name]


def test_on_zero_gpu_only_what_was_wrapped_waits_for_a_gpu(on_zero_gpu):
    class Model:
        def to(self, device):
            self.device = device

    there, _ = on_zero_gpu
    model = Model()
    assert there.choose().type == "cpu"
    lent = there.on_gpu(lambda x, more=0: (x + more, model.device), model)
    assert lent.lent and lent(3, more=1) == (4, "cuda")


def test_on_the_page_that_is_many_tweets_and_the_climb(on_zero_gpu, lively, monkeypatch):
    there, spaces = on_zero_gpu
    here = devices.on_gpu
    for module in [one for name, one in sys.modules.items() if name.startswith("emoji_qa.")]:
        if getattr(module, "on_gpu", None) is here:
            monkeypatch.setattr(module, "on_gpu", there.on_gpu)
    page.build(lively)
    assert set(spaces.wrapped) == {"answer", "invent"}, spaces.wrapped  # many tweets, and what is put together
