"""Pictures from users, of any size and kind, converted to what the model sees."""

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from emoji_qa.emojis.table import SIZE

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
MAX_SIDE = 4096  # pixels
WORKING = 3 * SIZE  # pixels along the longer side while a background is looked for
SAME = 12  # of 255: the most that a background's pixels differ, with room for JPEG artefacts
GREY = 24  # of 255: the most that the channels of a white, grey or black differ
FULL = 0.94  # of a picture's longer side: 19 of 20 emojis extend that far, so only larger margins are cropped
PASSES = 200  # scans of a JPEG; a progressive one has about ten, and each, in a few bytes, goes over all pixels again
JPEG, JPEG_END = b"\xff\xd8", b"\xff\xd9"
BLANK = 20  # frames at the beginning of an animation in which one that shows something is looked for
PASS = b"\xff\xda"  # marks the beginning of a scan; within a scan's data a 255 is followed by 0


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

    Of an animation, the first frame that shows something. A picture of that size with transparency stays as it is. If
    nothing is transparent, a plain white, grey or black background is made transparent; other backgrounds may belong to
    the emoji and are kept. Transparent margins are cropped: emojis fill their pictures. Raises ValueError, before
    decoding, for more than 4096 pixels a side, and when the file is damaged.
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
    """The picture at the first of its BLANK first frames that is not blank, see `is_blank`, else at the very first."""
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
    """Whether a frame (RGBA) is fully transparent, or a single white, grey or black throughout."""
    extrema = [channel.getextrema() for channel in frame.split()]
    (red, _), (green, _), (blue, _), (_, alpha) = extrema
    return alpha == 0 or (red == green == blue and all(low == high for low, high in extrema))


def check_size(image: Image.Image) -> None:
    if not 1 <= min(image.size) <= max(image.size) <= MAX_SIDE:
        raise ValueError(f"The picture has {image.width} by {image.height} pixels; {MAX_SIDE} a side are the most.")


def to_rgba(image: Image.Image) -> Image.Image:
    """A picture of any mode as RGBA; values deeper than 8 bits are scaled down, where Pillow would clip them."""
    if image.mode.startswith(("I", "F")):
        values = np.nan_to_num(np.asarray(image, dtype=np.float64))
        top = next((top for top in (1, 255, 65_535) if values.max() <= top), values.max())
        image = Image.fromarray((values / top * 255).clip(0, 255).round().astype(np.uint8))
    return image.convert("RGBA")


def shrink(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Resample with premultiplied alpha, as Pillow does itself: by means over whole pixels (BOX) if the sizes divide,
    as for the pictures that the model was trained on, else with the softer Hamming window, which comes nearest."""
    whole = all(old % new == 0 for old, new in zip(image.size, size, strict=True))
    return image.resize(size, Image.Resampling.BOX if whole else Image.Resampling.HAMMING)


def without_margins(image: Image.Image) -> Image.Image:
    """The picture cropped to its visible part, unless that extends nearly across the picture."""
    box = image.getchannel("A").point(lambda alpha: 255 * (alpha > SAME)).getbbox()
    if box is None or max(box[2] - box[0], box[3] - box[1]) > FULL * max(image.size):
        return image
    return image.crop(box)


def without_ground(image: Image.Image) -> Image.Image:
    """An opaque picture without its plain background; the picture itself if it has no such background."""
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
    flooded = Image.fromarray(np.pad(mask, 1, constant_values=True).astype(np.uint8)).copy()  # a writable copy
    ImageDraw.floodfill(flooded, (0, 0), 2)
    return np.asarray(flooded)[1:-1, 1:-1] == 2


def seen(contrast: np.ndarray, outside: np.ndarray) -> np.ndarray:
    """How much of a pixel the foreground covers: next to the ground, its contrast against the greatest one nearby."""
    near = np.pad(outside, 1, mode="edge")
    edge = np.lib.stride_tricks.sliding_window_view(near, (3, 3)).any(axis=(2, 3))
    greatest = np.lib.stride_tricks.sliding_window_view(np.pad(contrast, 2), (5, 5)).max(axis=(2, 3))
    return np.where(edge, contrast / np.maximum(greatest, 1), 1)
