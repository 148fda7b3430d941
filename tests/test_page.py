"""The page as a visitor sees it: in a real Chromium, over HTTP."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from emoji_qa.emojis.sensitive import HIDDEN
from tests.conftest import serve
from train.data.tweets import ORIGINAL_TWEETS
from train.evaluate.qa import RIGHT

PAYLOAD = "<img src=x onerror=hacked=1><script>hacked=1</script> ${hacked=1} {{hacked}} so happy"


def answers(page) -> list[str]:
    return page.locator(".answer").evaluate_all("items => items.map(item => item.dataset.emoji)")


def expect_answers(page, model, tweet, k=5, emojis=None):
    expected = [answer.emoji for answer in model.answer(tweet, k=k, emojis=emojis)[0]]
    page.wait_for_function(
        "expected => expected.join() === [...document.querySelectorAll('.answer')].map(a => a.dataset.emoji).join()",
        arg=expected,
    )
    expect(page.locator(".answers")).to_be_visible()


def picture(page) -> str:
    return page.locator(".frame canvas").evaluate("canvas => canvas.toDataURL()")


def sliders(page) -> list[float]:
    return page.locator(".axis input[type=range]").evaluate_all("all => all.map(slider => Number(slider.value))")


def expect_new_picture(page, old: str) -> str:
    page.wait_for_function("old => document.querySelector('.frame canvas').toDataURL() !== old", arg=old)
    return picture(page)


def expect_sliders(page, expected):
    expected = np.clip(expected, -3, 3)
    page.wait_for_function(  # a slider shows steps of 0.05
        "e => [...document.querySelectorAll('.axis input[type=range]')].every((s, i) => Math.abs(s.value - e[i]) < 0.03)",
        arg=expected.tolist(),
    )


def code(model, emoji) -> np.ndarray:
    """An emoji's slider coordinates, (16,)."""
    row = model.table.index(emoji)
    return model.latent.from_z(model.encode(model.table.images[row : row + 1]))[0]


def test_opens_answered_and_drawn(page, lively):
    tweet = page.get_by_label("Tweet", exact=True).input_value()
    expect_answers(page, lively, tweet)
    first = page.locator(".answer").first
    assert first.locator("img").evaluate("image => image.naturalWidth") == 72
    assert float(first.locator(".score").inner_text()) == pytest.approx(lively.answer(tweet)[0][0].score, abs=6e-4)
    for i in range(16):
        expect(page.get_by_role("slider", name=f"Axis {i + 1}", exact=True)).to_be_visible()
    box = page.get_by_role("img", name="Decoded picture").bounding_box()
    assert box["width"] == box["height"] >= 256
    expect(page.get_by_text("CC BY 4.0")).to_be_visible()
    expect(page.get_by_text("Nothing you type or upload is stored or logged.")).to_be_visible()


def test_answers_while_typing_and_on_enter(page, lively):
    page.fill("#tweet", "")
    page.locator("#tweet").press_sequentially("awful monday")
    expect_answers(page, lively, "awful monday")
    page.fill("#tweet", "love cake")
    page.press("#tweet", "Enter")
    expect_answers(page, lively, "love cake")
    assert page.input_value("#tweet") == "love cake"


def test_answers_to_an_example(page, lively):
    example = page.locator(".examples button").nth(2)
    example.click()
    expect_answers(page, lively, example.inner_text())


def test_no_stale_answer_after_fast_typing(open_page, lively):
    delay = """const plain = window.fetch; window.fetch = async (url, options) => {
        const response = await plain(url, options);
        if (String(options?.body).includes("slow")) await new Promise((go) => setTimeout(go, 500));
        return response; };"""
    page = open_page(script=delay)
    page.evaluate("""() => { window.seen = new Set();
        new MutationObserver(() => seen.add([...document.querySelectorAll(".answer")].map((a) => a.dataset.emoji).join()))
            .observe(document.querySelector(".answers"), { subtree: true, attributes: true }); }""")
    with page.expect_request(lambda request: "slow rain" in (request.post_data or "")):
        page.fill("#tweet", "slow rain")
    page.fill("#tweet", "coffee dog")
    expect_answers(page, lively, "coffee dog")
    stale = ",".join(answer.emoji for answer in lively.answer("slow rain")[0])
    assert stale not in page.evaluate("[...seen]")


def test_more_and_fewer(page, lively):
    tweet = page.input_value("#tweet")
    page.get_by_role("button", name="Show 25").click()
    expect_answers(page, lively, tweet, k=25)
    page.get_by_role("button", name="Show 5", exact=True).click()
    expect_answers(page, lively, tweet, k=5)


