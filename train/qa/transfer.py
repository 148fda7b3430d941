"""Use a trained question tower to answer with emojis of your own: python -m train.qa.transfer --checkpoint FOLDER

FOLDER holds a VAE of other emojis (`train.vae.train`). There are no tweets for these, so their answer vectors are
predicted from the emojis that the tower knows: kernel regression from the known emojis' codes and meanings to the
vectors learned from tweets, as for an emoji that is added to a loaded model. All emojis are equally popular.
"""

import argparse
import math
from pathlib import Path

import numpy as np
import torch

from emoji_qa import checkpoint
from emoji_qa.emojis.table import EmojiTable
from emoji_qa.models.qa import QAModel
from emoji_qa.models.towers import KernelAnswer
from train import commands
from train.latent.space import encode, load_vae
from train.qa import answers
from train.qa.sqam import base_codes


def main() -> None:
    options = parse()
    known = checkpoint.locate(options.question)
    config = checkpoint.read_json(known / "config.json")
    model, pieces, learned = answers.load(EmojiTable.load(known), config, known)
    table = EmojiTable.load(options.checkpoint).bases
    codes = torch.from_numpy(np.stack(list(base_codes(options.checkpoint).values()))).float()
    kernel = KernelAnswer(n_bases=len(learned), latent_dim=codes.shape[1], width=model.question.width)
    known_codes = torch.from_numpy(codes_by(options.checkpoint, known)).float()
    model.fit_standardiser(torch.cat([known_codes, codes]))
    kernel.fit(model.standardise(known_codes), model.meaning, learned, torch.arange(len(learned)))
    texts = [", ".join([emoji.name, *emoji.keywords]) for emoji in table]
    meaning = torch.cat([model.encode_question(torch.from_numpy(pieces.encode([text]))) for text in texts]).detach()
    with torch.no_grad():
        taught = kernel(model.standardise(codes), meaning)
    own = QAModel(n_bases=len(table), latent_dim=codes.shape[1], question=config["qa"]["question"])
    own.question.load_state_dict(model.question.state_dict())
    own.shared.load_state_dict(model.shared.state_dict())
    own.prior_scale.copy_(model.prior_scale)
    own.log_prior.fill_(-math.log(len(table)))
    answers.fit(own, pieces, codes, texts, taught, torch.arange(len(table)))
    tower = {**config, "commands": commands.of(known, without=commands.PICTURES), "withheld": []}
    answers.save(own.eval(), pieces, tower, options, "train.qa.transfer")


def codes_by(folder: Path, known: Path) -> np.ndarray:
    """Codes (N, 16) of the bases of the checkpoint `known` by the VAE in `folder`; the saved ones if it is the same."""
    if checkpoint.file_hash(folder / "vae.safetensors") == checkpoint.file_hash(known / "vae.safetensors"):
        return np.stack(list(base_codes(known).values()))
    return encode(load_vae(folder), EmojiTable.load(known, bases_only=True).images)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m train.qa.transfer", description=__doc__.split("\n")[0])
    parser.add_argument(
        "--checkpoint", type=Path, required=True, help="a checkpoint's folder that holds a VAE of other emojis"
    )
    parser.add_argument("--question", default="default", help="the checkpoint whose question tower is used")
    options = parser.parse_args()
    options.popularity = 0.0
    return options


if __name__ == "__main__":
    main()
