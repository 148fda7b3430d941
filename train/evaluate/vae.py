"""The VAE's table: reconstruction, recognition, flatness, samples, paths and meaning, with references."""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from emoji_qa import checkpoint
from emoji_qa.emojis.table import EmojiTable, without_vs16
from emoji_qa.images.alpha import premultiply
from emoji_qa.latent.space import Latent
from emoji_qa.models.vae import EmojiVAE, psnr
from emoji_qa.remix.draw import draw
from emoji_qa.remix.parts import Parts
from emoji_qa.remix.recipes import Recipe
from train.data.meaning import polarity
from train.data.split import TRAIN, VAL, by_concept
from train.evaluate import FOUR_DIGITS, rounded
from train.evaluate.pictures.measures import (
    NEAR_DUPLICATE,
    flatness,
    name_rank,
    nearest_distances,
    path_jump,
    polarity_r2,
    retrieval,
    sliced_wasserstein,
)
from train.evaluate.pictures.newer import NEWER, newer
from train.evaluate.pictures.references import mean_image, nearest, pca
from train.evaluate.pictures.vae_table import costs, report
from train.latent.space import decode, encode, load_vae
from train.qa import minilm
from train.remix.pictures import is_unseen, rows_of
from train.remix.pictures import pictures as drawn

HELD_OUT = ("val_psnr", "top1", "top5", "regions", "edges", "name_rank", "polarity_r2")
SAMPLES, PATHS, FRAMES = 1000, 100, 64
EXPRESSIONS = 2000  # things with an expression, to measure how well codes predict the expression's polarity


class EvaluationSet:
    """The pictures that all rows are measured on: a table's bases, split by concept. Variants only find near-copies."""

    def __init__(self, table: EmojiTable):
        side = by_concept(table.names, premultiply(table.images))
        base_rows = [table.index(char) for char in table.bases.chars]
        self.all, self.table, side = table, table.bases, side[base_rows]
        self.x = premultiply(self.table.images)
        self.train, self.val = torch.nonzero(side == TRAIN)[:, 0], torch.nonzero(side == VAL)[:, 0]
        self.x_train, self.x_val = self.x[self.train], self.x[self.val]
        real = nearest_distances(self.x)
        self.low, self.high = torch.quantile(real[real > NEAR_DUPLICATE], torch.tensor([0.05, 0.99])).tolist()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m train.evaluate vae", description=__doc__)
    parser.add_argument(
        "--checkpoint", default="default", help="the shipped model: a name in checkpoints/, or a folder"
    )
    parser.add_argument(
        "--split", default="split", help="the same trained on the split alone, for the validation columns"
    )
    parser.add_argument("--parts", default="default", help="the checkpoint whose parts emojis are put together of")
    parser.add_argument("--unpulled", type=Path, help="the same on the split, without the pull of names and polarity")
    parser.add_argument("--original", type=Path, help="the original's architecture, trained on the same split")
    parser.add_argument(
        "--unseen", default=NEWER, help="an npm package or folder with pictures of emojis not in the table"
    )
    parser.add_argument("--data", type=Path, default=Path("data"), help="the folder of corpora (default: data)")
    parser.add_argument("--minilm", type=Path, help="the folder of all-MiniLM-L6-v2 (default: the installed package)")
    options = parser.parse_args()
    torch.set_num_threads(1)
    folder, split = checkpoint.locate(options.checkpoint), checkpoint.locate(options.split)
    pictures = EvaluationSet(EmojiTable.load(folder))
    names = torch.from_numpy(minilm.name_embeddings(pictures.table, minilm.locate(options.minilm)))
    meaning = {"names": names, "polarity": polarity(pictures.table, options.data)[:, 0]}
    rows = {name: reconstruction(f, pictures) for name, f in references(pictures).items()}
    rows["names, 16 components"] = told(principal(names, pictures.train), pictures, meaning)
    models = {
        "the original's VAE": options.original,
        "this VAE, encoder alone": split,
        "this VAE, without the pull": options.unpulled,
        "this VAE": split,
        "this VAE, shipped": folder,
    }
    counts = {"train": len(pictures.train), "val": len(pictures.val)}
    known = known_rows(folder / "metrics.json", counts)
    for name, path in tqdm(models.items()):
        if path:
            rows[name] = row(path, pictures, meaning, alone="alone" in name)
        elif name in known:
            rows[name] = known[name]
    parts = Parts.load(checkpoint.locate(options.parts))
    rows["this VAE"]["remix_polarity"] = remix_polarity(load_vae(split), parts, pictures, meaning["polarity"])
    rows["this VAE, shipped"]["remix_polarity"] = unseen_remix_polarity(
        load_vae(folder), parts, pictures, meaning["polarity"]
    )
    for column in HELD_OUT:
        del rows["this VAE, shipped"][column]  # it was trained on the validation pictures, too
    figures = {
        "pictures": counts,
        "rows": rows,
        "floor": {"wasserstein": sliced_wasserstein(pictures.x_train, pictures.x_val)},
        "real": dict(zip(("regions", "edges"), flatness(pictures.x_val), strict=True)),
        "decoder": costs(load_vae(folder)),
        "unseen": unseen(
            load_vae(folder), Latent.load(folder / "latent.safetensors", pictures.table), pictures, options.unseen
        ),
    }
    print(report(figures))
    checkpoint.update_json(folder / "metrics.json", vae_table=rounded(figures, FOUR_DIGITS))


