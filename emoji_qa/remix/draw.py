"""Random recipes, with popular emojis more often: to look at, and to train the VAE on."""

from collections.abc import Sequence

import numpy as np

from emoji_qa.remix.parts import Part, Parts
from emoji_qa.remix.recipes import COLOURS, FACE_EXTRAS, GLASSES, HATS, NEAR, Recipe, check
from emoji_qa.remix.words import CLUTTERED, HALLOWED

SHARES = {
    "expression": 0.36,
    "crossed": 0.22,
    "colour": 0.13,
    "hat": 0.12,
    "extra": 0.08,
    "corner": 0.05,
    "on": 0.02,
    "frame": 0.02,
}
MAX_TRIES = 50  # for each recipe; of a small table of parts some kinds cannot be made
HANDS = "🤭 🫢 🤔 🤫 🤗 🫣 🤥 🫡".split()  # expressions with a hand or a long nose, which cover half of a small thing
ROOM_FOR_HANDS = 9.0  # units
WORN = {*HATS, "🪖", "⛑️"}  # hats, which wear no hat themselves
MIN_SMALL_RADIUS = 5.8  # units: the least radius of a place on which a face can be read when it is small
FAVOURITES = (  # bodies that people would send, drawn more often
    "❤️ 💔 ⭐ 🔥 ☀️ 🌙 ☁️ 🌈 ⚡ ❄️ 💧 🌊 🌍 🌹 🌻 🌵 🌲 🍀 🍄 🍎 🍌 🍓 🍉 🍑 🍋 🍕 🍔 🍟 🌭 🌮 🍿 🍩 🍪 🎂 🍰 🧁 🍦 🍫 🍭 🍺 "
    "🍷 🍸 ☕ 🍵 🥑 🥕 🌽 🥔 🍅 🍆 🥚 🍳 🥐 🍞 🧀 🍗 🍣 🍜 🎃 👻 💀 👽 🤖 💩 🐶 🐱 🐭 🐹 🐰 🦊 🐻 🐼 🐨 🐯 🦁 🐮 🐷 🐸 🐵 🐔 "
    "🐧 🐤 🦉 🐙 🐝 🐞 🐢 🐟 🐳 🦄 ⚽ 🏀 🏈 ⚾ 🎾 🏐 🎱 🏆 🥇 🎁 🎈 🎉 🎄 🎮 🎲 🎧 🎤 🎸 📷 📺 💻 📱 ⌚ ⏰ 💡 🔋 📚 📖 📝 ✏️ "
    "📦 ✉️ 💌 💰 💵 💳 💎 👑 🎩 👕 👗 👟 🎓 💼 🔑 🔒 🔔 📢 🚗 🚕 🚌 🚀 ✈️ 🚂 🚲 🚢 🏠 🏢 🏥 🏫 ⛺ 🗿 💊 💉 🦠 🧻 🧼 🛒 💣 "
    "🔮 🪐 🌕 🌚 ⚓ 🗑️ 🧠 🦷 🧊 🍯 🥛 🍶 🌶️ 🥥 🍍 🍇 🍊 🍒 🥝 🍈 🍐 🥭 "
).split()


def room(part: Part) -> float:
    """The radius of a part's place for a face; 0 without one."""
    return part.place[2] if part.place else 0.0


def draw(parts: Parts, count: int, *, seed: int = 0, kind: str | None = None, favourites: float = 0.75) -> list[Recipe]:
    """`count` random recipes that can be made; fewer if the parts do not suffice.

    favourites: the share of bodies that is drawn from FAVOURITES.
    """
    rng = np.random.default_rng(seed)
    bodies = [char for char in parts.bodies if not parts[char].disc and has_room(parts, char)]
    liked = [char for char in FAVOURITES if char in parts and has_room(parts, char)] or bodies
    kinds, shares = list(SHARES), np.array(list(SHARES.values()))
    recipes: list[Recipe] = []
    for _ in range(MAX_TRIES * count):
        if len(recipes) == count:
            break
        body = pick(liked if rng.random() < favourites else bodies, rng)
        try:
            recipe = one(kind or kinds[int(rng.choice(len(kinds), p=shares / shares.sum()))], body, parts, rng)
            check(parts, recipe)
        except ValueError:
            continue
        recipes.append(recipe)
    return recipes


def has_room(parts: Parts, char: str) -> bool:
    """Whether a face on this body can be read, and offends nobody."""
    return room(parts[char]) >= MIN_SMALL_RADIUS and char not in CLUTTERED | HALLOWED


def pick(some: Sequence[str], rng: np.random.Generator) -> str:
    return some[int(rng.integers(len(some)))]


def one(kind: str, body: str, parts: Parts, rng: np.random.Generator) -> Recipe:
    """A random recipe of a kind, on this body or, for some kinds, another. Raises ValueError if it would look wrong."""
    faces = parts.faces
    face, other, some = (pick(faces, rng) for _ in range(3))
    plain = {"eyes": face, "mouth": face}
    is_small = room(parts[body]) < ROOM_FOR_HANDS
    if is_small and {face, other, some} & set(HANDS):
        raise ValueError("Hands would cover it.")
    if kind == "expression":
        return Recipe(body, **plain)
    if kind == "crossed":
        return Recipe(face if rng.random() < 0.8 else body, eyes=other, mouth=some)
    if kind == "colour":
        colour = pick(COLOURS, rng)
        return Recipe(face, **plain, colour=colour) if not parts[body].face else Recipe(body, colour=colour)
    on_thing = (
        {"body": body, **(plain if rng.random() < 0.5 else {})} if rng.random() < 0.5 else {"body": face, **plain}
    )
    if kind == "hat" and on_thing["body"] in WORN:
        raise ValueError("It is a hat.")
    if kind == "hat":
        return Recipe(**on_thing, hat=pick(HATS, rng))
    if kind == "extra":
        extra = pick(FACE_EXTRAS + GLASSES if rng.random() < 0.6 else NEAR, rng)
        return Recipe(**on_thing, extra=extra)
    thing = pick([char for char in FAVOURITES if char in parts], rng)
    if kind == "corner":
        return Recipe(**on_thing, corner=thing)
    if kind == "on":
        return Recipe(pick(["💭", "💬", "🗨️", "📺", "👕", "❤️", body], rng), on=thing)
    return Recipe(body, frame="🚫") if rng.random() < 0.5 else Recipe(**on_thing, frame="🔥")
