import numpy as np
import pytest
import torch

from emoji_qa.emojis.table import Emoji, EmojiTable
from emoji_qa.latent.directions import Direction
from emoji_qa.latent.space import AxisLabel, Latent
from emoji_qa.models.vae import EmojiVAE
from tests import tiny
from train.evaluate.pictures import grids
from train.evaluate.pictures.measures import nearest_distances
from train.latent.density import AROUND_REMIXES, BANDWIDTHS, choose_density, newest
from train.latent.labels import fit_labels, trust, votes
from train.latent.looks import looks
from train.latent.space import encode, fit_latent, picture_metric, principal_axes, write_latent

LABEL = AxisLabel(low="dark, flags", high="light", low_emojis=("🏴", "🖤"), high_emojis=("🤍",))


@pytest.fixture
def codes():
    rng = np.random.default_rng(0)
    return rng.standard_normal((300, 16)) ** 3 @ rng.standard_normal((16, 16)) + 2


@pytest.fixture
def table(codes):
    """150 emojis with codes: discs that are bright if the code's first number is above the median, else dark."""
    emojis, images = [], []
    for row, code in enumerate(codes[:150]):
        char = chr(0x1F400 + row)
        bright = code[0] > np.median(codes[:150, 0])
        emojis.append(Emoji(char, f"{'sun' if bright else 'moon'} {row}", "objects", ("disc",), 1.0, char))
        images.append(tiny.disc(row % 11))
        images[-1] = np.where(
            images[-1] > 0, np.uint8([255, 250, 200, 255] if bright else [20, 30, 60, 255]), np.uint8(0)
        )
    return EmojiTable(emojis, np.stack(images), codes[:150])


@pytest.fixture
def latent(codes, table):
    mean, axes, knots = principal_axes(codes, lambda z: z**2)
    metric = np.diag(np.linspace(1, 2, 16))
    return Latent(mean=mean, axes=axes, knots=knots, metric=metric, emojis=table)


def test_round_trip(latent, codes):
    for z in (codes, codes * 5):  # near the emojis and far from them
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


def test_samples_are_seeded_and_follow_the_temperature(latent):
    assert np.array_equal(latent.sample(5, seed=1), latent.sample(5, seed=1))
    assert not np.array_equal(latent.sample(5, seed=1), latent.sample(5, seed=2))
    assert latent.sample(7).shape == (7, 16) and latent.sample(7).dtype == np.float32
    centres, half, whole = (latent.sample(300, temperature=t, seed=0) for t in (0, 0.5, 1))
    assert np.allclose(half - centres, 0.5 * (whole - centres), atol=1e-3)
    assert (whole - centres).std() > 0.1


def test_samples_are_new(latent, table):
    latent.newness = 60.0
    z = latent.sample(200, seed=0)
    assert (latent.novelty(z) >= 60).mean() > 0.99
    assert np.array_equal(latent.sample(3, temperature=0, seed=4), latent.sample(3, temperature=0, seed=4))


def test_neighbours_are_those_of_the_metric(latent, table):
    z = table.codes[:20] + 0.1
    rows, distances = latent.neighbours(z, k=7)
    expected = np.linalg.norm((z[:, None] - table.codes) @ latent.metric, axis=2)
    assert np.allclose(np.sort(expected, axis=1)[:, :7], distances, rtol=1e-4)
    assert np.allclose(np.take_along_axis(expected, rows, axis=1), distances, rtol=1e-4)
    own, zero = latent.neighbours(table.codes, 1)
    assert np.array_equal(own[:, 0], np.arange(len(table))) and not zero.any()
    for k in (0, 151, 2.5, True):
        with pytest.raises(ValueError, match="whole number"):
            latent.neighbours(z, k)


def test_novelty_and_plausibility_are_percentages_of_real_distances(latent, table):
    assert (latent.novelty(table.codes) == 0).all()
    gaps = np.sort(latent.neighbours(table.codes, 2)[1][:, 1])
    step = np.zeros((1, 16))
    step[0, 0] = 1
    far = table.codes[:1] + 1e6 * step
    assert latent.novelty(far) == 100 and latent.plausibility(far) == 0
    near = table.codes[:1] + 0.5 * gaps[0] * step  # a distance smaller than between any two emojis
    assert latent.novelty(near) == 0
    middle = latent.pull(far, 1.0)
    assert latent.plausibility(middle) > latent.plausibility(far)


