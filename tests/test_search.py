"""Search boxes: what is typed finds the emoji that is meant, by name, keyword or short code, even with a typing error."""

import numpy as np
import pytest

from emoji_qa.emojis.search import SHORTCODES, shortcodes
from emoji_qa.emojis.table import Emoji, EmojiTable
from emoji_qa.page.search import find
from train.data.shortcodes import collect

ROWS = [
    ("🧑‍✈️", "pilot", "plane"),
    ("🛩️", "small airplane", "plane aeroplane"),
    ("✈️", "airplane", "plane jet"),
    ("🪐", "ringed planet", ""),
    ("🎂", "birthday cake", "celebration"),
    ("🥳", "partying face", "birthday"),
    ("🎉", "party popper", "celebration"),
    ("👍", "thumbs up", "good"),
    ("👎", "thumbs down", "bad"),
    ("💝", "heart with ribbon", ""),
    ("❤️", "red heart", "love"),
    ("🐈", "cat", ""),
]


@pytest.fixture(scope="module")
def table():
    emojis = [Emoji(char, name, "objects", tuple(keywords.split()), 1.0, char) for char, name, keywords in ROWS]
    return EmojiTable(emojis, np.zeros((len(emojis), 36, 36, 4), np.uint8))


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("plane", "✈️🛩️🧑‍✈️🪐"),
        ("brithday", "🎂🥳"),
        ("birtday", "🎂🥳"),
        ("Birthdayy cakes", "🎂"),
        ("airplnae", "✈️🛩️"),
        ("thumbsup", "👍"),
        (":thumbsup:", "👍"),
        ("+1", "👍👎"),
        (":+1:", "👍👎"),
        ("thumbs_up", "👍"),
        (":tada:", "🎉"),
        ("tad", "🎉"),
        ("heart", "❤️💝"),
        ("Párty", "🎉🥳"),
        ("cake for a birthday", "🎂"),
        ("of the", ""),
        ("cta", ""),
        ("nothing like it", ""),
        (":", ""),
    ],
)
def test_finds_what_is_meant(table, query, first):
    assert "".join(table.chars[row] for row in table.find(query)) == first


def test_short_codes_come_from_the_lists_without_what_the_name_says(table):
    sources = [
        {"1F44D": ["+1", "thumbs_up"], "2764": "heart"},
        {"1F44D": ["thumbsup", "+1"], "1F408": "cat", "1F600": "grin"},
    ]
    assert collect(table, sources) == {"👍": "+1 thumbsup", "❤": "heart"}
    assert "tada" in shortcodes("🎉") and shortcodes("no emoji") == [] and SHORTCODES.stat().st_size < 50_000


@pytest.mark.parametrize(
    ("query", "char"),
    [
        ("french flag", "🇫🇷"),
        ("pregnant lady", "🤰"),
        ("spicy food", "🌶️"),
        ("brazilian", "🇧🇷"),
        ("vaccine", "💉"),
        ("Katze", "🐱"),
        ("umbrela", "☂️"),
    ],
)
def test_what_no_name_has_is_found_by_what_it_means(default, query, char):
    for table in (default.table, default.emojis):
        rows = find(default, table, query, 8)
        assert char in [table.chars[row] for row in rows] and len(rows) == len(set(rows)) <= 8


def test_meaning_comes_behind_names_and_is_not_made_up(default, lively):
    fitting = default.table.find("birthday", 12)
    assert find(default, default.table, "birthday", 12)[: len(fitting)] == fitting
    for nonsense in ("hjkl", "asdf", ":", " "):
        assert find(default, default.table, nonsense, 8) == []
    assert find(lively, lively.table, "so happy", 8) == lively.table.find("so happy", 8)  # it has no calibration
