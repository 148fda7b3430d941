"""The VAE's table: reconstruction, recognisability, flatness, samples, paths and meaning, beside references of the same split."""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from emoji_qa import checkpoint
from emoji_qa.emojis import EmojiTable
from emoji_qa.latent import Latent
from emoji_qa.pictures import premultiply
from emoji_qa.vae import EmojiVAE, psnr
from train import minilm
from train.latent import decode, encode
from train.meaning import polarity
from train.measures import (
    NEAR_DUPLICATE,
    flatness,
    name_rank,
    nearest_distances,
    path_jump,
    polarity_r2,
    retrieval,
    sliced_wasserstein,
)
from train.references import mean_image, nearest, pca
from train.split import TRAIN, VAL, by_concept

SAMPLES, PATHS, FRAMES = 1000, 100, 64


class Scene:
    """The pictures all rows are measured on: the bases of a table, split by concept. Variants only decide near-copies."""

    def __init__(self, table: EmojiTable):
        side = by_concept(table.names, premultiply(table.images))
        base_rows = [table.index(char) for char in table.bases.chars]
        self.table, side = table.bases, side[base_rows]
        self.x = premultiply(self.table.images)
        self.train, self.val = torch.nonzero(side == TRAIN)[:, 0], torch.nonzero(side == VAL)[:, 0]
        self.x_train, self.x_val = self.x[self.train], self.x[self.val]
        real = nearest_distances(self.x)
        self.low, self.high = torch.quantile(real[real > NEAR_DUPLICATE], torch.tensor([0.05, 0.99])).tolist()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m train.evaluate vae", description=__doc__)
    parser.add_argument("--checkpoint", default="default", help="the shipped model: a name in checkpoints/, or a folder")
    parser.add_argument("--split", type=Path, help="a VAE trained on the split alone (default: the shipped one)")
    parser.add_argument("--original", type=Path, help="the original's architecture, trained on the same split")
    parser.add_argument("--data", type=Path, default=Path("data"), help="the folder of corpora (default: data)")
    parser.add_argument("--minilm", type=Path, help="the folder of all-MiniLM-L6-v2 (default: the installed package)")
    options = parser.parse_args()
    torch.set_num_threads(1)
    folder = checkpoint.locate(options.checkpoint)
    scene = Scene(EmojiTable.load(folder))
    names = torch.from_numpy(minilm.name_embeddings(scene.table, minilm.locate(options.minilm)))
    meaning = {"names": names, "polarity": polarity(scene.table, options.data)[:, 0]}
    rows = {name: reconstruction(f, scene) for name, f in references(scene).items()}
    models = {"the original's VAE": options.original, "this VAE, split": options.split, "this VAE, shipped": folder}
    for name, path in models.items():
        if path:
            vae = load_vae(path)
            rows[name] = reconstruction(lambda x, vae=vae: torch.from_numpy(decode(vae, codes_of(vae, x))), scene)
            table = scene.table.with_codes(encode(vae, scene.table.images))
            rows[name] |= samples(vae, Latent.load(path / "latent.safetensors", table), scene) | told(table, scene, meaning)
    floor = sliced_wasserstein(scene.x_train, scene.x_val)
    figures = {
        "pictures": {"train": len(scene.train), "val": len(scene.val)}, "rows": rows, "floor": {"wasserstein": floor},
        "real": dict(zip(("regions", "edges"), flatness(scene.x_val), strict=True)), "decoder": costs(load_vae(folder)),
    }  # fmt: skip
    print(report(figures))
    checkpoint.update_json(folder / "metrics.json", vae_table=rounded(figures))


def load_vae(folder: Path) -> EmojiVAE:
    return checkpoint.build(EmojiVAE, checkpoint.read_json(folder / "config.json")["vae"], folder / "vae.safetensors")


def references(scene: Scene) -> dict[str, Callable[[Tensor], Tensor]]:
    """Reconstructions without a network, fitted on the training bases."""
    return {
        "mean image": lambda x: mean_image(scene.x_train, x),
        "PCA-16": lambda x: pca(scene.x_train, x, 16),
        "nearest training emoji": lambda x: nearest(scene.x_train, x),
    }


def codes_of(vae: EmojiVAE, x: Tensor) -> np.ndarray:
    with torch.inference_mode():
        return torch.cat([vae.encode(part)[0] for part in x.split(256)]).numpy()


