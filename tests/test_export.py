"""The files that `train.publish.onnx` writes compute the same as the checkpoint from which they are made."""

import numpy as np
import onnx
import pytest
import torch

from emoji_qa.browser_files import EXPORTED
from emoji_qa.models.vae import EmojiVAE
from emoji_qa.page.server.decoder_files import collect
from train.publish.onnx import Drawing, compare, picture_difference, run, to_onnx


@pytest.fixture(params=["original", "default"])
def shipped(request):
    return request.getfixturevalue(request.param)


def test_shipped_files_are_made_of_the_weights_beside_them(shipped):
    assert collect(shipped)


def test_shipped_files_draw_and_answer_as_the_checkpoint_does(shipped):
    z = shipped.latent.sample(128, seed=1)
    drawn = run((shipped.folder / "decoder.onnx").read_bytes(), z)
    assert drawn[0].shape == (128, 36, 36, 4) and drawn[0].min() >= 0 and drawn[0].max() <= 1
    assert picture_difference(drawn[0], shipped.decode(z)).max() <= 1
    [answers] = run((shipped.folder / "answer.onnx").read_bytes(), z)
    assert answers == pytest.approx(shipped.embed_codes(z), abs=1e-4)
    assert np.linalg.norm(answers, axis=1) == pytest.approx(1, abs=1e-4)


def test_the_first_input_and_output_are_as_documented(shipped):
    graph = onnx.load(shipped.folder / "decoder.onnx").graph
    shape = [dim.dim_value or dim.dim_param for dim in graph.output[0].type.tensor_type.shape.dim]
    assert [graph.input[0].name, graph.output[0].name] == ["z", "rgba"] and shape == ["N", 36, 36, 4]


@pytest.fixture(scope="module")
def palette():
    torch.manual_seed(0)
    narrow = {"code": 16, "seed": 4, "low": 8, "mid": 8, "colours": 5, "low_blocks": 1, "mid_blocks": 1}
    return EmojiVAE(decoder=narrow).eval()


def test_half_precision_weights_stay_half_and_lose_nothing(palette):
    palette = palette.half().float()
    z = np.random.default_rng(0).standard_normal((3, 16)).astype(np.float32)
    content = to_onnx(Drawing(palette), 16)
    rgba, logits, colours = run(content, z)
    with torch.inference_mode():
        expected = palette.decoder.shapes(torch.from_numpy(z))
    assert logits == pytest.approx(expected[0].numpy(), abs=1e-4) and colours == pytest.approx(
        expected[1].numpy(), abs=1e-5
    )
    assert rgba.shape == (3, 36, 36, 4)
    weights = {tensor.name: tensor.data_type for tensor in onnx.load_from_string(content).graph.initializer}
    for name in ("seed", "head"):
        assert weights[f"vae.decoder.{name}.weight_half"] == onnx.TensorProto.FLOAT16


def test_files_of_another_model_are_refused(shipped, exported, monkeypatch):
    monkeypatch.setattr("train.publish.onnx.CODES", 50)  # each of them differs
    drawing, answering = ((exported.folder / name).read_bytes() for name in EXPORTED)
    with pytest.raises(ValueError, match="Nothing is written: a pixel is"):
        compare(shipped, drawing, answering)
