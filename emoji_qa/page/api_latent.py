"""Named endpoints for programs that move through the latent space: mixes, morphs, and the map."""

import base64
from collections.abc import Callable
from typing import Literal

from emoji_qa.answerer import Answerer
from emoji_qa.inputs import check_codes
from emoji_qa.latent.map import EmojiMap
from emoji_qa.latent.morph import FRAMES, morph_codes
from emoji_qa.page.server.png import to_png, to_uri
from emoji_qa.page.tabs.mix.mix import FORMATS, animate


def latent_endpoints(model: Answerer) -> list[Callable]:
    """The functions of /mix, /morph, /map and /place."""
    plane = EmojiMap(model.latent)

    def mix(emojis: list[str], weights: list[float] | None = None) -> dict:
        """2 to 4 emojis, and as many weights (by default all the same) → their mix, {"z", "picture": a PNG as a data URI}."""
        try:
            z = model.latent.mix(some(emojis), weights)
        except (TypeError, OverflowError) as error:  # weights that are no numbers
            raise ValueError("The weights must be a list of numbers, one for each emoji.") from error
        return {"z": z[0].tolist(), "picture": to_uri(to_png(model.decode(z, 144)[0]))}

    def morph(
        emojis: list[str],
        kind: Literal["linear", "spherical"] = "linear",
        format: Literal["gif", "webp", "png"] = "gif",
        size: int = 128,
    ) -> str:
        """A morph through 2 to 4 emojis, there and back, as a data URI. size: 72 to 256 pixels; with 128 the
        morph has at most 128 kB and 50 frames, the limits of chat programs. format: "png" is an APNG."""
        codes = morph_codes(model.latent, some(emojis), kind)
        content = base64.b64encode(animate(model, codes, format, size)).decode()
        return f"data:{FORMATS[format]};base64,{content}"

    def map() -> list[dict]:
        """All bases on the map by looks, as {"emoji", "name", "x", "y"}; two side by side are about 1 apart."""
        places = plane.places.round(3).tolist()
        return [
            {"emoji": emoji.char, "name": emoji.name, "x": x, "y": y}
            for emoji, (x, y) in zip(model.emojis, places, strict=True)
        ]

    def place(z: list[float]) -> list[float]:
        """Sixteen numbers → the place [x, y] on the map."""
        return plane.place(check_codes([z], model.vae.latent_dim))[0].tolist()

    return [mix, morph, map, place]


def some(emojis: list[str]) -> list[str]:
    """The emojis, if they are a list of two to four texts. Raises ValueError otherwise: a request can hold anything."""
    if not isinstance(emojis, list) or len(emojis) not in FRAMES or not all(isinstance(emoji, str) for emoji in emojis):
        raise ValueError("The emojis must be a list of 2 to 4, such as [“🐱”, “🐶”].")
    return emojis
