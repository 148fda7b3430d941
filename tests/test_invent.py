"""Emojis put together for a tweet: they are scored, differ from each other, come page after page, and are the same from
endpoints and on the page."""

import json
import re
import xml.etree.ElementTree as ET
from itertools import count

import numpy as np
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from playwright.sync_api import expect

from emoji_qa.emojis.sensitive import HIDDEN
from emoji_qa.remix.deal import deal
from emoji_qa.remix.invent import SIZE
from emoji_qa.remix.moods import BESIDE, GLAD, LAUGHING, agree
from emoji_qa.remix.raster import rasterise
from emoji_qa.remix.recipes import Recipe, check, describe
from emoji_qa.remix.words import WEAPONS, stem
from tests.conftest import wait_until_started
from train.remix import graded

TWEET = "my flight is cancelled"


@pytest.fixture(scope="module")
def model(inventing):
    return inventing


@pytest.fixture(scope="module")
def url(inventing_url):
    return inventing_url


def test_inventions_are_unlike_each_other_and_scored_as_they_say(model):
    some = model.invent(TWEET, k=4)
    assert len(some) == 4 and len({one.recipe for one in some}) == 4
    assert [one.score for one in some] == sorted((one.score for one in some), reverse=True)
    question = model.embed_tweet(TWEET)
    for one in some:
        picture = rasterise(one.svg, SIZE)[None]
        assert np.allclose(one.z, model.encode(picture, quick=True)[0], atol=1e-4) and one.z.shape == (16,)
        made = model.embed_codes(one.z[None], [one.recipe.emojis])[0]
        parts = model.embed_emojis()[[model.emojis.base_index(char) for char in one.recipe.emojis]].mean(axis=0)
        both = made + parts / np.linalg.norm(parts)
        assert one.score == pytest.approx(both @ question / np.linalg.norm(both), abs=1e-4)
        [z], [answer] = model.embed_recipes([one.recipe])
        assert np.allclose(z, one.z) and answer @ question == pytest.approx(one.score, abs=1e-5)
        assert one.svg == model.compose(one.recipe) and ET.fromstring(one.svg).tag.endswith("svg")
    [[best]] = model.answer(TWEET, k=1)
    assert (some.best, some.best_score) == (best.emoji, best.score)
    assert some.beats == (some[0].score > best.score)


