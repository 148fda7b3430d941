"""Recipes: what an emoji is put together from, in words, as a short text for links, and which recipes fit some emojis."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import permutations

from emoji_qa.remix.parts import Parts

HATS = ("🎩", "👑", "🎓", "👒", "🧢", "🎀", "🌸", "🤠", "🥳", "😇", "😈")
GLASSES = ("🕶️", "👓", "🥽")
FACE_EXTRAS = ("😭", "😢", "😅", "😴", "🥰", "😤")  # their tears, sweat, z, hearts, steam
NEAR = ("💢", "✨", "💦", "💤", "❤️", "💕", "❗", "❓", "🎵", "💫")  # small, at the upper right
EXTRAS = FACE_EXTRAS + GLASSES + NEAR
FRAMES = ("🚫", "🔥")
BUBBLES = ("💭", "💬", "🗨️")
COLOURS = ("🔴", "🟠", "🟡", "🟢", "🔵", "🟣", "🟤", "⚫", "⚪", "🩷", "🩵")
LETTERS = {"eyes": "e", "mouth": "m", "colour": "c", "hat": "h", "extra": "x", "corner": "s", "on": "o", "frame": "f"}
MAX_TEXT = 200  # characters of a recipe in a link


@dataclass(frozen=True)
class Recipe:
    """The emojis whose parts go together.

    body: the thing or face on which the rest goes. eyes, mouth: whose expression it wears. colour: whose colour the body
    takes. hat: what it wears on its head. extra: tears, glasses, sparkles … on: a small thing on its calm place. corner: a
    small thing at its lower right. frame: a sign over it or a fire behind it.
    """

    body: str
    eyes: str | None = None
    mouth: str | None = None
    colour: str | None = None
    hat: str | None = None
    extra: str | None = None
    on: str | None = None
    corner: str | None = None
    frame: str | None = None

    @property
    def kind(self) -> str:
        """ "expression", "crossed", "colour", "hat", "extra", "on", "corner" or "frame": what it is foremost."""
        for name in ("frame", "corner", "on", "hat", "extra", "colour"):
            if getattr(self, name):
                return name
        return "crossed" if self.eyes != self.mouth else "expression"

    @property
    def emojis(self) -> tuple[str, ...]:
        """The emojis that it is made of, each once."""
        return tuple(dict.fromkeys(value for field in fields(self) if (value := getattr(self, field.name))))

    def __str__(self) -> str:
        """A short text for links, such as "1f3c6~e1f929~m1f929"; `from_text` reads it."""
        named = [f"{letter}{_code(value)}" for name, letter in LETTERS.items() if (value := getattr(self, name))]
        return "~".join([_code(self.body), *named])

    @classmethod
    def from_text(cls, text: str) -> "Recipe":
        """Raises ValueError for a text that is no recipe."""
        letters = {letter: name for name, letter in LETTERS.items()}
        body, *others = text.split("~") if isinstance(text, str) and len(text) <= MAX_TEXT else [""]
        if not re.fullmatch(_CODE, body) or not all(
            re.fullmatch(f"[{''.join(letters)}]{_CODE}", other) for other in others
        ):
            raise ValueError(f"“{str(text)[:40]}” is no recipe such as 1f3c6~e1f929~m1f929.")
        if len({other[0] for other in others}) != len(others):
            raise ValueError("A recipe names each of its parts once.")
        return cls(_char(body), **{letters[other[0]]: _char(other[1:]) for other in others})


_CODE = "[0-9a-f]{1,6}(-[0-9a-f]{1,6}){0,9}"


def _code(char: str) -> str:
    return "-".join(f"{ord(c):x}" for c in char)


def _char(code: str) -> str:
    points = [int(part, 16) for part in code.split("-")]
    if any(point > 0x10FFFF or 0xD800 <= point <= 0xDFFF for point in points):
        raise ValueError(f"“{code[:40]}” is no character’s code.")
    return "".join(map(chr, points))


def describe(recipe: Recipe) -> str:
    """What a recipe is made of, in a few signs and words: "🏆 with 🤩", "🙄 eyes, 😂 mouth"."""
    body, eyes, mouth = recipe.body, recipe.eyes, recipe.mouth
    said = (
        f"{recipe.frame} over {body}" if recipe.frame == "🚫" else f"{body} on fire" if recipe.frame == "🔥" else body
    )
    if eyes and eyes == mouth:
        said = f"{said} with {eyes}" if eyes != body else said
    elif eyes or mouth:
        who = ", ".join([f"{eyes} eyes"] * bool(eyes) + [f"{mouth} mouth"] * bool(mouth))
        said = who if said in (eyes, mouth) else f"{said} with {who}"
    if recipe.colour:
        said += f" in {recipe.colour}"
    if recipe.hat:
        said += f" wearing {recipe.hat}"
    if recipe.extra:
        said += f" and {recipe.extra}"
    if recipe.corner:
        said += f" + {recipe.corner}"
    return f"{recipe.on} {'in' if body in BUBBLES else 'on'} {said}" if recipe.on else said


def check(parts: Parts, recipe: Recipe) -> None:
    """Raise ValueError, in a sentence, unless these parts can make this recipe."""
    for emoji in recipe.emojis:
        parts[emoji]
    if (recipe.eyes or recipe.mouth or recipe.on) and not parts[recipe.body].place:
        raise ValueError(f"There is no room on {recipe.body} for anything.")
    if recipe.on and (recipe.eyes or recipe.mouth):
        raise ValueError(f"{recipe.body} has room for a face or for {recipe.on}, not for both.")
    for name, roles in (("eyes", "e"), ("mouth", "m")):
        donor = getattr(recipe, name)
        if donor and (not parts[donor].face or not parts[donor].having(roles)):
            raise ValueError(f"{donor} has no {name} to give.")
    for name, known in (("hat", HATS), ("extra", EXTRAS), ("frame", FRAMES)):
        if (value := getattr(recipe, name)) and value not in known:
            raise ValueError(f"{value} cannot be a {name}; these can: {' '.join(known)}.")
    if recipe.extra in FACE_EXTRAS and not (recipe.eyes or recipe.mouth or parts[recipe.body].face):
        raise ValueError(f"What comes from {recipe.extra} needs a face to go on; {recipe.body} has none.")
    if recipe.colour and _alike(parts[recipe.body].ground, parts[recipe.colour].ground):
        raise ValueError(f"{recipe.body} has the colour of {recipe.colour} already.")
    if recipe.hat and not parts[recipe.body].hat:
        raise ValueError(f"{recipe.body} cannot wear a hat.")


COSTS = {
    "face": 0.0,
    "hat": 1.0,
    "extra": 1.0,
    "frame": 1.0,
    "eyes": 1.2,
    "mouth": 1.3,
    "colour": 2.0,
    "on": 3.0,
    "corner": 4.0,
}


def candidates(parts: Parts, emojis: Sequence[str], *, limit: int = 40) -> list[Recipe]:
    """The recipes that two to four emojis make, each emoji in one place, best first.

    Those without parts are left out; if fewer than two remain, there is no recipe. Raises ValueError for other numbers.
    """
    if isinstance(emojis, str) or not 2 <= len(emojis) <= 4:
        raise ValueError("Two to four emojis can be put together.")
    known = [parts[char].char for char in dict.fromkeys(emojis) if char in parts]
    found: dict[Recipe, float] = {}
    for place, body in enumerate(known):
        others = known[:place] + known[place + 1 :]
        for slots in permutations(COSTS, len(others)) if others else ():
            recipe = _assigned(parts, body, dict(zip(slots, others, strict=True)))
            if recipe is not None:
                found.setdefault(recipe, sum(_cost(recipe, slot) for slot in slots) + 0.1 * place)
    return sorted(found, key=found.__getitem__)[:limit]


def _assigned(parts: Parts, body: str, slots: dict[str, str]) -> Recipe | None:
    """A recipe with these emojis in these places, or None when it cannot be made or would show nothing of one of them."""
    face, own = slots.pop("face", None), parts[body]
    eyes, mouth = slots.get("eyes", face), slots.get("mouth", face)
    if face and ("eyes" in slots or "mouth" in slots):
        return None
    if (eyes or mouth) and not face:
        eyes, mouth = eyes or body, mouth or body
    if face and own.disc and parts[face].disc and own.ground == parts[face].ground:
        return None
    if "on" in slots and (own.disc or own.face or _alike(own.ground, parts[slots["on"]].ground)):
        return None
    if "colour" in slots and slots["colour"] not in COLOURS:
        return None  # any emoji has a colour to give, but nobody would see where it comes from
    recipe = Recipe(body, **{**slots, "eyes": eyes, "mouth": mouth})
    try:
        check(parts, recipe)
    except ValueError:
        return None
    return recipe


def _cost(recipe: Recipe, slot: str) -> float:
    return 0.5 if slot == "on" and recipe.body in BUBBLES else COSTS[slot]


def _alike(a: str, b: str) -> bool:
    return sum(abs(int(a[i : i + 2], 16) - int(b[i : i + 2], 16)) for i in (1, 3, 5)) < 90
