"""The moods of expressions that are put on things. Short lists, and a matter of judgement."""

GLAD = "😀 😃 😄 😁 😆 😊 ☺️ 😇 🥰 😍 🤩 😘 😋 😛 😜 🤪 😝 🤑 🤗 🥳 😎 🙂 😌 🤠".split()
LAUGHING = "😂 🤣".split()
TOUCHED = "🥹 🥲".split()
EITHER = "😅 😉 😏 🤔 🫡 🤐 🤨 😐 😕 🫤 🤓 🧐 😳 😮 😲 😈 🥺".split()
TIRED = "😴 🥱 😪 😮‍💨 😵‍💫 😵 🥴".split()
SAD = "😢 😭 😥 😞 😔 😟 🙁 ☹️ 😣 😖 😫 😩 😓".split()
ANGRY = "😤 😡 😠 🤬 😒 🙄 😑 👿".split()
AFRAID = "😨 😰 😧 😦 😬".split()
GRIEVING = [*SAD, *TOUCHED]
ILL = "😷 🤒 🤕 🤢 🤮 🤧 🥵 🥶".split()
SIGNS = {1.0: GLAD, 0.5: LAUGHING, 0.3: TOUCHED, 0.0: EITHER, -0.5: TIRED, -1.0: [*SAD, *ANGRY, *AFRAID, *ILL]}
# Things that wear some faces only.
WEARS = {
    **dict.fromkeys("📈 🏆 🥇 🏅 🎊".split(), [*GLAD, *LAUGHING]),
    "📉": [*TIRED, *SAD, *ANGRY, *AFRAID, *ILL],
    **dict.fromkeys("❤️ 🩷 🧡 💛 💚 💙 💜".split(), [face for face in GLAD if face != "😍"]),  # red eyes on red
    "🖤": SAD,
    "🔥": [*GLAD, *ANGRY],
}
# Small signs beside a face, and the faces that they go with.
BESIDE = {
    **dict.fromkeys("✨ 🎵".split(), GLAD),
    **dict.fromkeys("❤️ 💕".split(), [face for face in GLAD if face not in ("😍", "🥰")]),  # which have hearts
    "💢": ANGRY,
    "💤": [face for face in TIRED if face != "😴"],  # which has one
    "❗": [*AFRAID, "😮", "😲", "😳"],
    "❓": ["🤔", "🤨", "🧐", "😕", "🫤"],
}
MOODS = {face: sign for sign, faces in SIGNS.items() for face in faces}


def sign(face: str) -> float:
    """1 for glad faces, −1 for sad, angry, frightened and ill ones, between them the others."""
    return MOODS[face]


def agree(thing: str, face: str) -> bool:
    """Whether a thing may wear a face: a trophy does not cry."""
    return face in WEARS.get(thing, MOODS)