def test_emojis_drawn_alike_do_not_count_as_near(latent, table):
    codes = table.codes.copy()
    codes[1:100] = codes[0]
    latent._emojis = table.with_codes(codes)
    near = codes[:1] + np.float32(1e-3)
    assert latent.novelty(near) == 0


def test_pull(latent, table):
    z = latent.sample(10, seed=3)
    centre = table.codes[latent.neighbours(z, 5)[0]].mean(axis=1)
    assert np.allclose(latent.pull(z, 0.0), z)
    assert np.allclose(latent.pull(z, 0.25), z + 0.25 * (centre - z), atol=1e-4)
    with pytest.raises(ValueError, match="between 0 and 1"):
        latent.pull(z, 1.5)


def test_mix(latent, table):
    first, second = table.chars[3], table.chars[8]
    assert np.allclose(latent.mix([first, second]), table.codes[[3, 8]].mean(axis=0, keepdims=True))
    mixed = latent.mix([first, table.codes[8], latent.mix([first, second])], weights=[1, 0, 3])
    assert mixed.shape == (1, 16) and np.allclose(mixed, 0.625 * table.codes[3] + 0.375 * table.codes[8], atol=1e-5)
    for ingredients, weights in (
        ([first], None),
        ([first] * 5, None),
        (first * 2, None),
        ([first, "x"], None),
        ([first, second], [1]),
        ([first, second], [1, -1]),
        ([first, second], [0, 0]),
        ([first, second], [np.nan, 1]),
        ([first, table.codes[:2]], None),
    ):
        with pytest.raises(ValueError):
            latent.mix(ingredients, weights)


def test_paths(latent, table):
    for kind in ("linear", "spherical"):
        path = latent.path(table.chars[0], table.codes[5], n=9, kind=kind)
        assert path.shape == (9, 16) and np.allclose(path[[0, -1]], table.codes[[0, 5]], atol=1e-4)
        steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
        assert steps.max() < 3 * steps.min()
    middle = latent.path(table.chars[0], table.chars[5], n=3)[1]
    assert np.allclose(middle, table.codes[[0, 5]].mean(axis=0), atol=1e-4)
    radii = np.linalg.norm(path - latent.mean, axis=1)
    assert np.allclose(radii, np.linspace(radii[0], radii[-1], 9), rtol=1e-4)
    same = latent.path(table.chars[0], table.chars[0], n=4, kind="spherical")
    assert np.allclose(same, table.codes[0], atol=1e-4)
    with pytest.raises(ValueError, match="“linear”"):
        latent.path(table.chars[0], table.chars[1], kind="scenic")
    with pytest.raises(ValueError, match="two codes"):
        latent.path(table.chars[0], table.chars[1], n=1)


def test_bad_codes_and_missing_emojis_raise(latent):
    for z in (np.zeros(16), np.zeros((2, 3)), np.full((1, 16), np.nan), "abc"):
        with pytest.raises(ValueError, match="Codes must"):
            latent.novelty(z)
    for arguments in ((-1,), (2.5,), (True,), (1, float("nan")), (1, -1.0)):
        with pytest.raises(ValueError, match="must be a"):
            latent.sample(*arguments)
    latent.__dict__.pop("_real", None)
    latent._emojis = None
    with pytest.raises(ValueError, match="knows no emojis"):
        latent.novelty(np.zeros((1, 16)))
    with pytest.raises(ValueError, match="knows no emojis"):
        latent.sample(2)


def test_save_and_load(latent, table, tmp_path):
    path = tmp_path / "latent.safetensors"
    latent.labels, latent.newness = (LABEL,) * 16, 20.0
    latent.save(path)
    again = Latent.load(path, EmojiTable(list(table), table.images))
    assert np.array_equal(again.codes, table.codes)
    s = np.random.default_rng(1).uniform(-3, 3, (10, 16))
    assert np.abs(again.to_z(s) - latent.to_z(s)).max() < 1e-3
    assert again.labels == latent.labels and str(again.labels[0]) == "dark, flags ↔ light"
    assert np.allclose(again.sample(4, seed=0), latent.sample(4, seed=0), atol=1e-4)
    assert np.allclose(again.novelty(again.to_z(s)), latent.novelty(latent.to_z(s)), atol=1)
    path.write_bytes(b"not tensors")
    with pytest.raises(ValueError, match="latent.safetensors"):
        Latent.load(path)