def known_rows(path: Path, counts: dict[str, int]) -> dict[str, dict[str, float]]:
    """The rows measured before, for checkpoints that are not measured again; none if the numbers of pictures differ."""
    known = checkpoint.read_json(path).get("vae_table", {}) if path.exists() else {}
    return known["rows"] if known.get("pictures") == counts else {}


def row(folder: Path, pictures: EvaluationSet, meaning: dict[str, Tensor], *, alone: bool) -> dict[str, float]:
    """All figures of one VAE; with `alone`, those of its encoder's unrefined codes, without samples and paths."""
    vae = load_vae(folder)
    if alone:
        vae.refine = 0
    codes = torch.from_numpy(encode(vae, pictures.table.images)).float()
    table = pictures.table.with_codes(codes.numpy())
    made = torch.from_numpy(decode(vae, codes.numpy()))
    figures = reconstruction_of(made[pictures.train], made[pictures.val], pictures) | told(codes, pictures, meaning)
    return figures if alone else figures | samples(vae, Latent.load(folder / "latent.safetensors", table), pictures)


def references(pictures: EvaluationSet) -> dict[str, Callable[[Tensor], Tensor]]:
    """Reconstructions without a network, fitted on the training bases."""
    return {
        "mean image": lambda x: mean_image(pictures.x_train, x),
        "PCA-16": lambda x: pca(pictures.x_train, x, 16),
        "nearest training emoji": lambda x: nearest(pictures.x_train, x),
    }


def reconstruction(reconstruct: Callable[[Tensor], Tensor], pictures: EvaluationSet) -> dict[str, float]:
    return reconstruction_of(reconstruct(pictures.x_train), reconstruct(pictures.x_val), pictures)


def reconstruction_of(train: Tensor, val: Tensor, pictures: EvaluationSet) -> dict[str, float]:
    """PSNR on training and validation pictures, retrieval and flatness on validation pictures."""
    top1, top5 = retrieval(val, pictures.val, pictures.x, pictures.x_train)
    regions, edges = flatness(val)
    return {
        "train_psnr": psnr(train, pictures.x_train).mean().item(),
        "val_psnr": psnr(val, pictures.x_val).mean().item(),
        "top1": top1,
        "top5": top5,
        "regions": regions,
        "edges": edges,
    }


def remix_polarity(vae: EmojiVAE, parts: Parts, pictures: EvaluationSet, polarity: Tensor) -> float:
    """As `expressed_polarity`, of pairs with a held-out emoji, for a VAE that was trained on the split."""
    recipes = draw(parts, EXPRESSIONS, seed=0, kind="expression")
    known = torch.isin(pairs(recipes, pictures), pictures.train).all(dim=1)
    return expressed_polarity(vae, parts, recipes, known, pictures, polarity)


