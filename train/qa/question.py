"""Train the question tower on tweets, with one free vector for each emoji as its answer: python -m train.qa.question

The longest part of the question–answer model's training, and one that no VAE takes part in: `train.qa.answers` fits the answer
tower, codes and meanings, to it afterwards, in a minute. Four phases, each a resumable run that goes on from the one
before: `pretrain` on inline emojis above all; `lexical`, in minutes, the n-grams alone; `finetune`, all of it, with more of
the fixed-label corpora; `messages`, what people would pick, at the popularity that is shown. `baseline`, on inline emojis
alone, is what the table compares with.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from accelerate import PartialState
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional as F

from emoji_qa import checkpoint
from emoji_qa.emojis.table import EmojiTable
from emoji_qa.models.qa import QAModel
from emoji_qa.models.towers import EncoderQuestion, ResidualStack, ngram_keys
from emoji_qa.precision import has_bf16
from emoji_qa.text.tokenizers import WordPieces
from train.data.keywords import meaning_texts
from train.data.prepared import Prepared
from train.data.withheld import withheld_rows
from train.loop import fit
from train.qa import minilm
from train.qa.tower_measures import validate
from train.vae.train import command

SCALE = 20.0  # of a cosine, to be a logit; its inverse makes log p commensurable with a cosine
MIX = {  # share of each corpus in a batch
    "pretrain": {
        "tweets43": 0.66,
        "tweeteval": 0.10,
        "airline": 0.02,
        "airline moods": 0.02,
        "goemotions": 0.06,
        "semeval": 0.02,
        "keywords": 0.12,
    },
    "lexical": {
        "tweets43": 0.76,
        "tweeteval": 0.08,
        "airline": 0.02,
        "airline moods": 0.02,
        "goemotions": 0.05,
        "semeval": 0.02,
        "keywords": 0.05,
    },
    "finetune": {
        "tweets43": 0.42,
        "tweeteval": 0.28,
        "airline": 0.08,
        "airline moods": 0.03,
        "goemotions": 0.05,
        "semeval": 0.02,
        "keywords": 0.12,
    },
    "messages": {"messages": 0.74, "tweets43": 0.08, "tweeteval": 0.09, "airline": 0.05, "keywords": 0.04},
    "baseline": {
        "tweets43": 1.0,
        "tweeteval": 0.0,
        "airline": 0.0,
        "airline moods": 0.0,
        "goemotions": 0.0,
        "semeval": 0.0,
        "keywords": 0.0,
    },
}
# How much of a corpus' prior is explained to the softmax, so that it need not be learned: all of it leaves a balanced
# ranker, none of it one that favours frequent answers. Macro-F1 and accuracy want something between.
EXPLAINED = {
    "tweets43": 1.0,
    "tweeteval": 0.5,
    "airline": 0.2,
    "airline moods": 1.0,
    "goemotions": 1.0,
    "semeval": 1.0,
    "keywords": 0.0,
}
POPULARITY = 0.5  # that messages are answered with, as the page answers
RATES = {"answers": 5.0, "shared": 2.5, "question.attend": 5.0, "question.ngram": 1.5}


class FreeAnswers(nn.Module):
    """The question tower and the shared stack of a QAModel, with one free answer vector (n_bases, width) for each emoji."""

    def __init__(self, question: EncoderQuestion, answers: Tensor):
        super().__init__()
        self.question, self.shared = question, ResidualStack(answers.shape[1])
        self.answers = nn.Parameter(answers.clone())

    def encode_question(self, ids: Tensor, **below) -> Tensor:
        """Piece ids (B, L) → unit vectors (B, width)."""
        return F.normalize(self.shared(self.question(ids, **below)).float(), dim=-1)

    def encode_lexical(self, ids: Tensor) -> Tensor:
        """What the n-grams say alone: piece ids (B, L) → unit vectors (B, width)."""
        return F.normalize(self.shared(self.question.ngrams(ids)).float(), dim=-1)

    def encode_answers(self) -> Tensor:
        """Unit vectors (n_bases, width)."""
        return F.normalize(self.shared(self.answers).float(), dim=-1)


def main() -> None:
    options = parse()
    torch.manual_seed(options.seed)
    if options.threads:
        torch.set_num_threads(options.threads)
    table = EmojiTable.load(checkpoint.locate(options.emojis))
    pieces = WordPieces.load(options.tweets / "vocab.txt")
    train, val = (Prepared(options.tweets / f"{part}.npz", longest=options.longest) for part in ("train", "val"))
    if options.withhold:
        train.withhold(withheld_rows(table))
    if options.phase == "messages":
        for texts, part in ((train, "train"), (val, "val")):
            texts.join(Prepared(options.messages / f"{part}.npz", longest=options.longest, module="train.messages"))
    model = build(pieces, train, table, options)
    model.question.encoder.dropout = options.dropout
    frozen = Frozen(model, options.frozen)
    prior = told_prior(train, prior_scale=options.prior_scale)
    print(
        f"{len(train):,} texts, {len(pieces):,} word pieces, {sum(p.numel() for p in model.parameters()) / 1e6:.1f} M weights"
    )

    def loss(model: FreeAnswers, rows: Tensor, step: int) -> dict[str, Tensor]:
        rows, device = rows.cpu().numpy(), model.answers.device
        lexical = options.phase == "lexical"
        questions = (
            model.encode_lexical(train.batch(rows).to(device))
            if lexical
            else encode_sorted(model, train, rows, frozen=frozen)
        )
        logits = SCALE * questions @ model.encode_answers().T + prior[train.corpus[rows]].to(device)
        return {
            "loss": softmax_loss(logits, train.right[rows].to(device), ranked=ranked[train.corpus[rows]].to(device))
        }

    ranked = torch.tensor([name == "messages" for name in train.names])
    encode = FreeAnswers.encode_lexical if options.phase == "lexical" else FreeAnswers.encode_question
    fit(
        model,
        loss,
        lambda model: validate(model, val, encode, limit=options.validate, prior=prior),
        n=len(train),
        run=options.run,
        arguments=vars(options),
        steps=options.steps,
        batch_size=options.batch_size,
        lr=options.lr,
        seed=options.seed,
        validate_every=options.validate_every,
        save_every=options.save_every,
        bf16=has_bf16(),
        clip=1.0,
        warmup=options.warmup,
        cosine=True,
        weight_decay=0.01,
        betas=(0.9, 0.98),
        weights=train.weights(MIX[options.phase]),
        rates=RATES,
    )
    if PartialState().is_main_process:
        export(model, pieces, train, table, options, prior_scale=options.prior_scale)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m train.qa.question", description=__doc__.split("\n")[0])
    parser.add_argument("--phase", choices=list(MIX), default="pretrain")
    parser.add_argument(
        "--start", type=Path, help="what to go on from: best.safetensors of a run, or a checkpoint's folder"
    )
    parser.add_argument("--tweets", type=Path, default=Path("runs/tweets"), help="what train.data.tweets wrote")
    parser.add_argument("--messages", type=Path, default=Path("runs/messages"), help="what train.messages wrote")
    parser.add_argument(
        "--emojis", type=Path, default=Path("checkpoints/default"), help="a folder with the emoji table"
    )
    parser.add_argument("--data", type=Path, default=Path("data"), help="the folder of corpora (default: data)")
    parser.add_argument("--minilm", type=Path, help="the folder of all-MiniLM-L6-v2 (default: the installed package)")
    parser.add_argument("--run", type=Path, help="where the run is kept (default: runs/question-<phase>)")
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--lr", type=float, default=2e-4)
    parser.add_argument("--lexical-weight", type=float, default=1.0, help="factor on what the n-grams say at the start")
    parser.add_argument(
        "--prior-scale", type=float, default=1 / SCALE, help="of log p beside a cosine, where popularity is 1"
    )
    parser.add_argument("--longest", type=int, default=48, help="pieces of a text that are read in training")
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument(
        "--frozen", type=int, default=0, help="lowest layers of the encoder, word vectors too, that stay as they are"
    )
    parser.add_argument("--warmup", type=int, default=100)
    parser.add_argument(
        "--ngrams", type=int, default=60_000, help="how many pieces, pairs and triples of them are known"
    )
    parser.add_argument("--validate", type=int, default=3000, help="texts of each corpus to validate on, at the most")
    parser.add_argument("--validate-every", type=int, default=1000)
    parser.add_argument("--save-every", type=int, default=250)
    parser.add_argument(
        "--withhold", action="store_true", help="leave the emojis of train/withheld.txt out of everything"
    )
    parser.add_argument("--out", type=Path, help="where the tower is written (default: the run's folder)")
    parser.add_argument("--threads", type=int, help="of the processor (default: PyTorch's choice)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--smoke", action="store_true", help="six steps, to see that all works")
    options = parser.parse_args()
    options.run = options.run or Path("runs") / f"question-{options.phase}{'-withhold' if options.withhold else ''}"
    if options.smoke:
        options.run, options.steps, options.validate = options.run.with_name(options.run.name + "-smoke"), 6, 100
    return options


def build(pieces: WordPieces, train: Prepared, table: EmojiTable, options: argparse.Namespace) -> FreeAnswers:
    """Another phase's weights, or the published encoder, n-grams without effect, and as answers what the names mean."""
    if options.start and options.start.is_dir():
        return of_checkpoint(options.start)
    if options.start and options.phase == "messages":
        return load(pieces, load_file(options.start))
    keys = frequent_ngrams(train, len(pieces), options.ngrams)
    question = EncoderQuestion(vocab_size=len(pieces), length=pieces.length, ngrams=len(keys))
    question.ngrams.keys.copy_(keys)
    if options.start:
        model = FreeAnswers(question, torch.zeros(len(table.bases), question.width))
        start(model, load_file(options.start), options.phase)
        with torch.no_grad():
            model.question.ngrams.out.weight.mul_(options.lexical_weight)
        return model
    folder = minilm.locate(options.minilm)
    published, tokenizer = minilm.pretrained(folder)
    weights = published.state_dict()
    weights["words.weight"] = weights["words.weight"][[tokenizer.token_to_id(piece) for piece in pieces.pieces]]
    weights["positions.weight"] = weights["positions.weight"][: pieces.length]
    question.encoder.load_state_dict(weights)
    return FreeAnswers(question, torch.from_numpy(minilm.embed(meaning_texts(table, options.data), folder)))


