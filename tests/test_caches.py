"""What PyTorch caches per shape is bounded, packed layers get few shapes, and free memory is given back."""

from pathlib import Path

import psutil
import pytest
import torch

from emoji_qa.caches import PRIMITIVES
from emoji_qa.page.server import memory
from emoji_qa.precision import PackedLinear
from tests.forked import Command

MANY_SHAPES = """
import os, sys
os.dup2(os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY), 1)  # oneDNN, which has computed nothing here yet, writes its log
for name in [name for name in sys.modules if name.partition(".")[0] == "emoji_qa"]:
    del sys.modules[name]
for name in os.environ:
    if "CACHE_CAPACITY" in name:
        del os.environ[name]
if len(sys.argv) > 2:
    os.environ["ONEDNN_PRIMITIVE_CACHE_CAPACITY"] = sys.argv[2]
import torch, emoji_qa  # in this order, too
weight = torch.ops.mkldnn._reorder_linear_weight(torch.ones(8, 8), 32)
for rows in (*range(1, 300), 299, 1):
    torch.ops.mkldnn._linear_pointwise(torch.ones(rows, 8), weight, None, "none", [], "")
"""


def made(folder: Path, *capacity: str) -> list[bool]:
    """For each multiplication of MANY_SHAPES, whether oneDNN's log says that it made a new primitive."""
    script, log = folder / "script.py", folder / f"log{len(capacity)}"
    script.write_text(MANY_SHAPES)
    code, said = Command([script, log, *capacity], folder / "said.txt", ONEDNN_VERBOSE="2").wait()
    assert code == 0, said
    lines = log.read_text().splitlines()
    return ["cache_miss" in line for line in lines if "create:" in line and "inner_product" in line]


def test_primitives_are_bounded_unless_somebody_decides_otherwise(tmp_path):
    *_, last, first = made(tmp_path)
    assert not last and first  # the last shape is still cached, the first one is not
    assert made(tmp_path, "1000")[-2:] == [False, False]


def test_packed_layers_give_the_same_numbers_in_few_shapes(monkeypatch):
    torch.manual_seed(0)
    layer, sizes = torch.nn.Linear(16, 8), set()
    packed = PackedLinear(layer)
    pad = torch.nn.functional.pad
    monkeypatch.setattr("torch.nn.functional.pad", lambda x, by: sizes.add(len(x) + by[3]) or pad(x, by))
    for shape in ((1, 3), (1, 4), (1, 47), (3, 19), (7, 41), (1, 256), (16, 16), (40, 48), (0, 5)):
        x = torch.randn(*shape, 16)
        torch.testing.assert_close(packed(x), layer(x))
    assert sizes <= set(PackedLinear.SIZES) and 4 * len(PackedLinear.SIZES) < PRIMITIVES / 2


@pytest.mark.skipif(memory._malloc_trim is None, reason="This C library cannot give memory back.")
def test_free_memory_is_given_back_until_told_to_stop():
    blocks = [bytes(bytearray(3000)) for _ in range(50_000)]  # 150 MB
    kept = blocks[::100]  # they lie between freed blocks
    waited = iter([False, False, True])
    del blocks
    before = psutil.Process().memory_info().rss
    memory.give_back_until(lambda seconds: seconds == memory.EVERY and next(waited))
    assert psutil.Process().memory_info().rss < before - 100e6 and len(kept) == 500
    assert next(waited, None) is None
