"""Which device is chosen, with and without the package that Spaces have."""

import subprocess
import sys
from pathlib import Path

import torch

from emoji_qa import devices

ROOT = Path(__file__).resolve().parent.parent
STAND_IN = {
    "__init__.py": "def GPU(function):\n    function.lent = True\n    return function\n",
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
lent = devices.on_gpu(lambda x: (x, model.device), model)
assert lent.lent and lent(3) == (3, "cuda")
"""


def test_here():
    assert devices.choose() == torch.device("cuda" if torch.cuda.is_available() else "cpu")
    assert devices.choose("cpu") == torch.device("cpu")
    assert devices.on_gpu(len, None) is len


def test_a_model_moves(lively):
    before = lively.answer("so happy")
    assert lively.to("cpu").answer("so happy") == before


def test_on_zero_gpu_only_what_was_wrapped_waits_for_a_gpu(tmp_path):
    package = tmp_path / "spaces"
    package.mkdir()
    for name, content in STAND_IN.items():
        (package / name).write_text(content)
    path = {"PYTHONPATH": f"{tmp_path}:{ROOT}", "PATH": ""}
    result = subprocess.run([sys.executable, "-c", ON_ZERO_GPU], env=path, capture_output=True, text=True, check=False)
    assert not result.returncode, result.stderr
