import io
import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import resvg_py
import torch
from PIL import Image

from emoji_qa.images.contours import FINE, enlarge, trace
from emoji_qa.images.curves import evaluate, fit_ring
from emoji_qa.images.render import ATTRIBUTION, to_chat_morph, to_morph, to_png, to_svg
from emoji_qa.models.palette import paint, smooth
from emoji_qa.models.vae import EmojiVAE

Z = np.linspace(-1, 1, 16)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def face():
    """A yellow disc on a transparent ground, with two dark eyes in it and a faint shadow below."""
    y, x = np.indices((36, 36)) - 17.5

    def disc(at_x, at_y, radius):
        return 4 * (radius - np.hypot(x - at_x, y - at_y))

    logits = np.stack([np.zeros_like(x), disc(0, 0, 12), disc(-4, -3, 2) + 30, disc(4, -3, 2) + 30, disc(0, 15, 2.5)])
    logits[2:4] = np.minimum(logits[2:4], 60)
    colours = np.array([[0, 0, 0, 0], [1, 0.8, 0.3, 1], [0.2, 0.1, 0, 1], [0.2, 0.1, 0, 1], [0, 0, 0, 0.5]])
    logits[2:4] = np.where(logits[2:4] > 30, logits[1] + logits[2:4] - 30, -50)
    return logits, colours


def drawn(svg, size=360, background=None):
    png = resvg_py.svg_to_bytes(svg_string=svg, width=size, height=size, background=background)
    return np.asarray(Image.open(io.BytesIO(bytes(png))).convert("RGBa"), dtype=np.float64)


def painted(logits, colours, size=360):
    x = paint(torch.tensor(logits)[None].float(), torch.tensor(colours)[None].float(), size)[0]
    return 255 * x.permute(1, 2, 0).numpy()


def test_svg_draws_what_decode_draws(face):
    logits, colours = (torch.tensor(array)[None] for array in face)
    svg = to_svg(smooth(logits, colours)[0].numpy(), face[1])
    assert np.abs(drawn(svg) - painted(*face)).mean() < 0.5  # of 255
    assert svg.count("<path") == 4  # the disc, two eyes of one colour, the shadow
    assert svg.count("<g ") == 3
    assert len(svg) < 4000


def test_no_gap_shows_between_neighbours(face):
    y, x = np.indices((360, 360)) - 179.5
    inside = np.hypot(x, y) < 115
    assert drawn(to_svg(*face))[inside][:, 3].min() == 255


def test_svg_is_valid_and_tells_where_it_is_from(face):
    root = ET.fromstring(to_svg(*face, z=Z, title="<b> & “so”"))
    assert (root.get("viewBox"), root.get("width"), root.get("height")) == ("0 0 36 36", "512", "512")
    assert root.findtext(f"{SVG}title") == "<b> & “so”"
    metadata = "".join(root.find(f"{SVG}metadata").itertext())
    assert ATTRIBUTION in metadata
    assert np.allclose(json.loads(metadata[metadata.index("{") :])["z"], Z, atol=1e-4)


@pytest.mark.parametrize("title", ["a\x00b\x1bc", "\ud83d so \udc00", "\ufffe]]>\uffff", "tab\tand\nline"])
def test_titles_stay_well_formed_xml(face, title):
    svg = to_svg(*face, title=title).encode()
    assert ET.fromstring(svg).findtext(f"{SVG}title").strip()


def test_a_picture_that_reaches_the_edge_is_closed_there():
    logits = np.zeros((2, 36, 36))
    logits[1] = 5
    svg = to_svg(logits, np.array([[0, 0, 0, 0], [0, 0, 1, 1.0]]))
    assert (drawn(svg, 72) == [0, 0, 255, 255]).all()
    assert len(ET.fromstring(svg).findall(f".//{SVG}path")) == 1


def test_slivers_go_to_their_neighbours():
    logits = np.zeros((4, 36, 36))
    logits[1, :, :18], logits[2, :, 18:] = 9, 9
    logits[3, :, 17] = 9.5  # a soft edge, translucent
    colours = np.array([[0, 0, 0, 0], [1, 0, 0, 1], [0, 0, 1, 1], [0.3, 0, 0.3, 0.6]])
    svg = to_svg(logits, colours)
    assert svg.count("<path") == 2
    assert drawn(svg)[..., 3].min() == 255


def test_busy_pictures_stay_small(monkeypatch):
    rng = np.random.default_rng(0)
    logits = np.repeat(np.repeat(rng.standard_normal((5, 8, 8)), 2, axis=1), 2, axis=2)
    colours = np.concatenate([np.zeros((1, 4)), np.insert(rng.random((4, 3)), 3, 1, axis=1)])
    assert len(to_svg(logits, colours)) > 8000
    monkeypatch.setattr("emoji_qa.images.render.MAX_SVG", 7000)
    svg = to_svg(logits, colours)
    assert 4000 < len(svg.encode()) <= 7000
    ET.fromstring(svg)


