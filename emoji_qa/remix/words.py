"""Which emojis suit as the thing that a tweet is about and which do not, and words that name nothing."""

import re

COMMON = frozenset(
    """a about after again all almost alone already also always am an and another any anyone anything are aren't around
    as ask
    at away back bad be because been before being best better big bit both but by call called calling came can can't
    cannot can’t come coming could couldn't day days did didn't do does doesn't doing don't done down due each eat else
    end enough even ever every everybody everyone everything feel feeling few finally find first for forgot from full
    fun gave get gets getting give go goes going gone gonna good got great guess had half happen happened has hasn't
    have haven't having he he's head her here him his hour hours how hurts i i'd i'll i'm i've i’m if in into is isn't
    it it's its it’s just keep keeping kept kind knew know last later least left less let let's life like little long
    look looking looks lot lots made make makes making man many may maybe me mean might mine minute minutes missing
    month months more morning most much must my myself near need needed needs never new next nice night no nobody none
    not nothing now of off ok okay old on once one only or other our ours out over own part people place please put
    quite rather real really right said same saw say says second see seen she she's should since so some somebody
    someone something soon still stop stopped stuck such sure take taken takes taking tell than thank thanks that that's
    the their them then there there's these they they're thing things think this those thought three through till time
    times to today together told tomorrow tonight too took tried try trying turn turned two until up us use used very
    want wanted wants was wasn't way we we're we've week weeks well went were weren't what what's when where which while
    who whole whose why will with without won't work working world would wouldn't wow year years yes yesterday yet you
    you're your yours zero four five six seven eight nine ten fourth third fifth arrived died knocked stay staying start
    starts started passed reading lost broke ate fell burned rose read taught""".split()
)
# Emojis that a face would make unrecognisable, that are not things, or that are one of many alike.
ABSTRACT = frozenset(
    """💟 💡 ❣️ 💫 💨 💥 🕳️ 👁️‍🗨️ 🗨️ 🗯️ 💬 💭 💤 ♠️ ♥️ ♦️ ♣️ 💮 🏵️ 🎴 🔴 🟠 🟡 🟢 🔵 🟣 🟤 ⚫ ⚪ 🟥 🟧 🟨 🟩
    🟦 🟪 🟫 ⬛ ⬜ ◼️ ◻️ ◾ ◽ ▪️ ▫️ 🔶 🔷 🔸 🔹 🔺 🔻 🕛 🕧 🕐
    🕜 🕑 🕝 🕒 🕞 🕓 🕟 🕔 🕠 🕕 🕡 🕖 🕢 🕗 🕣 🕘 🕤 🕙 🕥 🕚 🕦 🌑 🌒 🌓 🌔 🌖 🌗 🌘 🔇 🔈 🔉 🔊 🔕 🎚️ 🎛️ 💹 📤 📥 🛣️
    🛤️ 🎎 🎏 🎐 🧿 🪬 📛 🔰 🔱 ⚜️ 💢 🉐 ㊗️ ㊙️ 🗣️
    👤 👥 👣 👀 👁️ 🦶 👂 🫀 🫁 💋 🩸 🪶 💞 💓 💗 💖 💘 💝 💱 💲 ☠️ 😶 🫥 😶‍🌫️ 😺 😸 😹 😻 😼 😽 🙀 😿 😾 👹 👺 👾 🙈 🙉
    🙊 ⛑️ 🪖 🛻 ⛳""".split()
)
# No face on what is holy to people, nor on graves.
HALLOWED = frozenset("🕋 🕌 🕍 ⛪ 🛕 ⛩️ 🕉️ ✡️ ☸️ ☯️ ✝️ ☦️ ☪️ ☮️ 🕎 🔯 📿 🛐 ⚱️ ⚰️ 🪦".split())
# A face on them can hardly be read: they are small, slanted or full of detail where it would go.
CLUTTERED = frozenset(
    """🌈 🎫 🎟️ 📜 🚡 🚠 🚉 🏣 🎍 🔇 🔈 🎴 🍸 🍹 💉 🏎️ 🏈 🚇 ✈️ 🛩️ 🏛️ 🏤 🏢 📰 🗞️ 🪽 🎋
    🎑 📚 📧 🏫 💕 🔑 🗝️ 📞 🏀 💰 ⛱️ 🏖️ 🌆 🏙️ 🌇 💀 🍳 🧪 🍼 🎄 ⚾ 📷 📸 📻 🎙️ 🎯
    🏥 🚨 🚐 🚑 💸 👖 🌶️ 🐚 🥾 👽 🤖 🎉 📅 📆 🎥 📹 💔 💼 🌊 📝 🕰️ ⌚ 🌉 🧺 🌵 🚂 🍕
    🚽 🏠 🏡 🏘️ 🍝 🍪 🍻 🐶 🔋 🚌 🚍 🚗 🍿 💍 ☂️ ☔ 🪫 💈 🐳 🥂 ⛵ 🍢 👠 🕹️ 📬 🗺️
    🏺 🦚 🥃 🕊️ 🧃 🪘 🥝 🍯 🐉 🎁 🎨 ✏️ 🚊 🦙 🐈‍⬛ 🏚️ 🥒 🫕 🛳️ 🥑 ⛲ 🏝️ 💒 🥜 🛝
    🏰 🌺 🥗 🫔 🏞️ 🎻 🦥 🥎 🍀 🧧 🖼️ 🍥 🪕 🐆 🚤 ⛴️ 🌼 🩰 🏑 🥡 🪹 🦼 🪔 🥕 🍧 🍷 🔖
    🍩 🏕️ 🦝 🎣 🌂 🧹 🗃️ 🚁 🥯 🪪 🎿 🚝 🐄 🏪 🦺 🧸 🐲 🥘 🛥️ 🦖 ☘️ 🐅 🧱 🖋️ 🥩 📊
    🔏 📑 🪐 🖍️ 📼 ☎️ 🐃 🦆 🍖 🍭 📡 📃 🗻 🎮 🐟 🥁 🦨 🚄 🪣 🍉 🧈 👢 💳 🔫 🗄️ 🐩 🧋
    🛡️ 🩹 🎹 🧭 🥮 🥣 🚎 🍱 🏩 🫓 🪭 📮 🐞 🐗 🏨 🦛 🐏 🛸 🚀 📌 🗳️ 🏬 🚢 🍨 📽️ 📦 🪧
    🧁 🚃 🌋 🪺 🛼 👘 🚜 🛫 🦠 💐 🌌 🎇 🍲 🌁 💄 🚈 🍬 🦡 🚙 🎱 🐁 🍮 🩱 🚟 🎪 🐕‍🦺 🫗
    🚓 🍗 🚘 ✒️ 🧫 🪗 🌯 👞 🪻 🏏 🏭 🪤 🍓 🍡 🫐 🏟️ 🛶 🔬 👟 🏔️ ❤️‍🩹 🛬 🩴 🫛 👗
    📠 🏜️ 💶 📏 🚆 🐿️ 🍇 🌃 🏦 🚞 🔌""".split()
)
# A face on them is read at a glance, and they are still recognised.
CLEAR = frozenset(
    """🐫 🧆 👕 🍋 📱 🐮 🍚 🏉 🖥️ 🌰 🐧 📒 🎃 🎾 🦏 🌳 🐤 🌹 🌨️ 🐹 🌩️ 📲 ⭐ 🍅 👜 ⏱️ 📘 🥪
    🏆 🍤 🪵 ❤️ 🐸 ⏲️ 🪙 🔍 🪞 🐪 🏷️ 🛍️ 🔔 ⛅ 🥙 🌟 📺 ☁️ 🔎 🌕 🗂️ 📕 🏓 🎈 🫙
    📙 🛑 ⛰️ 🐋 🍎 💡 💚 🍏 💙 🚚 🧅 💜 🐣 🌮 🫑 🧀 🧡 💛 🤍 ⛈️ 💩 🥟 ⏰ 🚛 💣 🍞 🌠
    🍽️ 🔐 🩷 🍐 🥊 🌧️ 🩲 🐌 📗 🌥️ 🥚 👛 ⚽ 🛎️ 🧼 🥭 🍊 🤎 🩵 🩶 🧂 🌦️ 👻 💧 🖤 🐥
    🏮 ☀️""".split()
)
# Expressions that need a whole face: on a thing a hat, a bandage or a hand hides it or cannot be made out.
BULKY = frozenset("🥳 🤕 🥱 😤".split())
# Faces whose eyes and mouth lie in each other's way, or in the way of others'.
UNCROSSED = frozenset("😴 🥱 🤣 🤧 😷 🤒 🤕 😔 😭 😤 😡 🤬 🤔 🫡".split())
# Faces of which a small thing at the lower right covers what matters: a tongue, a thermometer.
COVERED = frozenset("😋 🤒".split())
# Nobody is offered a weapon.
WEAPONS = frozenset("🔪 🗡️ ⚔️ 🔫 💣 🪓 🧨".split())
# Tweets about a death, in which nothing laughs or parties, unless somebody “died laughing”.
MOURNING = re.compile(
    r"\b(died|passed away|rest in peace|rip|r\.i\.p|funeral|grief|griev\w+|mourn\w*|buried|obituary|condolences)\b",
    re.I,
)
LAUGHTER = re.compile(r"\b(laugh\w*|lol|lmao|rofl|(ha){2,}h?)\b|😂|🤣", re.I)
# Words of a tweet about something that is not there: it may stand in a thought bubble. As `stem` leaves them.
LONGING = frozenset(
    """miss want need wish hope crav dream imagin think thought remember forget forgot lost lose left stole stolen
    hungry""".split()
)
# Words of a tweet in which something may be on fire.
BURNING = frozenset("burn burnt fire flame scorch heatwave".split())
# Answers to almost anything: they say little of what a tweet is about.
HEARTS = frozenset("❤️ 🩷 🧡 💛 💚 💙 🩵 💜 🤎 🖤 🩶 🤍 💕 💔 ❤️‍🔥 ❤️‍🩹 💌".split())
JOLLY = frozenset("💀 👻 💩 👽 🤖 🔥 ✨ 🎉 ⭐ 🌟 💡 🌈 ⚡ ⌛ ⏳ 🎈".split())
GENERIC = HEARTS | JOLLY


def stem(word: str) -> str:
    """A word without its commonest English endings: "cookies" → "cookie", "burned" → "burn"."""
    return re.sub(r"(?<=\w{3})(ies|'s|’s|s|ing|ed)$", lambda found: "ie" if found[0] == "ies" else "", word)
