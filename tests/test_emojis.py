import json

import numpy as np
import pytest
from PIL import Image

from emoji_qa.emojis.sheet import DisplaySheet, from_sheet
from emoji_qa.emojis.table import Emoji, EmojiTable
from emoji_qa.remix.raster import rasterise
from train.data.bases import fold, match, read_metadata, to_key
from train.data.emojis import build, main, read_files, summary

GROUPS = {"0": "smileys-emotion", "1": "people-body", "2": "component", "9": "flags"}


def row(char, name, group=1, toned=(), tags=(), presentation=1):
    """A row as in emojibase; toned: the characters nested under it."""
    skins = [row(skin, f"{name}: tone", group) for skin in toned]
    hexcode = "-".join(f"{ord(part):04X}" for part in char)
    return {
        "emoji": char,
        "hexcode": hexcode,
        "label": name,
        "group": group,
        "tags": list(tags),
        "type": presentation,
        "version": 1,
        "order": 1,
        "skins": skins,
    }


def svg(colour="#f00", box="0 0 10 10", opacity=1):
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">'
        f'<rect width="100" height="100" fill="{colour}" fill-opacity="{opacity}"/></svg>'
    )


def table(*emojis, seed=0):
    images = np.random.default_rng(seed).integers(0, 256, (len(emojis), 36, 36, 4), dtype=np.uint8)
    images[:, :9, :, 3] = 0  # hidden colours must survive, too
    return EmojiTable(emojis, images)


def emoji(char, name, keywords=(), base=None, variants=()):
    return Emoji(char, name, "objects", tuple(keywords), 1.0, base or char, tuple(variants))


@pytest.fixture
def small():
    return table(
        emoji("❤️", "red heart", ["love"]),
        emoji("💌", "love letter", ["heart", "mail"]),
        emoji("👍", "thumbs up", ["yes"], variants=["👍🏽"]),
        emoji("👍🏽", "thumbs up: medium", ["yes"], base="👍"),
        emoji("🥕", "carrot", ["food"]),
        emoji("🚗", "automobile", ["car"]),
        emoji("🪅", "piñata", ["party"]),
    )


def bases(*chars, parents=None):
    """char → its base, in a table of these characters."""
    parents = parents or {}
    return {e.char: e.base for e in fold([emoji(char, char, base=parents.get(char)) for char in chars])}


@pytest.mark.parametrize(
    ("char", "base"),
    [
        ("🤷🏽", "🤷"),
        ("🤷‍♀️", "🤷"),
        ("🤷🏿‍♂️", "🤷"),
        ("🕵🏿‍♀️", "🕵️"),
        ("👨🏿‍🚒", "🧑‍🚒"),
        ("👩‍🚒", "🧑‍🚒"),
        ("👩‍🦰", "🧑‍🦰"),
        ("👨", "🧑"),
        ("👧🏾", "🧒"),
        ("👵", "🧓"),
        ("👫", "🧑‍🤝‍🧑"),
        ("👩🏽‍🤝‍👨🏿", "🧑‍🤝‍🧑"),
        ("👩‍❤️‍💋‍👨", "💏"),
        ("👨🏻‍❤️‍👨🏿", "💑"),
        ("👨‍👩‍👧‍👦", "👪"),
        ("👩‍👦", "👪"),
        ("👩🏽", "🧑"),
        ("🧔‍♀️", "🧔"),
        ("🎅🏽", "🎅"),
        ("🤶", "🤶"),
        ("👸", "👸"),
        ("💃", "💃"),
        ("🤰", "🤰"),
        ("🇫🇷", "🇫🇷"),
    ],
)
def test_variants_fold_onto_the_neutral_form(char, base):
    neutral = "🤷 🕵️ 🧑‍🚒 👨‍🚒 🧑‍🦰 🧑 👩 🧒 🧓 🧑‍🤝‍🧑 💏 💑 👪 🧔 🎅".split(" ")
    assert bases(*dict.fromkeys([*neutral, char]))[char] == base


def test_without_a_neutral_form_the_gendered_one_is_a_base():
    found = bases("👨", "👩", "👩🏽", "👫", "👴")
    assert found == {"👨": "👨", "👩": "👩", "👩🏽": "👩", "👫": "👫", "👴": "👴"}


def test_a_neutral_family_in_the_table_is_preferred():
    assert bases("👪", "🧑‍🧑‍🧒", "👨‍👩‍👧", "👨‍👩‍👧‍👦") == {
        "👪": "👪",
        "🧑‍🧑‍🧒": "🧑‍🧑‍🧒",
        "👨‍👩‍👧": "🧑‍🧑‍🧒",
        "👨‍👩‍👧‍👦": "👪",
    }


def test_tones_of_pairs_follow_their_parent_in_the_metadata():
    found = bases("🤝", "🫱🏻‍🫲🏿", "💑", "🧑🏻‍❤️‍🧑🏿", parents={"🫱🏻‍🫲🏿": "🤝", "🧑🏻‍❤️‍🧑🏿": "💑"})
    assert found["🫱🏻‍🫲🏿"] == "🤝" and found["🧑🏻‍❤️‍🧑🏿"] == "💑"


