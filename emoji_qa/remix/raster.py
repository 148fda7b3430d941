"""From an SVG to pixels."""

import io

import numpy as np
import resvg_py
from PIL import Image


def rasterise(svg: str, size: int) -> np.ndarray:
    """One SVG → (size, size, 4) uint8, straight alpha, colour 0 where alpha is 0.

    What is not square keeps its proportions and is centred. Raises ValueError for what is not an SVG.
    """
    png = resvg_py.svg_to_bytes(svg_string=svg, width=size, height=size, skip_system_fonts=True)
    picture = Image.open(io.BytesIO(bytes(png))).convert("RGBA")
    square = Image.new("RGBA", (size, size))
    square.paste(picture, ((size - picture.width) // 2, (size - picture.height) // 2))
    pixels = np.array(square)
    pixels[pixels[..., 3] == 0] = 0
    return pixels
