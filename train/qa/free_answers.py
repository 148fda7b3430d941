"""The question tower with one free answer vector per emoji, as it is trained, and the weights from which it starts."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from emoji_qa import checkpoint
from emoji_qa.models.qa import QAModel
from emoji_qa.models.towers import EncoderQuestion, ResidualStack, ngram_keys
from emoji_qa.text.tokenizers import WordPieces
from train.data.prepared import Prepared
from train.qa.loss import SCALE


class FreeAnswers(nn.Module):
    """The question tower and the shared stack of a QAModel, with one free answer vector per emoji, (n_bases, width)."""

    def __init__(self, question: EncoderQuestion, answers: Tensor):
        super().__init__()
        self.question, self.shared = question, ResidualStack(answers.shape[1])
        self.answers = nn.Parameter(answers.clone())

    def encode_question(self, ids: Tensor, **below) -> Tensor:
        """Piece ids (B, L) → unit vectors (B, width)."""
        return F.normalize(self.shared(self.question(ids, **below)).float(), dim=-1)

    def encode_lexical(self, ids: Tensor) -> Tensor:
        """The same from the n-grams alone, without the encoder: piece ids (B, L) → unit vectors (B, width)."""
        return F.normalize(self.shared(self.question.ngrams(ids)).float(), dim=-1)

    def encode_answers(self) -> Tensor:
        """Unit vectors (n_bases, width)."""
        return F.normalize(self.shared(self.answers).float(), dim=-1)


def start(model: FreeAnswers, weights: dict[str, Tensor], phase: str) -> None:
    """Load the weights of another phase. The lexical phase does not load n-grams, and trains nothing else."""
    weights = {name.removeprefix("model."): tensor for name, tensor in weights.items()}
    fresh = "question.ngram" if phase == "lexical" else "none"
    weights = {
        name: tensor for name, tensor in weights.items() if not name.startswith(fresh) and name in model.state_dict()
    }
    model.load_state_dict(weights, strict=False)
    if phase == "lexical":
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(name.startswith("question.ngram"))


class Frozen:
    """Freezes the encoder's embeddings and lowest layers, and caches their output for each text.

    layers: how many layers; with 0 everything is trained. The cache takes 13 kB of memory for a text of 17 pieces.
    """

    def __init__(self, model: FreeAnswers, layers: int):
        self.encoder, self.layers = model.question.encoder, layers
        self.known: dict[int, Tensor] = {}
        if layers:
            for part in (self.encoder.words, self.encoder.positions, self.encoder.norm, *self.encoder.layers[:layers]):
                part.requires_grad_(False)

    @torch.no_grad()
    def states(self, rows: np.ndarray, ids: Tensor) -> Tensor:
        """The output of the frozen layers for some rows with ids (B, L): (B, L, width)."""
        new = [i for i, row in enumerate(rows) if row not in self.known]
        if new:
            trains, some = self.encoder.training, ids[new]
            made = self.encoder.eval().states(some, some != 0, self.layers)
            self.encoder.train(trains)
            self.known |= {rows[i]: one[one_ids != 0].half() for i, one, one_ids in zip(new, made, some, strict=True)}
        states = torch.zeros(*ids.shape, self.encoder.words.embedding_dim, device=ids.device)
        for state, row in zip(states, rows, strict=True):
            state[: len(self.known[row])] = self.known[row]
        return states


class Teacher:
    """A trained tower, not trained further, with a cache of its vectors for texts: 4 bytes per dimension and text.

    model: has `encode_question` and `encode_answers`, such as `FreeAnswers`.
    """

    def __init__(self, model: nn.Module, texts: Prepared):
        self.model, self.texts = model.eval().requires_grad_(False), texts
        self.known: dict[int, Tensor] = {}
        with torch.no_grad():
            self.answers = self.model.encode_answers().cpu()

    @torch.no_grad()
    def cosines(self, rows: np.ndarray) -> Tensor:
        """Cosines of some rows (B,) with all answers: (B, n_bases) float32."""
        new = np.array([row for row in rows.tolist() if row not in self.known])
        if len(new):
            self.known |= zip(new.tolist(), encode_sorted(self.model, self.texts, new).cpu(), strict=True)
        questions = torch.stack([self.known[row] for row in rows.tolist()])
        return questions.float() @ self.answers.T

    def logits(self, rows: np.ndarray, prior: Tensor) -> Tensor:
        """The cosines as logits, plus the prior (B, n_bases) of each row."""
        return SCALE * self.cosines(rows) + prior.to("cpu")


def load(pieces: WordPieces, weights: dict[str, Tensor]) -> FreeAnswers:
    """A trained tower with its answers, with as many n-grams as the weights have."""
    ngrams, dim = weights["question.ngrams.vectors.weight"].shape
    question = EncoderQuestion(vocab_size=len(pieces), length=pieces.length, ngrams=ngrams, ngram_dim=dim)
    model = FreeAnswers(question, torch.zeros_like(weights["answers"]))
    model.load_state_dict(weights)
    return model


def of_checkpoint(folder: Path) -> FreeAnswers:
    """The tower of a finished checkpoint, with the answers that its answer tower was fitted to."""
    qa = checkpoint.build(QAModel, checkpoint.read_json(folder / "config.json")["qa"], folder / "qa.safetensors")
    model = FreeAnswers(qa.question, qa.answer.learned())
    model.shared.load_state_dict(qa.shared.state_dict())
    return model.train()


def frequent_ngrams(train: Prepared, vocab_size: int, n: int) -> Tensor:
    """The n most frequent pieces, pairs and triples of the training texts, as sorted keys (n,)."""
    keys, counts = count_ngrams(train, np.arange(len(train)), vocab_size)
    return torch.from_numpy(np.sort(keys[np.argsort(-counts, kind="stable")[:n]]))


def count_ngrams(
    train: Prepared, rows: np.ndarray, vocab_size: int, *, chunk: int = 50_000
) -> tuple[np.ndarray, np.ndarray]:
    """The n-grams of some texts as sorted keys (n,), and their counts (n,)."""
    found = [
        np.unique(ngram_keys(train.batch(rows[i : i + chunk]), vocab_size).numpy(), return_counts=True)
        for i in range(0, len(rows), chunk)
    ]
    keys, where = np.unique(np.concatenate([keys for keys, _ in found]), return_inverse=True)
    counts = np.bincount(where, weights=np.concatenate([counts for _, counts in found]))
    return keys[keys >= 0], counts[keys >= 0]


def encode_sorted(
    model: FreeAnswers, texts: Prepared, rows: Sequence[int], *, chunk: int = 16, frozen: Frozen | None = None
) -> Tensor:
    """Questions (B, width) of some rows; texts of similar length are encoded together, to avoid padding."""
    order = np.argsort(texts.lengths[rows], kind="stable")
    device, parts = model.answers.device, []
    for i in range(0, len(rows), chunk):
        some = rows[order[i : i + chunk]]
        ids = texts.batch(some).to(device)
        below = {"below": frozen.states(some, ids), "known": frozen.layers} if frozen and frozen.layers else {}
        parts.append(model.encode_question(ids, **below))
    return torch.cat(parts)[torch.from_numpy(np.argsort(order)).to(device)]