def test_bases_list_their_variants():
    rows = {e.char: e for e in fold([emoji(char, char) for char in ("🧑", "👨", "👩", "👩🏽")])}
    assert rows["🧑"].variants == ("👨", "👩", "👩🏽") and rows["👩"].variants == ()


def test_every_file_name_is_a_row_or_left_out_with_a_reason():
    data = [
        row("☺️", "smiling face", 0, presentation=0),
        row("👍", "thumbs up", toned=["👍🏽"], tags=["yes"]),
        row("🇦", "regional indicator A", None),
        row("🏽", "medium skin tone", 2),
    ]
    names = ["263a", "263a-fe0f", "1f44d", "1f44d-1f3fd", "1f1e6", "1f3fd", "e50a", "1f600-1f600", "README"]
    found, left_out = match(names, read_metadata(data, GROUPS))
    assert sorted(e.char for e in found.values()) == ["☺️", "👍", "👍🏽"]
    assert found["1f44d-1f3fd"].base == "👍" and found["1f44d-1f3fd"].keywords == ("yes",)
    assert {reason: len(left) for reason, left in left_out.items()} == {
        "a second file for an emoji": 1,
        "lone regional indicator": 1,
        "skin tone or hair swatch": 1,
        "private use": 1,
        "not an emoji of the metadata (not RGI)": 1,
        "name is not code points": 1,
    }


def test_fully_qualified_means_vs16_only_where_it_is_needed():
    thumb = row("👍", "thumbs up") | {"emoji": "👍\ufe0f"}
    heart = row("❤", "red heart", presentation=0) | {"emoji": "❤\ufe0f"}
    characters = read_metadata([thumb, heart], GROUPS)
    assert {character.emoji.char for character in characters.values()} == {"👍", "❤\ufe0f"}
    assert to_key("❤\ufe0f") == (0x2764,)


def test_rasterise_gives_straight_alpha_and_keeps_proportions():
    half = rasterise(svg(opacity=0.5), 36)
    assert half.shape == (36, 36, 4) and (half == (255, 0, 0, 128)).all()
    wide = rasterise(svg(box="0 0 20 10"), 36)
    assert (wide[9:27] == (255, 0, 0, 255)).all() and not wide[:9].any() and not wide[27:].any()
    with pytest.raises(ValueError):
        rasterise("no picture", 36)


def test_build_from_a_folder_of_svgs(tmp_path):
    chars = {"1f44d": svg("#00f"), "1f44d-1f3fd": svg("#0f0"), "263a": svg("#f00"), "1f1e6": svg()}
    for name, content in chars.items():
        (tmp_path / f"{name}.svg").write_text(content)
    files = read_files(str(tmp_path), tmp_path / "cache")
    svgs = {path.removesuffix(".svg"): content.decode() for path, content in files.items()}
    data = [
        row("☺️", "smiling face", 0, presentation=0),
        row("👍", "thumbs up", toned=["👍🏽"]),
        row("🇦", "regional indicator A", None),
    ]
    built, display, left_out = build(svgs, data, GROUPS)
    assert sorted(built.bases.chars) == ["☺️", "👍"]
    assert (built.images[built.index("👍🏽")] == (0, 255, 0, 255)).all() and display.shape == (3, 72, 72, 4)
    assert summary(4, built, left_out).splitlines()[:2] == [
        "4 files: 3 emojis, 1 left out",
        "3 emojis: 2 bases, 1 variants",
    ]
    with pytest.raises(ValueError, match="named after"):
        build({"logo": svg()}, data, GROUPS)
    with pytest.raises(ValueError, match="1f44d.svg cannot be drawn"):
        build({"1f44d": "no picture"}, data, GROUPS)


