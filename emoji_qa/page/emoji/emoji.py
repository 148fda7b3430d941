"""The emoji half: a picture with its nearest emojis and its history, sixteen sliders, and the tabs beside them."""

from collections.abc import Sequence
from dataclasses import replace
from html import escape

import numpy as np

from emoji_qa.answerer import Answerer
from emoji_qa.emojis.sensitive import HIDDEN
from emoji_qa.emojis.table import SIZE
from emoji_qa.page.search import find
from emoji_qa.page.server.decoder_files import BrowserDecoder, slider_axes
from emoji_qa.page.server.drawing import drawing, to_base64
from emoji_qa.page.server.panel import Panel
from emoji_qa.page.server.png import EmojiPictures, to_light_uri, to_png, to_uri
from emoji_qa.page.server.rpc import text
from emoji_qa.remix.draw import draw
from emoji_qa.remix.parts import Parts
from emoji_qa.remix.raster import rasterise
from emoji_qa.remix.recipes import Recipe, check, describe

REACH = 3  # sliders go from -3 to 3; a loaded emoji may lie a little beyond
FOUND = 12  # emojis the search box shows
NEAREST = 3  # real emojis named beside an invented one
NINE = 9  # random emojis at a time
COMPOSED = (*["expression"] * 3, "crossed", "crossed", "colour", "hat", "extra", "corner")  # kinds of the nine
ROLLS = 64  # random codes from which the nine are chosen if some sliders are locked
AWAY = 0.3  # share of a random code in one that is like the present emoji
THUMB = 72  # pixels of each of nine
PLAUSIBLE = 20  # percent; codes that are at least so plausible are chosen first
PULLS = np.linspace(0.05, 1, 20)  # positions of the knob that pulls towards real emojis
PIXELS = (  # of a picture that is no drawing; with a size and a note like those of `compose`
    '<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512" viewBox="0 0 36 36"><title>{title}</title>'
    '<desc>{note}</desc><image width="36" height="36" href="{picture}"/></svg>'
)
END = 56  # pixels of a picture at the end of a slider


