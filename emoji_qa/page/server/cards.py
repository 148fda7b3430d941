"""What the tweet half shows of an emoji, ready for the browser."""

from emoji_qa.answerer import Answer, Answerer
from emoji_qa.emojis.sensitive import HIDDEN
from emoji_qa.emojis.skin_tones import SkinTones
from emoji_qa.emojis.table import without_vs16
from emoji_qa.page.server.png import EmojiPictures
from emoji_qa.text.tokenizers import strip_emojis

LONGEST = 40  # characters of one emoji; the longest has about a dozen


class Cards:
    """Cards: {"emoji", "name", "score", "picture"}, in the skin tone that the visitor chose."""

    def __init__(self, model: Answerer, pictures: EmojiPictures):
        self._emojis = model.emojis
        self._pictures = pictures
        self._tones = SkinTones(model.table)
        self.groups = list(dict.fromkeys(model.emojis.groups))
        self._members = {group: [e.char for e in model.emojis if e.group == group] for group in self.groups}

    def card(self, answer: Answer, tone: int, *, pictured: bool = True) -> dict:
        """pictured: whether the picture is included as a data URI; else it is None, and the browser asks for it when
        the card comes into view. For an emoji that the visitor brought it is always None: the browser has it.
        """
        emoji = self._tones.show(answer.emoji, tone)
        picture = self._pictures.uri(emoji) if pictured and answer.emoji in self._emojis else None
        return {"emoji": emoji, "name": answer.name, "score": round(answer.score, 4), "picture": picture}

    def of_group(self, group: str) -> list[str]:
        """The bases of a group. Raises ValueError for an unknown one."""
        if group not in self._members:
            raise ValueError(f"The group must be one of {', '.join(self.groups)}.")
        return self._members[group]

    def emoji_alone(self, text: str) -> str | None:
        """The base of the first emoji of a text that is nothing but emojis, else None."""
        text = without_vs16(text.strip())
        if known := self._base(text):
            return known
        if strip_emojis(text).strip():
            return None
        parts = (text[:n] for n in range(min(len(text), LONGEST), 0, -1))
        return next((known for part in parts if (known := self._base(part))), None)

    def _base(self, emoji: str) -> str | None:
        try:
            return self._emojis.chars[self._emojis.base_index(emoji)]
        except ValueError:
            return None


def shown(question: dict[str, object], answers: list[Answer], wanted: str = "") -> list[Answer]:
    """The answers without the hidden emojis, except the one wanted; all if the question says {"hidden": true}."""
    if question.get("hidden") is True:
        return answers
    return [answer for answer in answers if answer.emoji not in HIDDEN or answer.emoji == wanted]


def group_name(group: str) -> str:
    """ "food-drink" → "Food & drink"."""
    return group.replace("-", " & ").capitalize()
