import pytest

from emoji_qa.emojis.skin_tones import SkinTones, check_tone
from emoji_qa.emojis.table import EmojiTable


@pytest.fixture(scope="module")
def table():
    return EmojiTable.load("checkpoints/default")


@pytest.mark.parametrize(
    ("emoji", "toned"),
    [
        ("🖐️", "🖐🏽"),
        ("☝️", "☝🏽"),
        ("🧑‍💻", "🧑🏽‍💻"),
        ("🤝", "🤝🏽"),
        ("🧑‍🤝‍🧑", "🧑🏽‍🤝‍🧑🏽"),
        ("🎉", "🎉"),
        ("👪", "👪"),
    ],
)
def test_the_variant_of_one_tone(table, emoji, toned):
    tones = SkinTones(table)
    assert tones.show(emoji, 3) == toned
    assert tones.show(emoji, 0) == emoji


def test_every_emoji_with_tones_has_all_five_and_they_are_drawn(table):
    tones = SkinTones(table)
    changed = {base.char: {tones.show(base.char, tone) for tone in range(1, 6)} for base in table.bases}
    toned = {emoji: variants for emoji, variants in changed.items() if variants != {emoji}}
    assert len(toned) == len(tones) == 148
    assert all(len(variants) == 5 for variants in toned.values())
    for variant in set().union(*toned.values()):
        assert table[table.index(variant)].base in toned


@pytest.mark.parametrize("tone", [-1, 6, 1.0, True, "3", None])
def test_other_tones_get_a_sentence(tone):
    with pytest.raises(ValueError, match="whole number from 0"):
        check_tone(tone)
