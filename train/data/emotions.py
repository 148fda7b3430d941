"""Emotions as emojis: the right answers for the labels of GoEmotions and SemEval and for airline sentiments.

Each label has a few emojis that people use for it; all of them count as right.
"""

GOEMOTIONS = {
    "admiration": "👏 🤩 🙌 😍 🔥 💯",
    "amusement": "😂 🤣 😆 😄 😹",
    "anger": "😡 😠 🤬 😤",
    "annoyance": "😒 🙄 😤 😑 😠",
    "approval": "👍 👌 ✅ 💯 🙌",
    "caring": "🤗 🥰 💕 🫂 ❤️",
    "confusion": "🤔 😕 😵‍💫 🤷 ❓",
    "curiosity": "🤔 🧐 👀 ❓",
    "desire": "🤤 😍 🙏 🥺",
    "disappointment": "😞 😔 😕 ☹️ 👎",
    "disapproval": "👎 🙅 😒 😑 ❌",
    "disgust": "🤢 🤮 😖 😷",
    "embarrassment": "😳 🤦 😅 🙈 🫣",
    "excitement": "🤩 🎉 🥳 😆 🙌",
    "fear": "😨 😱 😰 😧",
    "gratitude": "🙏 😊 🥰 💐 🤗",
    "grief": "😭 💔 🕊️ 😢 🥀",
    "joy": "😀 😄 😊 😁 🎉",
    "love": "❤️ 😍 🥰 😘 💕",
    "nervousness": "😬 😰 😅 😟 🫣",
    "optimism": "🤞 🙏 🌈 😊 ✨",
    "pride": "😌 🏆 💪 🦚 😤",
    "realization": "💡 😮 🤯 🤔",
    "relief": "😌 😮‍💨 😅 🙌",
    "remorse": "😔 🙇 😞 🥺 💔",
    "sadness": "😢 😭 😔 😞 💔",
    "surprise": "😮 😲 😯 🤯 😱",
    "neutral": "😐 😶 🫤",
}
SEMEVAL = {
    "anger": GOEMOTIONS["anger"],
    "anticipation": "👀 🤞 ⏳ 🤩",
    "disgust": GOEMOTIONS["disgust"],
    "fear": GOEMOTIONS["fear"],
    "joy": GOEMOTIONS["joy"],
    "love": GOEMOTIONS["love"],
    "optimism": GOEMOTIONS["optimism"],
    "pessimism": "😒 😩 😞 🙄 👎",
    "sadness": GOEMOTIONS["sadness"],
    "surprise": GOEMOTIONS["surprise"],
    "trust": "🤝 🙏 💪 🤗",
}
SENTIMENTS = {
    "positive": "😊 😀 🙏 👍 👏 🥰 🎉 ❤️ 🙌",
    "neutral": "😐 🤔 ❓ 👀 🙏 😶",
    "negative": "😡 😠 🤬 😤 😒 🙄 👎 😞 😩 😑 🤦",
}
AIRLINE = {"positive": "🎉", "neutral": "😐", "negative": "😡"}


def emojis(table: dict[str, str]) -> list[str]:
    """The distinct emojis of a table, in order."""
    return list(dict.fromkeys(" ".join(table.values()).split()))