def test_the_command_writes_what_the_page_reads(tmp_path, monkeypatch, capsys):
    (tmp_path / "svg").mkdir()
    (tmp_path / "svg/1f44d.svg").write_text(svg("#00f"))
    (tmp_path / "names/en").mkdir(parents=True)
    (tmp_path / "names/meta").mkdir()
    (tmp_path / "names/en/data.json").write_text(json.dumps([row("👍", "thumbs up")]))
    (tmp_path / "names/meta/groups.json").write_text(json.dumps({"groups": GROUPS}))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["train.data.emojis", "--svg", "svg", "--metadata", "names", "--out", "out"])
    main()
    assert "1 files: 1 emojis, 0 left out" in capsys.readouterr().out
    loaded = EmojiTable.load(tmp_path / "out")
    sheet = DisplaySheet.load(tmp_path / "out", len(loaded))
    assert len(sheet) == 1 and sheet.png(0).startswith(b"\x89PNG") and sheet.png(0) is sheet.png(0)
    with pytest.raises(ValueError, match="no row 1"):
        sheet.png(1)
    assert np.array_equal(from_sheet(sheet.part([0, 0]), 2), from_sheet(sheet.part([0]), 1).repeat(2, axis=0))
    content = (tmp_path / "out/emojis-72.webp").read_bytes()
    (tmp_path / "out/emojis-72.webp").write_bytes(content[: len(content) // 2])
    with pytest.raises(ValueError, match="emojis-72.webp"):
        DisplaySheet.load(tmp_path / "out", 1)


def test_a_source_that_is_neither_folder_nor_package_is_refused(tmp_path):
    with pytest.raises(ValueError, match="neither a folder nor"):
        read_files(str(tmp_path / "absent"), tmp_path)
    (tmp_path / "twemoji-1.4.1.tgz").write_bytes(b"something else")
    with pytest.raises(ValueError, match="twemoji-1.4.1.tgz is not the"):
        read_files("twemoji@1.4.1", tmp_path)


def test_index_takes_emojis_with_and_without_vs16(small):
    assert small.index("❤️") == small.index("❤") == 0
    assert small.base_index("👍🏽") == small.base_index("👍") == small.bases.index("👍") == 2
    assert small.bases.base_index("👍🏽") == 2  # even a table of bases alone knows its variants
    for unknown in ("🦖", "", "not an emoji at all, but a long text", None, 3):
        with pytest.raises(ValueError, match="is not one of the"):
            small.index(unknown)
        with pytest.raises(ValueError, match="is not one of the"):
            small.base_index(unknown)


def test_find_ranks_character_name_word_keyword(small):
    def found(query, **options):
        return [small.chars[place] for place in small.find(query, **options)]

    assert found("❤") == ["❤️"] and small.bases.find("👍🏽") == [2]
    assert found("love") == ["💌", "❤️"] and found("heart") == ["❤️", "💌"]
    assert found("car") == ["🚗", "🥕"] and found("Pinata") == found("PIÑ") == ["🪅"]
    assert found("thumbs up") == ["👍", "👍🏽"] and found("yes", k=1) == ["👍"]
    assert found("") == found("  ") == found("zebra") == []


def test_codes_follow_the_rows(small):
    codes = np.arange(len(small) * 16, dtype=np.float32).reshape(-1, 16)
    coded = small.with_codes(codes)
    assert not small.has_codes and (coded.bases.codes == codes[[0, 1, 2, 4, 5, 6]]).all()
    for wrong in (codes[:2], codes[:, :3], codes * np.nan):
        with pytest.raises(ValueError, match="codes must be finite"):
            small.with_codes(wrong)


def test_a_table_cannot_be_changed_or_made_of_what_does_not_fit(small):
    with pytest.raises(ValueError):
        small.images[0, 0, 0, 0] = 1
    with pytest.raises(ValueError, match="pictures must be"):
        EmojiTable([small[0]], small.images)
    with pytest.raises(ValueError, match="twice"):
        EmojiTable([small[0], emoji("❤", "heart")], small.images[:2])


def test_save_load_is_exact(small, tmp_path):
    small.save(tmp_path)
    loaded = EmojiTable.load(tmp_path)
    assert list(loaded) == list(small) and (loaded.images == small.images).all()
    assert loaded.digest() == small.digest() != small.bases.digest()
    assert EmojiTable.load(tmp_path, bases_only=True).chars == small.bases.chars
    lines = (tmp_path / "emojis.json").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(small) + 2  # one emoji a line


def test_a_damaged_sheet_is_refused(small, tmp_path):
    small.save(tmp_path)
    path = tmp_path / "emojis.png"
    content = path.read_bytes()
    flipped = bytearray(content)
    flipped[len(content) // 2] ^= 1
    for damaged in (b"", b"text", content[:100], content[:-40], content[:-8], bytes(flipped)):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match="emojis.png"):
            EmojiTable.load(tmp_path)
    Image.new("RGBA", (64 * 36, 72)).save(path)
    with pytest.raises(ValueError, match="emojis.png"):
        EmojiTable.load(tmp_path)
    path.unlink()
    with pytest.raises(ValueError, match="emojis.png"):
        EmojiTable.load(tmp_path)


def test_a_damaged_list_is_refused(small, tmp_path):
    small.save(tmp_path)
    path = tmp_path / "emojis.json"
    rows = json.loads(path.read_text(encoding="utf-8"))
    missing_base = [line for line in rows if line["char"] != "👍"]
    for damaged in ([], {}, rows + rows[:1], missing_base, [{"char": "🎉"}], [rows[0] | {"char": 3}], [None]):
        path.write_text(json.dumps(damaged), encoding="utf-8")
        with pytest.raises(ValueError, match="emojis.json"):
            EmojiTable.load(tmp_path)
    path.write_text("[", encoding="utf-8")
    with pytest.raises(ValueError, match="emojis.json"):
        EmojiTable.load(tmp_path)