def test_codes_of_other_emojis_are_refused(latent, table, tmp_path):
    latent.save(tmp_path / "latent.safetensors")
    fewer = EmojiTable(list(table)[1:], table.images[1:])
    with pytest.raises(ValueError, match="latent.safetensors.*codes"):
        Latent.load(tmp_path / "latent.safetensors", fewer)


def test_fit():
    torch.manual_seed(0)
    table = tiny.table()
    vae = EmojiVAE(arch="original", encoder={"channels": 4}, decoder={"channels": 4}).eval()
    latent = fit_latent(vae, table.bases)
    assert np.allclose(latent.codes, encode(vae, table.bases.images))
    assert latent.newness == 0 and latent.sample(3).shape == (3, 16)
    assert (latent.novelty(latent.emojis.codes) == 0).all()


def test_samples_around_emojis_put_together_stay_near_them(tmp_path):
    torch.manual_seed(0)
    vae = EmojiVAE(arch="original", encoder={"channels": 4}, decoder={"channels": 4}).eval()
    remixes = np.random.default_rng(0).standard_normal((3, 16))
    latent, _ = write_latent(vae, tiny.table().bases, tmp_path, remixes)
    samples = latent.sample(50, seed=0)
    away = np.abs(samples[:, None] - remixes).max(axis=2).min(axis=1)
    assert latent.bandwidth == AROUND_REMIXES[0] and away.max() < 5 * latent.bandwidth * latent.codes.std(axis=0).max()


def test_fewer_emojis_than_numbers_have_all_sliders():
    codes = np.random.default_rng(0).standard_normal((5, 16))
    mean, axes, knots = principal_axes(codes, lambda z: z)
    assert np.allclose(axes @ axes.T, np.eye(16)) and (np.diff(knots, axis=1) > 0).all()
    five = EmojiTable(list(tiny.table())[:5], tiny.table().images[:5])
    latent = Latent(mean=mean, axes=axes, knots=knots, metric=np.eye(16), codes=codes, emojis=five)
    sliders = latent.from_z(codes)
    assert sliders.shape == (5, 16) and np.abs(sliders[:, 4:]).max() < 0.01  # in the middle, where they do not differ
    assert np.allclose(latent.to_z(sliders), codes, atol=1e-3)


def test_the_density_copies_little(latent, table):
    pixels = np.random.default_rng(0).standard_normal((16, 4 * 36 * 36)).astype(np.float32)

    def decode(z):
        return (z.astype(np.float32) @ pixels).reshape(-1, 4, 36, 36)

    x = torch.from_numpy(decode(table.codes))
    latent.metric = np.eye(16)
    choose_density(latent, x, decode, seed=0)
    assert latent.bandwidth in BANDWIDTHS
    own = nearest_distances(x)
    close = torch.quantile(own, 0.05)
    drawn = torch.from_numpy(decode(latent.sample(500, seed=5)))
    assert (nearest_distances(drawn, x) < close).float().mean() < 0.1


def test_the_newest_samples():
    novelty = np.array([10.0, 50.0, 30.0, 20.0, 40.0])
    newness, kept = newest(novelty, np.array([True, False, False, True, False]), share=0.2)
    assert newness == 30 and kept.tolist() == [False, True, True, False, True]
    newness, kept = newest(novelty, np.ones(5, bool))
    assert newness == 50 and kept.sum() == 1


def test_the_metric_counts_pixels():
    codes = np.random.default_rng(0).standard_normal((40, 16))
    linear = np.random.default_rng(1).standard_normal((16, 100))
    metric = picture_metric(codes, lambda z: z @ linear)
    step = np.random.default_rng(2).standard_normal((5, 16))
    change = np.sqrt(((step @ linear) ** 2).mean(axis=1))
    assert np.allclose(np.linalg.norm(step @ metric, axis=1), change, rtol=1e-3)


