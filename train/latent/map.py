"""Lays out the map of a checkpoint's emojis anew, and changes nothing else: python -m train.latent.map --checkpoint NAME"""

import argparse
import sys

import numpy as np
from scipy.spatial import cKDTree
from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits

from emoji_qa import checkpoint
from emoji_qa.emojis.table import EmojiTable
from emoji_qa.latent.space import Latent
from train import commands

ENOUGH = 100  # emojis, before a map is worth its while
PERPLEXITY = 15  # about how many others an emoji is kept near to
SPREAD = 1.12  # sides of the square that each picture would have if all were spread evenly over the map's rectangle
ROUNDS = 300
HOMEWARDS = 0.02  # of the way back, in the first round


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m train.latent.map", description=__doc__)
    parser.add_argument(
        "--checkpoint", default="default", help="a name in checkpoints/, or a folder (default: %(default)s)"
    )
    folder = checkpoint.locate(parser.parse_args().checkpoint)
    checkpoint.check_seal(folder, checkpoint.read_json(folder / "config.json"))
    latent = Latent.load(folder / "latent.safetensors", EmojiTable.load(folder, bases_only=True))
    latent.map = fit_map(latent.codes, latent.metric)
    if latent.map is None:
        sys.exit(f"{len(latent.codes)} emojis are too few for a map; it takes {ENOUGH}.")
    latent.save(folder / "latent.safetensors")
    commands.record(folder / "config.json", "train.latent.map")
    checkpoint.seal(folder)
    kept = kept_near(latent.codes @ latent.metric, latent.map)
    print(f"{folder / 'latent.safetensors'}: {kept:.0%} of an emoji's ten nearest are among its ten nearest on the map")


def fit_map(codes: np.ndarray, metric: np.ndarray, *, seed: int = 0) -> np.ndarray | None:
    """Places (B, 2) float32 for codes (B, 16), in units of one picture (see `emoji_qa.latent.map`); None for too few of them.

    t-SNE (van der Maaten & Hinton 2008) of distances in the metric, from the principal components on; then pictures that
    overlap push each other apart. The first emoji comes to lie on the upper left.
    """
    if len(codes) < ENOUGH:
        return None
    tsne = TSNE(2, init="pca", perplexity=PERPLEXITY, random_state=seed)
    with threadpool_limits(1):  # the same places however many cores there are
        places = tsne.fit_transform((codes @ metric).astype(np.float32)).astype(np.float64)
    evenly = np.sqrt(np.ptp(places, axis=0).prod() / len(places))
    places = spread(places * SPREAD / evenly, seed=seed)
    places -= (places.min(axis=0) + places.max(axis=0)) / 2
    return (places * np.where(places[0] > 0, -1, 1)).astype(np.float32)


def spread(places: np.ndarray, *, seed: int = 0) -> np.ndarray:
    """Places (B, 2) moved as little as it takes for next to none to be nearer than 1 to another.

    Whatever is too near is pushed apart, round after round, while a pull to where it was fades.
    """
    home = places + np.random.default_rng(seed).normal(0, 1e-3, places.shape)  # emojis drawn alike lie in one place
    places = home.copy()
    for pull in HOMEWARDS * np.linspace(1, 0, ROUNDS):
        i, j = cKDTree(places).query_pairs(1, output_type="ndarray").T
        apart = places[i] - places[j]
        distance = np.linalg.norm(apart, axis=1, keepdims=True)
        push = apart / distance * (1 - distance) / 4
        step = pull * (home - places)
        np.add.at(step, i, push)
        np.add.at(step, j, -push)
        places = places + step
    return places


def kept_near(points: np.ndarray, places: np.ndarray, k: int = 10) -> float:
    """Of the k points (B, 16) nearest to one, the share that is among the k nearest places (B, 2), too."""
    near, shown = (cKDTree(x).query(x, k + 1)[1][:, 1:] for x in (points, places))
    return float((near[:, :, None] == shown[:, None]).any(axis=2).mean())


if __name__ == "__main__":
    main()
