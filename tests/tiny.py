"""A whole, tiny, untrained checkpoint from a seed: 12 drawn emojis, a narrow VAE and SQAM. No network, no data."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw

from emoji_qa import checkpoint
from emoji_qa.emojis import Emoji, EmojiTable
from emoji_qa.qa import QAModel
from emoji_qa.sheet import to_sheet
from emoji_qa.text import Vocabulary
from emoji_qa.vae import EmojiVAE
from train.latent import encode, fit_latent

WORDS = "flight cancelled delayed awful thanks great happy love cake rain dog coffee work monday ! ? the my so is".split()
BASES = [
    ("🎉", "party popper"), ("😈", "smiling face with horns"), ("😡", "enraged face"), ("😐", "neutral face"),
    ("❤️", "red heart"), ("👍", "thumbs up"), ("🐶", "dog face"), ("☕", "hot beverage"), ("🍰", "shortcake"),
    ("🌧️", "cloud with rain"), ("✈️", "airplane"),
]  # fmt: skip


def table() -> EmojiTable:
    """Eleven bases and one variant, each a disc of its own colour on a transparent ground."""
    emojis = [Emoji(char, name, "objects", tuple(name.split()), 1.0, char, ("👍🏽",) if char == "👍" else ())
              for char, name in BASES]  # fmt: skip
    emojis.append(Emoji("👍🏽", "thumbs up: medium skin tone", "objects", ("hand",), 1.0, "👍"))
    return EmojiTable(emojis, np.stack([disc(row) for row in range(len(emojis))]))


def disc(row: int, size: int = 36) -> np.ndarray:
    """A picture (size, size, 4) uint8 whose colour, place and radius follow from `row`."""
    picture = Image.new("RGBA", (size, size))
    x, y, radius = size * (0.3 + 0.04 * row), size * 0.5, size * (0.2 + 0.02 * (row % 5))
    colour = (40 * row % 256, 90 * row % 256, 160 * row % 256, 255)
    ImageDraw.Draw(picture).ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
    return np.asarray(picture)


def write_checkpoint(folder: Path, *, seed: int = 0) -> Path:
    """Write a complete checkpoint into `folder` and return it."""
    torch.manual_seed(seed)
    folder.mkdir(parents=True, exist_ok=True)
    emojis = table()
    emojis.save(folder)
    sheet = to_sheet(np.stack([disc(row, 72) for row in range(len(emojis))]))
    sheet.save(folder / "emojis-72.webp", lossless=True)
    vae = EmojiVAE(channels=4).eval()
    checkpoint.save_weights(vae, folder / "vae.safetensors")
    fit_latent(vae, emojis.images).save(folder / "latent.safetensors")
    vocabulary = Vocabulary(WORDS)
    vocabulary.save(folder / "vocab.txt")
    qa = QAModel(vocab_size=len(vocabulary), n_bases=len(emojis.bases), word_dim=8, hidden=4).eval()
    qa.fit_standardiser(torch.from_numpy(encode(vae, emojis.bases.images)).float())
    checkpoint.save_weights(qa, folder / "qa.safetensors")
    checkpoint.update_json(folder / "metrics.json", vae={}, qa={})
    checkpoint.update_json(
        folder / "config.json", vae=vae.config, qa=qa.config, popularity=0.0,
        qa_vae_sha256=checkpoint.file_hash(folder / "vae.safetensors"),
    )  # fmt: skip
    return folder
