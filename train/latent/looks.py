"""Words for the look of a picture: its colours, light, size, shape and balance."""

import numpy as np

SHARE = 0.3  # minimum share of the visible pixels with a colour for the picture to have that colour


def looks(images: np.ndarray) -> dict[str, np.ndarray]:
    """Pictures (N, S, S, 4) uint8 → {word: whether it is true of each, (N,) bool}. Of one, several may be, or none."""
    x = images.astype(np.float32) / 255
    seen = x[..., 3] > 0.5
    return {**colours(x[..., :3], seen), **light(x[..., :3], seen), **shape(x, seen)}


def colours(rgb: np.ndarray, seen: np.ndarray) -> dict[str, np.ndarray]:
    value, chroma = rgb.max(axis=-1), np.ptp(rgb, axis=-1)
    hue, grey, dark = hues(rgb), chroma < 0.18 * value, value < 0.25
    brown = (hue > 8) & (hue < 45) & (value < 0.8)
    pink = ((hue > 300) | (hue < 14)) & (value > 0.85) & (chroma < 0.6 * value)
    red = ((hue < 14) | (hue > 300)) & ~pink & ~brown
    bright = {
        "red": red,
        "pink": pink,
        "brown": brown,
        "orange": (hue >= 14) & (hue < 40) & ~brown & ~pink,
        "yellow": (hue >= 40) & (hue < 65) & ~brown,
        "green": (hue >= 65) & (hue < 165),
        "blue": (hue >= 165) & (hue < 255),
        "purple": (hue >= 255) & (hue <= 300),
    }
    masks = {name: mask & ~grey & ~dark for name, mask in bright.items()}
    masks |= {"white": grey & (value > 0.85), "grey": grey & (value <= 0.85) & ~dark, "black": dark}
    return {name: mean(mask, seen) > SHARE for name, mask in masks.items()}


def hues(rgb: np.ndarray) -> np.ndarray:
    """Degrees around the colour circle, red at 0."""
    red, green, blue = np.moveaxis(rgb, -1, 0)
    chroma = np.maximum(np.ptp(rgb, axis=-1), 1e-6)
    sector = [(green - blue) / chroma % 6, (blue - red) / chroma + 2, (red - green) / chroma + 4]
    return 60 * np.choose(rgb.argmax(axis=-1), sector)


def light(rgb: np.ndarray, seen: np.ndarray) -> dict[str, np.ndarray]:
    luminance = rgb @ np.array([0.3, 0.59, 0.11], np.float32)
    y, x = np.abs(np.indices(seen.shape[1:]) - (seen.shape[1] - 1) / 2) / seen.shape[1]
    top, middle = np.indices(seen.shape[1:])[0] < seen.shape[1] / 2, (y < 0.25) & (x < 0.25)
    inner = mean(luminance, seen & middle) - mean(luminance, seen & ~middle)
    upper = mean(luminance, seen & top) - mean(luminance, seen & ~top)
    whole = mean(luminance, seen)
    return {
        "light": whole > 0.65,
        "dark": whole < 0.4,
        "light centre": inner > 0.15,
        "dark centre": inner < -0.15,
        "light top": upper > 0.12,
        "light bottom": upper < -0.12,
    }


def shape(x: np.ndarray, seen: np.ndarray) -> dict[str, np.ndarray]:
    size = seen.shape[1]
    y, across = np.indices((size, size)) - (size - 1) / 2
    disc = y**2 + across**2 <= (size / 2) ** 2
    height, width = seen.any(axis=2).sum(axis=1), seen.any(axis=1).sum(axis=1)
    cover, all_ = seen.mean(axis=(1, 2)), np.ones_like(seen)
    steps = [(np.abs(np.diff(x, axis=axis)).max(axis=-1) > 0.1).sum(axis=(1, 2)) for axis in (1, 2)]
    top, left = mean(y < 0, seen), mean(across < 0, seen)
    return {
        "large": cover > 0.7,
        "small": cover < 0.4,
        "wide": height < 0.75 * width,
        "tall": width < 0.75 * height,
        "round": mean(seen == disc, all_) > 0.92,
        "boxy": seen.sum(axis=(1, 2)) > 0.85 * height * width,
        "plain": sum(steps) < 8 * size,
        "busy": sum(steps) > 20 * size,
        "top-heavy": top > 0.57,
        "bottom-heavy": top < 0.43,
        "left-heavy": left > 0.56,
        "right-heavy": left < 0.44,
    }


def mean(values: np.ndarray, where: np.ndarray) -> np.ndarray:
    """The mean of values over the pixels `where` of each picture, (N,); 0 if there are none."""
    return (values * where).sum(axis=(1, 2)) / np.maximum(where.sum(axis=(1, 2)), 1)
