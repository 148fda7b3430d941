"""Fit the answer tower to a trained question tower and complete a checkpoint: python -m train.qa.answers --checkpoint FOLDER

This takes up to a minute on one core, and has to be repeated whenever the checkpoint's VAE changes. The answer tower is
fitted to map each emoji's code and meaning, and its code alone, to the vector that was learned for it from tweets
(`train.qa.question`).
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional as F

from emoji_qa import checkpoint
from emoji_qa.emojis.table import EmojiTable
from emoji_qa.models.qa import QAModel
from emoji_qa.models.towers import KernelAnswer
from emoji_qa.text.tokenizers import WordPieces
from train import commands
from train.commands import command
from train.data.keywords import meaning_texts
from train.qa.sqam import base_codes


def main() -> None:
    options = parse()
    table = EmojiTable.load(options.checkpoint)
    alone = options.question / "tower.json"
    tower = checkpoint.read_json(alone if alone.exists() else options.question / "config.json")
    tower["commands"] = commands.of(options.question, without=commands.PICTURES)
    model, pieces, learned = load(table, tower, options.question)
    codes = torch.from_numpy(np.stack(list(base_codes(options.checkpoint).values()))).float()
    seen = torch.tensor([row for row, char in enumerate(table.bases.chars) if char not in tower["withheld"]])
    fit(model, pieces, codes, meaning_texts(table, options.data), learned, seen)
    print(f"{len(seen)} emojis fitted, {len(table.bases) - len(seen)} withheld")
    for name, figures in fidelity(model, codes, learned, seen).items():
        print(f"{name}: cosine with what was learned {figures['cosine']:.3f}, nearest of all {figures['top 1']:.1%}")
    save(model, pieces, tower, options)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m train.qa.answers", description=__doc__.split("\n")[0])
    parser.add_argument("--checkpoint", type=Path, required=True, help="a checkpoint's folder that holds a VAE")
    parser.add_argument(
        "--question", type=Path, help="a folder with a tower of train.qa.question (default: the checkpoint)"
    )
    parser.add_argument("--data", type=Path, default=Path("data"), help="the folder of corpora (default: data)")
    parser.add_argument("--popularity", type=float, default=0.5, help="what the page adds of it (default: %(default)s)")
    options = parser.parse_args()
    options.question = options.question or options.checkpoint
    return options


def load(table: EmojiTable, tower: dict, folder: Path) -> tuple[QAModel, WordPieces, Tensor]:
    """The model with a trained question tower, its word pieces, and the vectors learned for emojis, (n_bases, width).

    The learned vectors are in a file beside a tower that `train.qa.question` wrote; without that file they are computed
    from the answer tower that was fitted to them. Raises SystemExit when the tower has no meanings or another number of
    emojis than the table.
    """
    model = checkpoint.build(QAModel, tower["qa"], folder / "qa.safetensors")
    if tower["qa"]["n_bases"] != len(table.bases) or model.meaning is None:
        raise SystemExit(f"{folder} holds no question tower for the {len(table.bases)} emojis of this checkpoint.")
    file = folder / "learned.safetensors"
    learned = load_file(file)["learned"].float() if file.exists() else model.answer.learned()
    return model, WordPieces.load(folder / "vocab.txt"), learned


@torch.no_grad()
def fit(model: QAModel, pieces: WordPieces, codes: Tensor, texts: list[str], learned: Tensor, seen: Tensor) -> None:
    """Fit the answer tower from raw codes (n_bases, 16) and texts of names and keywords to `learned`, for rows `seen`.

    A meaning is the question tower's vector of the text. An emoji that is added later gets its meaning the same way.
    """
    model.fit_standardiser(codes)
    model.answer = KernelAnswer(n_bases=len(codes), latent_dim=codes.shape[1], width=model.question.width)
    ids = [torch.from_numpy(pieces.encode(texts[i : i + 64])) for i in range(0, len(texts), 64)]
    meaning = torch.cat([model.encode_question(some) for some in ids])
    model.answer.fit(model.standardise(codes), meaning, learned, seen)


@torch.no_grad()
def fidelity(model: QAModel, codes: Tensor, learned: Tensor, seen: Tensor) -> dict[str, dict[str, float]]:
    """Mean cosine of the answers with the learned vectors, and how often an emoji's own learned vector is the nearest
    of all: with code and meaning, and with the code alone."""
    learned = F.normalize(model.shared(learned), dim=1)
    answers = {"code and meaning": model.encode_answer(codes, model.meaning), "code alone": model.encode_answer(codes)}
    cosines = {name: (one @ learned.T)[seen] for name, one in answers.items()}
    return {
        name: {
            "cosine": one.gather(1, seen[:, None]).mean().item(),
            "top 1": (one.argmax(dim=1) == seen).float().mean().item(),
        }
        for name, one in cosines.items()
    }


def save(
    model: QAModel, pieces: WordPieces, tower: dict, options: argparse.Namespace, module: str = "train.qa.answers"
) -> None:
    """Write the question–answer part of the checkpoint, and the hash of the VAE that it belongs to.

    tower: the content of the question tower's tower.json, or of its checkpoint's config.json.
    """
    out = options.checkpoint
    checkpoint.save_weights(model, out / "qa.safetensors", small=True)
    pieces.save(out / "vocab.txt")
    commands.record(
        out / "config.json",
        module,
        before=tower.get("commands", []),
        qa=model.config,
        qa_vae_sha256=checkpoint.file_hash(out / "vae.safetensors"),
        qa_training={"command": command(module), "seed": 0},
        question_training=tower["question_training"],
        withheld=tower["withheld"],
        popularity=options.popularity,
        trained_answers=None,
    )
    checkpoint.seal(out)
    size = (out / "qa.safetensors").stat().st_size / 1e6
    print(f"{out} is complete, qa.safetensors {size:.1f} MB; now: python -m train.evaluate qa --checkpoint {out}")


if __name__ == "__main__":
    main()