def start(model: FreeAnswers, weights: dict[str, Tensor], phase: str) -> None:
    """Go on from the weights of another phase. The lexical one learns n-grams afresh, and them alone."""
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
    """The encoder's lowest layers, and what comes before them, left as they are: what they make of a text is computed once.

    layers: how many; for 0 all is trained. Takes 13 kB of memory for a text of 17 pieces.
    """

    def __init__(self, model: FreeAnswers, layers: int):
        self.encoder, self.layers = model.question.encoder, layers
        self.known: dict[int, Tensor] = {}
        if layers:
            for part in (self.encoder.words, self.encoder.positions, self.encoder.norm, *self.encoder.layers[:layers]):
                part.requires_grad_(False)

    @torch.no_grad()
    def states(self, rows: np.ndarray, ids: Tensor) -> Tensor:
        """What the frozen layers make of some rows with ids (B, L): (B, L, width)."""
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


def load(pieces: WordPieces, weights: dict[str, Tensor]) -> FreeAnswers:
    """A trained tower with its answers, whatever its n-grams."""
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


def told_prior(train: Prepared, shares: dict[str, float] = EXPLAINED, *, prior_scale: float = 1 / SCALE) -> Tensor:
    """What is added to the logits of each corpus, (C, n_bases): −inf outside its candidates, else a share of its log prior.

    To those of messages the page's popularity is added, by which inline tweets use an emoji: so what is learned is shown.
    """
    explained = torch.tensor([shares.get(name, 0.0) for name in train.names])[:, None]
    prior = torch.where(train.log_prior.isinf(), train.log_prior, explained * train.log_prior)
    if "messages" in train.names:
        inline = train.log_prior[train.names.index("tweets43")]
        prior[train.names.index("messages")] = SCALE * POPULARITY * prior_scale * inline
    return prior


