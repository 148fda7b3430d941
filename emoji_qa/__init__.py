"""emoji-qa answers tweets with emojis, and invents the emoji when none fits. Start with `emoji_qa.load()`."""

from emoji_qa.answer import Answer, Answerer, load
from emoji_qa.emojis import Emoji, EmojiTable
from emoji_qa.explain import WordEffect
from emoji_qa.qa import QAModel
from emoji_qa.vae import EmojiVAE

__all__ = ["Answer", "Answerer", "Emoji", "EmojiTable", "EmojiVAE", "QAModel", "WordEffect", "load"]
