"""Writes a question tower to a folder, for all commands that train one."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from safetensors.torch import save_file

from emoji_qa import checkpoint
from emoji_qa.emojis.table import EmojiTable
from emoji_qa.models.qa import QAModel
from emoji_qa.text.tokenizers import WordPieces
from train import commands
from train.commands import command
from train.data.prepared import Prepared
from train.qa.free_answers import FreeAnswers
from train.qa.loss import SCALE, popularity


def export(
    model: FreeAnswers,
    pieces: WordPieces,
    train: Prepared,
    table: EmojiTable,
    options: argparse.Namespace,
    *,
    module: str = "train.qa.question",
    starts: Sequence[Path] = (),
    prior_scale: float = 1 / SCALE,
    withheld: Sequence[str] = (),
) -> None:
    """Write the input of `train.qa.answers`: a QAModel whose answer tower is not trained yet, the learned answers, the
    vocabulary, and in tower.json the commands. Also write the weights, from which another phase can start.

    starts: the folders from which this training continued. withheld: the emojis that were left out of training.
    """
    ngrams, dim = model.question.ngrams.vectors.weight.shape
    tower = {"arch": "encoder", "vocab_size": len(pieces), "length": pieces.length, "ngrams": ngrams, "ngram_dim": dim}
    qa = QAModel(n_bases=len(table.bases), question=tower)
    qa.question.load_state_dict(model.question.state_dict())
    qa.shared.load_state_dict(model.shared.state_dict())
    qa.log_prior.copy_(popularity(train).clamp_min(-20))
    qa.prior_scale.fill_(prior_scale)
    out = options.out or options.run
    out.mkdir(parents=True, exist_ok=True)
    checkpoint.save_weights(qa, out / "qa.safetensors", small=True)
    save_file({"learned": model.answers.detach().half()}, out / "learned.safetensors")
    save_file({name: tensor.contiguous() for name, tensor in model.state_dict().items()}, out / "best.safetensors")
    pieces.save(out / "vocab.txt")
    told = {
        "command": command(module),
        "seed": options.seed,
        "data": {"tweets": checkpoint.file_hash(options.tweets / "train.npz")},
    }
    commands.record(
        out / "tower.json",
        module,
        before=commands.of(options.tweets, *starts, without=commands.PICTURES),
        afresh=True,
        qa=qa.config,
        question_training=told,
        withheld=list(withheld),
    )
    print(f"{out} holds the tower; now: python -m train.qa.answers --checkpoint FOLDER --question {out}")
