"""Reconstructions that any VAE should beat; all take and return premultiplied pictures (N, 4, H, W) in [0, 1]."""

import torch
from torch import Tensor


def mean_image(x_train: Tensor, x: Tensor) -> Tensor:
    """The mean training picture for each picture of x."""
    return x_train.mean(dim=0, keepdim=True).expand_as(x)


def pca(x_train: Tensor, x: Tensor, components: int) -> Tensor:
    """Reconstruction from the first principal components of the training pictures."""
    mean = x_train.flatten(1).mean(dim=0)
    _, _, axes = torch.linalg.svd(x_train.flatten(1) - mean, full_matrices=False)
    axes = axes[:components]
    return ((x.flatten(1) - mean) @ axes.T @ axes + mean).clamp(0, 1).view_as(x)


def nearest(x_train: Tensor, x: Tensor) -> Tensor:
    """The training picture nearest to each picture of x, by the distance of pixels."""
    return x_train[torch.cdist(x.flatten(1), x_train.flatten(1)).argmin(dim=1)]
