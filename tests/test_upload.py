import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from emoji_qa.images.upload import fit_picture, open_picture


def disc(size, ground=(0, 0, 0, 0), mode="RGBA", share=1.0):
    """A red disc with a white pupil in the middle of a picture, drawn at eight times the size and shrunk."""
    large = Image.new("RGBA", (8 * size[0], 8 * size[1]), ground)
    draw, radius = ImageDraw.Draw(large), 4 * share * min(size) * 35 / 36
    for part, colour in ((1, (200, 30, 40, 255)), (0.3, (255, 255, 255, 255))):
        box = [side / 2 + sign * part * radius for sign in (-1, 1) for side in large.size]
        draw.ellipse(box, fill=colour)
    return large.resize(size, Image.Resampling.BOX).convert(mode)


def seen(picture):
    return picture[..., 3] > 127


def test_a_picture_of_the_right_size_stays_as_it_is():
    pixels = np.random.default_rng(0).integers(256, size=(36, 36, 4), dtype=np.uint8)
    pixels[0, 0, 3] = 0
    assert np.array_equal(fit_picture(Image.fromarray(pixels)), pixels)


@pytest.mark.parametrize("size", [(72, 72), (100, 100), (500, 500), (20, 20)])
def test_any_size(size):
    picture = fit_picture(disc(size))
    assert picture.shape == (36, 36, 4) and picture.dtype == np.uint8
    assert abs(seen(picture).sum() - np.pi * 17.5**2) < 40
    assert picture[6, 18].tolist() == [200, 30, 40, 255]
    assert picture[18, 18].tolist() == [255, 255, 255, 255]


def test_edges_are_free_of_the_hidden_colour():
    pixels = np.array(disc((144, 144)))
    pixels[pixels[..., 3] == 0] = (0, 255, 0, 0)
    picture = fit_picture(Image.fromarray(pixels))
    assert picture[:8, :, 1].max() < 40  # the top of the disc, far from the pupil


def test_aspect_ratio_is_kept():
    picture = fit_picture(disc((100, 100)).resize((200, 100)))
    rows, columns = np.nonzero(seen(picture))
    assert (np.ptp(rows), np.ptp(columns)) == (17, 33)
    assert abs(rows.mean() - 17.5) < 0.6 and abs(columns.mean() - 17.5) < 0.6
    assert fit_picture(Image.new("RGBA", (4000, 1), "red"))[17:19, :, 3].max() == 255


@pytest.mark.parametrize("ground", ["white", "black", (128, 128, 128, 255)])
@pytest.mark.parametrize("size", [36, 90, 400])
def test_a_plain_ground_goes(ground, size):
    expected, picture = fit_picture(disc((size, size))), fit_picture(disc((size, size), ground, "RGB"))
    assert picture[0, 0, 3] == 0
    assert (seen(picture) != seen(expected)).mean() < 0.03
    assert picture[18, 18].tolist() == [255, 255, 255, 255]  # what the disc encloses stays
    assert np.abs(picture.astype(int) - expected)[seen(expected)].mean() < 6


@pytest.mark.parametrize("share", [0.3, 0.4, 0.8, 0.9])
def test_margins_go(share):
    expected = seen(fit_picture(disc((300, 300))))
    for picture in (disc((300, 300), "white", "RGB", share), disc((300, 300), share=share)):
        off_centre = picture.crop((20, 20, 300, 300))
        for one in (picture, off_centre):
            assert (seen(fit_picture(one)) != expected).mean() < 0.06


def test_small_margins_and_pictures_of_the_right_size_stay():
    assert fit_picture(disc((360, 360), share=0.97))[0].max() == 0
    small = np.array(disc((36, 36), share=0.5))
    assert np.array_equal(fit_picture(Image.fromarray(small)), small)


def test_a_jpeg_in_too_many_passes_is_refused_undecoded():
    buffer = io.BytesIO()
    Image.new("RGB", (4096, 4096), "red").save(buffer, "JPEG", progressive=True)
    plain = buffer.getvalue()
    assert fit_picture(open_picture(plain))[18, 18, 0] > 200
    start, end = plain.rindex(b"\xff\xda"), plain.rindex(b"\xff\xd9")
    with pytest.raises(ValueError, match="too many passes"):
        open_picture(plain[:end] + 10_000 * plain[start:end] + plain[end:])