def emoji_panel(
    model: Answerer,
    pictures: EmojiPictures,
    decoder: BrowserDecoder,
    labels: Sequence[str] | None = None,
    start: str = "😀",
    tabs: Sequence[Panel] = (),
) -> Panel:
    """The emoji half. It opens with the emoji `start` loaded. tabs: the panels beside its sliders.

    Its browser side: emoji.html, and emoji.js, which puts picture.js, sliders.js, directions.js, nearby.js, history.js, tabs.js
    together.

    The decoder runs in the browser once it is loaded. Before that, or if the browser cannot run it, the browser sends
    slider coordinates and gets the decoder's output. In both cases it draws that output at its screen's resolution.
    """

    def draw_sliders(sliders: object) -> dict:
        """Sixteen slider coordinates → a `drawing`."""
        return drawing(model, model.latent.to_z(check_sliders(sliders, model.latent.latent_dim)[None]))

    def draw_ends(sliders: object) -> dict:
        """Sixteen slider coordinates → {"ends": a WebP, 2 pictures wide and 16 high: each slider alone at its ends}."""
        s = check_sliders(sliders, model.latent.latent_dim)
        ends = np.repeat(s[None], 2 * len(s), axis=0)
        ends[np.arange(2 * len(s)), np.arange(2 * len(s)) // 2] = np.tile([-REACH, REACH], len(s))
        drawn = model.decode(model.latent.to_z(ends), END).reshape(len(s), 2, END, END, 4)
        return {"ends": to_light_uri(np.concatenate(np.concatenate(drawn, axis=1), axis=1))}

    def roll_sliders(question: object) -> dict:
        """{"sliders", "locked": sixteen booleans, "like": true for emojis like the present one, "recipe": that of the
        present one if it was put together} → {"rolls": nine random emojis, {"sliders", "picture", "name", "composition"
        or null}}, and "sliders", "name", "composition" and the `drawing` of the first of them.

        They are put together from parts. They are random plausible codes if sliders are locked (these keep their
        values), if the model has no parts, or if they are to be like an emoji that has no recipe.
        """
        if not isinstance(question, dict):
            raise ValueError("Send the sliders, and which of them are locked.")
        s, locked = check_sliders(question.get("sliders"), model.latent.latent_dim), question.get("locked")
        if not isinstance(locked, list) or len(locked) != len(s) or not all(isinstance(one, bool) for one in locked):
            raise ValueError(f"Which sliders are locked is told by {len(s)} times true or false.")
        like = question.get("like") is True
        recipe = question.get("recipe") if like else None
        is_composed = model.has_parts and not any(locked) and (recipe is not None or not like)
        before = None if recipe is None else Recipe.from_text(text(recipe, "The recipe"))
        rolls = roll_recipes(model, before) if is_composed else []
        rolls += roll_codes(model, s, np.array(locked), like=like, count=NINE - len(rolls))
        first = rolls[0]
        z = model.latent.to_z(np.array([first["sliders"]]))
        return {
            **place(z, np.array(first["sliders"])),
            **{key: first[key] for key in ("name", "composition")},
            "rolls": rolls,
        }

    def show_recipe(recipe: object) -> dict:
        """A recipe as text → {"sliders", "name", "composition"} and the `drawing` of its picture's code. This code is
        refined, so that sliders draw it well; the answer in "composition" is of the unrefined code, as in `invent`."""
        made = Recipe.from_text(text(recipe, "The recipe"))
        svg = model.compose(made)
        _, [answer] = model.embed_recipes([made])
        return {
            **place(model.encode(rasterise(svg, SIZE)[None])),
            "name": describe(made),
            "composition": composition(made, svg, answer),
        }

    def look_around(sliders: object) -> dict:
        """Sixteen slider coordinates → {"nearest": real emojis, nearest first, "novelty" and "plausibility" in percent,
        "pulled": sliders on the way to the mean of the nearest}."""
        return around(model.latent.to_z(check_sliders(sliders, model.latent.latent_dim)[None]))

    def read_directions(_) -> dict:
        """→ {"ways": by name, what `moved` in latent.js takes} and `slider_axes`."""
        ways = {name: np.round(one.ways, 5).tolist() for name, one in model.latent.directions.items()}
        return {**slider_axes(model.latent), "ways": ways}

    def load_emoji(emoji: object) -> dict:
        """A real emoji, by its character → {"sliders", "emoji", "name", "picture"}, its `drawing`, "row": its place among
        the bases, or its base's, and "svg": it as it was drawn, or null if the model has no parts."""
        char = text(emoji, "The emoji")
        row = model.table.index(char)
        described = pictures.describe(row)
        drawn = {"row": model.table.base_index(char), "svg": drawing_of(described) if model.has_parts else None}
        return {**place(code_of(model, row)), **described, **drawn}

    def find_emojis(query: object) -> dict:
        """What was typed in the search box → {"found": [{"emoji", "name", "picture"}, ...]}, best first."""
        return {"found": [pictures.describe(row) for row in find(model, model.table, text(query, "The search"), FOUND)]}

    def drawing_of(described: dict[str, str]) -> str:
        """The SVG of a real emoji: of its parts, or, for flags and variants, of its picture in pixels."""
        emoji, picture = described["emoji"], described["picture"]
        if emoji in model.parts:
            return model.compose(Recipe(emoji))
        note = escape(f"From {model.parts.source}, {model.parts.licence}")
        return PIXELS.format(title=emoji, note=note, picture=picture)

    def place(z: np.ndarray, sliders: np.ndarray | None = None) -> dict:
        sliders = model.latent.from_z(z)[0] if sliders is None else sliders
        return {"sliders": rounded(sliders), **drawing(model, z)}

    def around(z: np.ndarray) -> dict:
        rows, _ = model.latent.neighbours(z, min(NEAREST, len(model.emojis)))
        pulled = z + PULLS[:, None] * (model.latent.pull(z, 1.0) - z)
        return {
            "nearest": [pictures.describe(model.table.index(model.emojis.chars[row])) for row in rows[0]],
            "novelty": round(float(model.latent.novelty(z)[0])),
            "plausibility": round(float(model.latent.plausibility(z)[0])),
            "pulled": [rounded(s) for s in model.latent.from_z(pulled)],
        }

    opened = load_emoji(start)
    names = [str(label) for label in model.latent.labels] or [f"Axis {i + 1}" for i in range(model.latent.latent_dim)]
    return Panel(
        "emoji-half",
        "The emoji",
        "emoji/emoji.html",
        ("emoji/emoji.css",),
        "emoji/emoji.js",
        (draw_sliders, draw_ends, roll_sliders, show_recipe, look_around, read_directions, load_emoji, find_emojis),
        {
            "start": opened,
            "ends": draw_ends(opened["sliders"])["ends"],
            "around": look_around(opened["sliders"]),
            "tabs": [
                {"panel": "sliders", "title": "Sliders"},
                *({"panel": tab.id, "title": tab.title} for tab in tabs),
            ],
            "decoder": decoder.addresses or None,
            "labels": list(labels or names),
            "directions": [
                {"name": name, "low": one.low, "high": one.high} for name, one in model.latent.directions.items()
            ],
            "reach": REACH,
            "calibration": model.config.get("calibration"),
            "hidden": [row for row, char in enumerate(model.emojis.chars) if char in HIDDEN],
            "learned": [model.table.base_index(char) for char in model.config.get("trained_answers") or ()],
        },
    )


def roll_recipes(model: Answerer, like: Recipe | None) -> list[dict]:
    """Random emojis put together from parts, as `roll_sliders` gives them. like: a recipe that each of them varies."""
    seeds = np.random.default_rng()
    recipes: list[Recipe] = []
    for kind in seeds.permutation(COMPOSED):
        drawn = draw(model.parts, 20, seed=int(seeds.integers(2**31)), kind=str(kind))
        ways = [varied(model.parts, like, one, keep_body=len(recipes) % 2 == 0) if like else one for one in drawn]
        recipes += [one for one in ways if one and one not in recipes and not HIDDEN & set(one.emojis)][:1]
    if not recipes:
        return []
    svgs = [model.compose(recipe) for recipe in recipes]
    codes, answers = model.embed_recipes(recipes)
    return [
        {
            "sliders": rounded(there),
            "picture": to_uri(to_png(rasterise(svg, THUMB))),
            "name": describe(recipe),
            "composition": composition(recipe, svg, answer),
        }
        for recipe, svg, there, answer in zip(recipes, svgs, model.latent.from_z(codes), answers, strict=True)
    ]


def composition(recipe: Recipe, svg: str, answer: np.ndarray) -> dict:
    """What the browser keeps of an emoji that is put together. answer: (D,), from picture and parts."""
    return {"recipe": str(recipe), "svg": svg, "answer": to_base64(answer.astype("<f4"))}


def varied(parts: Parts, recipe: Recipe, other: Recipe, *, keep_body: bool) -> Recipe | None:
    """The recipe with the other's expression, or on the other's body; None where that cannot be made or changes nothing."""
    changes = {"eyes": other.eyes, "mouth": other.mouth} if keep_body else {"body": other.body}
    made = replace(recipe, **changes)
    try:
        check(parts, made)
    except ValueError:
        return None
    return made if made != recipe else None


def roll_codes(model: Answerer, s: np.ndarray, locked: np.ndarray, *, like: bool, count: int) -> list[dict]:
    """Random plausible codes, as `roll_sliders` gives them. locked (16,): the sliders that keep their values in s
    (16,); like: whether all are near s."""
    z = model.latent.sample(ROLLS if locked.any() else 2 * count)
    if like:
        z = (1 - AWAY) * model.latent.to_z(s[None]) + AWAY * z
    rolled = model.latent.from_z(z)
    rolled[:, locked] = s[locked]
    z = model.latent.to_z(rolled)
    chosen = np.argsort(model.latent.plausibility(z) < PLAUSIBLE, kind="stable")[:count]
    name = "A random emoji like the one before" if like else "A random emoji"
    return [
        {"sliders": rounded(rolled[i]), "picture": to_uri(to_png(picture)), "name": name, "composition": None}
        for i, picture in zip(chosen, model.decode(z[chosen], THUMB), strict=True)
    ]


def code_of(model: Answerer, row: int) -> np.ndarray:
    """The code (1, 16) of the emoji in a row of the table."""
    char = model.table.chars[row]
    known = char in model.emojis  # a base; variants have no code yet
    return model.emojis.codes[[model.emojis.index(char)]] if known else model.encode(model.table.images[[row]])


def check_sliders(sliders: object, count: int) -> np.ndarray:
    """Slider coordinates as (count,) float64. Raises ValueError unless they are that many finite numbers near the range."""
    message = f"The sliders are {count} finite numbers, from −{REACH} to {REACH}."
    try:
        s = np.array(sliders, dtype=np.float64)
    except (OverflowError, TypeError, ValueError) as error:
        raise ValueError(message) from error
    if s.shape != (count,) or not (np.abs(s) <= 100).all():  # false for NaN too
        raise ValueError(message)
    return s


def rounded(sliders: np.ndarray) -> list[float]:
    """Slider coordinates with as many digits as make a difference."""
    return [round(float(s), 4) for s in sliders]
