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
    page.wait_for_function(  # not at every frame, since it is work to encode the picture
        "old => document.querySelector('.frame canvas').toDataURL() !== old", arg=old, polling=50
    )
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


# The script of a page in which the answer to a tweet with the word “slow” comes late.
SLOW = """const plain = window.fetch; window.fetch = async (url, options) => {
    const response = await plain(url, options);
    if (String(options?.body).includes("slow")) await new Promise((go) => setTimeout(go, 500));
    return response; };"""


def expect_answered_and_drawn(page, model):
    tweet = page.get_by_label("Tweet", exact=True).input_value()
    expect_answers(page, model, tweet)
    first = page.locator(".answer").first
    assert first.locator("img").evaluate("image => image.naturalWidth") == 72
    assert float(first.locator(".score").inner_text()) == pytest.approx(model.answer(tweet)[0][0].score, abs=6e-4)
    for i in range(16):
        expect(page.get_by_role("slider", name=f"Axis {i + 1}", exact=True)).to_be_visible()
    box = page.get_by_role("img", name="Decoded picture").bounding_box()
    assert box["width"] == box["height"] >= 256
    expect(page.get_by_text("CC BY 4.0")).to_be_visible()
    expect(page.get_by_text("Nothing you type or upload is stored or logged.")).to_be_visible()


def load_the_first_answer_by_keyboard(page):
    """Goes there from the tweet's box."""
    for _ in range(20):  # past the examples, the inventions, and all the choices
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "load":
            break
    page.keyboard.press("Enter")


def test_opens_answered_and_drawn_and_answers_while_one_types(open_page, lively):
    page = open_page(script=SLOW)
    expect_answered_and_drawn(page, lively)
    page.focus("#tweet")
    page.keyboard.type("thanks")  # this replaces the example, which is selected
    assert page.input_value("#tweet") == "thanks"
    expect_answers(page, lively, "thanks")
    load_the_first_answer_by_keyboard(page)
    expect_sliders(page, code(lively, answers(page)[0]))

    page.fill("#tweet", "")
    page.locator("#tweet").press_sequentially("awful monday")
    expect_answers(page, lively, "awful monday")
    page.fill("#tweet", "love cake")
    page.press("#tweet", "Enter")
    expect_answers(page, lively, "love cake")
    assert page.input_value("#tweet") == "love cake"

    example = page.locator(".examples button").nth(2)
    example.click()
    tweet = example.inner_text()
    expect_answers(page, lively, tweet)
    page.get_by_role("button", name="Show 25").click()
    expect_answers(page, lively, tweet, k=25)
    page.get_by_role("button", name="Show 5", exact=True).click()
    expect_answers(page, lively, tweet, k=5)
    expect_no_stale_answer(page, lively)


def expect_no_stale_answer(page, model):
    """Types two tweets, of which the first is answered last."""
    page.evaluate("""() => { window.seen = new Set();
        new MutationObserver(() => seen.add([...document.querySelectorAll(".answer")].map((a) => a.dataset.emoji).join()))
            .observe(document.querySelector(".answers"), { subtree: true, attributes: true }); }""")
    with page.expect_request(lambda request: "slow rain" in (request.post_data or "")):
        page.fill("#tweet", "slow rain")
    page.fill("#tweet", "coffee dog")
    expect_answers(page, model, "coffee dog")
    stale = ",".join(answer.emoji for answer in model.answer("slow rain")[0])
    assert stale not in page.evaluate("[...seen]")


def test_what_cannot_be_answered_is_kept_and_what_is_typed_is_never_html(page, lively):
    expect_ten_megabytes_to_be_kept_and_not_sent(page)
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

    allowed = page.evaluate("""() => document.querySelector("#tweet").dispatchEvent(new InputEvent("beforeinput",
        { inputType: "insertFromPaste", data: "so sad ".repeat(1.5e6), cancelable: true, bubbles: true }))""")
    assert not allowed
    expect(page.locator("#tweet-note")).to_contain_text("characters are too many")
    assert page.input_value("#tweet") == "so happy"
    expect_answers(page, lively, "so happy")

    page.fill("#tweet", PAYLOAD)
    expect_answers(page, lively, PAYLOAD)
    page.fill("#emoji-search", PAYLOAD[:99])
    page.press("#emoji-search", "Enter")
    expect(page.locator("#emoji-half .note")).to_have_text("No emoji fits this search.")
    assert page.evaluate("typeof hacked") == "undefined"
    assert page.locator("img[src=x]").count() == 0


