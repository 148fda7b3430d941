"""The map: all emojis by looks on a plane to zoom and drag, with the present emoji's place and the way that led there.

Its browser side: map.html, and map.js with what that imports. It shows files, fetched when the map is first seen.
"""

import io
import json

import brotli
import numpy as np

from emoji_qa.answerer import Answerer
from emoji_qa.checkpoint import file_hash
from emoji_qa.emojis.sheet import to_sheet
from emoji_qa.latent.map import EmojiMap, check_places
from emoji_qa.page.emoji.emoji import check_sliders, rounded
from emoji_qa.page.search import find
from emoji_qa.page.server.panel import Panel
from emoji_qa.page.server.png import EmojiPictures
from emoji_qa.page.server.rpc import text
from emoji_qa.page.server.static import BrowserFile, Files, MadeFile

PREFIX = "gradio_api/map"
TRAIL = 30  # places of the way that led here
FOUND = 8  # emojis the search box shows
NAMED = 3  # emojis named in a caption, of those that a place lies among
SHARE = 0.12  # least share of a mix at which an emoji is named
PACKED = {"quality": 85, "method": 2}  # of a WebP: a few seconds of one core, once


def map_files(model: Answerer, pictures: EmojiPictures) -> Files:
    """Names and places of all bases, and their pictures in sheets of 36 and, where the checkpoint has them, of 72 pixels."""
    files: dict[str, BrowserFile | MadeFile] = {}
    files["map"] = BrowserFile("map.json", brotli.compress(described(model), quality=5), is_packed=True)
    digest, display = model.emojis.digest(), model.folder / "emojis-72.webp"
    files["small"] = MadeFile("small.webp", f"{digest} {PACKED}", lambda: to_webp(to_sheet(model.emojis.images)))
    if display.is_file():
        rows = [model.table.index(char) for char in model.emojis.chars]
        source = f"{digest} {PACKED} {file_hash(display)}"
        files["large"] = MadeFile("large.webp", source, lambda: to_webp(pictures.sheet(rows)))
    return Files(PREFIX, files)


def described(model: Answerer) -> bytes:
    places = EmojiMap(model.latent).places.round(3).ravel().tolist()
    content = {"emojis": model.emojis.chars, "names": model.emojis.names, "places": places}
    return json.dumps(content, ensure_ascii=False).encode()


def to_webp(sheet) -> bytes:
    buffer = io.BytesIO()
    sheet.save(buffer, "WEBP", **PACKED)
    return buffer.getvalue()


def map_panel(model: Answerer, pictures: EmojiPictures) -> Panel:
    """The tab. Its files are those of `map_files`."""
    plane, files = EmojiMap(model.latent), map_files(model, pictures)

    def find_places(trail: object) -> dict:
        """Up to 31 times sixteen slider coordinates → {"places": [[x, y], ...]}, in this order."""
        if not isinstance(trail, list) or not 1 <= len(trail) <= TRAIL + 1:
            raise ValueError(f"Send a list of 1 to {TRAIL + 1} codes.")
        s = np.stack([check_sliders(sliders, model.latent.latent_dim) for sliders in trail])
        return {"places": plane.place(model.latent.to_z(s)).round(3).tolist()}

    def go_between(place: object) -> dict:
        """A place [x, y] → {"sliders", "caption"} of the mix of the emojis around it."""
        places = check_places([place])
        rows, shares = plane.around(places)
        names = [model.emojis.names[row] for row, share in zip(rows[0], shares[0], strict=True) if share >= SHARE]
        return {"sliders": rounded(model.latent.from_z(plane.code(places))[0]), "caption": between(names[:NAMED])}

    def find_on_map(query: object) -> dict:
        """What was typed in the search box → {"found": [{"emoji", "name", "picture"}, ...]} of bases, best first."""
        rows = find(model, model.emojis, text(query, "The search"), FOUND)
        return {"found": [pictures.describe(model.table.index(model.emojis.chars[row])) for row in rows]}

    return Panel(
        "map",
        "Map",
        "tabs/map/map.html",
        ("tabs/map/map.css",),
        "tabs/map/map.js",
        (find_places, go_between, find_on_map),
        {"files": files.addresses, "count": len(model.emojis), "longest": TRAIL},
        files,
    )


def between(names: list[str]) -> str:
    """What a mix of such emojis is called."""
    *others, last = names
    return f"Between {', '.join(others)} and {last}" if others else f"Near {last}"
