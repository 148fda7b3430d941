"""Train the question tower on tweets, with one free vector for each emoji as its answer: python -m train.qa.question

This is the longest part of the question–answer model's training. It needs no VAE: afterwards `train.qa.answers` fits
the answer tower, from codes and meanings, to the free vectors. There are six phases, each a resumable run that
continues from an earlier one:

- `pretrain`: mostly inline emojis.
- `lexical`: only the n-grams, in minutes.
- `finetune`: all weights, with larger shares of the corpora with fixed labels.
- `messages`: the emojis that people would pick, at the page's popularity.
- `judged`: readers' grades of a tower's own answers; on other corpora the tower is kept as it was.
- `taught`: as `judged`, and also the answers of a larger encoder to these texts and to texts without labels.

Two phases stand alone: `free` learns only from texts that may be used for any purpose, and `baseline`, on inline emojis
only, trains the encoder that the table compares with.
"""

import argparse
import copy
from pathlib import Path

import numpy as np
import torch
from accelerate import PartialState
from safetensors.torch import load_file
from torch import Tensor

from emoji_qa import checkpoint
from emoji_qa.emojis.table import EmojiTable
from emoji_qa.models.towers import EncoderQuestion
from emoji_qa.precision import has_bf16
from emoji_qa.text.tokenizers import WordPieces
from train.data.keywords import meaning_texts
from train.data.prepared import Prepared
from train.data.withheld import withheld_rows
from train.loop import Settings, fit
from train.qa import minilm
from train.qa.export import export
from train.qa.free_answers import (
    FreeAnswers,
    Frozen,
    Teacher,
    encode_sorted,
    frequent_ngrams,
    load,
    of_checkpoint,
    start,
)
from train.qa.loss import SCALE, UNLABELLED, adjusted_log_prior, judged_loss, softmax_loss
from train.qa.teacher import load_teacher
from train.qa.tower_measures import validate

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
    "judged": {
        "messages": 0.28,
        "judged": 0.32,
        "tweets43": 0.12,
        "tweeteval": 0.14,
        "airline": 0.07,
        "keywords": 0.07,
    },
    "taught": {
        "messages": 0.2,
        "judged": 0.24,
        UNLABELLED: 0.28,
        "tweets43": 0.08,
        "tweeteval": 0.09,
        "airline": 0.05,
        "keywords": 0.06,
    },
    "free": {"messages": 0.8, "goemotions": 0.06, "keywords": 0.14},
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
WITH_MESSAGES = ("messages", "judged", "taught", "free")
TAUGHT = ("goemotions", "semeval", "tweeteval", "airline")  # corpora of which all texts are also used without labels
RATES = {"answers": 5.0, "shared": 2.5, "question.attend": 5.0, "question.ngram": 1.5}


