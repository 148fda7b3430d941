import math

import pytest
import torch
from torch.nn import functional

from emoji_qa.nets.palette import paint
from emoji_qa.pictures import premultiply, unpremultiply
from emoji_qa.vae import EmojiVAE, kl_divergence, psnr
from tests.tiny import table

NARROW = {
    "original": {"encoder": {"channels": 4}, "decoder": {"channels": 4}},
    "palette": {
        "encoder": {"width": 8, "dropout": 0.0},
        "decoder": {"colours": 5, "styles": 2, "code": 64, "seed": 8, "low": 16, "mid": 16},
    },
}  # fmt: skip


@pytest.fixture(params=NARROW)
def vae(request):
    torch.manual_seed(0)
    return EmojiVAE(arch=request.param, latent_dim=3, **NARROW[request.param]).eval()


@pytest.fixture
def x():
    return premultiply(table().images)


def test_shapes(vae, x):
    reconstruction, mu, logvar = vae(x)
    assert reconstruction.shape == x.shape
    assert mu.shape == logvar.shape == (len(x), 3)
    assert vae.decode(mu, size=50).shape == (len(x), 4, 50, 50)


def test_gradient_reaches_every_parameter(vae, x):
    if vae.config["arch"] == "palette":
        pictures = {"style": torch.arange(len(x)) % 2, "big": torch.rand(2, 4, 72, 72)}
        vae.loss(x, capacity=3.0, gamma=0.1, **pictures)["loss"].backward()
    else:
        vae.loss(x)["loss"].backward()
    assert [name for name, p in vae.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0] == []


def test_overfits_a_few_pictures(vae, x):
    grounds = torch.rand(len(x), 4, 1, 1, generator=torch.Generator().manual_seed(0))
    grounds[:, 3] = 1
    x = x + (1 - x[:, 3:]) * grounds  # on mostly empty pictures, nothing is a fair first guess
    def fidelity() -> float:
        return psnr(vae.decode(vae.encode(x)[0]), x).mean().item()

    optimizer = torch.optim.Adam(vae.parameters(), lr=0.01)
    before = fidelity()
    for _ in range(150):
        optimizer.zero_grad()
        vae.loss(x, capacity=None if vae.config["arch"] == "original" else 20.0, gamma=0.02)["loss"].backward()
        optimizer.step()
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


def test_the_palette_is_crisp_at_any_size():
    torch.manual_seed(0)
    coarse = torch.randn(1, 4, 6, 6) * 20
    logits, colours = functional.interpolate(coarse, (36, 36), mode="bicubic"), torch.rand(1, 4, 4)
    flat = {}
    for size in (36, 144, 512):
        picture = paint(logits, colours, size)
        assert picture.shape == (1, 4, size, size)
        distance = torch.cdist(picture.flatten(2)[0].T, colours[0]).amin(dim=1)
        flat[size] = (distance < 0.02).float().mean().item()  # pixels that have one of the palette's colours
    assert flat[36] < flat[144] < flat[512]
    assert flat[512] > 0.9


def test_the_first_colour_is_transparent():
    torch.manual_seed(0)
    vae = EmojiVAE(arch="palette", latent_dim=3, **NARROW["palette"])
    logits, colours = vae.decoder.palette(torch.randn(5, 3))
    assert logits.shape == (5, 5, 36, 36) and colours.shape == (5, 5, 4)
    assert (colours[:, 0] == 0).all()
    assert (colours[..., :3] <= colours[..., 3:]).all()  # premultiplied


def test_unknown_architecture():
    with pytest.raises(ValueError, match="“gan”"):
        EmojiVAE(arch="gan")
