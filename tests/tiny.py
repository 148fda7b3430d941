"""A complete, tiny, untrained checkpoint from a seed: 12 drawn emojis, a narrow VAE and SQAM. No network, no data."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import nn

from emoji_qa import checkpoint
from emoji_qa.emojis.sheet import to_sheet
from emoji_qa.emojis.table import Emoji, EmojiTable
from emoji_qa.latent.directions import Direction, Directions, Wheel
from emoji_qa.models.qa import QAModel
from emoji_qa.models.vae import EmojiVAE
from emoji_qa.text.tokenizers import Vocabulary, WordPieces
from train.latent.space import encode, fit_latent
from train.qa.answers import fit

WORDS = (
    "flight cancelled delayed awful thanks great happy love cake rain dog coffee work monday ! ? the my so is".split()
)
BASES = [
    ("🎉", "party popper"),
    ("😈", "smiling face with horns"),
    ("😡", "enraged face"),
    ("😐", "neutral face"),
    ("❤️", "red heart"),
    ("👍", "thumbs up"),
    ("🐶", "dog face"),
    ("☕", "hot beverage"),
    ("🍰", "shortcake"),
    ("🌧️", "cloud with rain"),
    ("✈️", "airplane"),
]


def table() -> EmojiTable:
    """Eleven bases and one variant. Each is a disc of its own colour on a transparent ground."""
    emojis = [
        Emoji(char, name, "objects", tuple(name.split()), 1.0, char, ("👍🏽",) if char == "👍" else ())
        for char, name in BASES
    ]
    emojis.append(Emoji("👍🏽", "thumbs up: medium skin tone", "objects", ("hand",), 1.0, "👍"))
    return EmojiTable(emojis, np.stack([disc(row) for row in range(len(emojis))]))


def disc(row: int, size: int = 36) -> np.ndarray:
    """A picture (size, size, 4) uint8 whose colour, place and radius follow from `row`."""
    picture = Image.new("RGBA", (size, size))
    x, y, radius = size * (0.3 + 0.04 * row), size * 0.5, size * (0.2 + 0.02 * (row % 5))
    colour = (40 * row % 256, 90 * row % 256, 160 * row % 256, 255)
    ImageDraw.Draw(picture).ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
    return np.asarray(picture)


def directions(spread: float = 1.0) -> Directions:
    """Two directions with two ends each, and a wheel, all meaningless. spread: of the codes of 16 numbers around their mean."""
    rng = np.random.default_rng(5)
    two, other, five = (0.1 * rng.standard_normal((count, 17, 16)) for count in (2, 2, 5))
    for ways in (two, other, five):
        ways[:, 0] *= 5 * spread
    return {
        "mood": Direction("sad", "happy", two),
        "hat": Direction("no hat", "hat", other),
        "colour": Wheel(five, "colour"),
    }


def louder(module: nn.Module, times: float) -> nn.Module:
    """Multiply all weights, so that even an untrained network gives different outputs for different inputs."""
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.mul_(times)
    return module.eval()


def towers(arch: str) -> tuple[Vocabulary | WordPieces, dict]:
    """A tokenizer of a few words, and the keyword arguments of a narrow question tower."""
    if arch == "glove":
        return (vocabulary := Vocabulary(WORDS)), {"vocab_size": len(vocabulary), "word_dim": 8, "hidden": 4}
    letters = [mark + letter for letter in "abcdefghijklmnopqrstuvwxyz" for mark in ("", "##")]
    pieces = WordPieces(
        [*WordPieces.SPECIAL, *letters, "@", "#", *(word for word in WORDS if len(word) > 1 or word in "!?")]
    )
    tower = {
        "arch": "encoder",
        "vocab_size": len(pieces),
        "width": 16,
        "layers": 1,
        "heads": 2,
        "ngrams": 3,
        "ngram_dim": 4,
    }
    return pieces, tower


LATENTS: dict[tuple, bytes] = {}  # what `latent_file` has returned; fitting one takes up to a second


def latent_file(seed: int, loudness: float, vae: EmojiVAE, bases: EmojiTable) -> bytes:
    """The content of latent.safetensors for a VAE, which follows from a seed and a loudness."""
    key = (seed, loudness, *bases.chars, bases.images.tobytes())
    if key not in LATENTS:
        latent = fit_latent(vae, bases)
        latent.directions = directions(float(latent.codes.std(axis=0).mean()))
        with TemporaryDirectory() as folder:
            latent.save(Path(folder) / "latent.safetensors")
            LATENTS[key] = (Path(folder) / "latent.safetensors").read_bytes()
    return LATENTS[key]


def write_checkpoint(
    folder: Path, *, seed: int = 0, emojis: EmojiTable | None = None, loudness: float = 1.0, arch: str = "glove"
) -> Path:
    """Write a complete checkpoint into `folder` and return it. emojis: other ones than `table()`. arch: "glove", "encoder"."""
    torch.manual_seed(seed)
    folder.mkdir(parents=True, exist_ok=True)
    emojis = emojis or table()
    emojis.save(folder)
    sheet = to_sheet(emojis.images.repeat(2, axis=1).repeat(2, axis=2))
    sheet.save(folder / "emojis-72.webp", lossless=True)
    vae = EmojiVAE(arch="original", encoder={"channels": 4}, decoder={"channels": 4})
    louder(vae.encoder, loudness)
    louder(vae.decoder, loudness**2)
    vae.eval()
    checkpoint.save_weights(vae, folder / "vae.safetensors")
    (folder / "latent.safetensors").write_bytes(latent_file(seed, loudness, vae, emojis.bases))
    tokenizer, question = towers(arch)
    tokenizer.save(folder / "vocab.txt")
    qa = louder(QAModel(n_bases=len(emojis.bases), question=question), loudness)
    qa.fit_standardiser(torch.from_numpy(encode(vae, emojis.bases.images)).float())
    if arch == "encoder":
        torch.nn.init.normal_(qa.question.attend.weight)
        bases, codes = emojis.bases, torch.from_numpy(encode(vae, emojis.bases.images)).float()
        fit(qa, tokenizer, codes, bases.names, torch.randn(len(bases), 16), torch.arange(len(bases)))
    checkpoint.save_weights(qa, folder / "qa.safetensors")
    checkpoint.update_json(folder / "metrics.json", vae={}, qa={})
    checkpoint.update_json(
        folder / "config.json",
        vae=vae.config,
        qa=qa.config,
        popularity=0.0,
        qa_vae_sha256=checkpoint.file_hash(folder / "vae.safetensors"),
    )
    return folder