def test_messages_beside_the_box(page, lively):
    for text, message in (
        ("", "The box is empty"),
        (" \n\t ", "The box is empty"),
        ("x" * 10_001, "10,001 characters are too many: 10,000 are the most"),
        ("\x01\x02\x1f\u202e", "no words"),
    ):
        page.fill("#tweet", text)
        expect(page.locator("#tweet-note")).to_contain_text(message)
        expect(page.locator(".answers")).to_be_hidden()
        assert page.input_value("#tweet") == text
        page.fill("#tweet", "so happy")
        expect_answers(page, lively, "so happy")
        expect(page.locator("#tweet-note")).not_to_contain_text(message)


def test_ten_megabytes_of_text_are_kept_and_not_sent(page):
    sent = []
    page.on("request", lambda request: sent.append(request.url))
    page.evaluate("""() => { const box = document.querySelector("#tweet"); box.value = "x".repeat(1e7);
        box.dispatchEvent(new Event("input", { bubbles: true })); }""")
    expect(page.locator("#tweet-note")).to_contain_text("10,000,000 characters are too many")
    assert page.evaluate("document.querySelector('#tweet').value.length") == 10**7
    assert not sent


def test_ten_megabytes_pasted_leave_the_box_as_it_was(open_page, lively):
    page = open_page()
    page.fill("#tweet", "so happy")
    expect_answers(page, lively, "so happy")
    allowed = page.evaluate("""() => document.querySelector("#tweet").dispatchEvent(new InputEvent("beforeinput",
        { inputType: "insertFromPaste", data: "so sad ".repeat(1.5e6), cancelable: true, bubbles: true }))""")
    assert not allowed
    expect(page.locator("#tweet-note")).to_contain_text("characters are too many")
    assert page.input_value("#tweet") == "so happy"
    expect_answers(page, lively, "so happy")


def test_what_is_typed_is_never_html(page, lively):
    page.fill("#tweet", PAYLOAD)
    expect_answers(page, lively, PAYLOAD)
    page.fill("#emoji-search", PAYLOAD[:99])
    page.press("#emoji-search", "Enter")
    expect(page.locator("#emoji-half .note")).to_have_text("No emoji fits this search.")
    assert page.evaluate("typeof hacked") == "undefined"
    assert page.locator("img[src=x]").count() == 0


def test_dragging_a_slider_redraws_and_the_last_position_wins(page):
    before = picture(page)
    slider = page.get_by_role("slider", name="Axis 1", exact=True)
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    for part in np.linspace(0.5, 0.93, 30):
        page.mouse.move(box["x"] + box["width"] * part, y)
    page.mouse.up()
    assert float(slider.input_value()) > 2
    expect_settled(page)
    dragged = expect_new_picture(page, before)
    slider.press("ArrowLeft")
    moved = expect_new_picture(page, dragged)
    slider.press("ArrowRight")
    assert expect_new_picture(page, moved) == dragged


def expect_settled(page):
    """Waits until the picture is the result of the latest request."""
    expect(page.locator(".frame canvas")).not_to_have_attribute("aria-busy", "true")


def test_typed_values(page):
    typed, slider = page.get_by_label("Axis 3, typed"), page.get_by_role("slider", name="Axis 3", exact=True)
    before = picture(page)
    typed.fill("-2.5")
    typed.press("Enter")
    moved = expect_new_picture(page, before)
    assert float(slider.input_value()) == -2.5
    for nonsense in ("", "7", "1e99"):
        typed.fill(nonsense)
        typed.press("Tab")
        expect(page.locator("#emoji-half .note")).to_have_text("Axis 3 takes a number from −3 to 3.")
        assert typed.input_value() == "-2.50"
        typed.fill("-2.5")
    assert picture(page) == moved


def test_roll_and_reset(page):
    pictures, opened = [picture(page)], sliders(page)
    for _ in range(2):
        old = sliders(page)
        page.get_by_role("button", name="Roll").click()
        pictures.append(expect_new_picture(page, pictures[-1]))
        assert sliders(page) != old
        page.get_by_role("button", name="Reset").click()
        expect_sliders(page, np.array(opened))  # the last real emoji
        pictures.append(expect_new_picture(page, pictures[-1]))
    assert pictures[2] == pictures[4]


def test_loading_an_answer_sets_sliders_and_picture(page, lively):
    second = page.locator(".answer").nth(1)
    emoji, before = second.get_attribute("data-emoji"), picture(page)
    second.locator(".load").click()
    expect_new_picture(page, before)
    expect_sliders(page, code(lively, emoji))
    expect(page.locator(".caption")).to_have_text(lively.table[lively.table.index(emoji)].name)


