"""A convolutional variational autoencoder for emoji pictures (Kingma & Welling 2013, Auto-Encoding Variational Bayes).

Pictures are (B, 4, 36, 36) float tensors in [0, 1], red, green, blue *premultiplied* by the fourth channel, alpha:
so the hidden colour of a transparent pixel does not count as an error.
"""

import torch
from torch import Tensor, nn

from emoji_qa.models.palette import SIZE, PaletteDecoder, PaletteEncoder
from emoji_qa.models.wolf2017.vae import OriginalDecoder, OriginalEncoder

NOISE = 0.1  # standard deviation of a pixel around its reconstruction, where codes are improved
LOGVAR_BOUND = 10.0  # exp(10) is finite in every precision; the original left it open and lost 4 % of its codes to inf
ARCHITECTURES: dict[str, tuple[type[PaletteEncoder | OriginalEncoder], type[PaletteDecoder | OriginalDecoder]]] = {
    "original": (OriginalEncoder, OriginalDecoder),
    "palette": (PaletteEncoder, PaletteDecoder),
}


class EmojiVAE(nn.Module):
    """Embeds pictures in a diagonal Gaussian latent space; any point of it decodes to a picture.

    arch: "palette", flat and crisp at any size, or "original", Will Wolf's network of 2017, whose log-variance is
    bounded here and whose code is the mean, not a sample. encoder, decoder: keyword arguments of the two networks.
    refine: steps of optimisation by which `code` improves on the encoder's mean.

    .decoder: beside its `forward` and `reconstruction_loss`, .flat says whether pictures are made of flat colours, which
    `shapes` then gives; .small whether a checkpoint keeps the weights in half precision.
    """

    def __init__(
        self,
        *,
        arch: str = "palette",
        latent_dim: int = 16,
        encoder: dict | None = None,
        decoder: dict | None = None,
        refine: int = 0,
    ):
        super().__init__()
        if arch not in ARCHITECTURES:
            raise TypeError(f"There is no architecture “{arch}”; there are: {', '.join(ARCHITECTURES)}.")
        encoder, decoder = encoder or {}, decoder or {}
        self.config = {"arch": arch, "latent_dim": latent_dim, "encoder": encoder, "decoder": decoder, "refine": refine}
        self.latent_dim, self.refine = latent_dim, refine
        encoder_class, decoder_class = ARCHITECTURES[arch]
        self.encoder = encoder_class(latent_dim=latent_dim, **encoder)
        self.decoder = decoder_class(latent_dim=latent_dim, **decoder)

    def encode(self, x: Tensor, **known: Tensor) -> tuple[Tensor, Tensor]:
        """Pictures (B, 4, 36, 36) → mean and log-variance of their codes, (B, latent_dim) each.

        The log-variance stays within ±10, so that no sample can overflow. known: further arguments of the encoder.
        """
        mu, logvar = self.encoder(x, **known).float().chunk(2, dim=1)
        return mu, LOGVAR_BOUND * torch.tanh(logvar / LOGVAR_BOUND)

    def code(self, x: Tensor, *, quick: bool = False) -> Tensor:
        """Pictures (B, 4, 36, 36) → *the* codes of these pictures, (B, latent_dim), without randomness. quick: the
        encoder's means, without refinement.

        The encoder's mean is improved by `refine` steps of Adam towards the most probable code, which balances a close
        picture with a code that is likely under the prior. No code gets worse by it. Encoders are less accurate on new
        pictures than on those they have seen (Cremer et al. 2018, Inference Suboptimality in Variational Autoencoders).
        """
        with torch.inference_mode(False), torch.no_grad():
            x = x.clone()
            start = self.encode(x)[0]
            if quick or not self.refine:
                return start
            z = self._climb(x, start)
            return torch.where((self._cost(z, x) < self._cost(start, x))[:, None], z, start)

    def _climb(self, x: Tensor, start: Tensor) -> Tensor:
        z = start.clone().requires_grad_()
        optimizer = torch.optim.Adam([z], lr=0.1, betas=(0.9, 0.95))
        for step in range(self.refine):
            optimizer.param_groups[0]["lr"] = 0.1 * (1 - step / self.refine)
            with torch.enable_grad():
                (z.grad,) = torch.autograd.grad(self._cost(z, x).sum(), z)
            optimizer.step()
        return z.detach()

    def _cost(self, z: Tensor, x: Tensor) -> Tensor:
        """The cost of a code for a picture in nats: minus the log of likelihood times prior, up to a constant, (B,)."""
        error = (self.decoder(z) - x).flatten(1)
        return error.square().sum(dim=1) / (2 * NOISE**2) + z.square().sum(dim=1) / 2

    def reparameterize(self, mu: Tensor, logvar: Tensor) -> Tensor:
        """A sample of N(mu, exp(logvar)) through which gradients flow, (B, latent_dim)."""
        return mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)

    def decode(self, z: Tensor, size: int = SIZE) -> Tensor:
        """Codes (B, latent_dim) → pictures (B, 4, size, size) in [0, 1], premultiplied."""
        return self.decoder(z, size).clamp(0, 1)  # a mix of colours may round to just above 1

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Pictures → their reconstructions from sampled codes, means and log-variances."""
        mu, logvar = self.encode(x)
        return self.decode(self.reparameterize(mu, logvar)), mu, logvar


def psnr(x: Tensor, y: Tensor) -> Tensor:
    """Peak signal-to-noise ratio of each picture in decibels, (B,); both in [0, 1], premultiplied. Capped at 100 dB."""
    mse = (x - y).square().flatten(1).mean(dim=1)
    return -10 * torch.log10(mse.clamp_min(1e-10))