def test_svg_of_a_decoder_and_of_nothing():
    torch.manual_seed(0)
    vae = EmojiVAE(encoder={"width": 4}, decoder={"code": 8, "seed": 2, "low": 4, "mid": 4}).eval()
    with torch.no_grad():
        logits, colours = vae.decoder.palette(torch.randn(1, 16))
    ET.fromstring(to_svg(logits[0].numpy(), colours[0].numpy()))
    empty = ET.fromstring(to_svg(np.stack([np.ones((36, 36)), np.zeros((36, 36))]), np.eye(2, 4)))
    assert not empty.findall(f".//{SVG}path")
    with pytest.raises(ValueError, match="finite logits"):
        to_svg(np.full((2, 36, 36), np.nan), np.zeros((2, 4)))


def test_enlarging_is_torchs():
    logits = np.random.default_rng(0).standard_normal((2, 36, 36))
    size = 36 * FINE
    expected = torch.nn.functional.interpolate(torch.tensor(logits)[None], (size, size), mode="bicubic")[0]
    assert np.abs(enlarge(logits, FINE) - expected.numpy()).max() < 1e-6


def test_curves_stay_near_and_keep_corners():
    t = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    circle = 18 + 10 * np.stack([np.cos(t), np.sin(t)], axis=1)
    curves = fit_ring(circle, 0.03)
    assert len(curves) <= 8
    along = np.concatenate([evaluate(curve, np.linspace(0, 1, 20)) for curve in curves])
    assert np.abs(np.hypot(*(along - 18).T) - 10).max() < 0.05
    side = np.linspace(0, 10, 60, endpoint=False)
    zero, ten = np.zeros(60), np.full(60, 10)
    square = np.concatenate(
        [np.stack(pair, axis=1) for pair in ((side, zero), (ten, side), (10 - side, ten), (zero, 10 - side))]
    )
    corners = fit_ring(square, 0.03)[:, 0]
    assert {tuple(corner) for corner in corners.round(6)} == {(0, 0), (10, 0), (10, 10), (0, 10)}


def test_regions_come_with_their_holes():
    y, x = np.indices((36, 36)) - 17.5
    distance = np.hypot(x, y)
    logits = np.stack([np.zeros_like(x), 4 * (2 - np.abs(distance - 10))])
    ((ring,),) = trace(logits, np.array([False, True]), tolerance=0.03, thinnest=0.25)
    assert len(ring) == 2
    assert [round(float(np.hypot(*(curves[:, 0] - 18).T).mean())) for curves in ring] == [12, 8]


def test_png_is_exact_and_tells_where_it_is_from():
    picture = np.random.default_rng(0).integers(256, size=(20, 30, 4), dtype=np.uint8)
    image = Image.open(io.BytesIO(to_png(picture, z=Z)))
    assert np.array_equal(np.asarray(image), picture)
    assert image.text["Copyright"] == ATTRIBUTION
    assert np.allclose(json.loads(image.text["Comment"])["z"], Z, atol=1e-4)
    with pytest.raises(ValueError, match="uint8"):
        to_png(picture.astype(float))


@pytest.mark.parametrize("format", ["gif", "webp", "png"])
def test_morph_plays_there_and_back(format):
    frames = np.zeros((5, 48, 48, 4), np.uint8)
    for i, frame in enumerate(frames):
        frame[10 : 30 + i, 10 : 20 + 4 * i] = (50 * i, 200, 90, 255)
    content = to_morph(frames, format, duration=0.4)
    image = Image.open(io.BytesIO(content))
    assert (image.n_frames, image.info["loop"]) == (8, 0)
    assert image.size == (48, 48)
    for shown, expected in ((0, 0), (4, 4), (6, 2)):
        image.seek(shown)
        played = np.asarray(image.convert("RGBA")).astype(int)
        assert np.array_equal(played[..., 3] > 127, frames[expected, ..., 3] > 127)
        seen = frames[expected, ..., 3] > 0
        assert np.abs(played - frames[expected])[seen].mean() < 6
    assert ATTRIBUTION.encode() in content
    assert len(content) < 20_000


@pytest.mark.parametrize("format", ["gif", "webp", "png"])
def test_a_morph_for_chat_programs_is_small_and_short(format, monkeypatch):
    frames = np.zeros((34, 24, 24, 4), np.uint8)
    for i, frame in enumerate(frames):
        frame[4 : 14 + i % 8, 4:20] = (5 * i, 200, 90, 255)
    content = to_chat_morph(frames, format)
    assert Image.open(io.BytesIO(content)).n_frames == 50
    monkeypatch.setattr("emoji_qa.images.render.CHAT_BYTES", len(content) // 2)
    smaller = to_chat_morph(frames, format)
    assert len(smaller) <= len(content) // 2 and 2 <= Image.open(io.BytesIO(smaller)).n_frames < 50


def test_morph_refuses_what_cannot_play():
    frames = np.zeros((3, 8, 8, 4), np.uint8)
    with pytest.raises(ValueError, match="“gif”"):
        to_morph(frames, "mp4")
    with pytest.raises(ValueError, match="two frames"):
        to_morph(frames[:1])
    with pytest.raises(ValueError, match="a second"):
        to_morph(frames, duration=0.001)
    with pytest.raises(ValueError, match="uint8"):
        to_morph(frames[..., :3])
