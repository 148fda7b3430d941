"""The loss of a VAE: the reconstruction loss of its decoder plus the KL divergence of its codes.

`train.vae.palette` adds two more losses for the shipped VAE: codes should predict the emoji's name and its polarity.
"""

from torch import Tensor

from emoji_qa.models.vae import EmojiVAE


def vae_loss(
    vae: EmojiVAE,
    x: Tensor,
    *,
    capacity: float | None = None,
    gamma: float = 1.0,
    known: dict[str, Tensor] | None = None,
    **drawing: Tensor,
) -> dict[str, Tensor]:
    """Pictures (B, 4, 36, 36) → {"loss", "reconstruction", "kl": scalars, "z": sampled codes (B, latent_dim)}.

    The negative evidence lower bound (Kingma & Welling 2013, Auto-Encoding Variational Bayes); its reconstruction term
    is the decoder's `reconstruction_loss`. With a capacity C in nats the KL term is γ·|KL − C| (Burgess et al. 2018,
    Understanding disentangling in β-VAE). known: further arguments of the encoder; drawing: further arguments of
    `reconstruction_loss`.
    """
    mu, logvar = vae.encode(x, **(known or {}))
    z = vae.reparameterize(mu, logvar)
    reconstruction = vae.decoder.reconstruction_loss(z, x, **drawing)
    kl = kl_divergence(mu, logvar).mean()
    price = kl if capacity is None else gamma * (kl - capacity).abs()
    return {"loss": reconstruction + price, "reconstruction": reconstruction, "kl": kl, "z": z}


def kl_divergence(mu: Tensor, logvar: Tensor) -> Tensor:
    """KL(N(mu, exp(logvar)) ‖ N(0, I)) in nats, (B,). Kingma & Welling 2013, appendix B."""
    return 0.5 * (mu.square() + logvar.exp() - 1 - logvar).sum(dim=1)
