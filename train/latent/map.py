"""Lay out only the map of a checkpoint's emojis again: python -m train.latent.map --checkpoint NAME"""

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

ENOUGH = 100  # the minimum number of emojis for a map
PERPLEXITY = 15  # of t-SNE: about the number of neighbours that stay near an emoji
SPREAD = 1.12  # side of the square for each picture if all were spread evenly over the map's rectangle, in pictures
ROUNDS = 300
HOMEWARDS = 0.02  # share of the way back to its first place that a picture is pulled in the first round


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

    t-SNE (van der Maaten & Hinton 2008) of distances in the metric, started from the principal components; then
    overlapping pictures are pushed apart. The map is mirrored so that the first emoji is at the upper left.
    """
    if len(codes) < ENOUGH:
        return None
    tsne = TSNE(2, init="pca", perplexity=PERPLEXITY, random_state=seed)
    with threadpool_limits(1):  # the same places on any number of cores
        places = tsne.fit_transform((codes @ metric).astype(np.float32)).astype(np.float64)
    evenly = np.sqrt(np.ptp(places, axis=0).prod() / len(places))
    places = spread(places * SPREAD / evenly, seed=seed)
    places -= (places.min(axis=0) + places.max(axis=0)) / 2
    return (places * np.where(places[0] > 0, -1, 1)).astype(np.float32)


def spread(places: np.ndarray, *, seed: int = 0) -> np.ndarray:
    """Places (B, 2), moved as little as possible until hardly any two are nearer than 1 to each other.

    In each round, places that are too near are pushed apart, and a fading force pulls all back to where they were.
    """
    home = places + np.random.default_rng(seed).normal(0, 1e-3, places.shape)  # identical pictures have the same place
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
    """The mean share of a point's k nearest points (B, 16) that are also among its k nearest places (B, 2)."""
    near, shown = (cKDTree(x).query(x, k + 1)[1][:, 1:] for x in (points, places))
    return float((near[:, :, None] == shown[:, None]).any(axis=2).mean())


if __name__ == "__main__":
    main()