def test_loading_from_the_search_box(page, lively):
    before = picture(page)
    page.fill("#emoji-search", "hot bev")
    expect(page.locator("#emoji-half .found button")).to_have_text("hot beverage")
    expect(page.locator("#emoji-half .count")).to_have_text("1 found, below the box")
    page.press("#emoji-search", "ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#emoji-search")).to_be_focused()
    loaded = expect_new_picture(page, before)
    expect_sliders(page, code(lively, "☕"))
    page.fill("#emoji-search", "👍🏽")  # a variant
    page.get_by_role("button", name="Load", exact=True).click()
    expect_new_picture(page, loaded)
    expect_sliders(page, code(lively, "👍🏽"))
    expect(page.locator("#emoji-half .found")).to_be_hidden()
    page.fill("#emoji-search", "")
    page.press("#emoji-search", "Enter")
    expect(page.locator("#emoji-half .note")).to_contain_text("Type an emoji")


def test_keyboard_alone(page, lively):
    page.focus("#tweet")
    page.keyboard.type("thanks")  # this replaces the example, which is selected
    assert page.input_value("#tweet") == "thanks"
    expect_answers(page, lively, "thanks")
    for _ in range(20):  # past the examples, the inventions, and all the choices
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "load":
            break
    emoji = answers(page)[0]
    page.keyboard.press("Enter")
    expect_sliders(page, code(lively, emoji))


def test_copying_an_emoji(open_page):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    copy = page.locator(".answer").first.locator(".copy")
    copy.click()
    expect(copy).to_contain_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == answers(page)[0]


@pytest.mark.parametrize(("scheme", "is_dark"), [("light", False), ("dark", True)])
def test_phone_width_and_colour_scheme(open_page, scheme, is_dark):
    page = open_page(viewport={"width": 390, "height": 844}, device_scale_factor=2, color_scheme=scheme)
    page.get_by_role("button", name="Show 25").click()
    expect(page.locator(".answer")).to_have_count(25)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    lightness = [int(v) for v in re.findall(r"\d+", page.evaluate("getComputedStyle(document.body).backgroundColor"))][
        :3
    ]
    assert (max(lightness) < 60) == is_dark
    page.locator("#axis-16").scroll_into_view_if_needed()
    expect(page.locator(".frame canvas")).to_be_in_viewport(ratio=1)  # the picture stays in view


def test_a_server_out_of_reach_is_said(page):
    shown = answers(page)
    page.route("**/component_server**", lambda route: route.abort())
    page.fill("#tweet", "so happy")
    expect(page.locator("#tweet-note")).to_contain_text("No answer from the server")
    assert answers(page) == shown and page.get_attribute("#tweet", "aria-invalid") is None  # the tweet is valid
    page.get_by_role("button", name="Roll").click()
    expect(page.locator("#emoji-half .note")).to_contain_text("No answer from the server")
    assert page.input_value("#tweet") == "so happy"


@pytest.fixture(scope="module")
def original_url(original):
    yield from serve(original)


def test_the_originals_tweets_have_the_right_emoji_first(open_page, original, original_url):
    page = open_page(original_url)
    for tweet, right in zip(ORIGINAL_TWEETS, RIGHT, strict=True):
        page.fill("#tweet", tweet)
        expect_answers(page, original, tweet, emojis=original.config["trained_answers"])
        assert answers(page)[0] == right


def test_the_answers_it_learned_or_all_emojis(open_page, original, original_url):
    page = open_page(original_url)
    tweet = page.input_value("#tweet")
    page.locator(".choice.among button[value=all]").click()
    expect_answers(page, original, tweet, emojis=[char for char in original.emojis.chars if char not in HIDDEN])
    expect(page.get_by_role("button", name="Show 25")).to_be_visible()
    page.get_by_role("button", name="The 3 it learned").click()
    expect_answers(page, original, tweet, emojis=original.config["trained_answers"])
    expect(page.get_by_role("button", name="Show 25")).to_be_hidden()


def test_the_default_model_draws_crisp_and_moves(open_page, default_url):
    page = open_page(default_url)
    before = picture(page)
    flat = page.evaluate("""() => { const canvas = document.querySelector(".frame canvas");
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        let same = 0;
        for (let i = 4; i < data.length; i += 4) same += Math.abs(data[i] - data[i - 4]) < 3;
        return same / (data.length / 4); }""")
    assert flat > 0.8  # most neighbouring pixels have one colour
    page.get_by_role("button", name="Roll").click()
    expect_new_picture(page, before)
