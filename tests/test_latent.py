import numpy as np
import pytest

from emoji_qa.latent import Latent
from train.latent import principal_axes


@pytest.fixture
def codes():
    rng = np.random.default_rng(0)
    return rng.standard_normal((300, 16)) ** 3 @ rng.standard_normal((16, 16)) + 2


@pytest.fixture
def latent(codes):
    mean, axes, knots = principal_axes(codes, lambda z: z**2)
    cov = np.linalg.cholesky(np.cov(codes.T))[None]
    return Latent(mean=mean, axes=axes, knots=knots, weights=np.ones(1), means=mean[None], factors=cov)


def test_round_trip(latent, codes):
    for z in (codes, codes * 5):  # on the map and far beyond it
        assert np.abs(latent.to_z(latent.from_z(z)) - z).max() <= 1e-4 * np.abs(z).max()
    s = np.random.default_rng(1).uniform(-4, 4, (100, 16))
    assert np.abs(latent.from_z(latent.to_z(s)) - s).max() <= 1e-4


def test_sliders_count_in_quantiles(latent, codes):
    s = latent.from_z(codes)
    assert np.abs(np.median(s, axis=0)).max() < 0.05
    assert np.abs((s < -1).mean(axis=0) - 0.16).max() < 0.02


def test_monotone(latent):
    line = np.zeros((200, 16))
    line[:, 3] = np.linspace(-5, 5, 200)
    along = (latent.to_z(line) - latent.mean) @ latent.axes[3]
    assert (np.diff(along) > 0).all()


def test_samples_are_seeded_and_follow_the_temperature(latent, codes):
    assert np.array_equal(latent.sample(5, seed=1), latent.sample(5, seed=1))
    assert not np.array_equal(latent.sample(5, seed=1), latent.sample(5, seed=2))
    assert latent.sample(7).shape == (7, 16)
    assert latent.sample(500, seed=0).std() > 2 * (latent.sample(500, temperature=0.1, seed=0) - latent.mean).std()


def test_save_and_load(latent, tmp_path):
    latent.save(tmp_path / "latent.safetensors")
    again = Latent.load(tmp_path / "latent.safetensors")
    s = np.random.default_rng(1).uniform(-3, 3, (10, 16))
    assert np.abs(again.to_z(s) - latent.to_z(s)).max() < 1e-3
    (tmp_path / "latent.safetensors").write_bytes(b"not tensors")
    with pytest.raises(ValueError, match="latent.safetensors"):
        Latent.load(tmp_path / "latent.safetensors")
