"""Emojis put together: rules that hold for every combination, recipes as text, and damaged tables of parts."""

import gzip
import json
import shutil
import subprocess
import xml.etree.ElementTree as ET
from dataclasses import asdict
from itertools import product
from math import hypot, isfinite
from pathlib import Path

import numpy as np
import pytest

from emoji_qa import checkpoint
from emoji_qa.remix.colours import APART, CONTRAST, contrast, distance, is_dark
from emoji_qa.remix.compose import _figure, _readable, compose, place_face
from emoji_qa.remix.draw import HANDS, MIN_SMALL_RADIUS, ROOM_FOR_HANDS, SHARES, WORN, draw
from emoji_qa.remix.parts import FILE, Parts
from emoji_qa.remix.raster import rasterise
from emoji_qa.remix.recipes import COLOURS, EXTRAS, FRAMES, HATS, Recipe, candidates, check, describe
from emoji_qa.remix.shapes import around, fitted, turned
from emoji_qa.remix.words import CLUTTERED, HALLOWED

SCRIPT = Path(__file__).parents[1] / "emoji_qa/remix/compose.js"
FOLDER = checkpoint.CHECKPOINTS / "default"


@pytest.fixture(scope="module")
def parts():
    return Parts.load(FOLDER)


@pytest.fixture(scope="module")
def recipes(parts):
    return [recipe for kind in SHARES for recipe in draw(parts, 60, seed=1, kind=kind)]


def test_the_table_knows_most_emojis_and_fits_into_a_checkpoint(parts):
    assert len(parts) > 1300 and len(parts.bodies) > 500 and len(parts.expressions) > 100
    assert (FOLDER / FILE).stat().st_size < 1_500_000
    assert all(char in parts for char in (*HATS, *EXTRAS, *FRAMES, *COLOURS))


def test_dark_features_can_be_read_on_every_ground(parts):
    grounds = {parts[body].ground for body in parts.bodies} | {parts[char].ground for char in COLOURS}
    for ground, char in product(grounds, parts.expressions):
        donor = parts[char]
        for fill, layer, rim in _readable(donor, donor.having("ewm"), ground):
            if layer.on is None and is_dark(layer.fill) and not rim:
                assert contrast(fill, ground) >= CONTRAST, (char, ground, fill)


def test_eyes_and_mouth_can_be_told_from_every_ground(parts):
    """Part of each has contrast, a rim, or another colour. A white mask and a grille are large enough anyway."""
    grounds = {parts[body].ground for body in parts.bodies} | {parts[char].ground for char in COLOURS}
    for ground, char in product(grounds, parts.expressions):
        donor = parts[char]
        numbers = donor.having("ewm")
        shown = dict(zip(numbers, _readable(donor, numbers, ground), strict=True))
        for role in "em":
            some = [
                rim or contrast(fill, below) >= CONTRAST or distance(fill, below) >= APART
                for fill, layer, rim in shown.values()
                if layer.role == role
                for below in [ground if layer.on not in shown else shown[layer.on][0]]
            ]
            assert any(some) or not some or char in ("😷", "🤖"), (char, role, ground)


def test_eyes_and_mouth_lie_within_the_place_of_every_body(parts):
    for body, char in product(map(parts.__getitem__, parts.bodies), parts.expressions):
        if body.disc:
            continue
        move = place_face(body, around([parts[char].eyes, parts[char].mouth]))
        for cx, cy, r in (parts[char].eyes, parts[char].mouth):
            dx, dy = turned(move.scale * cx, move.scale * cy, move.turn)
            far = hypot(dx + move.x - body.place[0], dy + move.y - body.place[1]) + r * move.scale
            assert far <= body.place[2] + 0.05, (body.char, char)


def test_a_place_lies_on_its_body(parts):
    for part in map(parts.__getitem__, parts.bodies):
        x, y, radius, _ = part.place
        left, top, right, bottom = part.box
        assert (
            left - 0.75 <= x - radius
            and x + radius <= right + 0.75
            and top - 0.75 <= y - radius
            and y + radius <= bottom + 0.75
        ), part


