"""How well a VAE draws emojis put together that it has never seen, by kind of recipe, and a sheet of random samples."""

import argparse
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch

from emoji_qa import checkpoint
from emoji_qa.emojis.table import EmojiTable
from emoji_qa.images.alpha import premultiply, unpremultiply
from emoji_qa.latent.space import Latent
from emoji_qa.models.vae import EmojiVAE, psnr
from emoji_qa.remix.draw import SHARES, draw
from emoji_qa.remix.parts import Parts
from emoji_qa.remix.recipes import Recipe
from train.evaluate import FOUR_DIGITS, rounded
from train.evaluate.figures import sheet
from train.evaluate.pictures.measures import kernel_distance
from train.latent.space import load_vae
from train.remix.pictures import is_unseen, pictures
from train.vae import vision

KID_SAMPLES = 256
COUNT = 40  # recipes of each kind
SEED = 1234
ROUNDS = 20  # of 500 recipes of a kind, at most: some kinds have few recipes, and very few unseen ones


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m train.evaluate remix", description=__doc__)
    parser.add_argument("--checkpoint", default="default", help="a name in checkpoints/, or a folder with a VAE")
    parser.add_argument("--parts", default="default", help="the checkpoint whose parts table is used")
    parser.add_argument("--count", type=int, default=COUNT, help="recipes of each kind")
    parser.add_argument("--sheet", type=Path, help="a PNG for unseen pictures over their reconstructions, and rolls")
    parser.add_argument(
        "--kid", type=Path, help="vendors.npz of train.data.vendors: the distance of samples to all vendors' emojis"
    )
    parser.add_argument(
        "--efficientnet", type=Path, help="the .pth file of EfficientNet-Lite0 (default: the installed package)"
    )
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="keep the figures in metrics.json")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    folder, parts = checkpoint.locate(options.checkpoint), Parts.load(checkpoint.locate(options.parts))
    vae = load_vae(folder)
    figures, shown = measure(vae, parts, options.count)
    table = EmojiTable.load(folder, bases_only=True)
    some = premultiply(table.images[:: max(1, len(table) // 300)])
    figures["bases"] = fidelity(vae, some)[0]
    if options.sheet:
        rolls = unpremultiply(
            vae.decode(torch.from_numpy(Latent.load(folder / "latent.safetensors", table).sample(64, seed=1)), 72)
        )
        pairs = [unpremultiply(vae.decode(z, 72)) for z in shown["codes"]]
        large = [np.stack([np.asarray(p) for p in pictures(parts, recipes, 72)]) for recipes in shown["recipes"]]
        rows = [picture for originals, copies in zip(large, pairs, strict=True) for picture in (originals, copies)]
        sheet(np.concatenate([*rows, rolls]), 16).save(options.sheet)
    if options.kid:
        samples = vae.decode(
            torch.from_numpy(Latent.load(folder / "latent.safetensors", table).sample(KID_SAMPLES, seed=2))
        )
        figures["kid"] = kid(samples, options.kid, vision.pretrained(vision.locate(options.efficientnet)))
    print(report(figures))
    if options.write:
        checkpoint.update_json(folder / "metrics.json", remix=rounded(figures, FOUR_DIGITS))


def report(figures: dict[str, dict[str, float]]) -> str:
    """PSNR in dB for each kind of recipe, one per line, and the distance of samples (KID), if it was measured."""
    kinds = {kind: row for kind, row in figures.items() if kind != "kid"}
    lines = [f"{kind:12}{row['alone']:8.1f}{row['refined']:9.1f}" for kind, row in kinds.items()]
    if distance := figures.get("kid"):
        lines.append(f"KID of samples {distance['samples']:.3f}, of real emojis beside others {distance['floor']:.3f}")
    return "\n".join(["PSNR, dB       alone  refined", *lines])


def unseen(parts: Parts, count: int, kind: str) -> list[Recipe]:
    """`count` recipes of a kind that are kept out of all training; fewer if no more are found."""
    found: dict[Recipe, None] = {}
    for seed in range(SEED, SEED + ROUNDS):
        found.update(dict.fromkeys(recipe for recipe in draw(parts, 500, seed=seed, kind=kind) if is_unseen(recipe)))
        if len(found) >= count:
            break
    return list(found)[:count]


def measure(vae: EmojiVAE, parts: Parts, count: int) -> tuple[dict[str, dict[str, float]], dict[str, list]]:
    """PSNR by kind, and of all kinds weighted by their shares in training; and sixteen recipes of each of the first
    four kinds, with their codes."""
    figures, shown = {}, defaultdict(list)
    for kind in SHARES:
        recipes = unseen(parts, count, kind)
        figures[kind], codes = fidelity(vae, premultiply(pictures(parts, recipes, 36)))
        if len(shown["recipes"]) < 4:
            shown["recipes"].append(recipes[:16])
            shown["codes"].append(codes[:16])
    shares = {kind: share / sum(SHARES.values()) for kind, share in SHARES.items()}
    both = ("alone", "refined")
    figures["all"] = {name: sum(shares[kind] * figures[kind][name] for kind in SHARES) for name in both}
    return figures, shown


@torch.no_grad()
def kid(samples: torch.Tensor, vendors: Path, net: torch.nn.Module) -> dict[str, float]:
    """The kernel distance of samples (N, 4, 36, 36) to as many real emojis of all vendors, and that of other real
    emojis to these, by features that a pretrained network computes at 112 px."""
    with np.load(vendors, allow_pickle=False) as file:
        images = file["images"]
    chosen = np.random.default_rng(0).permutation(len(images))[: 2 * len(samples)]
    real, others = premultiply(images[chosen]).chunk(2)
    seen = [torch.cat([net(part) for part in x.split(32)]) for x in (samples, real, others)]
    return {"samples": kernel_distance(seen[0], seen[1]), "floor": kernel_distance(seen[2], seen[1])}


@torch.no_grad()
def fidelity(vae: EmojiVAE, x: torch.Tensor) -> tuple[dict[str, float], torch.Tensor]:
    """PSNR in decibels from the encoder's means and from the refined codes; and the refined codes (N, latent_dim)."""
    codes = torch.cat([vae.code(part) for part in x.split(128)])
    alone = torch.cat([vae.encode(part)[0] for part in x.split(128)])
    return {
        "alone": psnr(vae.decode(alone), x).mean().item(),
        "refined": psnr(vae.decode(codes), x).mean().item(),
    }, codes


if __name__ == "__main__":
    main()
