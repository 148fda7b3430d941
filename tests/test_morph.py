import numpy as np
import pytest

from emoji_qa.latent.morph import duration, morph_codes
from emoji_qa.latent.space import Latent
from tests import tiny
from train.latent.space import principal_axes


@pytest.fixture(scope="module")
def latent():
    table = tiny.table().bases
    codes = np.random.default_rng(0).standard_normal((len(table), 16))
    mean, axes, knots = principal_axes(codes, lambda z: z)
    return Latent(mean=mean, axes=axes, knots=knots, codes=codes.astype(np.float32), emojis=table)


@pytest.mark.parametrize("kind", ["linear", "spherical"])
@pytest.mark.parametrize(
    ("stops", "frames"), [("🎉😡", [0, 23]), ("🎉😡🐶", [0, 15, 30]), ("🎉😡🐶☕", [0, 11, 22, 33])]
)
def test_a_morph_passes_every_stop_without_a_rest(latent, kind, stops, frames):
    codes = morph_codes(latent, list(stops), kind)
    assert len(codes) == frames[-1] + 1
    expected = latent.codes[[latent.emojis.index(emoji) for emoji in stops]]
    assert np.allclose(codes[frames], expected, atol=1e-5)
    assert np.linalg.norm(np.diff(codes, axis=0), axis=1).min() > 1e-3
    assert 1 < duration(len(codes)) < 3


def test_codes_are_stops_too_and_what_is_neither_is_refused(latent):
    assert np.allclose(morph_codes(latent, list(latent.codes[:2])), morph_codes(latent, latent.emojis.chars[:2]))
    for stops in (["🎉"], ["🎉"] * 5, "🎉😡", ["🎉", "abc"], ["🎉", np.zeros(3)], ["🎉", [np.nan] * 16]):
        with pytest.raises(ValueError):
            morph_codes(latent, stops)
    with pytest.raises(ValueError, match="“linear”"):
        morph_codes(latent, ["🎉", "😡"], "scenic")