def unseen_remix_polarity(vae: EmojiVAE, parts: Parts, pictures: EvaluationSet, polarity: Tensor) -> float:
    """As `expressed_polarity`, of pairs that training never saw together, though each emoji with others."""
    all_drawn = draw(parts, 10 * EXPRESSIONS, seed=0, kind="expression")
    new = [recipe for recipe in all_drawn if is_unseen(recipe)]
    recipes = [*[recipe for recipe in all_drawn if not is_unseen(recipe)][:EXPRESSIONS], *new]
    known = torch.arange(len(recipes)) < len(recipes) - len(new)
    return expressed_polarity(vae, parts, recipes, known, pictures, polarity)


@torch.no_grad()
def expressed_polarity(
    vae: EmojiVAE, parts: Parts, recipes: list[Recipe], known: Tensor, pictures: EvaluationSet, polarity: Tensor
) -> float:
    """R² of the polarity of an expression, predicted from the code of a thing that wears it. The regression is fitted to
    the `known` recipes, (N,) bool, and measured on the others. polarity: (n_bases,), NaN if unknown."""
    codes = torch.cat(
        [vae.code(premultiply(drawn(parts, recipes[i : i + 128], 36))) for i in range(0, len(recipes), 128)]
    )
    target = polarity[pairs(recipes, pictures)[:, 1]]
    return polarity_r2(codes, target, torch.nonzero(known)[:, 0], torch.nonzero(~known)[:, 0])


def pairs(recipes: list[Recipe], pictures: EvaluationSet) -> Tensor:
    """Rows of the thing and of the expression of each recipe, (N, 2)."""
    index = {without_vs16(char): row for row, char in enumerate(pictures.table.chars)}
    return torch.tensor([rows_of(recipe, index) for recipe in recipes])


def unseen(vae: EmojiVAE, latent: Latent, pictures: EvaluationSet, source: str) -> dict[str, float]:
    """How well emojis newer than the table are reconstructed: PSNR, that of PCA-16, and how usual their codes are."""
    images = newer(source, pictures.all)[1]
    x, codes = premultiply(images), encode(vae, images).astype(np.float32)
    both = {"this VAE": torch.from_numpy(decode(vae, codes)), "PCA-16": pca(pictures.x, x, 16)}
    return {
        "pictures": len(x),
        "psnr": {name: psnr(drawn, x).mean().item() for name, drawn in both.items()},
        "plausibility": float(np.median(latent.plausibility(codes))),
        "spread": float((np.abs(latent.from_z(codes)) <= 3).mean()),
    }


def samples(vae: EmojiVAE, latent: Latent, pictures: EvaluationSet) -> dict[str, float]:
    """The quality and novelty of 1,000 samples, and the smoothness of 100 paths between random emojis."""
    made = torch.from_numpy(decode(vae, latent.sample(SAMPLES, seed=0)))
    regions, edges = flatness(made)
    distance = nearest_distances(made, pictures.x)
    pairs = np.random.default_rng(0).choice(len(pictures.x), (PATHS, 2))
    codes, t = latent.emojis.codes, np.linspace(0, 1, FRAMES)[:, None]
    jumps = [path_jump(torch.from_numpy(decode(vae, codes[a] * (1 - t) + codes[b] * t))) for a, b in pairs if a != b]
    return {
        "wasserstein": sliced_wasserstein(made, pictures.x_val),
        "sample_regions": regions,
        "sample_edges": edges,
        "copies": (distance < pictures.low).float().mean().item(),
        "on_map": (distance <= pictures.high).float().mean().item(),
        "jump_median": float(np.median(jumps)),
        "jump_max": max(jumps),
        "non_finite": int((~torch.isfinite(made)).sum()) + int((~np.isfinite(codes)).sum()),
    }


def principal(names: Tensor, train: Tensor, *, count: int = 16) -> Tensor:
    """The first principal components (N, count) of embeddings (N, D); by default as many as a code has numbers."""
    centred = names - names[train].mean(dim=0)
    return centred @ torch.linalg.svd(centred[train], full_matrices=False)[2][:count].T


def told(codes: Tensor, pictures: EvaluationSet, meaning: dict[str, Tensor]) -> dict[str, float]:
    """How well probes predict held-out emojis' names and polarity from codes (N, 16) of all bases."""
    return {
        "name_rank": name_rank(codes, meaning["names"], pictures.train, pictures.val),
        "polarity_r2": polarity_r2(codes, meaning["polarity"], pictures.train, pictures.val),
    }


if __name__ == "__main__":
    main()
