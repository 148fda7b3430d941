"""A model can be copied, moved to another device, pickled, and used in other processes, in every precision."""

import copy
import multiprocessing
import pickle
import sys

import numpy as np
import pytest
import torch

import emoji_qa
from emoji_qa.precision import PackedLinear, pack, to_bf16, to_int8
from tests.forked import Command
from tests.tiny import write_checkpoint

TWEETS = ["my flight is cancelled", "so happy"]
PRECISIONS = {
    "fp32": lambda encoder: encoder,
    "packed": lambda encoder: pack(copy.deepcopy(encoder)),
    "bf16": to_bf16,
    "int8": to_int8,
}
FORKED = """
import os, sys, time
import torch
torch.set_num_threads(4)
os.environ.pop("TOKENIZERS_PARALLELISM")  # set since this process was forked off another
import emoji_qa
model = emoji_qa.load(sys.argv[1], device="cpu")
tweets = [f"my flight {i} is cancelled" for i in range(300)]
torch.ones(1000, 1000) @ torch.ones(1000, 1000)  # starts PyTorch's threads
expected = model.score(tweets)
child = os.fork()
if not child:
    alike = abs(model.score(tweets) - expected).max() < 1e-5
    torch.exp(torch.ones(3_000_000)), torch.ones(1000, 1000) @ torch.ones(1000, 1000)
    os._exit(0 if alike else 1)
until = time.monotonic() + 100
while time.monotonic() < until:
    done, status = os.waitpid(child, os.WNOHANG)
    if done:
        sys.exit(os.waitstatus_to_exitcode(status))
    time.sleep(0.05)
os.kill(child, 9)
sys.exit("the child never returns")
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_checkpoint(tmp_path_factory.mktemp("encoder"), arch="encoder")


@pytest.fixture(scope="module")
def pool():
    with multiprocessing.get_context("spawn").Pool(1) as workers:
        yield workers


@pytest.fixture(params=list(PRECISIONS))
def model(request, folder, monkeypatch):
    """A model as it is loaded on a processor with instructions for this precision."""
    name, convert = request.param, PRECISIONS[request.param]
    monkeypatch.setattr("emoji_qa.models.towers.fastest", lambda encoder: (convert(encoder), name))
    return emoji_qa.load(folder, device="cpu")


def test_pickled_and_copied_it_answers_alike(model):
    expected = model.score(TWEETS)
    for other in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model), copy.copy(model)):
        assert np.array_equal(other.score(TWEETS), expected) and other.precision == model.precision
        assert type(other.qa.question.encoder.layers[0].up) is type(model.qa.question.encoder.layers[0].up)
    assert np.array_equal(model.score(TWEETS), expected)


def test_a_pool_of_new_processes_answers(model, pool):
    scores = pool.apply_async(model.score, (TWEETS,)).get(
        100
    )  # a process that dies while it reads its task never answers
    assert np.array_equal(scores, model.score(TWEETS))


def test_it_moves_whole_and_as_if_loaded_there(model):
    moved = copy.deepcopy(model).to("meta")  # a device of shapes alone, which refuses operands from other devices
    tensors = [tensor for part in (moved.qa, moved.vae) for tensor in (*part.parameters(), *part.buffers())]
    assert {(tensor.device.type, tensor.is_quantized) for tensor in tensors} == {("meta", False)}
    assert {tensor.dtype for tensor in moved.qa.parameters()} == {torch.float32} and moved.precision == "fp32"
    ids = torch.ones(2, 5, dtype=torch.int64, device="meta")
    assert (
        moved.qa.shared(moved.qa.question.encoder(ids) + moved.qa.question.ngrams(ids)[:, None]).device.type == "meta"
    )
    assert np.array_equal(model.to("cpu").score(TWEETS), emoji_qa.load(model.folder, device="cpu").score(TWEETS))


def test_from_there_and_back(model, monkeypatch):
    """The other device, which can compute, too, is the CPU under another name, with a number."""
    expected, precision = model.score(TWEETS), model.precision
    other = torch.device("cpu", 0)
    fresh = emoji_qa.load(model.folder, device="cpu")
    monkeypatch.setattr("emoji_qa.devices.choose", lambda device: other if device == "other" else torch.device("cpu"))
    assert np.array_equal(fresh.to("other").score(TWEETS), expected) and fresh.device == other
    assert np.array_equal(fresh.to("cpu").score(TWEETS), expected) and fresh.precision == precision


def test_what_cannot_move_says_so(model, tmp_path):
    with pytest.raises(ValueError, match="has no numbers"):
        copy.deepcopy(model).to("meta").to("cpu")
    lost = copy.deepcopy(model)
    lost.folder = tmp_path
    if model.precision != "fp32":
        with pytest.raises(ValueError, match="qa.safetensors is missing"):
            lost.to("meta")
    assert np.array_equal(lost.score(TWEETS), model.score(TWEETS)) or model.precision == "fp32"


def test_packed_layers_can_be_moved_alone():
    torch.manual_seed(0)
    layer = torch.nn.Linear(24, 8)
    packed, x = PackedLinear(layer), torch.randn(3, 5, 24)
    assert packed.weight.is_mkldnn
    for other in (packed, packed.double().float(), pickle.loads(pickle.dumps(packed))):
        torch.testing.assert_close(other(x), layer(x))
    assert packed.to("meta")(x.to("meta")).shape == (3, 5, 8)


@pytest.mark.skipif(not hasattr(sys.modules["os"], "fork"), reason="nothing forks here")
def test_a_forked_child_answers(folder, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(FORKED)
    code, said = Command([script, folder], tmp_path / "said.txt").wait()
    assert code == 0, said
