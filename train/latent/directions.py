"""Fit, judge and keep meaningful directions of a latent space: python -m train.latent.directions --checkpoint NAME

Each direction is fitted to pairs of pictures put together that differ in only one factor, so other factors need not be
projected out (InterFaceGAN does that, Shen et al. 2020). The movement depends on the code where it begins. Its strength
is chosen with a probe, a network that learned to read the factors of other pictures, on faces put together. A second
probe judges the decoder's pictures of moved codes, on starting faces that neither direction nor probe has seen.
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from emoji_qa import checkpoint
from emoji_qa.emojis.table import EmojiTable
from emoji_qa.images.alpha import premultiply, unpremultiply
from emoji_qa.latent.directions import COLOUR, Direction, Directions, Wheel, harmonics
from emoji_qa.latent.space import Latent
from emoji_qa.models.vae import EmojiVAE
from emoji_qa.remix.parts import FILE, Parts
from train import commands
from train.evaluate.figures import sheet
from train.latent.factors import DISC, FACTORS, HUES, SQUARE, Look, Studio
from train.latent.probe import STEPS, Probe, train
from train.latent.space import load_vae

WORDS = {
    "mood": ("sad", "happy"),
    "anger": ("calm", "angry"),
    "tears": ("dry", "tears"),
    "eyes": ("open eyes", "closed"),
    "hat": ("no hat", "hat"),
    "size": ("small features", "large"),
    "shape": ("round", "square"),
    COLOUR: ("colour", ""),
}
LOOKS = 320  # looks that directions are fitted to
PROBED, STARTS = 1500, 200  # looks that a probe learns from; faces that directions are judged on
HUES_EACH = 2  # other hues of a look that the wheel is fitted to
RIDGE = 20.0  # for the slopes of the movements; codes have about unit variance
STRENGTHS = (
    0.5,
    0.6,
    0.7,
    0.75,
    0.8,
    0.85,
    0.9,
    1.0,
    1.25,
    1.5,
)  # factors on the mean movement of the pairs; all are tried for each direction
RIGHT, STAYS = 0.9, 0.8  # minimum shares for keeping a direction, see `judge`
ARRIVES = 0.5  # the same: a movement that seldom arrives is only a smudge, even if the probe sees the right trend
SURE = 0.85  # logit above which the probe counts as sure: a probability of 70 %
NEAR_HUE = 60  # degrees; hues that differ by less count as the same
ASKED = (0, 60, 120, 180, 240, 300)  # hues that the wheel is judged on


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m train.latent.directions", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--checkpoint", default="default", help="a name in checkpoints/, or a folder with a parts table"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--smoke", action="store_true", help="few pictures: in seconds, and not to be used")
    parser.add_argument("--sheet", type=Path, help="a PNG of ten faces, each moved to all ends, to be looked at")
    options = parser.parse_args()
    folder = checkpoint.locate(options.checkpoint)
    checkpoint.check_seal(folder, checkpoint.read_json(folder / "config.json"))
    if not (folder / FILE).is_file():
        parser.error(f"{folder} has no {FILE}, of which the pictures are made: python -m train.remix --emojis {folder}")
    counts = (8, 60, 20) if options.smoke else (LOOKS, PROBED, STARTS)
    figures = write_directions(folder, *counts, seed=options.seed, picture=options.sheet)
    commands.record(folder / "config.json", "train.latent.directions")
    print(report(figures))


def write_directions(
    folder: Path,
    looks: int,
    probed: int,
    starts: int,
    *,
    seed: int = 0,
    steps: int = STEPS,
    picture: Path | None = None,
) -> dict[str, dict]:
    """Fit and judge directions and keep those that pass in a checkpoint's folder. Returns their figures, which are also
    written to metrics.json.

    picture: a PNG file for some faces moved along all directions, also those that are not kept.
    """
    vae, studio = load_vae(folder), Studio(Parts.load(folder))
    latent = Latent.load(folder / "latent.safetensors", EmojiTable.load(folder, bases_only=True))
    chooser, probe = (teach_probe(vae, studio, probed, seed=seed + other, steps=steps) for other in (1, 0))
    directions = choose_strengths(
        fit(vae, studio, looks, seed=seed), chooser, vae, made_codes(vae, studio, starts, seed=seed + 1)
    )
    z = start_codes(vae, studio, latent, starts, seed=seed)
    figures = judge(directions, probe, vae, z)
    if picture:
        look_at(directions, vae, z[:: max(1, starts // 10)]).save(picture)
    latent.directions = {name: one for name, one in directions.items() if figures[name]["kept"]}
    latent.save(folder / "latent.safetensors")
    checkpoint.update_json(folder / "metrics.json", directions=figures)
    checkpoint.seal(folder)
    return figures


def teach_probe(vae: EmojiVAE, studio: Studio, count: int, *, seed: int = 0, steps: int = STEPS) -> Probe:
    """A probe that is trained to read `count` looks from their pictures and from the VAE's reconstructions."""
    looks = [studio.draw(np.random.default_rng((seed, 1, i))) for i in range(count)]
    x = draw(studio, looks)
    with torch.no_grad():
        seen = torch.cat([vae.decode(part) for part in encode(vae, x).split(256)])
    return train(torch.cat([seen, x]), [*looks, *looks], seed=seed, steps=steps)


