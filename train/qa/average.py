"""Average the weights of several related question towers into one tower: python -m train.qa.average RUN=SHARE ...

Towers whose training continued from the same tower lie in one valley of the loss, and the mean of their weights is
often better on all corpora than each of them (Wortsman et al. 2022, "Model soups"): what one tower learned for one
corpus then costs less on the others.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from emoji_qa import checkpoint
from emoji_qa.emojis.table import EmojiTable
from emoji_qa.text.tokenizers import WordPieces
from train import commands
from train.data.prepared import Prepared
from train.qa.export import export
from train.qa.free_answers import load, of_checkpoint
from train.qa.loss import SCALE


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m train.qa.average", description=__doc__.split("\n")[0])
    parser.add_argument(
        "runs",
        nargs="+",
        type=share,
        metavar="RUN=SHARE",
        help="a run of train.qa.question or a checkpoint, and its share",
    )
    parser.add_argument("--lexical-weight", type=float, default=1.0, help="factor on what the n-grams say")
    parser.add_argument(
        "--prior-scale", type=float, default=1 / SCALE, help="of log p beside a cosine, where popularity is 1"
    )
    parser.add_argument("--tweets", type=Path, default=Path("runs/tweets"), help="what train.data.tweets wrote")
    parser.add_argument(
        "--emojis", type=Path, default=Path("checkpoints/default"), help="a folder with the emoji table"
    )
    parser.add_argument("--out", type=Path, default=Path("runs/question"), help="where the tower is written")
    options = parser.parse_args()
    options.seed = 0  # `export` records it
    weights = mean([(of_run(run), part) for run, part in options.runs])
    pieces = WordPieces.load(options.tweets / "vocab.txt")
    model = load(pieces, weights)
    with torch.no_grad():
        model.question.ngrams.out.weight.mul_(options.lexical_weight)
    table, train = EmojiTable.load(checkpoint.locate(options.emojis)), Prepared(options.tweets / "train.npz")
    export(
        model,
        pieces,
        train,
        table,
        options,
        module="train.qa.average",
        starts=[run for run, _ in options.runs],
        prior_scale=options.prior_scale,
        withheld=withheld([run for run, _ in options.runs]),
    )


def of_run(folder: Path) -> dict[str, Tensor]:
    """The weights of a run, or of a finished checkpoint."""
    file = folder / "best.safetensors"
    return load_file(file) if file.is_file() else of_checkpoint(folder).state_dict()


def withheld(folders: Sequence[Path]) -> list[str]:
    """The emojis that were withheld from all of these towers: the mean knows every emoji that one of them learned."""
    files = [next((folder / name for name in commands.FILES if (folder / name).is_file()), None) for folder in folders]
    kept = [checkpoint.read_json(file).get("withheld", []) if file else [] for file in files]
    return [char for char in kept[0] if all(char in others for others in kept)]


def share(text: str) -> tuple[Path, float]:
    run, _, part = text.rpartition("=")
    return Path(run), float(part)


def mean(weighted: list[tuple[dict[str, Tensor], float]]) -> dict[str, Tensor]:
    """The weighted mean of the tensors of the same name. Integer tensors, such as keys of n-grams, must be the same in
    all; the first is taken. Raises ValueError when the names differ."""
    total = sum(part for _, part in weighted)
    first = weighted[0][0]
    for tensors, _ in weighted:
        if tensors.keys() != first.keys():
            raise ValueError("These are no towers of one family: their weights have other names.")
    return {
        name: sum(tensors[name] * (part / total) for tensors, part in weighted)
        if tensor.is_floating_point()
        else tensor
        for name, tensor in first.items()
    }


if __name__ == "__main__":
    main()