def test_another_page_has_others_and_the_last_one_says_so(model):
    pages, n = [], 0
    while not pages or not pages[-1].is_last:
        pages.append(model.invent(TWEET, k=4, page=n))
        n += 1
    recipes = [one.recipe for page in pages for one in page]
    assert len(pages) > 2 and len(set(recipes)) == len(recipes)
    assert [one.recipe for one in model.invent(TWEET, k=4)] == recipes[:4]  # the same again


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("", 6), "empty"),
        (("🎉", 6), "no words"),
        ((["a", "b"], 6), "text"),
        ((TWEET, 0), "k must be"),
        ((TWEET, 6, 20), "page must be"),
        ((TWEET, 6, True), "page must be"),
        ((TWEET, 6, 0.5), "page must be"),
    ],
)
def test_what_cannot_be_is_refused(model, arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        model.invent(*arguments)


def test_emojis_are_put_together_the_best_way(model):
    assert "<title>🍕 with 😭</title>" in model.compose("😭", "🍕")
    assert str(model.recipes("🍕", "😭")[0]) == str(Recipe("🍕", eyes="😭", mouth="😭"))
    for emojis, sentence in (
        (("🍕",), "Two to four"),
        (("🍕", "🌻"), "whose parts are known"),
        (("🍕", 7), "Give emojis"),
    ):
        with pytest.raises(ValueError, match=sentence):
            model.compose(*emojis)


def test_a_checkpoint_without_parts_says_so(lively):
    for refused in (lambda: lively.invent(TWEET), lambda: lively.compose("🍕", "😭")):
        with pytest.raises(ValueError, match="cannot put emojis together"):
            refused()


def test_a_page_has_few_of_a_thing_and_of_an_expression():
    faces, things = ["😀", "😭", "😡"], ["🍕", "🎂", "🚗"]
    order = [Recipe(thing, eyes=face, mouth=face) for face in faces for thing in things]
    first, second = deal(order, 4, 2)
    assert [(one.body, one.eyes) for one in first] == [("🍕", "😀"), ("🎂", "😀"), ("🍕", "😭"), ("🎂", "😭")]
    assert not set(first) & set(second)
    [all_there_is] = deal(order[::3], 3, 1)
    assert all_there_is == order[::3]  # one thing with three faces, since there is no other
    corners = [Recipe(face, corner=thing) for face in ["😀", "😭", "😡", "😍", "😂"] for thing in things[:1]]
    [mixed] = deal([*corners, *order], 6, 1)
    assert [one.corner for one in mixed].count("🍕") == 3 and len(mixed) == 6  # another thing before a fourth pizza


def test_recipes_that_look_unlike_are_called_unlike():
    some = [Recipe("🥳", hat="🎓"), Recipe("🥳", extra="🎓"), Recipe("🥳", corner="🎓")]
    assert [describe(one) for one in some] == ["🥳 wearing 🎓", "🥳 and 🎓", "🥳 + 🎓"]


@pytest.mark.parametrize(
    ("thing", "face", "fits"),
    [("🏆", "😭", False), ("🏆", "🤩", True), ("📉", "😂", False), ("📈", "🥲", False), ("🍕", "😭", True)],
)
def test_a_trophy_does_not_cry(thing, face, fits):
    assert agree(thing, face) == fits


@pytest.mark.parametrize(("sign", "face"), [("❤️", "😍"), ("💕", "🥰"), ("💤", "😴")])
def test_no_sign_stands_beside_a_face_that_has_it(sign, face):
    assert face not in BESIDE[sign] and "😌" in BESIDE["❤️"]


def test_only_what_burns_is_on_fire_and_only_what_is_missed_is_thought_of(default):
    def made(tweet: str, k: int = 24) -> list[Recipe]:
        return [one.recipe for one in default.invent(tweet, k=k)]

    assert not any(one.frame or one.body == "💭" for one in made("my train is late and I am angry"))
    assert any(one.frame == "🔥" for one in made("I burned the rice again"))
    assert any(one.body == "💭" for one in made("missing my grandma's cookies", k=6))


def test_where_somebody_died_nothing_laughs_and_nobody_is_offered_a_weapon(default):
    def made(tweet: str) -> list[Recipe]:
        return [one.recipe for page in (0, 1) for one in default.invent(tweet, k=12, page=page)]

    for tweet in ("the pope has died aged 88", "rest in peace grandpa, you taught me how to fish"):
        recipes = made(tweet)
        assert recipes and not any({*recipe.emojis} & {*GLAD, *LAUGHING, "💀", "🎉"} for recipe in recipes)
    assert any({*recipe.emojis} & {*LAUGHING} for recipe in made("I died laughing at this video"))
    assert not any({*recipe.emojis} & WEAPONS for recipe in made("kill me, a knife or a bomb"))


def test_crossed_faces_look_like_no_real_one(default):
    suggestions = default._inventor._suggestions
    assert not suggestions._looks_new(Recipe("😂", eyes="😂", mouth="😆"))  # it is 😂
    assert suggestions._looks_new(Recipe("🙄", eyes="🙄", mouth="😩"))


def test_word_stems():
    assert [stem(word) for word in ("cookies", "burned", "keys", "is", "reading")] == [
        "cookie",
        "burn",
        "key",
        "is",
        "read",
    ]


def test_the_shipped_model_puts_the_mood_on_what_the_tweet_is_about(default):
    tweets = {
        "my suitcase is in Denver": {"🧳", "💼"},
        "he ate my sandwich": {"🥪"},
        "this rain will never stop": {"🌧️", "☔"},
    }
    for tweet, things in tweets.items():
        made_of = {char for one in default.invent(tweet) for char in one.recipe.emojis}
        assert made_of & things, tweet
        assert not made_of & HIDDEN
    assert len(default.invent("my dog died this morning")) == 6


def test_the_endpoints(url, model):
    client = Client(url, verbose=False, analytics_enabled=False)
    got = client.predict(TWEET, 3, 1, api_name="/invent")
    assert [one["recipe"] for one in got["found"]] == [str(one.recipe) for one in model.invent(TWEET, 3, 1)]
    assert got["best"] == model.answer(TWEET, k=1)[0][0].emoji and got["found"][0]["svg"].startswith("<svg")
    made = client.predict(["🍕", "😭"], api_name="/compose")
    assert made["made_of"] == "🍕 with 😭" and made["svg"] == model.compose("🍕", "😭") and len(made["z"]) == 16
    assert client.predict(None, made["recipe"], 36, api_name="/compose")["svg"] == made["svg"]
    for arguments, sentence in (
        ((None, None), "one of the two"),
        ((None, "<script>"), "no recipe"),
        ((["🍕"], None), "2 to 4"),
        ((["🍕", "😭"], None, 5000), "pixels"),
        ((None, "1f355~e1f36a~m1f36a"), "known"),
    ):
        with pytest.raises(AppError, match=sentence):
            client.predict(*arguments, api_name="/compose")
    with pytest.raises(AppError, match="at most 24"):
        client.predict(TWEET, 25, api_name="/invent")
    client.close()


def test_on_the_page(open_page, url, model):
    page = open_page(url)
    page.fill("#tweet", TWEET)
    expect(page.locator(".invent")).to_be_enabled()
    expect(page.locator(".inventions")).to_be_hidden()
    closed = page.locator(".head").first.bounding_box()
    page.locator(".invent").click()
    place = page.locator(".head").first.bounding_box()
    some = model.invent(TWEET)
    made = page.locator(".inventions button")
    expect(made).to_have_count(len(some))
    assert made.locator(".name").all_text_contents() == [one.made_of for one in some]
    expect(page.locator(".invention-note")).to_contain_text("best real emoji")
    expect(page.locator(".caption span")).to_have_text(some[0].made_of)
    expect(page.locator(".drawn img")).to_be_visible()
    assert page.locator(".head").first.bounding_box() == place  # nothing moved
    made.nth(1).click()
    expect(page.locator(".caption span")).to_have_text(some[1].made_of)
    expect(made.nth(1)).to_have_attribute("aria-pressed", "true")
    page.locator(".answer .load").first.click()  # another is shown: none of these is pressed, and there is none to copy
    expect(page.locator(".inventions [aria-pressed=true]")).to_have_count(0)
    expect(page.locator(".invention-actions")).to_be_hidden()
    made.nth(1).click()
    expect(made.nth(1)).to_have_attribute("aria-pressed", "true")
    with page.expect_download() as download:
        page.locator(".invention-actions .svg").click()
    assert download.value.path().read_text() == some[1].svg
    page.get_by_role("tab", name="Take away").click()
    expect(page.locator(".link")).to_have_value(
        re.compile("#r=" + re.escape(str(some[1].recipe)).replace(r"\~", "~").replace("~", "(~|%7E)"))
    )
    link = page.locator(".link").input_value()
    page.reload()
    wait_until_started(page)
    expect(made.nth(1)).to_have_attribute("aria-pressed", "true")
    assert made.locator(".name").all_text_contents() == [one.made_of for one in some]
    expect(page.locator(".caption span")).to_have_text(some[1].made_of)
    page.locator(".invent").click()  # now six others are invented
    expect(made.first.locator(".name")).not_to_have_text(some[0].made_of)
    page.fill("#tweet", "so happy")
    expect(made).to_have_count(0)
    expect(page.locator(".invention-note")).to_contain_text("None fits?")
    assert page.locator(".head").first.bounding_box()["y"] < place["y"]  # their space is free again
    assert page.locator(".head").first.bounding_box()["height"] == closed["height"]
    [[best]] = model.answer("so happy", k=1)
    expect(page.locator(".caption span")).to_have_text(
        re.compile(best.name, re.IGNORECASE)
    )  # it follows the tweet again
    page.locator(".invent").click()
    expect(page.locator(".drawn img")).to_be_visible()
    with page.expect_download() as download:
        page.locator("#take-away").get_by_role("button", name="JSON", exact=True).click()
    file = download.value.path()
    caption = json.loads(file.read_text())["name"]
    page.locator(".reset").click()
    expect(page.locator(".of-drawing")).to_have_text("the real one")
    page.set_input_files(".open-file", {"name": "a.json", "mimeType": "application/json", "buffer": file.read_bytes()})
    expect(page.locator(".caption span")).to_have_text(caption)
    expect(page.locator(".of-drawing")).to_have_text(
        "put together"
    )  # the composition, not the decoded picture of its code
    again = open_page(link)
    expect(again.locator(".caption span")).to_have_text(some[1].made_of)
    expect(again.locator(".drawn img")).to_be_visible()


def test_what_is_on_its_way_is_dropped_with_its_tweet(open_page, url, model):
    page = open_page(url)
    held = []

    def hold(route):
        held.append(route) if "invent_answers" in route.request.post_data else route.continue_()

    page.route("**/component_server**", hold)
    page.locator(".invent").click()
    expect(page.locator(".invention-note")).to_contain_text("Putting together")
    page.fill("#tweet", "so happy")
    expect(page.locator(".invention-note")).to_contain_text("None fits?")
    expect(page.locator(".invent")).to_be_enabled()
    for route in held:
        route.continue_()
    page.wait_for_timeout(300)
    expect(page.locator(".inventions button")).to_have_count(0)
    expect(page.locator(".invention-note")).to_contain_text("None fits?")

    def hold_the_picture(route):
        held.append(route) if "show_recipe" in route.request.post_data else route.continue_()

    held.clear()
    page.unroute_all()
    page.route("**/component_server**", hold_the_picture)
    page.locator(".invent").click()
    expect(page.locator(".inventions button").first).to_be_visible()
    page.fill("#tweet", "love cake")  # the first of them is not drawn yet, and then not wanted any more
    [[best]] = model.answer("love cake", k=1)
    expect(page.locator(".caption span")).to_have_text(re.compile(best.name, re.IGNORECASE))
    for route in held:
        route.continue_()
    page.wait_for_timeout(300)
    expect(page.locator(".caption span")).to_have_text(re.compile(best.name, re.IGNORECASE))


def test_two_emojis_in_the_tray_are_put_together(open_page, url, model):
    page = open_page(url)
    page.get_by_role("tab", name="Mix").click()
    for emoji in "🍕😭":
        page.fill("#mix-search", emoji)
        page.locator("#mix .search button[type=submit]").click()
    ways = page.locator("#mix .ways button")
    expect(ways.first).to_contain_text("🍕 with 😭")
    expect(ways).to_have_count(len(model.recipes("🍕", "😭")[:12]))
    expect(page.locator(".caption span")).to_have_text("🍕 with 😭")  # at once
    expect(ways.first).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Even weights").click()
    expect(page.locator(".caption span")).to_have_text(re.compile("^50 % .+, 50 % "))
    ways.last.click()
    expect(ways.last).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".caption span")).to_have_text(ways.last.locator("span").inner_text())