def test_a_ground_that_may_belong_to_the_emoji_stays():
    for ground in ("blue", (220, 40, 40, 255)):
        assert fit_picture(disc((80, 80), ground, "RGB"))[..., 3].min() == 255
    noise = np.random.default_rng(0).integers(256, size=(50, 50, 3), dtype=np.uint8)
    assert fit_picture(Image.fromarray(noise))[..., 3].min() == 255
    assert fit_picture(Image.new("RGB", (64, 64), "white"))[..., 3].min() == 255


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "I", "I;16", "F"])
def test_any_mode(mode):
    image = disc((72, 72), "white", "RGB")
    if mode == "I;16":
        image = Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257)
    picture = fit_picture(image.convert(mode) if image.mode != mode else image)
    assert picture[0, 0, 3] == 0 and picture[6, 18, 3] == 255
    assert picture[18, 18, :3].min() > 250


def test_files_are_checked_before_they_are_decoded(tmp_path):
    path = tmp_path / "large.png"
    Image.new("1", (5000, 10)).save(path)
    with pytest.raises(ValueError, match="4096"):
        open_picture(path)
    with pytest.raises(ValueError, match="4096"):
        fit_picture(Image.new("1", (10, 5000)))
    buffer = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(buffer, "PNG")
    with pytest.raises(ValueError, match="4096"):
        open_picture(buffer.getvalue())
    for content in (b"", b"GIF89a", b"<svg/>", np.random.default_rng(0).bytes(1000)):
        with pytest.raises(ValueError, match="cannot be read"):
            open_picture(content)
    with pytest.raises(ValueError, match="cannot be read"):
        open_picture(tmp_path / "missing.png")


def test_a_damaged_file_raises():
    buffer = io.BytesIO()
    disc((200, 200), "blue", "RGB").save(buffer, "PNG")
    with pytest.raises(ValueError, match="damaged"):
        fit_picture(open_picture(buffer.getvalue()[:400]))


def test_turned_photographs_and_animations():
    image = Image.new("RGB", (60, 40), "blue")
    image.paste("red", (0, 0, 60, 20))
    turned, tags = io.BytesIO(), Image.Exif()
    tags[0x0112] = 3  # upside down
    image.save(turned, "JPEG", exif=tags)
    assert fit_picture(open_picture(turned.getvalue()))[25, 18, 0] > 200
    moving = io.BytesIO()
    Image.new("RGB", (36, 36), "red").save(moving, "GIF", save_all=True, append_images=[image.resize((36, 36))])
    assert fit_picture(open_picture(moving.getvalue()))[30, 18].tolist() == [255, 0, 0, 255]


def test_a_jpeg_that_was_cut_off_is_read_with_what_is_there(tmp_path):
    whole = io.BytesIO()
    image = Image.new("RGB", (400, 400), "blue")
    image.paste("red", (0, 0, 400, 100))
    image.save(whole, "JPEG", quality=95)
    content, expected = whole.getvalue(), fit_picture(open_picture(whole.getvalue()))
    assert np.array_equal(fit_picture(open_picture(content[:-2])), expected)
    (tmp_path / "cut.jpg").write_bytes(content[:-2])
    assert np.array_equal(fit_picture(open_picture(tmp_path / "cut.jpg")), expected)
    half = fit_picture(open_picture(content[: len(content) * 2 // 3]))
    assert np.array_equal(half[:8], expected[:8])


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_blank_frames_at_the_beginning_are_skipped(format):
    blank, shown, moving = Image.new("RGBA", (36, 36)), disc((36, 36)), io.BytesIO()
    blank.save(
        moving, format, save_all=True, append_images=[blank, shown], disposal=2 if format == "GIF" else 0, lossless=True
    )
    pixel = fit_picture(open_picture(moving.getvalue()))[8, 18]
    assert np.abs(pixel.astype(int) - [200, 30, 40, 255]).max() <= 2  # a GIF has a palette
    moving = io.BytesIO()
    blank.save(moving, format, save_all=True, append_images=[Image.new("RGBA", (36, 36), (0, 0, 0, 1))])
    assert fit_picture(open_picture(moving.getvalue()))[..., 3].max() <= 1