def test_what_has_a_face_of_its_own_does_not_show_it_beside_another(parts):
    for char in parts.bodies:
        body = next(_figure(parts, Recipe(char, eyes="😀", mouth="😀")))
        assert {layer.role for _, layer, _ in body.shapes} == {"b"}


def test_nothing_leaves_the_picture(parts, recipes):
    for recipe in recipes:
        for group in fitted(list(_figure(parts, recipe))):
            for left, top, right, bottom in group.boxes:
                for x, y in product((left, right), (top, bottom)):
                    dx, dy = turned(group.move.scale * x, group.move.scale * y, group.move.turn)
                    assert -0.7 <= dx + group.move.x <= 36.7 and -0.7 <= dy + group.move.y <= 36.7, recipe


def test_every_svg_is_valid_finite_and_says_where_it_comes_from(parts, recipes):
    for recipe in recipes:
        svg = compose(parts, recipe)
        root = ET.fromstring(svg)
        assert root[0].text == describe(recipe) and "CC-BY" in root[1].text
        assert (root.get("viewBox"), root.get("width"), root.get("height")) == ("0 0 36 36", "512", "512")
        assert len(root) >= 3 and all(group.get("class") for group in root[2:])
        for group in root[2:]:
            numbers = [
                float(word)
                for word in (group.get("transform") or "0").replace("(", " ").replace(")", " ").split()
                if not word.isalpha()
            ]
            assert all(map(isfinite, numbers)), svg
        assert "nan" not in svg and "inf" not in svg


def test_pictures_show_both_parts(parts):
    plain, crying = (
        rasterise(compose(parts, recipe), 72).astype(int)
        for recipe in (Recipe("🍕"), Recipe("🍕", eyes="😭", mouth="😭"))
    )
    changed = np.abs(plain - crying).max(axis=2) > 60
    assert 0.03 < changed.mean() < 0.6 and (crying[..., 3] > 0).mean() > 0.2


def test_what_is_drawn_at_random_can_be_read_and_hurts_nobody(parts, recipes):
    for recipe in recipes:
        body, hands = parts[recipe.body], {recipe.eyes, recipe.mouth} & set(HANDS)
        assert not {recipe.body, recipe.body + "\ufe0f"} & HALLOWED, recipe
        if not body.disc:
            assert body.place[2] >= (ROOM_FOR_HANDS if hands else MIN_SMALL_RADIUS) or recipe.on, recipe
            assert recipe.body not in CLUTTERED, recipe
        assert not (recipe.hat and recipe.body in WORN), recipe
        assert not (recipe.frame == "🚫" and recipe.eyes), recipe


def test_a_recipe_comes_back_from_its_text(recipes):
    for recipe in recipes:
        assert Recipe.from_text(str(recipe)) == recipe and len(str(recipe)) < 200


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "1f3c6~",
        "1f3c6~q1f929",
        "1f3c6~e1f929~e1f92a",
        "ffffff",
        "d800",
        "1f3c6~e110000",
        "1f3c6" * 60,
        None,
        "<b>",
    ],
)
def test_nonsense_is_no_recipe(text):
    with pytest.raises(ValueError, match="recipe|code"):
        Recipe.from_text(text)


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe("nothing"),
        Recipe("🏆", eyes="🍕"),
        Recipe("🏆", hat="🍕"),
        Recipe("🏆", extra="🍕"),
        Recipe("🏆", frame="🍕"),
        Recipe("📺", eyes="😀", mouth="😀", on="🐱"),
    ],
)
def test_what_cannot_be_made_is_refused_in_a_sentence(parts, recipe):
    with pytest.raises(ValueError, match=r"\w+ \w+ .*\."):
        compose(parts, recipe)


