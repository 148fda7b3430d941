"""The VAE's table as Markdown, and the size and speed of its decoder."""

import time

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from emoji_qa.models.vae import EmojiVAE

COLUMNS = {  # heading → key, format
    "train dB": ("train_psnr", ".1f"),
    "val dB": ("val_psnr", ".1f"),
    "top 1": ("top1", ".2f"),
    "top 5": ("top5", ".2f"),
    "regions": ("regions", ".1f"),
    "edges": ("edges", ".0f"),
    "Wasserstein": ("wasserstein", ".3f"),
    "samples' regions": ("sample_regions", ".1f"),
    "edges ": ("sample_edges", ".0f"),
    "copies": ("copies", ".1%"),
    "on the map": ("on_map", ".0%"),
    "jump, median": ("jump_median", ".1f"),
    "max": ("jump_max", ".1f"),
    "names": ("name_rank", ".1%"),
    "polarity R²": ("polarity_r2", ".2f"),
}


def costs(vae: EmojiVAE) -> dict[str, float]:
    """The decoder's parameters, multiply-adds at 36 px, and milliseconds a picture at 36 and 512 px (median of 30)."""
    z = torch.zeros(1, vae.latent_dim)
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        vae.decode(z)
    figures = {
        "parameters": sum(p.numel() for p in vae.decoder.parameters()),
        "multiply_adds": counter.get_total_flops() / 2,
    }
    with torch.inference_mode():
        for size in (36, 512):
            times = []
            for _ in range(30):
                start = time.perf_counter()
                vae.decode(z, size)
                times.append(1000 * (time.perf_counter() - start))
            figures[f"ms_{size}"] = float(np.median(times))
    return figures


def report(figures: dict) -> str:
    """The figures as the Markdown table of docs/results.md."""
    lines = ["| | " + " | ".join(COLUMNS) + " |", "|---" * (len(COLUMNS) + 1) + "|"]
    real = {**figures["real"], **figures["floor"]}
    for name, row in {**figures["rows"], "real emojis": real}.items():
        cells = [format(row[key], spec) if key in row else "" for key, spec in COLUMNS.values()]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    decoder = figures["decoder"]
    costs = (
        f"Decoder: {decoder['parameters'] / 1e6:.2f} M parameters, {decoder['multiply_adds'] / 1e6:.0f} M multiply-adds "
        f"at 36 px; one picture on one core in {decoder['ms_36']:.1f} ms at 36 px, {decoder['ms_512']:.0f} ms at 512 px."
    )
    pictures, new = figures["pictures"], figures["unseen"]
    news = (
        f"{new['pictures']} emojis that are newer than the table: {new['psnr']['this VAE']:.1f} dB (PCA-16 of all bases "
        f"{new['psnr']['PCA-16']:.1f}); {new['spread']:.0%} of their slider values lie within ±3."
    )
    return "\n".join(
        [*lines, "", f"{pictures['train']:,} bases to train on, {pictures['val']} held out. {costs}", "", news]
    )
