"""The mix tray: two to four emojis, put together from their parts, mixed by weights, or joined by a morph to take away.

Its browser side: mix.html, mix.js, together.js, morph.js. The browser mixes the codes z itself, so that the emoji
follows the visitor's hand at once.
"""

import base64
import re
import unicodedata

import numpy as np

from emoji_qa.answerer import Answerer
from emoji_qa.images.export import CUSTOM
from emoji_qa.images.render import HOLD, to_chat_morph, to_morph
from emoji_qa.latent.morph import STEP, duration, morph_codes
from emoji_qa.page.emoji.emoji import check_sliders, code_of, rounded
from emoji_qa.page.search import find
from emoji_qa.page.server.decoder_files import slider_axes
from emoji_qa.page.server.drawing import pictures as drawn
from emoji_qa.page.server.panel import Panel
from emoji_qa.page.server.png import EmojiPictures, to_png, to_uri
from emoji_qa.page.server.rpc import fields, text
from emoji_qa.remix.compose import compose
from emoji_qa.remix.recipes import candidates, describe

FOUND = 8  # emojis the search box shows
MOST = 4  # emojis in the tray
WAYS = 12  # of putting them together, at most
THUMB = 72  # pixels of an invented ingredient's picture
SIZES = (72, 128, 256)  # pixels of a morph to take away
FORMATS = {"gif": "image/gif", "webp": "image/webp", "png": "image/apng"}
LONGEST = 40  # characters of a name in a file's name


def mix_panel(model: Answerer, pictures: EmojiPictures) -> Panel:
    """The tab; it opens empty."""

    def find_emojis(query: object) -> dict:
        """What was typed in the search box → {"found": [{"emoji", "name", "picture"}, ...]}, best first."""
        return {"found": [pictures.describe(row) for row in find(model, model.table, text(query, "The search"), FOUND)]}

    def take_ingredient(sent: object) -> dict:
        """{"emoji"}, or {"sliders", "name"} → {"name", "picture", "sliders"}, and "emoji" for a real emoji."""
        what = fields(sent)
        if "emoji" in what:
            row = model.table.index(text(what["emoji"], "The emoji"))
            return {**pictures.describe(row), "sliders": rounded(model.latent.from_z(code_of(model, row))[0])}
        sliders = check_sliders(what.get("sliders"), model.latent.latent_dim)
        picture = model.decode(model.latent.to_z(sliders[None]), THUMB)[0]
        return {
            "name": text(what.get("name"), "The name")[:100],
            "picture": to_uri(to_png(picture)),
            "sliders": rounded(sliders),
        }

    def read_axes(_: object) -> dict:
        """→ `slider_axes`."""
        return slider_axes(model.latent)

    def put_together(emojis: object) -> dict:
        """2 to 4 emojis → {"ways": [{"recipe", "made_of", "svg"}, …]}, best first; empty if they do not go together."""
        if not isinstance(emojis, list) or len(emojis) > MOST or not all(isinstance(emoji, str) for emoji in emojis):
            raise ValueError(f"The emojis must be a list of 2 to {MOST}.")
        return {
            "ways": [
                {"recipe": str(recipe), "made_of": describe(recipe), "svg": compose(model.parts, recipe)}
                for recipe in candidates(model.parts, emojis, limit=WAYS)
            ]
        }

    def play_morph(asked: object) -> dict:
        """{"stops": 2 to 4 times sixteen slider coordinates, "kind"} → {"frames": pictures as a `drawing` has them}."""
        return {"frames": drawn(model, way(fields(asked)))}

    def save_morph(sent: object) -> dict:
        """As for `play_morph`, with "names", "format" and "size" → a file: {"name", "type", "data": base64}."""
        asked = fields(sent)
        codes, kind = way(asked), check_format(asked.get("format"))
        content = animate(model, codes, kind, check_size(asked.get("size")))
        names = asked.get("names")
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise ValueError("The names must be a list of texts.")
        return {
            "name": file_name(names[:MOST], kind),
            "type": FORMATS[kind],
            "data": base64.b64encode(content).decode(),
        }

    def way(asked: dict[str, object]) -> np.ndarray:
        stops = asked.get("stops")
        if not isinstance(stops, list) or not 2 <= len(stops) <= MOST:
            raise ValueError(f"A morph passes 2 to {MOST} emojis.")
        s = np.stack([check_sliders(stop, model.latent.latent_dim) for stop in stops])
        return morph_codes(model.latent, list(model.latent.to_z(s)), str(asked.get("kind")))

    return Panel(
        "mix",
        "Mix",
        "tabs/mix/mix.html",
        ("tabs/mix/mix.css",),
        "tabs/mix/mix.js",
        (find_emojis, take_ingredient, read_axes, put_together, play_morph, save_morph),
        {"most": MOST, "together": model.has_parts, "sizes": SIZES, "times": {"step": 1000 * STEP, "hold": HOLD}},
    )


def animate(model: Answerer, codes: np.ndarray, format: str, size: int) -> bytes:
    """A morph of codes (N, 16), see `render.to_morph`. One of 128 pixels is small enough for chat programs, see
    `render.to_chat_morph`. Raises ValueError for another format or size.
    """
    write = to_chat_morph if check_size(size) == CUSTOM else to_morph
    return write(model.decode(codes, size), check_format(format), duration(len(codes)))


def check_format(format: object) -> str:
    if not isinstance(format, str) or format not in FORMATS:
        raise ValueError("A morph is written as “gif”, “webp” or “png”, an APNG.")
    return format


def check_size(size: object) -> int:
    if isinstance(size, bool) or not isinstance(size, int) or not SIZES[0] <= size <= SIZES[-1]:
        raise ValueError(f"A morph has {SIZES[0]} to {SIZES[-1]} pixels along an edge.")
    return size


def file_name(names: list[str], format: str) -> str:
    """ "Cat face", "dog face" → "cat-face-to-dog-face.gif", of letters that every system knows."""
    plain = (unicodedata.normalize("NFKD", name[:200].casefold()).encode("ascii", "ignore").decode() for name in names)
    words = (re.sub(r"[^a-z0-9]+", "-", name)[:LONGEST].strip("-") for name in plain)
    return f"{'-to-'.join(word or 'emoji' for word in words) or 'morph'}.{format}"