@pytest.mark.parametrize(
    "emojis",
    [
        ["🐱", "🚀"],
        ["👻", "🎃"],
        ["💀", "🌹"],
        ["😂", "😎"],
        ["🐶", "👑"],
        ["🍕", "😍", "🎩"],
        ["🏆", "🤩", "✨", "👑"],
    ],
)
def test_candidates_show_every_emoji_once(parts, emojis):
    found = candidates(parts, emojis)
    assert len(found) >= 2 and len(set(found)) == len(found)
    for recipe in found:
        check(parts, recipe)
        assert set(emojis) <= set(recipe.emojis)


def test_candidates_need_two_to_four_emojis(parts):
    for emojis in (["🐱"], ["🐱"] * 5, "🐱🚀"):
        with pytest.raises(ValueError):
            candidates(parts, emojis)
    assert candidates(parts, ["🐱", "no emoji"]) == []


def damaged():
    content = json.loads(gzip.decompress((FOLDER / FILE).read_bytes()))
    first = next(iter(content["emojis"].values()))
    yield b""
    yield (FOLDER / FILE).read_bytes()[:1000]
    yield gzip.compress(b"[]")
    yield gzip.compress(b'{"source": "a", "licence": "b", "emojis": {}}')
    for change in (
        lambda part: part["layers"][0].__setitem__(1, 'M0 0"/><script>'),
        lambda part: part["layers"][0].__setitem__(0, "red"),
        lambda part: part["layers"][0].append({"onload": "x"}),
        lambda part: part.__setitem__("box", [0, 0, 0]),
        lambda part: part.__setitem__("hat", [0, 0, float("nan")]),
        lambda part: part.__setitem__("roles", ""),
    ):
        part = json.loads(json.dumps(first))
        change(part)
        yield gzip.compress(json.dumps({**content, "emojis": {"😀": part}}).encode())


def test_a_damaged_table_is_refused_with_its_name(tmp_path):
    for content in damaged():
        (tmp_path / FILE).write_bytes(content)
        with pytest.raises(ValueError, match=FILE):
            Parts.load(tmp_path)


def test_a_table_comes_back_as_it_was_saved(parts, tmp_path):
    parts.save(tmp_path)
    assert list(Parts.load(tmp_path)) == list(parts)
    first = (tmp_path / FILE).read_bytes()
    Parts.load(tmp_path).save(tmp_path)
    assert (tmp_path / FILE).read_bytes() == first


def test_a_browser_puts_together_the_same_pictures(parts, tmp_path):
    if (node := shutil.which("node")) is None:
        pytest.skip("No node here, so compose.js was not compared.")
    recipes = draw(parts, 200, seed=2)
    (tmp_path / "compose.mjs").write_text(SCRIPT.read_text())
    (tmp_path / "recipes.json").write_text(
        json.dumps([{k: v for k, v in asdict(recipe).items() if v} for recipe in recipes])
    )
    (tmp_path / "parts.json").write_bytes(gzip.decompress((FOLDER / FILE).read_bytes()))
    (tmp_path / "run.mjs").write_text("""
import { readFileSync } from "node:fs";
import { compose, describe, fromText, readParts, toText } from "./compose.mjs";
const read = (name) => readFileSync(new URL(name, import.meta.url), "utf8");
const parts = readParts(read("parts.json"));
console.log(JSON.stringify(JSON.parse(read("recipes.json")).map((recipe) => (
  { svg: compose(parts, recipe), said: describe(recipe), text: toText(recipe), again: fromText(toText(recipe)) }))));
""")
    done = subprocess.run([node, str(tmp_path / "run.mjs")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for recipe, theirs in zip(recipes, json.loads(done.stdout), strict=True):
        ours = compose(parts, recipe)
        assert (theirs["said"], theirs["text"]) == (describe(recipe), str(recipe)) and Recipe(
            **theirs["again"]
        ) == recipe
        if theirs["svg"] != ours:
            pictures = [rasterise(svg, 72).astype(float) for svg in (ours, theirs["svg"])]
            assert np.abs(pictures[0] - pictures[1]).mean() <= 2, recipe