def draw(studio: Studio, looks: Sequence[Look]) -> Tensor:
    """The pictures of looks, (N, 4, 36, 36), premultiplied."""
    return premultiply(np.stack([studio.picture(look) for look in looks]))


@torch.no_grad()
def encode(vae: EmojiVAE, x: Tensor) -> Tensor:
    """Pictures (N, 4, 36, 36) → the encoder's unrefined codes (N, latent_dim)."""
    return torch.cat([vae.code(part, quick=True) for part in x.split(64)])


def fit(vae: EmojiVAE, studio: Studio, count: int, *, seed: int = 0) -> Directions:
    """A direction for each factor and a wheel of hues, fitted to `count` looks with each of their factors changed."""
    rng = np.random.default_rng((seed, 0))
    looks, changes = [], []  # changes: (row before, row after, factor, end)
    for _ in range(count):
        look = studio.draw(rng)
        here = len(looks)
        looks.append(look)
        for name in FACTORS:
            if name == "shape" and look.body not in (DISC, SQUARE):
                continue
            for end in (0, 1):
                changed = studio.changed(look, name, end, rng)
                changes.append((here, here if changed == look else len(looks), name, end))
                looks += [] if changed == look else [changed]
        for hue in rng.choice(HUES, HUES_EACH, replace=False):
            changes.append((here, len(looks), COLOUR, int(hue)))
            looks.append(look.in_hue(int(hue)))
    z = encode(vae, draw(studio, looks)).double().numpy()
    return fit_to(z, changes)


def fit_to(z: np.ndarray, changes: Sequence[tuple[int, int, str, int]]) -> Directions:
    """Directions, fitted to codes (N, latent_dim) and pairs of their rows, each with the factor that differs and the
    end or hue of the second. The factor of the first is arbitrary; both rows may be the same.
    """
    found: Directions = {}
    for name, (low, high) in WORDS.items():
        rows = [(a, b, end) for a, b, which, end in changes if which == name]
        before, after, ends = (np.array(values) for values in zip(*rows, strict=True))
        if name == COLOUR:
            waves = harmonics(360 * ends / HUES)
            ways = regress(z[before], z[after] - z[before], waves)
            found[name] = Wheel(ways, low, high)
            continue
        two = [regress(z[before[ends == end]], (z[after] - z[before])[ends == end]) for end in (0, 1)]
        found[name] = Direction(low, high, np.concatenate(two))
    return found


def regress(z: np.ndarray, change: np.ndarray, waves: np.ndarray | None = None) -> np.ndarray:
    """Ridge regression of changes (N, D) on [1, z] (N, 1 + D), multiplied by each of K waves (N, K) → (K, 1 + D, D)."""
    waves = np.ones((len(z), 1)) if waves is None else waves
    known = np.concatenate([np.ones((len(z), 1)), z], axis=1)
    inputs = (waves[:, :, None] * known[:, None]).reshape(len(z), -1)  # (N, K (1 + D))
    costs = np.tile([0.01, *[RIDGE] * z.shape[1]], waves.shape[1])
    ways = np.linalg.solve(inputs.T @ inputs + np.diag(costs), inputs.T @ change)
    return ways.reshape(waves.shape[1], known.shape[1], z.shape[1])


