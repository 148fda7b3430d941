"""Pictures that people bring: any size and kind, made into what the model sees."""

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from emoji_qa.emojis.table import SIZE

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
MAX_SIDE = 4096  # pixels
WORKING = 3 * SIZE  # pixels along the longer side while a background is looked for
SAME = 12  # of 255: a background's pixels differ by no more, which leaves room for JPEG
GREY = 24  # of 255: what separates the channels of a white, grey or black
FULL = 0.94  # of a picture's longer side; 19 of 20 emojis reach as far, and smaller margins are no margins
PASSES = 200  # of a progressive JPEG, which has about ten; in a few bytes each goes over all of its pixels again
JPEG, JPEG_END = b"\xff\xd8", b"\xff\xd9"
BLANK = 20  # frames of an animation that may show nothing before one that does
PASS = b"\xff\xda"  # begins one; within its data a 255 is followed by 0


def open_picture(file: str | Path | bytes) -> Image.Image:
    """A picture file, by its path or content, not decoded yet.

    Raises ValueError unless it is a PNG, JPEG, WebP, GIF or BMP of 1 to 4096 pixels a side, and for a JPEG's content that would
    take too long to decode.
    """
    try:
        content = file if isinstance(file, bytes) else Path(file).read_bytes()
        if content.startswith(JPEG) and not content.endswith(JPEG_END):
            content += JPEG_END  # it was cut off: what is there is read
        image = Image.open(io.BytesIO(content), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise ValueError(f"The picture is too large; {MAX_SIDE} pixels a side are the most.") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise ValueError("The picture cannot be read. Use a PNG, JPEG, WebP, GIF or BMP file.") from error
    check_size(image)
    if content.startswith(JPEG) and content.count(PASS) > PASSES:
        raise ValueError("The picture is a JPEG in too many passes. Save it as a PNG and try again.")
    return image


def fit_picture(image: Image.Image, size: int = SIZE) -> np.ndarray:
    """Any picture as the model sees it: (size, size, 4) uint8, straight alpha, aspect ratio kept, centred.

    Of an animation, the first frame that shows something. A picture of that size with transparency stays as it is.
    Where nothing is transparent, a plain white, grey or black ground around the rest becomes so; other grounds may belong
    to the emoji, and stay. Transparent margins are cropped: emojis fill their pictures. Raises ValueError, before decoding,
    for more than 4096 pixels a side, and when the file is damaged.
    """
    check_size(image)
    try:
        image = to_rgba(ImageOps.exif_transpose(first_frame(image)))
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as error:
        raise ValueError(
            "The picture is damaged or of a kind that cannot be read. Save it as a PNG and try again."
        ) from error
    if image.getchannel("A").getextrema() == (255, 255):
        image = without_margins(without_ground(image))
    elif image.size != (size, size):
        image = without_margins(image)
    width, height = (max(1, round(side * size / max(image.size))) for side in image.size)
    fitted = Image.new("RGBA", (size, size))
    fitted.paste(shrink(image, (width, height)), ((size - width) // 2, (size - height) // 2))
    return np.array(fitted)


def first_frame(image: Image.Image) -> Image.Image:
    """The picture at its first frame that is not white, grey, black or transparent alone, or at its very first if all are."""
    if getattr(image, "is_animated", False):
        for frame in range(BLANK):
            try:
                image.seek(frame)
            except EOFError:
                break
            if not is_blank(image.convert("RGBA")):
                return image
        image.seek(0)
    return image


def is_blank(frame: Image.Image) -> bool:
    """Whether a frame (RGBA) is transparent, or of one white, grey or black alone."""
    extrema = [channel.getextrema() for channel in frame.split()]
    (red, _), (green, _), (blue, _), (_, alpha) = extrema
    return alpha == 0 or (red == green == blue and all(low == high for low, high in extrema))


def check_size(image: Image.Image) -> None:
    if not 1 <= min(image.size) <= max(image.size) <= MAX_SIDE:
        raise ValueError(f"The picture has {image.width} by {image.height} pixels; {MAX_SIDE} a side are the most.")


def to_rgba(image: Image.Image) -> Image.Image:
    """Any mode as RGBA; Pillow would cut off what is deeper than 8 bits."""
    if image.mode.startswith(("I", "F")):
        values = np.nan_to_num(np.asarray(image, dtype=np.float64))
        top = next((top for top in (1, 255, 65_535) if values.max() <= top), values.max())
        image = Image.fromarray((values / top * 255).clip(0, 255).round().astype(np.uint8))
    return image.convert("RGBA")


def shrink(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Resampled with premultiplied alpha, which Pillow sees to. Box means over whole pixels where that is possible: so are
    the pictures that the model was trained on; the softer Hamming window comes nearest to them elsewhere."""
    whole = all(old % new == 0 for old, new in zip(image.size, size, strict=True))
    return image.resize(size, Image.Resampling.BOX if whole else Image.Resampling.HAMMING)


def without_margins(image: Image.Image) -> Image.Image:
    """The picture cropped to what is seen of it, unless that reaches nearly across."""
    box = image.getchannel("A").point(lambda alpha: 255 * (alpha > SAME)).getbbox()
    if box is None or max(box[2] - box[0], box[3] - box[1]) > FULL * max(image.size):
        return image
    return image.crop(box)


def without_ground(image: Image.Image) -> Image.Image:
    """An opaque picture without its plain ground; the picture itself when there is no such ground."""
    if max(image.size) > WORKING:
        image = image.resize(
            [max(1, round(side * WORKING / max(image.size))) for side in image.size], Image.Resampling.HAMMING
        )
    pixels = np.asarray(image, dtype=np.float64)[..., :3]
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    ground = np.median(border, axis=0)
    contrast = np.abs(pixels - ground).max(axis=-1)  # (H, W)
    plain = (np.abs(border - ground).max(axis=-1) <= SAME).mean() > 0.6 and np.ptp(ground) <= GREY
    outside = from_border(contrast <= SAME)
    if not plain or not 0.05 < 1 - outside.mean() < 0.95:
        return image
    alpha = np.where(outside, 0, seen(contrast, outside))[..., None]
    colour = (pixels - (1 - alpha) * ground) / np.maximum(alpha, 0.05)  # the ground shone through at the edge
    rgba = np.concatenate([colour, 255 * alpha], axis=-1).clip(0, 255).round().astype(np.uint8)
    return Image.fromarray(rgba)


def from_border(mask: np.ndarray) -> np.ndarray:
    """The part of a mask (H, W) that is connected with the picture's border."""
    flooded = Image.fromarray(np.pad(mask, 1, constant_values=True).astype(np.uint8)).copy()  # to be written to
    ImageDraw.floodfill(flooded, (0, 0), 2)
    return np.asarray(flooded)[1:-1, 1:-1] == 2


def seen(contrast: np.ndarray, outside: np.ndarray) -> np.ndarray:
    """How much of a pixel the foreground covers: next to the ground, its contrast against the greatest one nearby."""
    near = np.pad(outside, 1, mode="edge")
    edge = np.lib.stride_tricks.sliding_window_view(near, (3, 3)).any(axis=(2, 3))
    greatest = np.lib.stride_tricks.sliding_window_view(np.pad(contrast, 2), (5, 5)).max(axis=(2, 3))
    return np.where(edge, contrast / np.maximum(greatest, 1), 1)
