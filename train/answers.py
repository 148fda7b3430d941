"""Fit the answer tower to a trained question tower and complete a checkpoint: python -m train.answers --checkpoint FOLDER

Takes minutes, and has to be done again whenever the VAE of the checkpoint changes. The tower learns to give each emoji the
vector that tweets gave it (`train.question`), from code and meaning and from the code alone.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from emoji_qa import checkpoint
from emoji_qa.emojis import EmojiTable
from emoji_qa.qa import QAModel
from emoji_qa.text import WordPieces
from train.keywords import meaning_texts
from train.loop import fit
from train.qa import base_codes
from train.question import SCALE
from train.vae import command

ALONE = 0.5  # weight of answers by the code alone beside those by code and meaning


def main() -> None:
    options = parse()
    torch.manual_seed(options.seed)
    if options.threads:
        torch.set_num_threads(options.threads)
    table = EmojiTable.load(options.checkpoint)
    tower = checkpoint.read_json(options.question / "config.json")
    pieces = WordPieces.load(options.question / "vocab.txt")
    model = build(table, tower, pieces, options)
    codes = torch.from_numpy(np.stack(list(base_codes(options.checkpoint).values()))).float()
    model.fit_standardiser(codes)
    for parameter in [*model.question.parameters(), *model.shared.parameters()]:
        parameter.requires_grad_(False)
    seen = torch.tensor([row for row, char in enumerate(table.bases.chars) if char not in tower["withheld"]])
    print(f"{len(seen)} emojis to fit, {len(table.bases) - len(seen)} withheld")

    def loss(model: QAModel, rows: Tensor, step: int) -> dict[str, Tensor]:
        rows = seen[rows.cpu()]
        noisy = (codes[rows] + options.noise * model.code_std.cpu() * torch.randn_like(codes[rows])).to(model.learned.device)
        told = distance(model.encode_answer(noisy, model.meaning[rows]), model.learned, rows)
        alone = distance(model.encode_answer(noisy), model.learned, rows)
        return {"loss": told + ALONE * alone, "told": told, "alone": alone}

    fit(
        model, loss, lambda model: validate(model, codes.to(model.learned.device), seen), n=len(seen), run=options.run,
        arguments={**vars(options), "vae": checkpoint.file_hash(options.checkpoint / "vae.safetensors"),
                   "tower": checkpoint.file_hash(options.question / "qa.safetensors")},
        steps=options.steps, batch_size=256, lr=options.lr, seed=options.seed, validate_every=max(1, options.steps // 4),
        cosine=True, weight_decay=0.01, warmup=20,
    )  # fmt: skip
    if not options.smoke:
        save(model.cpu(), pieces, tower, options)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m train.answers", description=__doc__.split("\n")[0])
    parser.add_argument("--checkpoint", type=Path, required=True, help="a checkpoint's folder that holds a VAE")
    parser.add_argument("--question", type=Path, help="a folder with a tower of train.question (default: the checkpoint)")
    parser.add_argument("--data", type=Path, default=Path("data"), help="the folder of corpora (default: data)")
    parser.add_argument("--run", type=Path, help="where the run is kept (default: runs/answers-<hashes of VAE and tower>)")
    parser.add_argument("--steps", type=int, default=1200)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--noise", type=float, default=0.05, help="noise on the codes, in standard deviations")
    parser.add_argument("--popularity", type=float, default=0.5, help="what the page adds of it (default: %(default)s)")
    parser.add_argument("--threads", type=int, help="of the processor (default: PyTorch's choice)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--smoke", action="store_true", help="eight steps, to see that all works; nothing is saved")
    options = parser.parse_args()
    options.question = options.question or options.checkpoint
    vae, tower = options.checkpoint / "vae.safetensors", options.question / "qa.safetensors"
    told = "-".join(checkpoint.file_hash(file)[:8] for file in (vae, tower))
    options.run = options.run or Path("runs") / f"answers-{told}"
    if options.smoke:
        options.run, options.steps = options.run.with_name(options.run.name + "-smoke"), 8
    return options


def build(table: EmojiTable, tower: dict, pieces: WordPieces, options: argparse.Namespace) -> QAModel:
    """A model with the trained question tower, a fresh answer tower, and meanings from the tower itself.

    Raises SystemExit when the tower was trained with other emojis than this checkpoint's.
    """
    if tower["qa"]["n_bases"] != len(table.bases) or tower["qa"]["question"].get("arch") != "encoder":
        raise SystemExit(f"{options.question} holds no question tower for the {len(table.bases)} emojis of this checkpoint.")
    model = checkpoint.build(QAModel, tower["qa"], options.question / "qa.safetensors")
    model.answer = type(model.answer)(latent_dim=model.config["latent_dim"], width=model.question.width)
    texts = meaning_texts(table, options.data)
    with torch.no_grad():
        for i in range(0, len(texts), 64):
            model.meaning[i : i + 64] = model.encode_question(torch.from_numpy(pieces.encode(texts[i : i + 64])))
    return model.train()


def distance(answers: Tensor, learned: Tensor, rows: Tensor) -> Tensor:
    """How far answers (B, D) are from their targets: 1 − cosine, and how badly they tell them from all others (nats)."""
    rows = rows.to(answers.device)
    cosines = answers @ learned.T
    return (1 - cosines.gather(1, rows[:, None])).mean() * SCALE + F.cross_entropy(SCALE * cosines, rows)


def validate(model: QAModel, codes: Tensor, seen: Tensor) -> dict[str, float]:
    """Cosine with what was learned, and how often that is the nearest of all, by code and meaning, and by the code alone."""
    figures = {}
    for name, answers in {"told": model.encode_answer(codes, model.meaning), "alone": model.encode_answer(codes)}.items():
        cosines = (answers @ model.learned.T).cpu()[seen]
        figures[f"{name} cosine"] = cosines.gather(1, seen[:, None]).mean().item()
        figures[f"{name} top 1"] = (cosines.argmax(dim=1) == seen).float().mean().item()
    return figures


def save(model: QAModel, pieces: WordPieces, tower: dict, options: argparse.Namespace) -> None:
    """Write the question–answer part of the checkpoint, and the hash of the VAE that it belongs to."""
    out = options.checkpoint
    checkpoint.save_weights(model.eval(), out / "qa.safetensors", half=True)
    pieces.save(out / "vocab.txt")
    checkpoint.update_json(
        out / "config.json",
        qa=model.config,
        qa_vae_sha256=checkpoint.file_hash(out / "vae.safetensors"),
        qa_training={"command": command("train.answers"), "seed": options.seed},
        question_training=tower["question_training"],
        withheld=tower["withheld"],
        popularity=options.popularity,
        trained_answers=None,
    )
    size = (out / "qa.safetensors").stat().st_size / 1e6
    print(f"{out} is complete, qa.safetensors {size:.1f} MB; now: python -m train.evaluate qa --checkpoint {out}")


if __name__ == "__main__":
    main()