def main() -> None:
    options = parse()
    torch.manual_seed(options.seed)
    if options.threads:
        torch.set_num_threads(options.threads)
    table = EmojiTable.load(checkpoint.locate(options.emojis))
    pieces = WordPieces.load(options.tweets / "vocab.txt")
    train, val = (Prepared(options.tweets / f"{part}.npz", longest=options.longest) for part in ("train", "val"))
    if options.phase in WITH_MESSAGES:
        for texts, part in ((train, "train"), (val, "val")):
            texts.join(Prepared(options.messages / f"{part}.npz", longest=options.longest, module="train.messages"))
    if options.phase == "taught":
        train.repeat(unlabelled(train, options.unlabelled), UNLABELLED, "messages")
    withheld = withheld_rows(table) if options.withhold else []
    train.withhold(withheld)  # from the messages, too
    model = build(pieces, train, table, options)
    model.question.encoder.dropout = options.dropout
    frozen = Frozen(model, options.frozen)
    prior = adjusted_log_prior(train, prior_scale=options.prior_scale)
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
        corpus, right, grades = (one[rows].to(device) for one in (train.corpus, train.right, train.grades))
        logits = SCALE * questions @ model.encode_answers().T + prior.to(device)[corpus]
        ranks = ranked.to(device)[corpus]
        if itself is None:
            return {"loss": softmax_loss(logits, right, ranked=ranks)}
        before = itself.logits(rows, prior[corpus.cpu()]).to(device)
        others = [one.logits(rows, prior[corpus.cpu()]).to(device) for one in teachers]
        if options.phase == "judged":
            others.append(before)
        taught = torch.stack(others).mean(dim=0)
        return judged_loss(logits, right, grades, ranked=ranks, before=before, taught=taught)

    itself, teachers = None, []
    if options.phase in ("judged", "taught"):
        device = PartialState().device
        itself = Teacher(copy.deepcopy(model).to(device), train)
        others = [load(pieces, load_file(run / "best.safetensors")) for run in options.teachers]
        others += [load_teacher(options.large, pieces)] if options.large else []
        teachers = [Teacher(one.to(device), train) for one in others]
    ranked = torch.tensor([name == "messages" for name in train.names])
    encode = FreeAnswers.encode_lexical if options.phase == "lexical" else FreeAnswers.encode_question
    fit(
        model,
        loss,
        lambda model: validate(model, val, encode, limit=options.validate, prior=prior),
        len(train),
        Settings.of(
            options,
            validate_every=options.validate_every,
            save_every=options.save_every,
            bf16=has_bf16(),
            clip=1.0,
            warmup=options.warmup,
            cosine=True,
            weight_decay=0.01,
            betas=(0.9, 0.98),
            rates=RATES,
        ),
        train.weights(MIX[options.phase], unlabelled=UNLABELLED),
    )
    if PartialState().is_main_process:
        starts = [options.start if options.start.is_dir() else options.start.parent] if options.start else []
        starts += [
            *options.teachers,
            *([options.large] if options.large else []),
            *([options.messages] if options.phase in WITH_MESSAGES else []),
        ]
        chars = [table.bases.chars[row] for row in withheld]
        export(model, pieces, train, table, options, starts=starts, prior_scale=options.prior_scale, withheld=chars)


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
    parser.add_argument(
        "--teachers",
        type=Path,
        nargs="*",
        default=[],
        help="towers that teach, too, beside the one that `judged` starts from",
    )
    parser.add_argument("--large", type=Path, help="a run of train.qa.teacher that teaches, which `taught` needs")
    parser.add_argument(
        "--unlabelled",
        type=int,
        default=150_000,
        help="tweets that `taught` takes without their emojis, beside other texts",
    )
    parser.add_argument("--warmup", type=int, default=100)
    parser.add_argument(
        "--ngrams", type=int, default=60_000, help="how many pieces, pairs and triples of them are known"
    )
    parser.add_argument("--validate", type=int, default=3000, help="texts of each corpus to validate on, at the most")
    parser.add_argument("--validate-every", type=int, default=1000)
    parser.add_argument("--save-every", type=int, default=250)
    parser.add_argument(
        "--withhold", action="store_true", help="leave the emojis of train/data/withheld/withheld.txt out of everything"
    )
    parser.add_argument("--out", type=Path, help="where the tower is written (default: the run's folder)")
    parser.add_argument("--threads", type=int, help="of the processor (default: PyTorch's choice)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--smoke", action="store_true", help="six steps, to see that all works")
    options = parser.parse_args()
    if options.phase == "taught" and not options.large:
        parser.error("--phase taught needs --large, a run of train.qa.teacher.")
    options.run = options.run or Path("runs") / f"question-{options.phase}{'-withhold' if options.withhold else ''}"
    if options.smoke:
        options.run, options.steps, options.validate = options.run.with_name(options.run.name + "-smoke"), 6, 100
    return options


def unlabelled(train: Prepared, tweets: int) -> np.ndarray:
    """The rows of texts that are used without their labels: this number of inline tweets, and all texts of TAUGHT."""
    inline = np.random.default_rng(0).permutation(train.rows("tweets43"))[:tweets]
    return np.concatenate([inline, *(train.rows(name) for name in TAUGHT)])


def build(pieces: WordPieces, train: Prepared, table: EmojiTable, options: argparse.Namespace) -> FreeAnswers:
    """The model at the start: another phase's weights, or the published encoder, with n-grams that have no effect yet
    and the embeddings of names and keywords as answers."""
    if options.start and options.start.is_dir():
        return of_checkpoint(options.start)
    if options.start and options.phase in WITH_MESSAGES:
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


if __name__ == "__main__":
    main()
