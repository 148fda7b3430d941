"""Decisions made by eye for Twemoji 15: emojis with faces of their own, some places, and the roles of some layers.

Emojis are named by their first character. Numbers count the separate shapes of the layers, from the bottom up.
"""

FRONT = frozenset(  # seen from the front: an expression replaces their own face
    "💀☠💩🤡👻👽👾🤖😺😸😹😻😼😽🙀😿😾🐵🙈🙉🙊🐶🐺🦊🦝🐱🦁🐯🐮🐷🐗🐭🐹🐰🐻🐨🐼🐔🐣🐤🐥🐧🦉🐸🦥🎃🧸🪆"
    "☃⛄🐙🦑🦀👹👺🦍🦧🦔🦌🫎🐽🐲"
)
SIDEWAYS = frozenset(  # seen from the side: one eye of their own face is visible
    "🐒🐕🦮🐩🐈🐅🐆🐴🫏🐎🦄🦓🦬🐂🐃🐄🐖🐏🐑🐐🐪🐫🦙🦒🐘🦣🦏🦛🐁🐀🐇🐿🦫🦇🦦🦨🦘🦡🦃🐓🐦🕊🦅🦆🦢🦤🦩🦚"
    "🦜🪿🐊🐢🦎🐍🐉🦕🦖🐳🐋🐬🦭🐟🐠🐡🦈🦞🦐🐌🐛🐜🐝🪲🦗🦂🌛🌜🦋"
)
CLEARED = frozenset(  # an expression replaces hands of dials, spots of balls and dots of a balloon
    "🕛🕐🕑🕒🕓🕔🕕🕖🕗🕘🕙🕚🕧🕜🕝🕞🕟🕠🕡🕢🕣🕤🕥🕦⏰⏱⏲⌚🕰⚽🎱🎲🧭🪙💬"
)
NO_ROOM = frozenset(  # a face on them would not look like one, or be illegible
    "🤡👺👹🙈🙉🙊☠🫠😱🤯🗾🌫🀄🛗🕶👓🥽🤿🩻🥇🥈🥉🚬🔪🗡🧷📎🖇🔗🧦🎌🚷🔞🏧😻😸😹😽🙀😿😾🐜🪳🪰🦟🕷🕸🦂"
    "🦗🛷🪂🎳🎏🎐🧵🧶🏁🚩🏴🏳🏹🪃🪁🩼🦯🪜🔭😺😼🌛🌜🎎🪆🎭🃏🪅🐽🗿🚥🚦☃⛄"
)
SHAPES = frozenset(  # the only symbols on which a face can go
    "🔴🟠🟡🟢🔵🟣🟤⚫⚪🟥🟧🟨🟩🟦🟪🟫⬛⬜🔶🔷🔺"
)

PLACES = {  # where an expression goes: (x, y, radius)
    "⚾": (18, 18, 9.5),
    "🎾": (18, 18, 9.5),
    "🥎": (18, 18, 9.5),
    "🌍": (18, 18, 13),
    "🌎": (18, 18, 13),
    "🌏": (18, 18, 13),
    "🍕": (18, 12, 7.5),
    "🧠": (18, 17, 9),
    "🦷": (18, 13, 9),
    "🍬": (18, 18, 7),
    "⚡": (17.5, 18, 6),
    "🍩": (18, 25.5, 6.5),
    "🐸": (18, 20, 10),
    "🤖": (18, 20, 11),
    "🦉": (18, 21, 8),
    "🐔": (18, 20, 8.5),
    "🌕": (18, 18, 13),
    "🏀": (18, 18, 11),
    "🍪": (18, 18, 11),
    "🌔": (18, 18, 12),
    "🌖": (18, 18, 12),
    "🪙": (18, 18, 11),
    "🔋": (18, 24, 8),
    "🎬": (18, 26, 8),
    "🎮": (18, 15.5, 6.2),
}
OWN_FACES = {  # of things and animals: role → numbers of shapes
    "🐸": {"e": (2, 3, 4, 5), "m": (6, 7)},
    "🤖": {"e": (9, 10, 11, 14), "m": (12, 13)},
    "🐧": {"e": (4,)},
    "🐤": {"e": (4,)},
    "🦉": {"e": (10, 11, 12, 13), "m": (14, 15)},
    "🐔": {"e": (6, 7), "m": (4, 5)},
    "🐯": {"e": (7, 8), "m": (11,)},
    "🐹": {"e": (9, 10), "m": (6,)},
    "🐲": {"e": (2, 7)},
}
ROLES = {  # of round faces: role → numbers of shapes
    "🙃": {"m": "1"},
    "😍": {"e": "2 3"},
    "🤩": {"e": "3 4"},
    "🤣": {"m": "1 2"},
    "😴": {"x": "4-9"},
    "🤪": {"m": "6 7"},
    "😋": {"m": "4 5"},
    "🤑": {"m": "2 5"},
    "😷": {"m": "3"},
    "🤢": {"m": "4 5"},
    "🤬": {"m": "4-11"},
    "😬": {"m": "3"},
    "🥶": {"m": "3", "x": "5 6 9 10"},
    "🧐": {"e": "4 5"},
    "🫥": {"b": "1-11"},
    "😨": {"b": "1"},
    "😰": {"b": "5"},
    "🌚": {"b": "1-8"},
    "🌝": {"b": "1-8"},
    "🤮": {"m": "4 7 8"},
    "🤭": {"m": "3"},
    "🫢": {"m": "3"},
    "🤒": {"m": "5 7-14"},
    "🤧": {"m": "4 5"},
    "🥸": {"m": "4-6"},
    "🤗": {"m": "1"},
    "🫣": {"m": "6-13"},
    "🤫": {"m": "1-4"},
    "🤔": {"m": "4"},
    "🥱": {"m": "1 2"},
    "🥳": {"m": "8-12", "x": "6 7 13-17"},
    "🌞": {"b": "0", "m": "2", "e": "3 4"},
    "🥰": {"x": "4-9"},
    "😳": {"x": "1 2"},
    "☺️": {"x": "1 2"},
    "😚": {"x": "1 2"},
    "😶‍🌫️": {"x": "0 1 4-12"},
}
HATS = {"🤠": "4-6", "🥳": "6-7", "😇": "4-8", "😈": "1-2"}  # of round faces: the numbers of the shapes that form a hat
NO_EXPRESSION = frozenset({"🫥", "😶", "🫠", "😶‍🌫️"})  # faces without a clear expression
