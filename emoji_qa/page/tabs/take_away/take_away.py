"""Taking emojis away: files, a link, and favourites, which the browser keeps. Browser side: take_away.html, .js."""

import base64

import numpy as np

from emoji_qa.answerer import Answerer
from emoji_qa.emojis.table import SIZE
from emoji_qa.images.export import CUSTOM, TYPES, as_dict, checkpoint_hash, export
from emoji_qa.inputs import check_codes
from emoji_qa.page.emoji.emoji import REACH, check_sliders, rounded
from emoji_qa.page.server.drawing import to_base64
from emoji_qa.page.server.panel import Panel
from emoji_qa.page.server.png import EmojiPictures, to_png, to_uri
from emoji_qa.page.server.rpc import fields, text
from emoji_qa.remix.raster import rasterise
from emoji_qa.remix.recipes import Recipe

MOST = 200  # favourites
LONGEST = 60  # characters of a name
PIECE = 8  # favourites whose files are drawn in one call: about a second of a core
THUMB = 72  # pixels of a favourite's picture


def take_away_panel(model: Answerer, pictures: EmojiPictures) -> Panel:
    """The tab. pictures: of real emojis; not used here, but all tabs take the same arguments."""
    dim = model.latent.latent_dim
    kinds = ("png", "svg") if model.vae.decoder.flat else ("png",)  # of a favourite's files

    def code_of(sliders: object) -> np.ndarray:
        return model.latent.to_z(check_sliders(sliders, dim)[None])[0]

    def export_emoji(asked: object) -> dict:
        """{"sliders", "format", "size"} → {"data": the file in base64, "type"}, see `export`."""
        question = fields(asked)
        kind = text(question.get("format"), "The format")
        content = export(model, code_of(question.get("sliders")), kind, question.get("size", 512))
        return {"data": to_base64(content), "type": TYPES[kind]}

    def name_code(sliders: object) -> dict:
        """Slider coordinates → {"z": sixteen float32 in base64}, for a link."""
        return {"z": base64.urlsafe_b64encode(code_of(sliders).astype("<f4").tobytes()).decode().rstrip("=")}

    def open_code(asked: object) -> dict:
        """{"z": sixteen numbers, or their text from a link, "recipe": from a file, or none, "fit"} → {"sliders"},
        clipped to the sliders' range if "fit" is true."""
        question = fields(asked)
        if question.get("recipe") is not None:
            composed(question["recipe"])  # raises ValueError if it cannot be made
        z = question.get("z")
        [sliders] = model.latent.from_z(check_codes([unpack(z) if isinstance(z, str) else z], dim))
        if question.get("fit"):
            sliders = sliders.clip(-REACH, REACH)
        return {"sliders": rounded(check_sliders(sliders, dim))}

    def draw_favourites(favourites: object) -> dict:
        """Up to 200 slider coordinates, or recipes → {"sheet": their pictures in a column, a PNG}."""
        some = few(favourites, MOST)
        coded = [i for i, one in enumerate(some) if not isinstance(one, str)]
        pictures = {i: rasterise(composed(one), THUMB) for i, one in enumerate(some) if isinstance(one, str)}
        if coded:
            pictures |= zip(coded, model.decode(np.stack([code_of(some[i]) for i in coded]), size=THUMB), strict=True)
        return {"sheet": to_uri(to_png(np.concatenate([pictures[i] for i in range(len(some))])))}

    def draw_files(favourites: object) -> dict:
        """Up to 8 slider coordinates, or recipes → {"emojis": of each {"files": {"png", "svg" where there is one}, in base64,
        "json"}}."""
        return {"emojis": [files_of(one) for one in few(favourites, PIECE)]}

    def files_of(one: object) -> dict:
        if isinstance(one, str):
            svg = composed(one)
            [z] = model.encode(rasterise(svg, SIZE)[np.newaxis])
            files = {"png": to_png(rasterise(svg, CUSTOM)), "svg": svg.encode()}
        else:
            z = code_of(one)
            files = {kind: export(model, z, kind, CUSTOM) for kind in kinds}
        return {"files": {kind: to_base64(file) for kind, file in files.items()}, "json": as_dict(model, z)}

    def composed(recipe: object) -> str:
        return model.compose(Recipe.from_text(text(recipe, "The recipe")))

    def few(many: object, most: int) -> list:
        if not isinstance(many, list) or not 1 <= len(many) <= most:
            raise ValueError(f"Send 1 to {most} favourites.")
        return many

    limits = {"favourites": MOST, "piece": PIECE, "name": LONGEST, "dim": dim, "thumb": THUMB}
    return Panel(
        "take-away",
        "Take away",
        "tabs/take_away/take_away.html",
        ("tabs/take_away/take_away.css",),
        "tabs/take_away/take_away.js",
        (export_emoji, name_code, open_code, draw_favourites, draw_files),
        {"checkpoint": checkpoint_hash(model), "limits": limits, "flat": "svg" in kinds},
    )


def unpack(packed: str) -> list[float]:
    """The numbers in a link's text, see `name_code`. Raises ValueError if it holds none."""
    try:
        padded = packed[:1000] + "=" * (-len(packed) % 4)
        return np.frombuffer(base64.b64decode(padded, altchars=b"-_", validate=True), "<f4").tolist()
    except ValueError as error:
        raise ValueError("This link is damaged: it holds no emoji.") from error
