"""The named endpoint that puts emojis together from the parts of others, for checkpoints that have parts."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from emoji_qa.page.api_latent import some
from emoji_qa.page.server.png import to_png, to_uri
from emoji_qa.remix.compose import compose as to_svg
from emoji_qa.remix.parts import FILE, Parts
from emoji_qa.remix.raster import rasterise
from emoji_qa.remix.recipes import candidates, describe

SIZE = 144  # pixels of a picture, unless asked otherwise
MAX_SIZE = 1024
MOST = 10  # others that are told

load_parts = cache(Parts.load)


def remix_endpoints(folder: Path) -> list[Callable]:
    """The function of /compose; none for the folder of a checkpoint without parts. They are read at the first call."""
    if not (folder / FILE).is_file():
        return []

    def compose(emojis: list[str], size: int = SIZE) -> dict:
        """Puts a new emoji together from parts of two to four others, such as the body of 🏆 with the face of 🤩: {"recipe",
        "described", "svg", "picture": a PNG of it, "others": further recipes in words}. Emojis that have no parts are left out.

        Args:
            emojis: Two to four emojis, such as ["🏆", "🤩"]; the first one is most likely to be the body.
            size: Pixels along the picture's edge, 36 to 1024.
        """
        if isinstance(size, bool) or not isinstance(size, int) or not 36 <= size <= MAX_SIZE:
            raise ValueError(f"size must be a whole number of pixels from 36 to {MAX_SIZE}, not {size!r}.")
        found = candidates(parts := load_parts(folder), some(emojis))
        if not found:
            raise ValueError(f"Nothing can be put together from {' '.join(emojis)}. Try a thing and a face, such as 🏆 and 🤩.")
        svg = to_svg(parts, found[0])
        return {
            "recipe": str(found[0]),
            "described": describe(found[0]),
            "svg": svg,
            "picture": to_uri(to_png(rasterise(svg, size))),
            "others": [describe(recipe) for recipe in found[1 : MOST + 1]],
        }

    return [compose]
