import math

import pytest
import torch
from torch.nn import functional

from emoji_qa.images.alpha import premultiply, unpremultiply
from emoji_qa.models.palette import paint
from emoji_qa.models.vae import EmojiVAE, psnr
from tests.tiny import table
from train.vae.loss import kl_divergence, vae_loss

NARROW = {
    "original": {"encoder": {"channels": 4}, "decoder": {"channels": 4}},
    "palette": {
        "encoder": {"width": 8, "dropout": 0.0},
        "decoder": {"colours": 5, "styles": 2, "code": 64, "seed": 8, "low": 16, "mid": 16},
    },
}


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
        vae_loss(vae, x, capacity=3.0, gamma=0.1, **pictures)["loss"].backward()
    else:
        vae_loss(vae, x)["loss"].backward()
    assert [name for name, p in vae.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0] == []


def test_overfits_a_few_pictures(vae, x):
    grounds = torch.rand(len(x), 4, 1, 1, generator=torch.Generator().manual_seed(0))
    grounds[:, 3] = 1
    x = x + (1 - x[:, 3:]) * grounds  # since mostly empty pictures would be too easy to guess

    def fidelity() -> float:
        return psnr(vae.decode(vae.encode(x)[0]), x).mean().item()

    optimizer = torch.optim.Adam(vae.parameters(), lr=0.01)
    before = fidelity()
    for _ in range(60):
        optimizer.zero_grad()
        vae_loss(vae, x, capacity=None if vae.config["arch"] == "original" else 20.0, gamma=0.02)["loss"].backward()
        optimizer.step()
    assert fidelity() > before + 3


@pytest.mark.parametrize("size", [1e4, 1e30])
def test_codes_stay_finite_however_large_the_activations(vae, size):
    with torch.no_grad():
        *_, weight, _ = vae.encoder.out.parameters()  # those of the last layer
        weight.mul_(size)
    vae.refine = 2
    assert vae.code(torch.ones(2, 4, 36, 36)).isfinite().all()
    mu, logvar = vae.encode(torch.ones(2, 4, 36, 36))
    assert logvar.isfinite().all() and logvar.abs().max() <= 10
    assert torch.exp(0.5 * logvar).isfinite().all()


def test_pixels_stay_in_range(vae):
    for z in (torch.zeros(1, 3), torch.full((1, 3), 1e4), torch.randn(5, 3) * 100):
        for size in (36, 80):
            pictures = vae.decode(z, size)
            assert pictures.isfinite().all() and pictures.min() >= 0 and pictures.max() <= 1


def test_the_mean_is_the_code(vae, x):
    assert torch.equal(vae.code(x), vae.encode(x)[0]) and torch.equal(vae.code(x), vae.code(x))


def test_refined_codes_draw_their_pictures_better_and_stay_near(vae, x):
    mean = vae.code(x)
    vae.refine = 30
    with torch.inference_mode():
        refined = vae.code(x)
    before, after = (psnr(vae.decode(z), x) for z in (mean, refined))
    assert after.mean() > before.mean() and not refined.requires_grad
    assert torch.equal(refined, vae.code(x)) and refined.abs().max() < 20
    assert all(parameter.grad is None for parameter in vae.parameters())


def test_an_encoder_with_eyes_takes_known_features(x):
    torch.manual_seed(0)
    vae = EmojiVAE(latent_dim=3, encoder={"width": 8, "features": 5}, decoder=NARROW["palette"]["decoder"]).eval()
    features = vae.encoder.see(x)
    assert features.shape == (len(x), 5)
    assert torch.allclose(vae.encode(x)[0], vae.encode(x, features=features)[0], atol=1e-5)
    assert not torch.allclose(vae.encode(x)[0], vae.encode(x, features=torch.zeros_like(features))[0])
    vae_loss(vae, x, capacity=3.0)["loss"].backward()
    assert all(parameter.grad is None for parameter in vae.encoder.vision.parameters())


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
        flat[size] = (distance < 0.02).float().mean().item()  # share of pixels with a colour of the palette
    assert flat[36] < flat[144] < flat[512]
    assert flat[512] > 0.9


def test_the_soft_edge_of_a_small_picture_is_not_enlarged():
    logits = torch.full((1, 3, 36, 36), -20.0)
    logits[:, 0], logits[:, 2, :, :18], logits[:, 1, :, 18] = 0.0, 20.0, 20.0  # ground, a half-plane, a line beside it
    opaque, half = torch.tensor([1.0, 0.0, 0.0, 1.0]), torch.tensor([0.5, 0.0, 0.0, 0.5])
    for line, seen in ((half, False), (opaque, True)):
        picture = paint(logits, torch.stack([torch.zeros(4), line, opaque])[None], 360)
        alpha = picture[0, 3, 180, 180:192]  # across the line
        assert (alpha.max() > 0.9) == seen or not seen and alpha[5:].max() < 0.1
        assert picture[0, 3, 180, :170].min() > 0.99 and picture[0, 3, 180, 200:].max() < 0.01
        assert paint(logits, torch.stack([torch.zeros(4), line, opaque])[None])[0, 3, 18, 18] == pytest.approx(
            line[3].item()
        )


def test_the_first_colour_is_transparent():
    torch.manual_seed(0)
    vae = EmojiVAE(arch="palette", latent_dim=3, **NARROW["palette"])
    logits, colours = vae.decoder.palette(torch.randn(5, 3))
    assert logits.shape == (5, 5, 36, 36) and colours.shape == (5, 5, 4)
    assert (colours[:, 0] == 0).all()
    assert (colours[..., :3] <= colours[..., 3:]).all()  # premultiplied


def test_unknown_architecture():
    with pytest.raises(TypeError, match="“gan”"):
        EmojiVAE(arch="gan")
