"""From file names to Unicode emojis, and from emojis to the bases that are ranked.

The rules for a row's base, applied repeatedly as long as they lead to another row of the same table:
1. skin tones are removed (the metadata nests an emoji's tones under it, also for pairs of people);
2. ZWJ ♀ or ♂ is removed; man and woman become 🧑, boy and girl 🧒, old man and woman 🧓, alone or in a sequence;
3. gendered kisses, couples with heart, families and people holding hands become 💏, 💑, 👪 and 🧑‍🤝‍🧑.
Characters with names of their own and no such structure stay bases: Santa and Mrs. Claus, prince and princess, the
dancers, the pregnant. If a table has no neutral form, as Twemoji 1 has no 🧑, the gendered one stays a base.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from emoji_qa.emojis.table import Emoji

Key = tuple[int, ...]  # code points without U+FE0F, by which file names and metadata are matched

ZWJ, VS16, HEART, KISS_MARK = 0x200D, 0xFE0F, 0x2764, 0x1F48B
TONES = range(0x1F3FB, 0x1F400)
SIGNS = (0x2640, 0x2642)
NEUTRAL = {
    0x1F468: 0x1F9D1,
    0x1F469: 0x1F9D1,  # man, woman → person
    0x1F466: 0x1F9D2,
    0x1F467: 0x1F9D2,  # boy, girl → child
    0x1F474: 0x1F9D3,
    0x1F475: 0x1F9D3,
}  # old man, old woman → older person
HOLDING_HANDS = (0x1F46B, 0x1F46C, 0x1F46D)
PEOPLE_HOLDING_HANDS = (0x1F9D1, ZWJ, 0x1F91D, ZWJ, 0x1F9D1)
KISS, COUPLE, FAMILY = (0x1F48F,), (0x1F491,), (0x1F46A,)


@dataclass(frozen=True)
class Character:
    """A row of the metadata. `emoji.base` is its form without skin tone; `left_out` says why it gets no row."""

    emoji: Emoji
    order: int
    left_out: str = ""


def read_metadata(data: list[dict], groups: dict[str, str]) -> dict[Key, Character]:
    """emojibase's en/data.json and the "groups" of meta/groups.json (CLDR names, MIT) → characters by key.

    An emoji with a skin tone has no keywords of its own in the data; it gets those of its parent.
    """
    characters = {}
    for parent in data:
        for row in (parent, *parent.get("skins", ())):
            group = groups.get(str(row.get("group")), "")
            left_out = {"": "lone regional indicator", "component": "skin tone or hair swatch"}.get(group, "")
            emoji = Emoji(
                _qualified(row),
                row["label"],
                group,
                tuple(parent.get("tags", ())),
                float(row["version"]),
                base=_qualified(parent),
            )
            characters[to_key(emoji.char)] = Character(emoji, row.get("order", 0), left_out)
    return characters


def match(names: Iterable[str], characters: dict[Key, Character]) -> tuple[dict[str, Emoji], dict[str, list]]:
    """Names (code points joined by "-") → the emoji of each, in CLDR order, and the names without one, by reason."""
    found, left_out = {}, defaultdict(list)
    for name in sorted(names):
        key = _name_to_key(name)
        character = characters.get(key)
        reason = _why_not(key, character)
        if not reason and key in found:
            reason = "a second file for an emoji"
        if reason:
            left_out[reason].append(name)
        else:
            found[key] = (character.order, name, character.emoji)
    return {name: emoji for _, name, emoji in sorted(found.values(), key=lambda row: row[:2])}, dict(left_out)


def fold(emojis: Iterable[Emoji]) -> list[Emoji]:
    """Emojis whose `base` is their untoned form → the same emojis with `base` and `variants` by the rules above."""
    rows = {to_key(emoji.char): emoji for emoji in emojis}
    folded, variants = [], defaultdict(list)
    for key, emoji in rows.items():
        base = rows[_base(key, rows)].char
        folded.append(replace(emoji, base=base, variants=()))
        if base != emoji.char:
            variants[base].append(emoji.char)
    return [replace(emoji, variants=tuple(variants[emoji.char])) for emoji in folded]


def to_key(char: str) -> Key:
    return tuple(ord(part) for part in char if ord(part) != VS16)


def _qualified(row: dict) -> str:
    if row["type"] == 0:  # shown as text unless U+FE0F follows
        return row["emoji"]
    # For the others, "emoji" may have a U+FE0F that the fully qualified character does not have, as for 👍.
    return "".join(chr(int(part, 16)) for part in row["hexcode"].split("-"))


def _base(key: Key, rows: dict[Key, Emoji]) -> Key:
    untoned = to_key(rows[key].base)
    for neutral in (untoned, *_neutral_forms(key), *_neutral_forms(untoned)):
        if neutral != key and neutral in rows:
            return _base(neutral, rows)
    return key


def _neutral_forms(key: Key) -> list[Key]:
    untoned = tuple(point for point in key if point not in TONES)
    unsigned = _without_sign(untoned)
    forms = [untoned, unsigned, tuple(NEUTRAL.get(point, point) for point in unsigned)]
    people = [point for point in untoned if point in NEUTRAL]
    if len(people) > 1 and HEART in untoned:
        forms.append(KISS if KISS_MARK in untoned else COUPLE)
    elif len(people) > 1 and not set(untoned) - {ZWJ, *people}:
        forms.append(FAMILY)
    elif untoned[0] in HOLDING_HANDS:
        forms.append(PEOPLE_HOLDING_HANDS)
    return forms


def _without_sign(key: Key) -> Key:
    for place in range(1, len(key) - 1):
        if key[place] == ZWJ and key[place + 1] in SIGNS:
            return key[:place] + key[place + 2 :]
    return key


def _name_to_key(name: str) -> Key:
    try:
        return tuple(point for point in (int(part, 16) for part in name.split("-")) if point != VS16)
    except ValueError:
        return ()


def _why_not(key: Key, character: Character | None) -> str:
    if not key:
        return "name is not code points"
    if any(0xE000 <= point <= 0xF8FF or point >= 0xF0000 for point in key):
        return "private use"
    return character.left_out if character else "not an emoji of the metadata (not RGI)"
