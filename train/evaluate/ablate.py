"""Measure what each part of the question–answer model contributes: python -m train.evaluate.ablate --checkpoint FOLDER

It prints one table. Each row adds one part to the row above. All rows learn from the same tweets in the same number of
steps, with three seeds, except the pretrained encoder, which has one seed because it takes as long as all other rows
together. A finished row is not trained again.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from emoji_qa.emojis.table import EmojiTable
from emoji_qa.models.wolf2017.sqam import CodeAnswer, GloveQuestion, SharedStack
from emoji_qa.text.tokenizers import Vocabulary, WordPieces, tokenize
from train.data.corpora import tweets43
from train.data.keywords import meaning_texts
from train.evaluate.answers.rows import hits
from train.loop import Settings, fit
from train.qa import minilm
from train.qa.loss import SCALE, hinge_loss, softmax_loss
from train.qa.sqam import base_codes, glove

BUCKETS, INCORRECT, MOST = 20_000, 20, 4
RUNGS = {  # the part that each row adds to those above
    "original SQAM": set(),
    "+ sub-words": {"subwords"},
    "+ convolution": {"conv"},
    "+ attention": {"attention"},
    "+ meaning vector": {"meaning"},
    "+ softmax loss": {"softmax"},
    "pretrained encoder": {"minilm"},
}


class Ablated(nn.Module):
    """Question tower, answer tower and shared stack, with the parts of one row."""

    def __init__(self, parts: set[str], tower: nn.Module, *, meaning: Tensor, codes: Tensor):
        super().__init__()
        self.parts, self.question, self.shared = parts, tower, SharedStack()
        self.register_buffer("codes", (codes - codes.mean(dim=0)) / codes.std(dim=0).clamp_min(1e-6))
        self.register_buffer("meaning", meaning)
        self.answer = CodeAnswer(latent_dim=codes.shape[1])
        self.told = nn.Linear(meaning.shape[1], 10, bias=False) if "meaning" in parts else None

    def encode_question(self, ids: Tensor) -> Tensor:
        """Ids → unit vectors (B, 10)."""
        return F.normalize(self.shared(self.question(ids)).float(), dim=-1)

    def encode_answers(self) -> Tensor:
        """Unit vectors (n_bases, 10). In training, a random half of the emojis is encoded without a meaning."""
        answer = self.answer(self.codes)
        if self.told is not None:
            kept = torch.rand(len(answer), 1, device=answer.device) < 0.5 if self.training else 1.0
            answer = answer + kept * self.told(self.meaning)
        return F.normalize(self.shared(answer).float(), dim=-1)


class Encoded(nn.Module):
    """The pretrained encoder, with the same dense layer at its end as the other towers."""

    def __init__(self, folder: Path):
        super().__init__()
        self.encoder, _ = minilm.pretrained(folder)
        self.dense = nn.Linear(384, 10)

    def forward(self, ids: Tensor) -> Tensor:  # (B, L) → (B, 10)
        ids = ids[:, : int((ids > 0).sum(dim=1).max())]
        mask = ids > 0
        with torch.autocast(ids.device.type, torch.bfloat16):  # four times as fast; used only in this module
            states = self.encoder(ids, mask).float()
        return F.relu(self.dense((states * mask[..., None]).sum(dim=1) / mask.sum(dim=1, keepdim=True)))


def main() -> None:
    options = parse()
    if options.threads:
        torch.set_num_threads(options.threads)
    table = EmojiTable.load(options.checkpoint)
    tweets = tweets43(options.data, table)
    train, test = (
        tweets[tweets["part"] == part].sample(n, random_state=0)
        for part, n in (("train", options.tweets), ("val", options.held_out))
    )
    rows, parts = {}, set()
    for name, added in RUNGS.items():
        parts = parts | added
        seeds = range(1 if "minilm" in parts else options.seeds)
        figures = pd.DataFrame([one_run(name, parts, seed, train, test, table, options) for seed in seeds])
        rows[name] = {
            key: (figures[key].mean(), figures[key].std(ddof=0)) for key in ("hit1", "hit5", "hit20", "macro20")
        }
        print(report(rows), flush=True)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m train.evaluate.ablate", description=__doc__.split("\n")[0])
    parser.add_argument("--checkpoint", type=Path, default=Path("checkpoints/default"), help="whose emojis and codes")
    parser.add_argument("--data", type=Path, default=Path("data"), help="the folder of corpora (default: data)")
    parser.add_argument("--minilm", type=Path, help="the folder of all-MiniLM-L6-v2 (default: the installed package)")
    parser.add_argument("--run", type=Path, default=Path("runs/ablate"))
    parser.add_argument("--tweets", type=int, default=100_000)
    parser.add_argument("--held-out", type=int, default=5000)
    parser.add_argument("--steps", type=int, default=1500, help="of 128 tweets")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--threads", type=int, help="of the processor (default: PyTorch's choice)")
    parser.add_argument("--smoke", action="store_true", help="a few steps of each, to see that all works")
    options = parser.parse_args()
    if options.smoke:
        options.run, options.tweets, options.held_out = options.run.with_name("ablate-smoke"), 2000, 500
        options.steps, options.seeds = 4, 1
    return options


def one_run(
    name: str,
    parts: set[str],
    seed: int,
    train: pd.DataFrame,
    test: pd.DataFrame,
    table: EmojiTable,
    options: argparse.Namespace,
) -> dict[str, float]:
    """Train one row with one seed and measure it on held-out tweets, with the popularity that suits its loss."""
    torch.manual_seed(seed)
    tower, encode = question_tower(parts, train, options)
    vectors = glove(options.data)
    texts = meaning_texts(table, options.data)
    meaning = torch.from_numpy(np.stack([mean_vector(text, vectors) for text in texts]))
    codes = torch.from_numpy(np.stack(list(base_codes(options.checkpoint).values()))).float()
    model = Ablated(parts, tower, meaning=meaning, codes=codes)
    ids, held = torch.from_numpy(encode(train["text"].tolist())), torch.from_numpy(encode(test["text"].tolist()))
    right = torch.full((len(train), MOST), -1)
    for line, rows in zip(right, train["rows"], strict=True):
        line[: len(rows[:MOST])] = torch.tensor(rows[:MOST])
    prior = torch.bincount(right[right >= 0], minlength=len(table.bases)) + 0.5
    prior = (prior / prior.sum()).log()

    def loss(model: Ablated, rows: Tensor, step: int) -> dict[str, Tensor]:
        rows = rows.cpu()
        cosines = model.encode_question(ids[rows].to(model.codes.device)) @ model.encode_answers().T
        given = right[rows].to(cosines.device)
        if "softmax" in model.parts:
            return {"loss": softmax_loss(SCALE * cosines + prior.to(cosines.device), given)}
        incorrect = cosines.gather(1, torch.randint(len(prior), (len(rows), INCORRECT), device=cosines.device))
        return {"loss": hinge_loss(cosines.gather(1, given[:, :1])[:, 0], incorrect)}

    def measure(model: Ablated) -> dict[str, float]:
        cosines = torch.cat([model.encode_question(some) for some in held.to(model.codes.device).split(256)])
        scores = cosines @ model.encode_answers().T
        # Only the softmax is given the prior in training. With the hinge loss the model learns it by itself.
        scores = scores + prior.to(scores.device) / SCALE if "softmax" in model.parts else scores
        return hits(scores.cpu().numpy(), test["rows"].tolist())

    run = options.run / f"{name.strip('+ ').replace(' ', '-')}-{seed}"
    lr = 2e-4 if "minilm" in parts else 1e-3
    return fit(
        model,
        loss,
        measure,
        len(train),
        Settings(
            run=run,
            arguments={**vars(options), "row": name, "seed": seed},
            steps=options.steps,
            batch_size=128,
            lr=lr,
            seed=seed,
            clip=1.0,
            validate_every=options.steps,
            warmup=50,
            save_every=max(1, options.steps // 10),
            cosine=True,
            rates={"question.encoder": 1.0, "": 5.0} if "minilm" in parts else {},
        ),
    )[-1]


def question_tower(parts: set[str], train: pd.DataFrame, options: argparse.Namespace):
    """An untrained tower with GloVe's word vectors, or the pretrained encoder; and a function from texts to its ids."""
    if "minilm" in parts:
        folder = minilm.locate(options.minilm)
        tokenizer = minilm.pretrained(folder)[1]
        pieces = sorted(tokenizer.get_vocab(), key=tokenizer.token_to_id)
        special = [tokenizer.token_to_id(piece) for piece in WordPieces.SPECIAL]
        ours = WordPieces([*WordPieces.SPECIAL, *(piece for piece in pieces if piece not in WordPieces.SPECIAL)])
        theirs = np.array([*special, *(tokenizer.token_to_id(piece) for piece in ours.pieces[4:])])
        return Encoded(folder), lambda texts: theirs[ours.encode(texts)]
    vocabulary = Vocabulary.from_tweets(train["text"], 20_000)
    tower = GloveQuestion(
        vocab_size=len(vocabulary),
        subwords=BUCKETS if "subwords" in parts else 0,
        conv="conv" in parts,
        attention="attention" in parts,
    )
    vectors = glove(options.data)
    with torch.no_grad():
        tower.embedding.weight.mul_(0.1)
        for row, word in enumerate(vocabulary.words, start=2):
            if word in vectors:
                tower.embedding.weight[row] = torch.from_numpy(vectors[word].astype(np.float32))
    if "subwords" in parts:
        nn.init.normal_(tower.pieces.weight, std=0.1)
        return tower, lambda texts: vocabulary.encode_pieces(texts, buckets=BUCKETS)
    return tower, vocabulary.encode


def mean_vector(text: str, vectors: dict[str, np.ndarray]) -> np.ndarray:
    """The mean GloVe vector (100,) of a text's words, scaled to unit length; 0 if GloVe knows none of them."""
    known = [vectors[word].astype(np.float32) for word in tokenize(text) if word in vectors]
    mean = np.mean(known, axis=0) if known else np.zeros(100, np.float32)
    return mean / max(np.linalg.norm(mean), 1e-6)


def report(rows: dict[str, dict[str, tuple[float, float]]]) -> str:
    """The table as Markdown: means over the seeds, ± their standard deviation."""
    lines = ["| | top 1 | top 5 | top 20 | per emoji, top 20 |", "|---|---|---|---|---|"]
    lines += [
        f"| {name} | " + " | ".join(f"{mean:.3f} ± {spread:.3f}" for mean, spread in row.values()) + " |"
        for name, row in rows.items()
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