def start_codes(vae: EmojiVAE, studio: Studio, latent: Latent, count: int, *, seed: int = 0) -> np.ndarray:
    """Codes (count, latent_dim) of starting faces: up to half of them real emojis, the others put together."""
    faces = [char for char in studio.parts.faces if char in latent.emojis][: count // 2]
    real = [latent.codes[latent.emojis.index(char)] for char in faces]
    made = made_codes(vae, studio, count - len(faces), seed=seed)
    return np.concatenate([np.reshape(real, (-1, made.shape[1])), made]).astype(np.float32)


def made_codes(vae: EmojiVAE, studio: Studio, count: int, *, seed: int = 0) -> np.ndarray:
    """Codes (count, latent_dim) float32 of faces put together, round or square."""
    rng = np.random.default_rng((seed, 2))
    looks: list[Look] = []
    while len(looks) < count:
        look = studio.draw(rng)
        looks += [look] if look.body in (DISC, SQUARE) else []
    return encode(vae, draw(studio, looks)).numpy()


def choose_strengths(directions: Directions, probe: Probe, vae: EmojiVAE, z: np.ndarray) -> Directions:
    """The directions, each multiplied by the largest of STRENGTHS with which the other factors stay, or else by the
    smallest; judged from codes z (N, latent_dim)."""
    chosen = {}
    for strength in STRENGTHS:
        scaled = {name: replace(one, ways=strength * one.ways) for name, one in directions.items()}
        figures = judge(scaled, probe, vae, z)
        chosen |= {name: one for name, one in scaled.items() if name not in chosen or figures[name]["stays"] >= STAYS}
    return {name: chosen[name] for name in directions}


@torch.no_grad()
def judge(directions: Directions, probe: Probe, vae: EmojiVAE, z: np.ndarray) -> dict[str, dict]:
    """Judge the moves along each direction from codes z (N, latent_dim), by the probe's readings before and after.

    "right": the share of moves that change the reading towards the end that was asked for; "arrives": the share after
    which the probe reads that end; "stays": of the other factors that the probe was sure of, the share that it still
    reads the same way and is sure of; "kept": whether all three are large enough. Moves that begin at the end asked for
    do not count. A move of the wheel is right if the hue that is read is near the one asked for.
    """

    def read(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return probe.read(vae.decode(torch.from_numpy(codes)))

    before, hue = read(z)
    figures = {}
    for name, one in directions.items():
        right, arrives, stays = [], [], []
        for to in ASKED if name == COLOUR else (-1, 1):
            after, hue_after = read(one.move(z, to))
            sure, same = np.abs(before) > SURE, np.sign(before) * after > SURE
            if name == COLOUR:
                near = apart(hue_after, to) < NEAR_HUE
                begins = apart(hue, to) >= NEAR_HUE
                moved = near
            else:
                k = FACTORS.index(name)
                near, begins, moved = to * after[:, k] > 0, to * before[:, k] <= 0, to * (after - before)[:, k] > 0
                sure, same = np.delete(sure, k, axis=1), np.delete(same, k, axis=1)
                sure = np.concatenate([sure, np.ones((len(z), 1), bool)], axis=1)
                same = np.concatenate([same, apart(hue_after, hue)[:, None] < NEAR_HUE], axis=1)
            right += moved[begins].tolist()
            arrives += near[begins].tolist()
            stays += same[begins][sure[begins]].tolist()
        shares = {"right": right, "arrives": arrives, "stays": stays}
        found = {key: round(float(np.mean(values)), 3) if values else 0.0 for key, values in shares.items()}
        kept = found["right"] >= RIGHT and found["arrives"] >= ARRIVES and found["stays"] >= STAYS
        figures[name] = {**found, "kept": kept}
    return figures


@torch.no_grad()
def look_at(directions: Directions, vae: EmojiVAE, z: np.ndarray) -> Image.Image:
    """A sheet with a row for each code (N, latent_dim): the picture itself, at both ends of each direction, and in the
    hues of the wheel."""
    moved = [z, *(one.move(z, to) for name, one in directions.items() for to in (ASKED if name == COLOUR else (-1, 1)))]
    codes = torch.from_numpy(np.stack(moved, axis=1).reshape(-1, z.shape[1]))
    return sheet(unpremultiply(torch.cat([vae.decode(part, 72) for part in codes.split(64)])), len(moved))


def apart(a: np.ndarray, b: np.ndarray | float) -> np.ndarray:
    """Degrees between two angles, 0 to 180."""
    return np.abs((a - b + 180) % 360 - 180)


def report(figures: dict[str, dict]) -> str:
    """The figures as lines of text."""
    lines = ["direction                 right  arrives  others stay"]
    for name, row in figures.items():
        label = " ↔ ".join(filter(None, WORDS[name]))
        kept = "" if row["kept"] else "  not shown"
        lines.append(f"{label:24} {row['right']:6.0%} {row['arrives']:8.0%} {row['stays']:12.0%}{kept}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