def test_nine_rolls_to_choose_from_and_quick_ones_stay(open_page, url, monkeypatch):
    seeds, seeded = count(), np.random.default_rng
    monkeypatch.setattr(np.random, "default_rng", lambda *seed: seeded(*seed or [next(seeds)]))
    page = open_page(url)
    expect(page.locator(".film button")).to_have_count(1)  # the first emoji is settled
    for _ in range(3):
        page.locator(".roll").click()
    nine = page.locator("#nine .rolls button")
    expect(nine).to_have_count(9)
    expect(page.locator(".film button")).to_have_count(4)  # the first emoji, and three rolls
    nine.nth(4).click()
    expect(nine.nth(4)).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".frame canvas")).to_have_attribute("aria-busy", "false")  # nothing moves at the next click
    before = nine.nth(0).locator("img").get_attribute("src")
    page.locator(".more-like").press("Enter")
    expect(page.locator(".frame canvas")).to_have_attribute("aria-busy", "false")
    expect(page.locator("#emoji-half .note")).to_have_text("")
    expect(nine.nth(0).locator("img")).not_to_have_attribute("src", before)
    expect(nine.nth(0)).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#nine")).to_be_hidden()


def test_the_page_of_a_model_without_parts(open_page, exported_url):
    page = open_page(exported_url)
    expect(page.locator(".invention")).to_be_hidden()
    expect(page.locator(".invention-note")).to_contain_text("cannot put emojis together")


def test_weights_are_fitted_within_messages():
    rng, message = np.random.default_rng(0), np.repeat(np.arange(20), 15)
    terms = rng.normal(size=(300, 3))
    grades = (
        terms @ [1.0, -0.5, 0.0] + 10 * message
    )  # some messages have better recipes than others, which tells nothing
    weights = graded.fit(terms, grades, message)
    assert np.allclose(weights, [1.0, -0.5, 0.0], atol=1e-3)
    assert graded.explained(terms @ weights, grades, message) == pytest.approx(1, abs=1e-4)
    assert graded.explained(0 * grades, grades, message) == 0


def test_readers_grades_are_of_recipes_that_can_be_made(default):
    some = graded.graded()
    assert len(some) == 300 and sum(len(grades) for _, grades in some) == 4724
    assert {grade for _, grades in some for grade in grades.values()} == {0, 1, 2}
    for recipe in (recipe for _, grades in some for recipe in grades):
        check(default.parts, recipe)
    terms, grades, message = graded.table(default, 3)
    assert terms.shape == (len(grades), len(graded.NAMES)) and set(message) == {0, 1, 2} and np.isfinite(terms).all()
    assert "the weights in use" in graded.report(terms, grades, message)
