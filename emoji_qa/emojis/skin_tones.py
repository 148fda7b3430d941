"""Skin tones: which variant shows an emoji in which tone."""

from emoji_qa.emojis.table import EmojiTable, without_vs16

TONES = ("no skin tone", "light", "medium-light", "medium", "medium-dark", "dark")  # a tone is a number, 0 to 5
_MODIFIERS = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"


class SkinTones:
    """The variants that differ from their base only by one skin tone, the same throughout. Others are left out: for
    someone who chooses a tone, a couple of two tones, or a woman, is a different emoji."""

    def __init__(self, table: EmojiTable):
        self._variants = {
            (base.char, tone): variant
            for base in table.bases
            for variant in base.variants
            if (tone := _tone(variant)) and without_tone(variant) == without_vs16(base.char)
        }

    def show(self, emoji: str, tone: int) -> str:
        """The base `emoji` in a tone from 1 to 5, or `emoji` itself if it has no such variant or the tone is 0."""
        return self._variants.get((emoji, tone), emoji)

    def __len__(self) -> int:
        return len({emoji for emoji, _ in self._variants})


def without_tone(emoji: str) -> str:
    return without_vs16("".join(char for char in emoji if char not in _MODIFIERS))


def _tone(emoji: str) -> int:
    """The one tone of an emoji, or 0."""
    tones = {_MODIFIERS.index(char) + 1 for char in emoji if char in _MODIFIERS}
    return tones.pop() if len(tones) == 1 else 0


def check_tone(tone: object) -> int:
    """A tone from 0 to 5. Raises ValueError for anything else."""
    if isinstance(tone, bool) or not isinstance(tone, int) or not 0 <= tone < len(TONES):
        raise ValueError(f"A skin tone is a whole number from 0 (none) to {len(TONES) - 1} (dark).")
    return tone
