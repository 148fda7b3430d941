"""How the parts of emojis are distinguished, and how pictures of emojis put together are made for the VAE's training."""

import pickle
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from emoji_qa import checkpoint
from emoji_qa.emojis.table import EmojiTable
from emoji_qa.latent.space import Latent
from emoji_qa.models.vae import EmojiVAE
from emoji_qa.remix.draw import draw
from emoji_qa.remix.parts import Parts
from emoji_qa.remix.raster import rasterise
from train.evaluate.pictures.measures import kernel_distance
from train.remix import pictures as remix_pictures
from train.remix.bodies import find_hat, find_place, find_turn, labels, tell_own_face
from train.remix.faces import read_face
from train.remix.outlines import Layer, flatten, read_layers, split, subpaths
from train.remix.pictures import RemixPictures, is_unseen
from train.remix.table import credit, make_part
from train.vae import palette

DEFAULT = checkpoint.CHECKPOINTS / "default"


def svg(inside: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36">{inside}</svg>'


SMILE = svg(
    '<circle cx="18" cy="18" r="18" fill="#FFCC4D"/><g fill="#664500"><ellipse cx="12" cy="13" rx="2" ry="3"/>'
    '<ellipse cx="24" cy="13" rx="2" ry="3"/><path d="M9 23h18c0 8-18 8-18 0zM7 6h8v2H7z"/></g>'
    '<path fill="#FFF" d="M11 24h14v1H11z"/><path fill="#5DADEC" d="M8 20h3v9H8z"/>'
)


def test_every_source_is_credited_as_itself(tmp_path):
    assert credit("@twemoji/svg@14.0.0", {}) == ("Twemoji 14.0.0 (@twemoji/svg)", "CC-BY 4.0")
    assert credit("other@1.0.0", {"package.json": b'{"license": "CC0-1.0"}'}) == ("other@1.0.0", "CC0-1.0")
    assert credit(str(tmp_path), {}) == (tmp_path.name, "licence not stated")


def test_curves_and_arcs_are_followed():
    [circle] = flatten("M9 18a9 9 0 1 0 18 0a9 9 0 1 0-18 0z")
    assert np.allclose(np.hypot(*(circle - 18).T), 9, atol=1e-6)
    [squashed] = flatten("M0 0a1 1 0 011 1")  # flags need no spaces between them
    assert np.allclose(squashed[-1], (1, 1))
    [curve] = flatten("M0 0c0 1 0 2 2 2s2 1 2 2")
    assert np.allclose(curve[-1], (4, 4))


def test_subpaths_stand_on_their_own():
    assert subpaths("m1 1h2v2zm4 4h1v1z") == ["M1 1h2v2z", "M5 5h1v1z"]


def test_a_shape_keeps_its_holes_and_leaves_its_neighbours():
    pieces = split(Layer("M0 0h10v10H0zM3 3h2v2H3zM20 20h5v5h-5z", "#000000"))
    assert [piece.d.count("M") for piece in pieces] == [2, 1]


def test_layers_draw_the_picture_they_were_read_from():
    text = svg(
        '<g fill="red" transform="translate(3 4)"><path d="M0 0h9v9H0z"/><circle cx="20" cy="20" r="5" fill="#0a0"/></g>'
    )
    layers = read_layers(text)
    again = svg("".join(f'<path fill="{one.fill}" d="{one.d}" transform="{one.rest["transform"]}"/>' for one in layers))
    assert np.array_equal(rasterise(again, 36), rasterise(text, 36))
    assert read_layers(svg("<text>no shape</text>")) is None


def test_a_face_is_told_apart():
    face = read_face("🙂", read_layers(SMILE))
    assert face.roles == "beemwmx" and face.disc == pytest.approx((18, 18, 18))


def test_an_expression_goes_to_the_calm_side_and_not_onto_a_stripe():
    layers = read_layers(svg('<path fill="#ff0000" d="M0 0h36v36H0z"/><path fill="#0000ff" d="M10 0h4v36h-4z"/>'))
    place = find_place(layers)
    assert place.x - place.radius >= 13.4 and place.radius == pytest.approx(11, abs=0.6) and place.ground == "#ff0000"
    assert find_place(read_layers(svg('<path fill="#ff0000" d="M0 0h36v3H0z"/>'))) is None


def test_long_things_that_lie_askew_turn_the_expression():
    askew = labels(read_layers(svg('<path fill="#ff0000" d="M2 8l6-6 26 26-6 6z"/>')))
    upright = labels(read_layers(svg('<path fill="#ff0000" d="M14 2h8v32h-8z"/>')))
    assert abs(find_turn(askew >= 0)) == 40 and find_turn(upright >= 0) == 0


def test_a_hat_sits_on_the_top():
    x, top, wide = find_hat(labels(read_layers(svg('<circle cx="18" cy="20" r="14" fill="#ff0000"/>'))) >= 0, 18)
    assert x == pytest.approx(18, abs=0.6) and top == pytest.approx(6, abs=0.6) and 14 < wide < 22


def test_an_animals_own_face_is_found():
    animal = svg(
        '<circle cx="18" cy="18" r="17" fill="#DD9944"/><circle cx="12" cy="16" r="2" fill="#292F33"/>'
        '<circle cx="24" cy="16" r="2" fill="#292F33"/><path fill="#292F33" d="M16 22h4v2h-4z"/>'
    )
    assert tell_own_face("🐻", read_layers(animal))[1] == "beem"
    assert tell_own_face("🍕", read_layers(animal))[1] == "bbbb"
    part = make_part("🐻", "animals-nature", read_layers(animal))
    assert part.place and part.eyes and part.mouth and part.having("em") == [1, 2, 3]


@pytest.fixture(scope="module")
def table():
    return EmojiTable.load(DEFAULT)


@pytest.fixture
def pool(table, monkeypatch):
    monkeypatch.setattr(remix_pictures, "CHUNK", 12)
    rows = torch.arange(len(table))
    return lambda **options: RemixPictures(DEFAULT, table, rows, **{"chunks": 3, "every": 5, "seed": 1, **options})


def test_a_resumed_run_sees_the_same_pictures(pool):
    straight, resumed = pool(), pool()
    for step in range(12):
        straight.advance(step)
    resumed.advance(11)
    torch.manual_seed(3)
    x, rows = straight.draw(6)
    torch.manual_seed(3)
    again, same = resumed.draw(6)
    assert torch.equal(x, again) and torch.equal(rows, same)
    assert x.shape == (6, 4, 72, 72) and rows.shape == (6, 2) and x[:, :3].le(x[:, 3:] + 1e-6).all()


def test_a_worker_draws_the_same_pictures(pool):
    alone = pool(chunks=1)
    alone.advance(0)
    images, rows = pickle.loads(pickle.dumps(alone._make))(0)  # as for another process
    assert np.array_equal(images, alone._pool[0][0]) and np.array_equal(rows, alone._pool[0][1])


def test_some_recipes_are_never_trained_on():
    parts = Parts.load(DEFAULT)
    recipes = draw(parts, 1000, seed=4)
    kept = sum(map(is_unseen, recipes))
    assert 10 < kept < 60 and [is_unseen(recipe) for recipe in recipes[:50]] == [
        is_unseen(recipe) for recipe in recipes[:50]
    ]


def test_remixes_of_a_split_take_parts_of_its_emojis_alone(table, monkeypatch):
    monkeypatch.setattr(remix_pictures, "CHUNK", 40)
    rows = torch.arange(0, len(table), 2)
    pictures = RemixPictures(DEFAULT, table, rows, chunks=1, every=5, seed=1)
    pictures.advance(0)
    assert set(pictures.draw(20)[1].flatten().tolist()) <= set(rows.tolist())


def test_a_batch_begins_with_what_comes_large():
    drawn = {"x": torch.zeros(5, 4, 36, 36), "style": torch.arange(5), "big": torch.zeros(4, 4, 72, 72)}
    remixes, rows = torch.ones(3, 4, 72, 72), torch.full((3, 2), 9)
    batch, row = palette.with_remixes(drawn, torch.arange(5)[:, None].expand(-1, 2), remixes, rows)
    assert len(batch["x"]) == len(row) == 8 and len(batch["big"]) == 4
    for small, large in zip(batch["x"], batch["big"], strict=False):
        assert small.mean() == large.mean()
    assert (batch["x"].mean(dim=(1, 2, 3)) == (row[:, 0] == 9)).all()


def test_a_vae_goes_on_without_its_pretrained_eyes(monkeypatch):
    torch.manual_seed(0)
    seeing = EmojiVAE(encoder={"features": 8}, decoder={"low": 16, "mid": 8, "code": 32, "seed": 4}).eval()
    monkeypatch.setattr(palette, "load_vae", lambda folder: seeing)
    plain = palette.start_from(SimpleNamespace(start="x", features=0, refine=5, blocks=None)).eval()
    z = torch.randn(2, 16)
    assert torch.equal(plain.decode(z), seeing.decode(z)) and plain.refine == 5 and plain.encoder.vision is None
    larger = palette.start_from(SimpleNamespace(start="x", features=0, refine=5, blocks=[3, 4, 5])).eval()
    assert torch.equal(larger.decode(z), seeing.decode(z))
    assert [len(part) for part in (larger.decoder.at9, larger.decoder.at18, larger.decoder.trunk)] == [3, 4, 5]
    assert larger.config["decoder"]["mid_blocks"] == 4
    assert plain.encode(torch.rand(2, 4, 36, 36))[0].shape == (2, 16)


def test_kernel_distance_is_about_zero_for_one_distribution_and_grows_with_the_difference():
    random = torch.Generator().manual_seed(0)
    x, y, z = (torch.randn(200, 16, generator=random) + shift for shift in (0, 0, 1))
    assert abs(kernel_distance(x, y)) < 0.05 < 0.5 < kernel_distance(x, z)


def test_samples_are_drawn_around_their_sources(lively, tmp_path):
    latent = lively.latent
    around = Latent(
        **{name: getattr(latent, name) for name in Latent.TENSORS if name != "codes"},
        codes=latent.codes,
        emojis=latent.emojis,
        sources=np.full((2, 16), 7.0),
    )
    around.newness = 0.0
    assert np.allclose(around.sample(5, temperature=0, seed=0), 7)
    around.save(tmp_path / "latent.safetensors")
    again = Latent.load(tmp_path / "latent.safetensors", latent.emojis)
    assert np.array_equal(again.sources, around.sources)
    with pytest.raises(ValueError, match="samples need finite codes"):
        Latent(
            **{name: getattr(latent, name) for name in Latent.TENSORS if name != "codes"}, sources=np.full((2, 3), 7.0)
        )
