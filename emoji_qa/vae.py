"""A convolutional variational autoencoder for emoji pictures (Kingma & Welling 2013, Auto-Encoding Variational Bayes).

Pictures are (B, 4, 36, 36) float tensors in [0, 1], red, green, blue *premultiplied* by the fourth channel, alpha:
what a transparent pixel hides must not cost anything.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

SIZE = 36  # pixels along one edge
LOGVAR_BOUND = 10.0  # exp(10) is finite in every precision; the original left it open and lost 4 % of its codes to inf


class OriginalEncoder(nn.Module):
    """Three 3×3 convolutions, then one dense layer to mean and log-variance (Wolf 2017, "Autoencoder")."""

    def __init__(self, *, latent_dim: int, channels: int):
        super().__init__()
        widths = [4, channels, channels, channels]
        self.convs = nn.ModuleList(nn.Conv2d(a, b, 3, padding=1) for a, b in zip(widths, widths[1:], strict=False))
        self.out = nn.Linear(channels * SIZE * SIZE, 2 * latent_dim)

    def forward(self, x: Tensor) -> Tensor:
        for conv in self.convs:
            x = F.relu(conv(x))
        return self.out(x.flatten(1))  # (B, 2 * latent_dim)


class OriginalDecoder(nn.Module):
    """One dense layer to 36·36·4, three 3×3 transposed convolutions, and one to the four channels (Wolf 2017)."""

    def __init__(self, *, latent_dim: int, channels: int):
        super().__init__()
        widths = [4, channels, channels, channels]
        self.input = nn.Linear(latent_dim, SIZE * SIZE * 4)
        self.deconvs = nn.ModuleList(
            nn.ConvTranspose2d(a, b, 3, padding=1) for a, b in zip(widths, widths[1:], strict=False)
        )
        self.out = nn.ConvTranspose2d(channels, 4, 3, padding=1)

    def forward(self, z: Tensor) -> Tensor:
        x = F.relu(self.input(z)).view(-1, 4, SIZE, SIZE)
        for deconv in self.deconvs:
            x = F.relu(deconv(x))
        return self.out(x)  # (B, 4, 36, 36), logits


class EmojiVAE(nn.Module):
    """The original's VAE with its faults repaired: bounded log-variance, the mean as the code, no dropout before the output.

    Source: Will Wolf, "Neurally Embedded Emojis" (2017).
    """

    def __init__(self, *, latent_dim: int = 16, channels: int = 64):
        super().__init__()
        self.config = {"latent_dim": latent_dim, "channels": channels}
        self.latent_dim = latent_dim
        self.encoder = OriginalEncoder(latent_dim=latent_dim, channels=channels)
        self.decoder = OriginalDecoder(latent_dim=latent_dim, channels=channels)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Pictures (B, 4, 36, 36) → mean and log-variance of their codes, (B, latent_dim) each.

        The mean is *the* code of a picture. The log-variance stays within ±10, so that no sample can overflow.
        """
        mu, logvar = self.encoder(x).float().chunk(2, dim=1)
        return mu, LOGVAR_BOUND * torch.tanh(logvar / LOGVAR_BOUND)

    def reparameterize(self, mu: Tensor, logvar: Tensor) -> Tensor:
        """A sample of N(mu, exp(logvar)) through which gradients flow, (B, latent_dim)."""
        return mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)

    def decode(self, z: Tensor, size: int = SIZE) -> Tensor:
        """Codes (B, latent_dim) → pictures (B, 4, size, size) in [0, 1], premultiplied; not 36 pixels: resampled."""
        x = torch.sigmoid(self.decoder(z).float())
        if size == SIZE:
            return x
        x = F.interpolate(x, (size, size), mode="bicubic", antialias=True).clamp(0, 1)
        return torch.cat([x[:, :3].minimum(x[:, 3:]), x[:, 3:]], dim=1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Pictures → their reconstructions from sampled codes, means and log-variances."""
        mu, logvar = self.encode(x)
        return self.decode(self.reparameterize(mu, logvar)), mu, logvar

    def loss(self, x: Tensor) -> dict[str, Tensor]:
        """The negative evidence lower bound in nats a picture: binary cross-entropy summed over pixels, plus KL."""
        mu, logvar = self.encode(x)
        logits = self.decoder(self.reparameterize(mu, logvar)).float()
        reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(dim=(1, 2, 3)).mean()
        kl = kl_divergence(mu, logvar).mean()
        return {"loss": reconstruction + kl, "reconstruction": reconstruction, "kl": kl}


def kl_divergence(mu: Tensor, logvar: Tensor) -> Tensor:
    """KL(N(mu, exp(logvar)) ‖ N(0, I)) in nats, (B,). Kingma & Welling 2013, appendix B."""
    return 0.5 * (mu.square() + logvar.exp() - 1 - logvar).sum(dim=1)


def psnr(x: Tensor, y: Tensor) -> Tensor:
    """Peak signal-to-noise ratio of each picture in decibels, (B,); both in [0, 1], premultiplied. Capped at 100 dB."""
    mse = (x - y).square().flatten(1).mean(dim=1)
    return -10 * torch.log10(mse.clamp_min(1e-10))
