import re
import shutil

import numpy as np
import pytest

import emoji_qa
from emoji_qa.checkpoint import CHECKPOINTS
from emoji_qa.emojis.table import Emoji, EmojiTable
from emoji_qa.latent.map import EmojiMap, nearest_weighted
from emoji_qa.latent.space import Latent
from tests import tiny
from train.latent.map import fit_map, kept_near, main, spread
from train.latent.space import principal_axes

KINDS = 5  # groups of emojis that look alike


@pytest.fixture(scope="module")
def codes():
    """150 codes in five clusters."""
    rng = np.random.default_rng(0)
    heaps = 6 * rng.standard_normal((KINDS, 16))
    return (heaps[np.arange(150) % KINDS] + rng.standard_normal((150, 16))).astype(np.float32)


@pytest.fixture(scope="module")
def places(codes):
    return fit_map(codes, np.eye(16))


@pytest.fixture
def latent(codes, places):
    emojis = [Emoji(chr(0x1F400 + i), f"emoji {i}", "objects", (), 1.0, chr(0x1F400 + i)) for i in range(len(codes))]
    table = EmojiTable(emojis, np.stack([tiny.disc(i % 11) for i in range(len(codes))]))
    mean, axes, knots = principal_axes(codes.astype(np.float64), lambda z: z)
    return Latent(mean=mean, axes=axes, knots=knots, codes=codes, map=places, emojis=table)


@pytest.fixture(params=["fitted", "by axes"])
def plane(request, latent):
    if request.param == "by axes":
        latent.map = None
    return EmojiMap(latent)


def test_an_emoji_has_its_place_and_a_place_its_emoji(plane, codes):
    assert plane.places.shape == (150, 2)
    assert np.allclose(plane.place(codes), plane.places, atol=1e-4)
    assert np.allclose(plane.code(plane.places), codes, atol=1e-4)


def test_what_lies_between_emojis_is_a_mix_of_them(plane, codes):
    middle = (plane.places[3] + plane.places[8]) / 2
    rows, weights = plane.around(middle[None])
    assert np.allclose(weights.sum(), 1) and (weights >= 0).all() and (np.diff(weights) <= 1e-12).all()
    distances = np.linalg.norm(plane.places - middle, axis=1)
    assert rows[0].tolist() == np.argsort(distances, kind="stable")[:4].tolist()
    assert np.allclose(plane.code(middle[None])[0], weights[0] @ codes[rows[0]], atol=1e-5)


def test_a_place_hardly_moves_when_its_code_hardly_does(plane, codes):
    way = np.linspace(codes[0], codes[7], 4000)
    steps = np.linalg.norm(np.diff(plane.place(way), axis=0), axis=1)
    assert steps.max() < 0.5  # of a picture's width, on a way that crosses the map
    assert np.abs(plane.place(codes[:5] + 1e-5) - plane.places[:5]).max() < 1e-3


def test_the_farthest_of_the_nearest_counts_for_nothing():
    rows, weights = nearest_weighted(np.array([[7, 8, 9]]), np.array([[1.0, 2.0, 2.0]]))
    assert rows.tolist() == [[7, 8]] and weights[0] == pytest.approx([1, 0])
    _, same = nearest_weighted(np.array([[7, 8, 9]]), np.array([[3.0, 3.0, 3.0]]))
    assert same[0] == pytest.approx([0.5, 0.5])
    _, twice = nearest_weighted(np.array([[7, 8, 9]]), np.array([[0.0, 0.0, 3.0]]))
    assert twice[0].tolist() == [1, 0]


def test_bad_places_are_refused(plane):
    for places in (
        np.zeros(2),
        np.zeros((1, 3)),
        [[np.nan, 0]],
        [[np.inf, 0]],
        "abc",
        None,
        [["a", 0]],
        [[10**400, 0]],
    ):
        with pytest.raises(ValueError, match="Places on the map must be"):
            plane.code(places)
    with pytest.raises(ValueError, match="Codes must"):
        plane.place(np.zeros((1, 3)))
    assert np.isfinite(plane.code([[1e300, -1e300]])).all()


def test_the_map_is_saved_and_one_that_does_not_fit_is_refused(latent, places, tmp_path):
    path = tmp_path / "latent.safetensors"
    latent.save(path)
    bases = EmojiTable(list(latent.emojis), latent.emojis.images)
    assert np.array_equal(Latent.load(path, bases).map, places)
    assert np.array_equal(Latent.load(path).map, places)
    for wrong in (places[:, :1], np.full_like(places, np.nan)):
        latent.map = wrong
        latent.save(path)
        with pytest.raises(ValueError, match=re.escape(str(path)) + ".*a map has a finite place"):
            Latent.load(path, bases)
    latent.map = None
    latent.save(path)
    assert Latent.load(path, bases).map is None


def test_emojis_that_look_alike_lie_together_and_none_on_another(codes, places):
    assert places.dtype == np.float32 and kept_near(codes, places) > 0.3
    near = np.argsort(np.linalg.norm(places[:, None] - places, axis=2), axis=1)[:, 1:6]
    assert (near % KINDS == np.arange(150)[:, None] % KINDS).mean() > 0.9
    apart = np.linalg.norm(places[:, None] - places, axis=2)[~np.eye(150, dtype=bool)]
    assert apart.min() > 0.8
    assert np.allclose(places.min(axis=0), -places.max(axis=0), atol=1e-4) and (places[0] <= 0).all()
    assert np.array_equal(places, fit_map(codes, np.eye(16)))


def test_emojis_drawn_alike_are_spread(codes):
    assert np.linalg.norm(np.diff(spread(np.zeros((2, 2))), axis=0)) > 0.9


def test_few_emojis_have_no_map_of_their_own(codes):
    assert fit_map(codes[:11], np.eye(16)) is None


def test_the_command_lays_out_a_map_and_changes_nothing_else(tmp_path, monkeypatch, capsys):
    folder = shutil.copytree(CHECKPOINTS / "original", tmp_path / "copy")
    before = emoji_qa.load(folder, device="cpu").latent
    monkeypatch.setattr("sys.argv", ["train.latent.map", "--checkpoint", str(folder)])
    main()
    assert re.search(r"\d\d% of an emoji's ten nearest", capsys.readouterr().out)
    latent = emoji_qa.load(folder, device="cpu").latent  # sealed again
    assert latent.map.shape == (len(latent.codes), 2) and latent.labels == before.labels
    for name in Latent.TENSORS:
        assert np.array_equal(getattr(latent, name), getattr(before, name))


def test_the_command_says_what_it_cannot_do(tmp_path, monkeypatch):
    folder = tiny.write_checkpoint(tmp_path / "tiny")
    monkeypatch.setattr("sys.argv", ["train.latent.map", "--checkpoint", str(folder)])
    with pytest.raises(SystemExit, match="11 emojis are too few"):
        main()
