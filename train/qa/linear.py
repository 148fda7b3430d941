"""Fit linear models of n-grams beside a trained question tower and add them to it: python -m train.qa.linear

A tower that learned n-grams and encoder together underrates n-grams: where the encoder remembered a training text, its
n-grams had nothing left to learn. A linear model that is fitted alone does not have this problem. Since a tower's
n-gram part is linear too, the weights of such models are simply added to it: those of a softmax regression on all
corpora, a resumable run of some minutes, and those of SVMs, each on a corpus with fixed labels.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from accelerate import PartialState
from safetensors.torch import load_file
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC
from torch import Tensor, nn
from torch.nn import functional as F

from emoji_qa import checkpoint
from emoji_qa.emojis.table import EmojiTable
from emoji_qa.models.towers import NGrams, ngram_keys
from emoji_qa.precision import has_bf16
from emoji_qa.text.tokenizers import WordPieces
from train.data.prepared import Prepared
from train.data.withheld import withheld_rows
from train.loop import Settings, fit
from train.qa.export import export
from train.qa.free_answers import FreeAnswers, count_ngrams, encode_sorted, frequent_ngrams, load
from train.qa.loss import LOGIT_ADJUSTMENT, SCALE, adjusted_log_prior, softmax_loss
from train.qa.tower_measures import validate

OWN = ("tweeteval", "airline")  # corpora whose own frequent n-grams are added to the known ones
MIX = {
    "tweets43": 0.58,
    "tweeteval": 0.17,
    "airline": 0.07,
    "airline moods": 0.02,
    "goemotions": 0.06,
    "semeval": 0.02,
    "keywords": 0.08,
}  # share of each corpus in a batch
WITH_MESSAGES = {
    "messages": 0.6,
    "tweets43": 0.2,
    "tweeteval": 0.08,
    "airline": 0.04,
    "keywords": 0.08,
}  # the same, with --messages
MERGING = {
    "own",
    "weight",
    "svm",
    "merged_dim",
    "out",
    "prior_scale",
}  # options that are used only after the run, so that they may change without a new run
RIDGE = 0.02  # in `svm`: keeps n-grams from pushing nearly equal answers far apart


class Regression(nn.Module):
    """Low-rank softmax regression from n-grams to answers (n_bases, width), unit vectors that are not trained."""

    def __init__(self, keys: Tensor, answers: Tensor, *, vocab_size: int, dim: int, dropout: float):
        super().__init__()
        self.ngrams = NGrams(len(keys), vocab_size=vocab_size, dim=dim, width=answers.shape[1], dropout=dropout)
        self.ngrams.keys.copy_(keys)
        self.register_buffer("answers", answers)

    def encode_question(self, ids: Tensor) -> Tensor:
        """Piece ids (B, L) → unit vectors (B, width)."""
        return F.normalize(self.ngrams(ids), dim=-1)

    def encode_answers(self) -> Tensor:
        return self.answers


def main() -> None:
    options = parse()
    torch.manual_seed(options.seed)
    if options.threads:
        torch.set_num_threads(options.threads)
    pieces = WordPieces.load(options.tweets / "vocab.txt")
    train, val = (Prepared(options.tweets / f"{part}.npz") for part in ("train", "val"))
    table = EmojiTable.load(checkpoint.locate(options.emojis))
    if options.messages:
        for texts, part in ((train, "train"), (val, "val")):
            texts.join(Prepared(options.messages / f"{part}.npz", module="train.messages"))
    withheld = withheld_rows(table) if options.withhold else []
    train.withhold(withheld)  # from the messages, too
    tower = load(pieces, load_file(options.start))
    with torch.no_grad():
        answers = tower.eval().encode_answers()
    keys = tower.question.ngrams.keys
    if options.weight and not options.messages:
        keys = known_ngrams(train, len(pieces), options.ngrams)
    model = Regression(keys, answers, vocab_size=len(pieces), dim=options.dim, dropout=options.dropout)
    arguments = {name: value for name, value in vars(options).items() if name not in MERGING}
    learned = {} if options.messages else {"tweets43": 0.0}  # unadjusted, to learn also how frequent emojis are
    shares = {**LOGIT_ADJUSTMENT, **learned}
    prior = adjusted_log_prior(train, shares, prior_scale=options.prior_scale or 1 / SCALE)
    ranked = torch.tensor([name == "messages" for name in train.names])
    print(f"{len(train):,} texts, {len(keys):,} n-grams")

    def loss(model: Regression, rows: Tensor, step: int) -> dict[str, Tensor]:
        rows, device = rows.cpu().numpy(), model.answers.device
        logits = SCALE * model.ngrams(train.batch(rows).to(device)) @ model.answers.T
        logits = logits + prior[train.corpus[rows]].to(device)
        told = ranked[train.corpus[rows]].to(device)
        return {"loss": softmax_loss(logits, train.right[rows].to(device), ranked=told)}

    if options.weight:
        fit(
            model,
            loss,
            lambda model: validate(model, val, Regression.encode_question, limit=3000, prior=prior),
            len(train),
            Settings.of(
                options,
                arguments=arguments,
                validate_every=500,
                bf16=has_bf16(),
                clip=1.0,
                warmup=50,
                cosine=True,
                weight_decay=0.01,
                betas=(0.9, 0.98),
            ),
            train.weights(WITH_MESSAGES if options.messages else MIX),
        )
    if PartialState().is_main_process:
        tower = combined(tower, model.cpu().eval(), train, options)
        scale = popularity_scale(tower, val) if options.prior_scale is None else options.prior_scale
        export(
            tower,
            pieces,
            train,
            table,
            options,
            module="train.qa.linear",
            starts=[options.start.parent],
            prior_scale=scale,
            withheld=[table.bases.chars[row] for row in withheld],
        )


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m train.qa.linear", description=__doc__.split("\n")[0])
    parser.add_argument("--start", type=Path, default=Path("runs/question/best.safetensors"), help="the tower")
    parser.add_argument("--tweets", type=Path, default=Path("runs/tweets"), help="what train.data.tweets wrote")
    parser.add_argument(
        "--messages",
        type=Path,
        help="what train.messages wrote, to learn from it, too, with the n-grams that the tower knows",
    )
    parser.add_argument(
        "--emojis", type=Path, default=Path("checkpoints/default"), help="a folder with the emoji table"
    )
    parser.add_argument("--run", type=Path, default=Path("runs/question-linear"), help="where the run is kept")
    parser.add_argument(
        "--ngrams", type=int, default=60_000, help="the n most frequent are known, and the corpora's own"
    )
    parser.add_argument("--dim", type=int, default=50, help="rank of the regression")
    parser.add_argument("--dropout", type=float, default=0.5, help="share of its n-grams that each text does without")
    parser.add_argument("--steps", type=int, default=2500)
    parser.add_argument("--batch-size", type=int, default=1024)
    parser.add_argument("--lr", type=float, default=3e-3)
    parser.add_argument("--own", type=float, default=1.03, help="weight of what the tower's n-grams said before")
    parser.add_argument("--weight", type=float, default=0.2, help="weight of the regression; 0 leaves it out")
    parser.add_argument(
        "--prior-scale", type=float, help="of log p beside a cosine (default: what suits inline emojis)"
    )
    parser.add_argument(
        "--svm",
        type=named,
        nargs="*",
        default=[("airline", 2.0), ("tweeteval", 1.0)],
        metavar="CORPUS=WEIGHT",
        help="corpora for an SVM of their own, and the weight of its decision beside logits",
    )
    parser.add_argument("--merged-dim", type=int, default=100, help="numbers that are kept of each n-gram")
    parser.add_argument(
        "--withhold", action="store_true", help="leave the emojis of train/data/withheld/withheld.txt out of everything"
    )
    parser.add_argument("--out", type=Path, default=Path("runs/question-combined"), help="where the tower is written")
    parser.add_argument("--threads", type=int, help="of the processor (default: PyTorch's choice)")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def named(text: str) -> tuple[str, float]:
    name, _, number = text.rpartition("=")
    return name, float(number)


def known_ngrams(train: Prepared, vocab_size: int, n: int, *, least: int = 3) -> Tensor:
    """Sorted keys: the n most frequent of all training texts, and those in a corpus of OWN at least `least` times."""
    keys = [frequent_ngrams(train, vocab_size, n).numpy()]
    for name in OWN:
        found, counts = count_ngrams(train, train.rows(name), vocab_size)
        keys.append(found[counts >= least])
    return torch.from_numpy(np.unique(np.concatenate(keys)))


def combined(tower: FreeAnswers, regression: Regression, train: Prepared, options: argparse.Namespace) -> FreeAnswers:
    """The tower, with its own n-grams, the regression and the SVMs merged into one model of n-grams."""
    like = regression.ngrams
    machines = [(svm(like, train, name, regression.answers), weight / SCALE) for name, weight in options.svm]
    regressions = [(like, options.weight)] if options.weight else []
    parts = [(tower.question.ngrams, options.own), *regressions, *machines]
    tower.question.ngrams = merged(like.keys, parts, dim=options.merged_dim)
    return tower.eval()


@torch.no_grad()
def merged(keys: Tensor, parts: Sequence[tuple[NGrams, float]], *, dim: int) -> NGrams:
    """The weighted sum of several models of n-grams as one model of some keys, with output of rank `dim`: the principal
    directions of the sum. A part contributes nothing to keys that it does not know.
    """
    first = parts[0][0]
    total = torch.zeros(len(keys), first.out.out_features)
    for part, weight in parts:
        rows, known = part.find(keys)
        total += weight * (part.vectors.weight[rows] * known[:, None]) @ part.out.weight.T
    directions = torch.linalg.eigh((total.T @ total).double()).eigenvectors[:, -dim:].float()  # the greatest come last
    return ngrams_of(keys, total @ directions, directions, vocab_size=first.vocab_size)


@torch.no_grad()
def ngrams_of(keys: Tensor, vectors: Tensor, out: Tensor, *, vocab_size: int) -> NGrams:
    """The model of n-grams with these keys (n,), vectors (n, dim) and output weights (width, dim)."""
    model = NGrams(len(keys), vocab_size=vocab_size, dim=vectors.shape[1], width=len(out))
    model.keys.copy_(keys)
    model.vectors.weight.copy_(vectors)
    model.out.weight.copy_(out)
    return model


@torch.no_grad()
def popularity_scale(tower: FreeAnswers, val: Prepared) -> float:
    """The factor on log p, added to a cosine, that a popularity of 1 stands for: the smallest with which the loss on
    validation tweets (in nats) is within 1 % of the lowest. It is below 1 / SCALE, since n-grams know popularity, too.
    """
    rows, answers = val.rows("tweets43"), tower.encode_answers()
    with torch.autocast("cpu", torch.bfloat16, enabled=has_bf16()):
        cosines = encode_sorted(tower, val, rows, chunk=64).float() @ answers.T
    log_prior = val.log_prior[val.names.index("tweets43")]
    shares = torch.linspace(0, 1.2, 25)
    losses = torch.stack([softmax_loss(SCALE * cosines + share * log_prior, val.right[rows]) for share in shares])
    return shares[losses <= 1.01 * losses.min()].min().item() / SCALE


@torch.no_grad()
def svm(like: NGrams, train: Prepared, name: str, answers: Tensor) -> NGrams:
    """A linear SVM fitted to one corpus, over the n-grams that `like` knows, weighted as in TF-IDF.

    Its decision for a text, a number for each label, becomes a vector whose dot products with the labels' answers are
    these numbers, up to RIDGE. answers: (n_bases, width), unit vectors.
    """
    rows = train.rows(name)
    rows = rows[train.right[rows, 0] >= 0]
    counts = ngram_counts(like, train, rows)
    often = np.asarray((counts > 0).sum(axis=0))[0]
    rarity = np.where(often >= 2, np.log((1 + len(rows)) / (1 + often)) + 1, 0).astype(np.float32)
    fitted = LinearSVC(C=0.01, class_weight="balanced").fit(counts.multiply(rarity).tocsr(), train.right[rows, 0])
    weights = torch.from_numpy(fitted.coef_ * rarity).float()  # (labels, n_grams)
    labels = answers[torch.from_numpy(fitted.classes_)]
    out = torch.linalg.solve(labels @ labels.T + RIDGE * torch.eye(len(labels)), labels).T
    return ngrams_of(like.keys, (weights - weights.mean(dim=0)).T, out, vocab_size=like.vocab_size)


def ngram_counts(ngrams: NGrams, train: Prepared, rows: np.ndarray, *, chunk: int = 20_000) -> csr_matrix:
    """The known n-grams of some texts (N, n), each divided by the root of their number in the text, as in `NGrams`."""
    batches = (train.batch(rows[i : i + chunk]) for i in range(0, len(rows), chunk))
    found = [ngrams.find(ngram_keys(ids, ngrams.vocab_size)) for ids in batches]
    counts = np.concatenate([known.sum(dim=1).numpy() for _, known in found])
    columns = np.concatenate([where[known].numpy() for where, known in found])
    values = np.repeat(1 / np.sqrt(counts.clip(1)), counts).astype(np.float32)
    return csr_matrix((values, columns, np.cumsum([0, *counts])), shape=(len(rows), len(ngrams.keys)))


if __name__ == "__main__":
    main()