def reconstruction(reconstruct: Callable[[Tensor], Tensor], scene: Scene) -> dict[str, float]:
    """PSNR on both sides, retrieval and flatness on the validation side."""
    drawn = reconstruct(scene.x_val)
    top1, top5 = retrieval(drawn, scene.val, scene.x, scene.x_train)
    regions, edges = flatness(drawn)
    train = psnr(reconstruct(scene.x_train), scene.x_train).mean().item()
    return {"train_psnr": train, "val_psnr": psnr(drawn, scene.x_val).mean().item(), "top1": top1, "top5": top5,
            "regions": regions, "edges": edges}  # fmt: skip


def samples(vae: EmojiVAE, latent: Latent, scene: Scene) -> dict[str, float]:
    """How good and how new 1,000 samples are, and how smooth 100 paths between random emojis."""
    drawn = torch.from_numpy(decode(vae, latent.sample(SAMPLES, seed=0)))
    regions, edges = flatness(drawn)
    distance = nearest_distances(drawn, scene.x)
    pairs = np.random.default_rng(0).choice(len(scene.x), (PATHS, 2))
    codes, t = latent.emojis.codes, np.linspace(0, 1, FRAMES)[:, None]
    jumps = [path_jump(torch.from_numpy(decode(vae, codes[a] * (1 - t) + codes[b] * t))) for a, b in pairs if a != b]
    return {
        "wasserstein": sliced_wasserstein(drawn, scene.x_val), "sample_regions": regions, "sample_edges": edges,
        "copies": (distance < scene.low).float().mean().item(), "on_map": (distance <= scene.high).float().mean().item(),
        "jump_median": float(np.median(jumps)), "jump_max": max(jumps),
        "non_finite": int((~torch.isfinite(drawn)).sum()) + int((~np.isfinite(codes)).sum()),
    }  # fmt: skip


def told(table: EmojiTable, scene: Scene, meaning: dict[str, Tensor]) -> dict[str, float]:
    """What probes read of withheld emojis' names and polarity from their codes."""
    codes = torch.tensor(table.codes)
    return {"name_rank": name_rank(codes, meaning["names"], scene.train, scene.val),
            "polarity_r2": polarity_r2(codes, meaning["polarity"], scene.train, scene.val)}  # fmt: skip


def costs(vae: EmojiVAE) -> dict[str, float]:
    """Size of the decoder, multiply-adds at 36 px, and milliseconds for one picture on one core (median of 30)."""
    z = torch.zeros(1, vae.latent_dim)
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        vae.decode(z)
    figures = {"parameters": sum(p.numel() for p in vae.decoder.parameters()), "multiply_adds": counter.get_total_flops() / 2}
    with torch.inference_mode():
        for size in (36, 512):
            times = []
            for _ in range(30):
                start = time.perf_counter()
                vae.decode(z, size)
                times.append(1000 * (time.perf_counter() - start))
            figures[f"ms_{size}"] = float(np.median(times))
    return figures


def rounded(value):
    """The same figures with four significant digits."""
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    return float(f"{value:.4g}") if isinstance(value, float) else value


COLUMNS = {  # heading → key, format
    "train dB": ("train_psnr", ".1f"), "val dB": ("val_psnr", ".1f"), "top 1": ("top1", ".2f"), "top 5": ("top5", ".2f"),
    "regions": ("regions", ".1f"), "edges": ("edges", ".0f"), "Wasserstein": ("wasserstein", ".3f"),
    "samples' regions": ("sample_regions", ".1f"), "edges ": ("sample_edges", ".0f"), "copies": ("copies", ".1%"),
    "on the map": ("on_map", ".0%"), "jump, median": ("jump_median", ".1f"), "max": ("jump_max", ".1f"),
    "names": ("name_rank", ".1%"), "polarity R²": ("polarity_r2", ".2f"),
}  # fmt: skip


def report(figures: dict) -> str:
    """The figures as the Markdown table that stands in the README."""
    lines = ["| | " + " | ".join(COLUMNS) + " |", "|---" * (len(COLUMNS) + 1) + "|"]
    real = {**figures["real"], **figures["floor"]}
    for name, row in {**figures["rows"], "real emojis": real}.items():
        cells = [format(row[key], spec) if key in row else "" for key, spec in COLUMNS.values()]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    decoder = figures["decoder"]
    costs = (f"Decoder: {decoder['parameters'] / 1e6:.2f} M parameters, {decoder['multiply_adds'] / 1e6:.0f} M multiply-adds "
             f"at 36 px; one picture on one core in {decoder['ms_36']:.1f} ms at 36 px, {decoder['ms_512']:.0f} ms at 512 px.")
    pictures = figures["pictures"]
    return "\n".join([*lines, "", f"{pictures['train']:,} bases to train on, {pictures['val']} held out. {costs}"])


if __name__ == "__main__":
    main()