def frequent_ngrams(train: Prepared, vocab_size: int, n: int) -> Tensor:
    """The n most frequent pieces, pairs and triples of the training texts, as sorted keys (n,)."""
    keys, counts = count_ngrams(train, np.arange(len(train)), vocab_size)
    return torch.from_numpy(np.sort(keys[np.argsort(-counts, kind="stable")[:n]]))


def count_ngrams(
    train: Prepared, rows: np.ndarray, vocab_size: int, *, chunk: int = 50_000
) -> tuple[np.ndarray, np.ndarray]:
    """The n-grams of some texts as sorted keys (n,), and how often each stands there (n,)."""
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
    """Questions (B, width) of some rows; texts of like length are encoded together, so that little is padding."""
    order = np.argsort(texts.lengths[rows], kind="stable")
    device, parts = model.answers.device, []
    for i in range(0, len(rows), chunk):
        some = rows[order[i : i + chunk]]
        ids = texts.batch(some).to(device)
        below = {"below": frozen.states(some, ids), "known": frozen.layers} if frozen and frozen.layers else {}
        parts.append(model.encode_question(ids, **below))
    return torch.cat(parts)[torch.from_numpy(np.argsort(order)).to(device)]


def softmax_loss(logits: Tensor, right: Tensor, *, ranked: Tensor | None = None) -> Tensor:
    """Cross-entropy of logits (B, n) with shares over the right answers (B, k), of which −1 is none.

    The shares are even; but for texts that are `ranked` (B,) they fall with the root of an answer's place in the row.
    """
    shares = (right >= 0).float()
    if ranked is not None:
        falling = torch.arange(1, right.shape[1] + 1, device=right.device).rsqrt()
        shares = torch.where(ranked[:, None], shares * falling, shares)
    told = logits.log_softmax(dim=1).gather(1, right.clamp_min(0)).masked_fill(right < 0, 0.0)
    return -((shares * told).sum(dim=1) / shares.sum(dim=1)).mean()


