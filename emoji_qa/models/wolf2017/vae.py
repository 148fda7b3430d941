"""The original's convolutional encoder and decoder (Wolf 2017, "Autoencoder"), without the dropout before the output."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from emoji_qa.emojis.table import SIZE


class OriginalEncoder(nn.Module):
    """Three 3×3 convolutions, then one dense layer."""

    def __init__(self, *, latent_dim: int, channels: int = 64):
        super().__init__()
        widths = [4, channels, channels, channels]
        self.convs = nn.ModuleList(nn.Conv2d(a, b, 3, padding=1) for a, b in zip(widths, widths[1:], strict=False))
        self.out = nn.Linear(channels * SIZE * SIZE, 2 * latent_dim)

    def forward(self, x: Tensor) -> Tensor:
        """Pictures (B, 4, 36, 36) → means and raw log-variances, (B, 2 * latent_dim)."""
        for conv in self.convs:
            x = F.relu(conv(x))
        return self.out(x.flatten(1))


class OriginalDecoder(nn.Module):
    """One dense layer to 36·36·4, three 3×3 transposed convolutions, and one to the four channels."""

    flat = False  # a larger picture shows no more detail
    small = False  # as the original kept them

    def __init__(self, *, latent_dim: int, channels: int = 64):
        super().__init__()
        widths = [4, channels, channels, channels]
        self.input = nn.Linear(latent_dim, SIZE * SIZE * 4)
        self.deconvs = nn.ModuleList(
            nn.ConvTranspose2d(a, b, 3, padding=1) for a, b in zip(widths, widths[1:], strict=False)
        )
        self.out = nn.ConvTranspose2d(channels, 4, 3, padding=1)

    def logits(self, z: Tensor) -> Tensor:
        """Codes (B, latent_dim) → logits of the pixels (B, 4, 36, 36)."""
        x = F.relu(self.input(z)).view(-1, 4, SIZE, SIZE)
        for deconv in self.deconvs:
            x = F.relu(deconv(x))
        return self.out(x).float()

    def forward(self, z: Tensor, size: int = SIZE) -> Tensor:
        """Codes (B, latent_dim) → pictures (B, 4, size, size); sizes other than 36 are resampled from it."""
        x = torch.sigmoid(self.logits(z))
        if size == SIZE:
            return x
        x = F.interpolate(x, (size, size), mode="bicubic", antialias=True).clamp(0, 1)
        return torch.cat([x[:, :3].minimum(x[:, 3:]), x[:, 3:]], dim=1)

    def shapes(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """There are no flat colours: raises ValueError."""
        raise ValueError("The architecture “original” has no flat colours; only “palette” has.")

    def reconstruction_loss(self, z: Tensor, x: Tensor) -> Tensor:
        """Binary cross-entropy in nats summed over a picture's pixels, the mean over pictures."""
        return F.binary_cross_entropy_with_logits(self.logits(z), x, reduction="none").sum(dim=(1, 2, 3)).mean()
