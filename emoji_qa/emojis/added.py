"""Emojis that are added to a loaded model: checked and made rows of its table."""

from collections.abc import Sequence

from emoji_qa.emojis.table import Emoji, EmojiTable, without_vs16

PRIVATE = 0xF0000  # the first code point of Unicode's Supplementary Private Use Area A
LONGEST = 100  # characters of a name, a keyword or a sequence that is one emoji
MOST = 50  # keywords


def new_emoji(table: EmojiTable, char: str | None, name: str | None, keywords: Sequence[str]) -> Emoji:
    """A row for a new base. Raises ValueError when char is taken, or when name or keywords are not short texts."""
    taken = {without_vs16(one) for emoji in table for one in (emoji.char, *emoji.variants)}
    if char is None:
        char = next(chr(code) for code in range(PRIVATE, PRIVATE + len(taken) + 1) if chr(code) not in taken)
    if not is_short(char) or without_vs16(char) in taken:
        raise ValueError(
            f"{str(char)[:20]!r} cannot be added: an emoji's character must be a text that no other emoji has."
        )
    check_words(name, keywords)
    return Emoji(char, name or "new emoji", "added", tuple(keywords), 0.0, char)


def check_words(name: object, keywords: object) -> str | None:
    """A new emoji's name and keywords as one text; None if it has neither. Raises ValueError as `new_emoji` does."""
    if name is not None and not is_short(name):
        raise ValueError(f"The name must be a text of 1 to {LONGEST} characters.")
    if not isinstance(keywords, list | tuple) or len(keywords) > MOST or not all(map(is_short, keywords)):
        raise ValueError(f"Keywords must be a list of at most {MOST} texts of 1 to {LONGEST} characters.")
    return ", ".join(str(word) for word in (name, *keywords) if word) or None


def is_short(text: object) -> bool:
    """Whether it is a text that is not blank and has at most LONGEST characters."""
    return isinstance(text, str) and bool(without_vs16(text).strip()) and len(text) <= LONGEST