def expect_ten_megabytes_to_be_kept_and_not_sent(page):
    """Leaves a short text in the box."""
    sent = []
    page.on("request", lambda request: sent.append(request.url))
    page.evaluate("""() => { const box = document.querySelector("#tweet"); box.value = "x".repeat(1e7);
        box.dispatchEvent(new Event("input", { bubbles: true })); }""")
    expect(page.locator("#tweet-note")).to_contain_text("10,000,000 characters are too many")
    assert page.evaluate("document.querySelector('#tweet').value.length") == 10**7
    assert not sent
    page.locator("#tweet").evaluate(  # not by keys, which take the browser minutes in so long a text
        "box => { box.value = 'so much'; box.dispatchEvent(new Event('input', { bubbles: true })); }"
    )


def test_sliders_are_dragged_typed_rolled_and_reset(page):
    opened = sliders(page)
    expect_dragging_to_redraw_and_the_last_position_to_win(page)
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

    pictures = [moved]
    for _ in range(2):
        old = sliders(page)
        page.get_by_role("button", name="Roll").click()
        pictures.append(expect_new_picture(page, pictures[-1]))
        assert sliders(page) != old
        page.get_by_role("button", name="Reset").click()
        expect_sliders(page, np.array(opened))  # the last real emoji
        pictures.append(expect_new_picture(page, pictures[-1]))
    assert pictures[2] == pictures[4]


def expect_dragging_to_redraw_and_the_last_position_to_win(page):
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


def test_emojis_are_copied_and_loaded_until_the_server_is_out_of_reach(open_page, lively):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    copy = page.locator(".answer").first.locator(".copy")
    copy.click()
    expect(copy).to_contain_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == answers(page)[0]

    second = page.locator(".answer").nth(1)
    emoji, before = second.get_attribute("data-emoji"), picture(page)
    second.locator(".load").click()
    expect_new_picture(page, before)
    expect_sliders(page, code(lively, emoji))
    expect(page.locator(".caption")).to_have_text(lively.table[lively.table.index(emoji)].name)
    expect_the_search_to_load_emojis(page, lively)

    shown = answers(page)
    page.route("**/component_server**", lambda route: route.abort())
    page.fill("#tweet", "so happy")
    expect(page.locator("#tweet-note")).to_contain_text("No answer from the server")
    assert answers(page) == shown and page.get_attribute("#tweet", "aria-invalid") is None  # the tweet is valid
    page.get_by_role("button", name="Roll").click()
    expect(page.locator("#emoji-half .note")).to_contain_text("No answer from the server")
    assert page.input_value("#tweet") == "so happy"


def expect_the_search_to_load_emojis(page, model):
    before = picture(page)
    page.fill("#emoji-search", "hot bev")
    expect(page.locator("#emoji-half .found button")).to_have_text("hot beverage")
    expect(page.locator("#emoji-half .count")).to_have_text("1 found, below the box")
    page.press("#emoji-search", "ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#emoji-search")).to_be_focused()
    loaded = expect_new_picture(page, before)
    expect_sliders(page, code(model, "☕"))
    page.fill("#emoji-search", "👍🏽")  # a variant
    page.get_by_role("button", name="Load", exact=True).click()
    expect_new_picture(page, loaded)
    expect_sliders(page, code(model, "👍🏽"))
    expect(page.locator("#emoji-half .found")).to_be_hidden()
    page.fill("#emoji-search", "")
    page.press("#emoji-search", "Enter")
    expect(page.locator("#emoji-half .note")).to_contain_text("Type an emoji")


def test_phone_width_and_both_colour_schemes(open_page):
    page = open_page(viewport={"width": 390, "height": 844}, device_scale_factor=2, color_scheme="dark")
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        page.get_by_role("button", name="Show 25").click()
        expect(page.locator(".answer")).to_have_count(25)
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        lightness = [int(v) for v in re.findall(r"\d+", colour)][:3]
        assert (max(lightness) < 60) == (scheme == "dark")
        page.locator("#axis-16").scroll_into_view_if_needed()
        expect(page.locator(".frame canvas")).to_be_in_viewport(ratio=1)  # the picture stays in view


@pytest.fixture(scope="module")
def original_url(original):
    yield from serve(original)


def test_the_original_ranks_what_it_learned_or_all_and_its_tweets_have_the_right_emoji_first(
    open_page, original, original_url
):
    page = open_page(original_url)
    tweet, learned = page.input_value("#tweet"), original.config["trained_answers"]
    page.locator(".choice.among button[value=all]").click()
    expect_answers(page, original, tweet, emojis=[char for char in original.emojis.chars if char not in HIDDEN])
    expect(page.get_by_role("button", name="Show 25")).to_be_visible()
    page.get_by_role("button", name="The 3 it learned").click()
    expect_answers(page, original, tweet, emojis=learned)
    expect(page.get_by_role("button", name="Show 25")).to_be_hidden()
    for tweet, right in zip(ORIGINAL_TWEETS, RIGHT, strict=True):
        page.fill("#tweet", tweet)
        expect_answers(page, original, tweet, emojis=learned)
        assert answers(page)[0] == right
