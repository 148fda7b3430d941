import math

import pytest
import torch

from emoji_qa.pictures import premultiply, unpremultiply
from emoji_qa.vae import EmojiVAE, kl_divergence, psnr
from tests.tiny import table


@pytest.fixture
def vae():
    torch.manual_seed(0)
    return EmojiVAE(latent_dim=3, channels=4)


@pytest.fixture
def x():
    return premultiply(table().images)


def test_shapes(vae, x):
    reconstruction, mu, logvar = vae(x)
    assert reconstruction.shape == x.shape
    assert mu.shape == logvar.shape == (len(x), 3)
    assert vae.decode(mu, size=50).shape == (len(x), 4, 50, 50)


def test_gradient_reaches_every_parameter(vae, x):
    vae.loss(x)["loss"].backward()
    assert [name for name, p in vae.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0] == []


def test_overfits_a_few_pictures(vae, x):
    def fidelity() -> float:
        return psnr(vae.decode(vae.encode(x)[0]), x).mean().item()

    optimizer = torch.optim.Adam(vae.parameters(), lr=0.01)
    loss, before = vae.loss(x)["loss"].item(), fidelity()
    for _ in range(150):
        optimizer.zero_grad()
        vae.loss(x)["loss"].backward()
        optimizer.step()
    assert vae.loss(x)["loss"].item() < 0.7 * loss  # the entropy of soft edges is a floor
    assert fidelity() > before + 3


@pytest.mark.parametrize("size", [1e4, 1e30])
def test_codes_stay_finite_however_large_the_activations(vae, size):
    with torch.no_grad():
        vae.encoder.out.weight.mul_(size)
    mu, logvar = vae.encode(torch.ones(2, 4, 36, 36))
    assert logvar.isfinite().all() and logvar.abs().max() <= 10
    assert torch.exp(0.5 * logvar).isfinite().all()


def test_pixels_stay_in_range(vae):
    for z in (torch.zeros(1, 3), torch.full((1, 3), 1e4), torch.randn(5, 3) * 100):
        for size in (36, 80):
            pictures = vae.decode(z, size)
            assert pictures.isfinite().all() and pictures.min() >= 0 and pictures.max() <= 1


def test_the_mean_is_the_code(vae, x):
    assert torch.equal(vae.encode(x)[0], vae.encode(x)[0])


def test_kl_divergence_against_torch():
    mu, logvar = torch.tensor([[0.3, -1.0]]), torch.tensor([[0.5, -2.0]])
    ours = kl_divergence(mu, logvar)
    q = torch.distributions.Normal(mu, torch.exp(0.5 * logvar))
    theirs = torch.distributions.kl_divergence(q, torch.distributions.Normal(0.0, 1.0)).sum(dim=1)
    assert torch.allclose(ours, theirs)


def test_psnr():
    x = torch.zeros(2, 4, 36, 36)
    assert psnr(x, x + 0.1).tolist() == pytest.approx([20, 20])
    assert math.isfinite(psnr(x, x).max())


def test_premultiply_and_back_is_exact_where_opaque_or_empty():
    images = table().images
    seen = images[..., 3] == 255
    back = unpremultiply(premultiply(images))
    assert (back[seen] == images[seen]).all()
    assert (back[images[..., 3] == 0] == 0).all()
