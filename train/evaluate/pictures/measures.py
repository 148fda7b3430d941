"""Measures of pictures and of codes, for the VAE's table. Pictures are (N, 4, 36, 36), premultiplied, in [0, 1]."""

import numpy as np
import torch
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from torch import Tensor, nn
from torch.nn import functional as F

FLAT = 0.06  # neighbouring pixels that differ by less, in every channel, belong to one flat region
NEAR_DUPLICATE = 0.06 * 72  # distance in pixels (mean squared difference 0.0036) under which two emojis are one drawing
EDGE = 0.1  # neighbouring pixels that differ by more, in some channel, have an edge between them


def retrieval(
    reconstructed: Tensor, rows: Tensor, x_all: Tensor, x_train: Tensor, *, ks: tuple = (1, 5)
) -> list[float]:
    """The share of reconstructions whose original is among the k nearest of all pictures, for each k.

    Distances are Euclidean, in the first 64 principal components of the training pictures. rows: (N,), the rows of
    x_all with the originals of `reconstructed` (N, ...).
    """
    mean = x_train.flatten(1).mean(dim=0)
    axes = torch.linalg.svd(x_train.flatten(1) - mean, full_matrices=False)[2][:64]
    distance = torch.cdist((reconstructed.flatten(1) - mean) @ axes.T, (x_all.flatten(1) - mean) @ axes.T)
    rank = (distance < distance.gather(1, rows[:, None])).sum(dim=1)
    return [(rank < k).float().mean().item() for k in ks]


def flatness(x: Tensor) -> tuple[float, float]:
    """Means over pictures: connected flat regions of at least four pixels, and the total length of edges in pixels."""
    across = (x[..., 1:] - x[..., :-1]).abs().amax(dim=1)  # (N, 36, 35)
    down = (x[..., 1:, :] - x[..., :-1, :]).abs().amax(dim=1)  # (N, 35, 36)
    length = (across > EDGE).sum(dim=(1, 2)) + (down > EDGE).sum(dim=(1, 2))
    regions = [count_regions(a.numpy(), d.numpy()) for a, d in zip(across < FLAT, down < FLAT, strict=True)]
    return float(np.mean(regions)), length.float().mean().item()


def count_regions(across: np.ndarray, down: np.ndarray) -> int:
    """The number of regions of at least four pixels. across, down: whether neighbouring pixels are connected."""
    height, width = across.shape[0], down.shape[1]
    pixel = np.arange(height * width).reshape(height, width)
    start = np.concatenate([pixel[:, :-1][across], pixel[:-1][down]])
    end = np.concatenate([pixel[:, 1:][across], pixel[1:][down]])
    graph = coo_array((np.ones(len(start)), (start, end)), shape=(pixel.size, pixel.size))
    return int((np.bincount(connected_components(graph, directed=False)[1]) >= 4).sum())


def sliced_wasserstein(x: Tensor, y: Tensor, *, directions: int = 256, seed: int = 0) -> float:
    """Mean over random unit directions of the Wasserstein-1 distance of the projected pixels (Rabin et al. 2011)."""
    random = torch.Generator().manual_seed(seed)
    axes = F.normalize(torch.randn(x[0].numel(), directions, generator=random), dim=0)
    levels = torch.linspace(0.005, 0.995, 100)
    a, b = (torch.quantile(pictures.flatten(1) @ axes, levels, dim=0) for pictures in (x, y))
    return (a - b).abs().mean().item()


def kernel_distance(x: Tensor, y: Tensor) -> float:
    """Kernel Inception Distance (Bińkowski et al. 2018) of features (N, D) and (M, D): the unbiased estimate of the
    squared maximum mean discrepancy with the kernel (x · y / D + 1)³. On average 0 for samples of one distribution."""
    x, y = x.double(), y.double()
    own, theirs, both = ((a @ b.T / x.shape[1] + 1) ** 3 for a, b in ((x, x), (y, y), (x, y)))
    inside = sum((k.sum() - k.trace()) / (len(k) * (len(k) - 1)) for k in (own, theirs))
    return (inside - 2 * both.mean()).item()


def nearest_distances(x: Tensor, y: Tensor | None = None) -> Tensor:
    """Euclidean distances of pixels (N,) from each picture of x to the nearest of y or, without y, to the nearest
    *other* of x."""
    distance = torch.cdist(x.flatten(1), (x if y is None else y).flatten(1))
    return (distance.fill_diagonal_(torch.inf) if y is None else distance).amin(dim=1)


def path_jump(frames: Tensor) -> float:
    """The largest step divided by the mean step, as distances of pixels, along a path of pictures (T, 4, 36, 36)."""
    steps = frames.diff(dim=0).flatten(1).norm(dim=1)
    return (steps.max() / steps.mean()).item()


def name_rank(codes: Tensor, names: Tensor, train: Tensor, val: Tensor, *, seed: int = 0) -> float:
    """Median rank, as a share of all, of a held-out emoji's own name embedding; a small MLP predicts it from the code.

    codes: (N, 16), names: (N, 384) of all candidates; train, val: their rows.
    """
    torch.manual_seed(seed)
    z = (codes - codes[train].mean(dim=0)) / codes[train].std(dim=0).clamp_min(1e-3)
    target = F.normalize(names - names[train].mean(dim=0), dim=1)
    probe = nn.Sequential(nn.Linear(z.shape[1], 256), nn.SiLU(), nn.Dropout(0.2), nn.Linear(256, names.shape[1]))
    optimizer = torch.optim.AdamW(probe.parameters(), lr=3e-3, weight_decay=0.1)
    for _ in range(40):
        for batch in train[torch.randperm(len(train))].split(256):
            noisy = z[batch] + 0.1 * torch.randn(len(batch), z.shape[1])
            optimizer.zero_grad()
            (1 - F.cosine_similarity(probe(noisy), target[batch])).mean().backward()
            optimizer.step()
    with torch.no_grad():
        cosine = F.normalize(probe.eval()(z[val]), dim=1) @ target.T
    rank = (cosine > cosine.gather(1, val[:, None])).sum(dim=1)
    return (rank.float().median() / len(codes)).item()


def polarity_r2(codes: Tensor, polarity: Tensor, train: Tensor, val: Tensor) -> float:
    """R² on held-out emojis of a ridge regression from the code to the polarity. polarity: (N,), NaN if unknown."""
    train, val = (rows[polarity[rows].isfinite()] for rows in (train, val))
    z = (codes - codes[train].mean(dim=0)) / codes[train].std(dim=0).clamp_min(1e-3)
    z = torch.cat([z, torch.ones(len(z), 1)], dim=1)
    normal = z[train].T @ z[train] + 10 * torch.eye(z.shape[1])
    predicted = z[val] @ torch.linalg.solve(normal, z[train].T @ polarity[train])
    error, spread = predicted - polarity[val], polarity[val] - polarity[val].mean()
    return (1 - error.square().sum() / spread.square().sum()).item()
