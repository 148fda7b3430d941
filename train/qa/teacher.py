"""Fit a large encoder to messages and readers' grades, so that the shipped tower can learn from it: python -m train.qa.teacher

The encoder is all-mpnet-base-v2 (see `train.qa.mpnet`), with one free vector for each emoji as its answer. Afterwards
`train.qa.question --phase taught --large RUN` teaches its answers to the tower, also those to texts without labels.
"""

import argparse
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional as F

from emoji_qa import checkpoint
from emoji_qa.emojis.table import EmojiTable
from emoji_qa.precision import has_bf16
from emoji_qa.text.tokenizers import WordPieces, pad
from train import commands
from train.data.keywords import meaning_texts
from train.data.prepared import Prepared
from train.loop import Settings, fit
from train.qa.free_answers import encode_sorted
from train.qa.loss import SCALE, adjusted_log_prior, judged_loss, popularity
from train.qa.mpnet import MPNet, pretrained, tokenizer_of
from train.qa.tower_measures import validate

MIX = {"judged": 0.6, "messages": 0.4}  # share of each in a batch
LONGEST = 48  # tokens; the rest of a text is not read


class Reread:
    """Ids of the tower's word pieces (B, L) → text → ids of another tokenizer (B, L'). Both are padded with 0."""

    def __init__(self, pieces: WordPieces, tokenizer: Tokenizer):
        self.pieces, self.tokenizer = pieces, tokenizer

    def __call__(self, ids: Tensor) -> Tensor:
        some = [one.ids for one in self.tokenizer.encode_batch([self.text(row) for row in ids.tolist()])]
        short = [one if len(one) <= LONGEST else [*one[: LONGEST - 1], one[-1]] for one in some]
        return torch.from_numpy(pad(short)).to(ids.device)

    def text(self, ids: list[int]) -> str:
        """The text of some ids, in lower case, with spaces around punctuation marks."""
        special = len(WordPieces.SPECIAL)
        return " ".join(self.pieces.pieces[i] for i in ids if i >= special).replace(" ##", "")


class LargeTeacher(nn.Module):
    """An encoder with answer vectors (n_bases, width), one per emoji. It takes the same ids as `FreeAnswers`."""

    def __init__(self, encoder: MPNet, answers: Tensor, reread: Reread):
        super().__init__()
        self.encoder, self.reread = encoder, reread
        self.answers = nn.Parameter(answers.clone())

    def encode_question(self, ids: Tensor) -> Tensor:
        """Piece ids (B, L) → unit vectors (B, width)."""
        return F.normalize(self.encoder(self.reread(ids)), dim=-1)

    def encode_answers(self) -> Tensor:
        """Unit vectors (n_bases, width)."""
        return F.normalize(self.answers, dim=-1)


def load_teacher(run: Path, pieces: WordPieces) -> LargeTeacher:
    """The teacher that a run of this module fitted."""
    weights = load_file(run / "best.safetensors")
    encoder = MPNet.of({name.removeprefix("encoder."): one for name, one in weights.items() if name != "answers"})
    return LargeTeacher(encoder, weights["answers"], Reread(pieces, tokenizer_of(run))).eval()


def main() -> None:
    options = parse()
    torch.manual_seed(options.seed)
    if options.threads:
        torch.set_num_threads(options.threads)
    folder = checkpoint.locate(options.emojis)
    table, pieces = EmojiTable.load(folder), WordPieces.load(folder / "vocab.txt")
    train, val = (Prepared(options.messages / f"{part}.npz", module="train.messages") for part in ("train", "val"))
    popular = popularity(Prepared(options.tweets / "train.npz"))
    prior = adjusted_log_prior(train, prior_scale=options.prior_scale, popular=popular)
    tokenizer = tokenizer_of(options.mpnet)
    options.run.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(options.mpnet / "tokenizer.json", options.run / "tokenizer.json")
    encoder = pretrained(options.mpnet)
    model = LargeTeacher(
        encoder, meanings(encoder, tokenizer, meaning_texts(table, options.data)), Reread(pieces, tokenizer)
    )
    encoder.words.requires_grad_(False)
    ranked = torch.tensor([name == "messages" for name in train.names])

    def loss(model: LargeTeacher, rows: Tensor, step: int) -> dict[str, Tensor]:
        rows, device = rows.cpu().numpy(), model.answers.device
        corpus, right, grades = (one[rows].to(device) for one in (train.corpus, train.right, train.grades))
        questions = encode_sorted(model, train, rows)
        logits = SCALE * questions.float() @ model.encode_answers().T + prior.to(device)[corpus]
        return judged_loss(logits, right, grades, ranked=ranked.to(device)[corpus])

    fit(
        model,
        loss,
        lambda model: validate(model, val, LargeTeacher.encode_question, limit=options.validate, prior=prior),
        len(train),
        Settings.of(
            options,
            validate_every=options.validate_every,
            bf16=has_bf16(),
            clip=1.0,
            warmup=60,
            cosine=True,
            weight_decay=0.01,
            betas=(0.9, 0.98),
            rates={"answers": 20.0},
        ),
        train.weights(MIX),
    )
    commands.record(
        options.run / "tower.json",
        "train.qa.teacher",
        before=commands.of(options.messages),
        afresh=True,
    )


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m train.qa.teacher", description=__doc__.split("\n")[0])
    parser.add_argument(
        "--mpnet",
        type=Path,
        required=True,
        help="the folder of all-mpnet-base-v2, model.safetensors and tokenizer.json",
    )
    parser.add_argument("--tweets", type=Path, default=Path("runs/tweets"), help="what train.data.tweets wrote")
    parser.add_argument("--messages", type=Path, default=Path("runs/messages"), help="what train.messages wrote")
    parser.add_argument(
        "--emojis", type=Path, default=Path("checkpoints/default"), help="emoji table and word pieces of the messages"
    )
    parser.add_argument("--data", type=Path, default=Path("data"), help="the folder of corpora (default: data)")
    parser.add_argument("--run", type=Path, default=Path("runs/teacher"))
    parser.add_argument("--steps", type=int, default=1800)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--lr", type=float, default=4e-5)
    parser.add_argument("--prior-scale", type=float, default=0.0325, help="of log p beside a cosine")
    parser.add_argument("--validate", type=int, default=1200, help="texts of each corpus to validate on, at the most")
    parser.add_argument("--validate-every", type=int, default=300)
    parser.add_argument("--threads", type=int, help="of the processor (default: PyTorch's choice)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--smoke", action="store_true", help="three steps, to see that all works")
    options = parser.parse_args()
    if options.smoke:
        options.run, options.steps, options.validate = options.run.with_name(options.run.name + "-smoke"), 3, 50
    return options


@torch.no_grad()
def meanings(encoder: MPNet, tokenizer: Tokenizer, texts: list[str]) -> Tensor:
    """The encoder's vectors for some texts before training: unit vectors (N, width)."""
    encoder.eval()
    ids = [tokenizer.encode(text).ids[:LONGEST] for text in texts]
    found = torch.cat([encoder(torch.tensor([one])) for one in ids])
    encoder.train()
    return F.normalize(found, dim=-1)


if __name__ == "__main__":
    main()
