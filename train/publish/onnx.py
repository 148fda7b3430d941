"""Writes decoder.onnx and answer.onnx into a checkpoint, for browsers: python -m train.publish.onnx --checkpoint NAME

decoder.onnx: codes `z` (N, 16) → `rgba` (N, 36, 36, 4), straight alpha in [0, 1]; and if the decoder has a palette,
what larger pictures are drawn from: `logits` (N, K, 36, 36) and `colours` (N, K, 4). answer.onnx: `z` → unit vectors
`answer` (N, D). Weights that the checkpoint keeps in half precision are in half precision in the files, too, and are
cast to single precision when loaded, without loss. Both files are compared with the checkpoint on 1,000 sampled codes
before they are written.
"""

import argparse
import hashlib
import logging
import sys
import warnings

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import numpy_helper
from torch import Tensor, nn

import emoji_qa
from emoji_qa import checkpoint
from emoji_qa.browser_files import EXPORTED
from emoji_qa.models.vae import EmojiVAE
from train import commands

CODES = 1000
CLOSE = 1e-4  # maximum difference of the numbers of two answer vectors; scores are shown with three decimals


class Drawing(nn.Module):
    """Codes → RGBA with straight alpha, channels last, and the palette's logits and colours."""

    def __init__(self, vae: EmojiVAE):
        super().__init__()
        self.vae = vae
        self.outputs = ["rgba", "logits", "colours"] if vae.decoder.flat else ["rgba"]

    def forward(self, z: Tensor) -> tuple[Tensor, ...]:
        x = self.vae.decode(z)
        alpha = x[:, 3:]
        colour = torch.where(alpha > 0.5 / 255, x[:, :3] / alpha.clamp_min(1e-6), 0).clamp(
            0, 1
        )  # as `unpremultiply` does
        rgba = torch.cat([colour, alpha], dim=1).permute(0, 2, 3, 1)
        return (rgba, *self.vae.decoder.shapes(z)) if self.vae.decoder.flat else (rgba,)


class Answering(nn.Module):
    """Codes → unit vectors of answers; their dot product with a question's vector is the cosine in the score."""

    outputs = ("answer",)

    def __init__(self, qa: emoji_qa.QAModel):
        super().__init__()
        self.qa = qa

    def forward(self, z: Tensor) -> Tensor:
        return self.qa.encode_answer(z)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m train.publish.onnx", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--checkpoint", default="default", help="a name in checkpoints/, or a folder (default: %(default)s)"
    )
    try:
        model = emoji_qa.load(parser.parse_args().checkpoint, device="cpu")
        for line in export(model):
            print(line)
        commands.record(model.folder / "config.json", "train.publish.onnx")
    except ValueError as error:
        sys.exit(str(error))


def export(model: emoji_qa.Answerer) -> list[str]:
    """Write both files and, in config.json, the hashes of files and weights. Returns a line of report per file.

    Raises ValueError, and writes nothing, when a file's pictures or answers differ from the checkpoint's.
    """
    files = [to_onnx(module, model.vae.latent_dim) for module in (Drawing(model.vae), Answering(model.qa))]
    reports = compare(model, *files)
    made, lines = {}, []
    for (name, source), content, report in zip(EXPORTED.items(), files, reports, strict=True):
        (model.folder / name).write_bytes(content)
        made[name] = {
            "sha256": hashlib.sha256(content).hexdigest(),
            source: checkpoint.file_hash(model.folder / source),
        }
        lines.append(f"{model.folder / name}: {len(content):,} bytes; {report}")
    checkpoint.update_json(model.folder / "config.json", exported=made)
    return lines


def compare(model: emoji_qa.Answerer, drawing: bytes, answering: bytes) -> tuple[str, str]:
    """How much the two files differ from the checkpoint, in words. Raises ValueError if it is not just rounding."""
    z = model.latent.sample(CODES, seed=0)
    off = picture_difference(run(drawing, z)[0], model.decode(z))
    found, expected = run(answering, z)[0], model.embed_codes(z)
    strayed = float(np.abs(found - expected).max()) if found.shape == expected.shape else np.inf
    if off.max() > 1 or strayed > CLOSE:
        raise ValueError(
            f"Nothing is written: a pixel is {off.max()}/255 from the checkpoint's, an answer {strayed:.1e}."
        )
    return (
        f"at most {off.max()}/255 off in {CODES:,} pictures, {off.mean():.5f}/255 on average",
        f"at most {strayed:.1e} off in {CODES:,} answers",
    )


def to_onnx(module: nn.Module, latent_dim: int) -> bytes:
    """A module that takes codes → the content of an ONNX file that takes any number of codes."""
    logging.getLogger("torch.onnx").setLevel(
        logging.ERROR
    )  # it reports that torchvision, which is not needed, is absent
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch warns about itself
        program = torch.onnx.export(
            module.eval(),
            (torch.zeros(2, latent_dim),),
            dynamo=True,
            verbose=False,
            input_names=["z"],
            output_names=list(module.outputs),
            dynamic_shapes=({0: torch.export.Dim("N")},),
        )
    return halve(program.model_proto).SerializeToString()


def halve(model: onnx.ModelProto) -> onnx.ModelProto:
    """Store weights that half precision holds exactly in half precision, with a cast; drop the exporter's notes."""
    graph, casts, weights = model.graph, [], []
    for tensor in graph.initializer:
        wide = numpy_helper.to_array(tensor)
        narrow = wide.astype(np.float16) if wide.dtype == np.float32 and wide.size > 64 else None
        if narrow is not None and np.array_equal(narrow, wide):
            casts.append(
                onnx.helper.make_node("Cast", [f"{tensor.name}_half"], [tensor.name], to=onnx.TensorProto.FLOAT)
            )
            tensor = numpy_helper.from_array(narrow, f"{tensor.name}_half")
        weights.append(tensor)
    nodes = [*casts, *graph.node]
    for node in nodes:
        node.doc_string = ""
        del node.metadata_props[:]
    del graph.initializer[:], graph.node[:], graph.value_info[:], graph.metadata_props[:], model.metadata_props[:]
    graph.initializer.extend(weights)
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    return model


def run(content: bytes, z: np.ndarray) -> list[np.ndarray]:
    """The outputs of an ONNX file for codes (N, latent_dim)."""
    return onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"]).run(None, {"z": z})


def picture_difference(rgba: np.ndarray, pictures: np.ndarray) -> np.ndarray:
    """The differences between pictures (N, H, W, 4) in [0, 1] and in uint8, in units of 1/255.

    Where alpha is at most 1/255 in both, only alpha is compared. There the colour is invisible, and since it is set to
    0 below half of 1/255, it depends on the last digit of alpha.
    """
    rounded = np.round(rgba * 255).astype(int)
    off = np.abs(rounded - pictures)
    off[..., :3] *= (rounded[..., 3:] > 1) | (pictures[..., 3:] > 1)
    return off


if __name__ == "__main__":
    main()
