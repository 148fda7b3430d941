"""A checkpoint is a folder that holds one whole model. This module finds, reads and writes the parts, strictly: safetensors only.

config.json; vae.safetensors, qa.safetensors, the weights; latent.safetensors, the emojis' codes and the sliders' axes;
emojis.json, emojis.png, emojis-72.webp, the emoji table; vocab.txt, the word pieces; words.tsv, words of other languages;
parts.json.gz, what emojis are put together from; metrics.json; README.md, the model card; *.onnx, for browsers. A model that
knows no other language, or no parts, has no such file.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

PACKAGE = Path(__file__).resolve().parent
INSTALLED = (
    PACKAGE / "checkpoints"
)  # where a wheel installs the default checkpoint; in the repository, checkpoints lie beside the package
CHECKPOINTS = INSTALLED if INSTALLED.is_dir() else PACKAGE.parent / "checkpoints"
FORBIDDEN = {".bin", ".ckpt", ".joblib", ".npy", ".pickle", ".pkl", ".pt", ".pth"}  # may run code when loaded
LONG = 1000  # rows from which a table of embeddings is saved in int8
Module = TypeVar("Module", bound=nn.Module)
UNSEALED = {"config.json", "metrics.json", "README.md"}  # what may still change in a finished checkpoint
DERIVED = {".onnx", ".part"}  # made from the weights, at any time; or left over from a killed process


def locate(name_or_path: str | os.PathLike) -> Path:
    """The folder of a checkpoint: a path that exists, or else a name in `checkpoints/`.

    Raises ValueError when there is none, or when it holds a file that could be a pickle.
    """
    if (folder := find(name_or_path)) is None:
        known = ", ".join(sorted(f.parent.name for f in CHECKPOINTS.glob("*/config.json"))) or "none yet"
        raise ValueError(
            f"There is no checkpoint “{name_or_path}”. Give a folder with a config.json, or one of: {known}."
        )
    return folder


def find(name_or_path: str | os.PathLike) -> Path | None:
    """As `locate`, but None when there is no such checkpoint."""
    named = os.path.expanduser(name_or_path)  # "~/x"
    folder = next((f for f in (Path(named), CHECKPOINTS / named) if (f / "config.json").is_file()), None)
    if folder and (pickles := [file.name for file in folder.iterdir() if file.suffix.lower() in FORBIDDEN]):
        raise ValueError(f"{folder} holds {pickles[0]}, which could run code when loaded. Only safetensors are read.")
    return folder


def seal(folder: Path) -> None:
    """Write the SHA-256 of every file of the model into config.json, as the last step of training. Afterwards the
    folder does not load if a file was exchanged, cut off or damaged, for example by a later training that was killed.
    """
    parts = [
        file
        for file in sorted(folder.iterdir())
        if file.is_file() and file.name not in UNSEALED and file.suffix not in DERIVED and file.name[0] != "."
    ]
    update_json(folder / "config.json", sha256={file.name: file_hash(file) for file in parts})


def check_vae_hash(config: dict, folder: Path) -> None:
    """Raise ValueError unless the question–answer part was trained on codes of the VAE that lies beside it."""
    if not (folder / "qa.safetensors").exists() and "qa" not in config:
        raise ValueError(
            f"{folder} holds a VAE without a question–answer part, so it cannot answer. Load another checkpoint."
        )
    if config.get("qa_vae_sha256") != file_hash(folder / "vae.safetensors"):
        raise ValueError(
            f"{folder / 'qa.safetensors'} was trained on the codes of another VAE than {folder / 'vae.safetensors'}. "
            "Fit it again: python -m train.qa.answers, or for the system of 2017 python -m train.qa.sqam"
        )


def check_seal(folder: Path, config: dict) -> None:
    """Raise ValueError naming the first file whose hash is not the one in the seal. A folder without a seal passes."""
    for name, expected in config.get("sha256", {}).items():
        if file_hash(folder / name) != expected:
            raise ValueError(f"{folder / name} is damaged, or not the file that this checkpoint was finished with.")


def read_json(path: Path) -> dict:
    """A JSON object from a file. Raises ValueError naming the file when it is missing or damaged."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} cannot be read: {error}.") from error
    if not isinstance(content, dict):
        raise ValueError(f"{path} should hold a JSON object.")
    return content


def check_keys(config: dict, folder: Path, needed: Sequence[str]) -> None:
    """Raises ValueError where a checkpoint's config.json lacks something that is needed."""
    if missing := [key for key in needed if key not in config]:
        raise ValueError(f"{folder / 'config.json'} lacks {', '.join(missing)}: this is no whole model.")


def update_json(path: Path, **parts: object) -> None:
    """Set some keys of a JSON file, which need not exist yet; other keys are kept, and keys set to None are removed.

    The file is replaced atomically.
    """
    content = {**(read_json(path) if path.exists() else {}), **parts}
    content = {key: value for key, value in content.items() if value is not None}
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    write_atomically(path, lambda part: part.write_text(text, encoding="utf-8"))


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """`write` a temporary file beside `path`, then rename it: a reader sees the old file or the new one, never half."""
    part = path.with_name(path.name + ".part")
    write(part)
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(path)


def build(module_class: type[Module], config: dict, weights: Path) -> Module:
    """A module from its keyword arguments and its weights, in evaluation mode.

    Raises ValueError naming the file when the weights are missing, damaged or of another architecture.
    """
    try:
        module = module_class(**config)
        state = _unpack(load_file(weights))
        module.load_state_dict(state, strict=True)
    except (OSError, SafetensorError) as error:
        raise ValueError(f"{weights} is missing or damaged: {error}.") from error
    except (KeyError, RuntimeError, TypeError) as error:
        summary = str(error).splitlines()[0]
        raise ValueError(f"{weights} does not fit the configuration beside it: {summary}") from error
    if not all(tensor.isfinite().all() for tensor in state.values()):
        raise ValueError(f"{weights} holds numbers that are not finite.")
    return module.eval()


def save_weights(module: nn.Module, path: Path, *, small: bool = False) -> None:
    """Write a module's weights as safetensors, by way of a temporary file.

    small: in half precision, and long tables of embeddings in int8 with a scale for each row, `<name>.scale`.
    """
    state = {name: tensor.detach().cpu().contiguous() for name, tensor in module.state_dict().items()}
    if small:
        tables = {
            f"{name}.weight"
            for name, part in module.named_modules()
            if isinstance(part, nn.Embedding) and part.num_embeddings >= LONG
        }
        state = {stored: tensor for name in state for stored, tensor in _packed(name, state[name], name in tables)}
    write_atomically(path, lambda part: save_file(state, part))


def _packed(name: str, tensor: Tensor, is_table: bool) -> Iterator[tuple[str, Tensor]]:
    if is_table:
        scale = (tensor.abs().amax(dim=1, keepdim=True) / 127).half().float()
        yield name, (tensor / scale.clamp_min(1e-8)).round().clamp(-127, 127).to(torch.int8)
        yield f"{name}.scale", scale.half()
    else:
        yield name, tensor.half() if tensor.is_floating_point() else tensor


def _unpack(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """The inverse of `save_weights(small=True)`: all weights in single precision."""
    scales = {name.removesuffix(".scale"): state.pop(name).float() for name in [*state] if name.endswith(".scale")}
    state = {name: tensor.float() if tensor.is_floating_point() else tensor for name, tensor in state.items()}
    return state | {name: state[name] * scale for name, scale in scales.items()}


def file_hash(path: Path) -> str:
    """SHA-256 of a file, in hex. Raises ValueError when it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ValueError(f"{path} is missing: {error}.") from error