def export(
    model: FreeAnswers,
    pieces: WordPieces,
    train: Prepared,
    table: EmojiTable,
    options: argparse.Namespace,
    *,
    module: str = "train.qa.question",
    prior_scale: float = 1 / SCALE,
) -> None:
    """Write what `train.qa.answers` goes on from: a QAModel whose answer tower is not trained yet, its vocabulary and origin; and
    the weights, which another phase can start from."""
    ngrams, dim = model.question.ngrams.vectors.weight.shape
    tower = {"arch": "encoder", "vocab_size": len(pieces), "length": pieces.length, "ngrams": ngrams, "ngram_dim": dim}
    qa = QAModel(n_bases=len(table.bases), question=tower)
    qa.question.load_state_dict(model.question.state_dict())
    qa.shared.load_state_dict(model.shared.state_dict())
    qa.log_prior.copy_(train.log_prior[train.names.index("tweets43")].clamp_min(-20))
    qa.prior_scale.fill_(prior_scale)
    out = options.out or options.run
    out.mkdir(parents=True, exist_ok=True)
    checkpoint.save_weights(qa, out / "qa.safetensors", small=True)
    save_file({"learned": model.answers.detach().half()}, out / "learned.safetensors")
    save_file({name: tensor.contiguous() for name, tensor in model.state_dict().items()}, out / "best.safetensors")
    pieces.save(out / "vocab.txt")
    rows = withheld_rows(table) if options.withhold else []
    told = {
        "command": command(module),
        "seed": options.seed,
        "data": {"tweets": checkpoint.file_hash(options.tweets / "train.npz")},
    }
    checkpoint.update_json(
        out / "tower.json", qa=qa.config, question_training=told, withheld=[table.bases.chars[row] for row in rows]
    )
    print(f"{out} holds the tower; now: python -m train.qa.answers --checkpoint FOLDER --question {out}")


if __name__ == "__main__":
    main()