def test_labels_say_what_lies_at_the_ends(latent, table):
    along = np.zeros((150, 16))
    along[:, 0] = table.codes[:, 0] - np.median(table.codes[:, 0])
    along[:, 1:] = np.random.default_rng(0).standard_normal((150, 15))
    table = table.with_codes(latent.to_z(along))
    labels = fit_labels(latent, table)
    assert len(labels) == 16
    assert {"sun", "moon"} <= set(f"{labels[0].low}, {labels[0].high}".split(", ")) | {"light", "dark", "sun", "moon"}
    assert labels[0].high in ("sun", "light") and labels[0].high_emojis[0] == table.chars[along[:, 0].argmax()]
    assert (np.sign(votes(labels, table)[:, 0]) * along[:, 0] >= 0).all()
    pairs = [frozenset((label.low, label.high)) for label in labels if label.low]
    assert len(set(pairs)) == len(pairs)
    figures = trust(latent, table, np.arange(100), np.arange(100, 150))
    assert figures["right"][0] == 1 and figures["told"][0] == 1 and len(figures["told"]) == 16


def test_looks():
    pictures = np.zeros((3, 36, 36, 4), np.uint8)
    pictures[0] = (255, 255, 255, 255)
    pictures[1, 18:, 10:14] = (200, 20, 20, 255)
    true = looks(pictures)
    assert [word for word, of in true.items() if of[0]] == ["white", "light", "large", "boxy", "plain"]
    assert {"red", "dark", "small", "tall", "bottom-heavy", "left-heavy"} <= {
        word for word, of in true.items() if of[1]
    }
    assert not any(
        of[2]
        for word, of in true.items()
        if word
        not in ("dark", "small", "plain", "round", "boxy", "top-heavy", "bottom-heavy", "left-heavy", "right-heavy")
    )


def test_the_originals_grids():
    twenty = grids.percentiles()
    assert twenty.shape == (20, 16) and np.allclose(twenty[9:11].sum(axis=0), 0) and (np.diff(twenty[:, 0]) > 0).all()
    square = grids.mean_sd().reshape(20, 20, 16)
    assert np.allclose(square.mean(axis=(0, 2)), np.linspace(-3, 3, 20), atol=0.6)
    assert square[0].std() > square[10].std()
    assert grids.pairs("A", 2)[1].tolist() == [-2] * 8 + [2] * 8
    assert grids.pairs("B", 2)[1].tolist() == [-2, 2] * 8
    assert grids.pairs("C", 2)[2].tolist() == [2, 2, -2, -2] * 4
    with pytest.raises(ValueError, match="“A”"):
        grids.pairs("D")


def test_directions_lead_from_where_they_begin_and_come_back_from_the_file(latent, tmp_path):
    latent.directions = tiny.directions()
    z = latent.to_z(np.random.default_rng(2).uniform(-2, 2, (3, 16)))
    for name, one in latent.directions.items():
        moved = one.move(z, 1)
        assert moved.shape == z.shape and moved.dtype == np.float32 and np.abs(moved - z).max() > 0.1, name
        with pytest.raises(ValueError, match="not"):
            one.move(z, float("nan"))
    mood, wheel = latent.directions["mood"], latent.directions["colour"]
    assert np.array_equal(mood.move(z, 0), z)
    assert np.allclose(mood.move(z, 0.5) - z, (mood.move(z, 1) - z) / 2, atol=1e-5)
    assert np.allclose(wheel.move(z, 0), wheel.move(z, 360), atol=1e-5)
    path = tmp_path / "latent.safetensors"
    latent.save(path)
    again = Latent.load(path).directions
    assert list(again) == list(latent.directions)
    assert all((again[name].low, again[name].high) == (one.low, one.high) for name, one in latent.directions.items())
    assert np.allclose(again["hat"].move(z, -1), latent.directions["hat"].move(z, -1), atol=1e-4)
    latent.directions = {}
    latent.save(path)
    assert Latent.load(path).directions == {}


@pytest.mark.parametrize("ways", [np.zeros((2, 17, 15)), np.full((2, 17, 16), np.nan), np.zeros((5, 17, 16))])
def test_a_file_with_damaged_directions_is_refused(latent, tmp_path, ways):
    latent.directions = {"mood": Direction("sad", "happy", ways)}
    latent.save(tmp_path / "latent.safetensors")
    with pytest.raises(ValueError, match="latent.safetensors.*mood"):
        Latent.load(tmp_path / "latent.safetensors")
