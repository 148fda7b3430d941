"""What visitors expect of a page that stays open: nothing breaks or is lost, and the effect of every action is visible at
once."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

import emoji_qa
import train.latent.space
from emoji_qa.emojis.sensitive import HIDDEN
from tests.conftest import lent, opened, serve, slide, state
from tests.lively import table
from tests.test_page import answers, code, expect_answers, expect_sliders, sliders
from tests.tiny import disc, write_checkpoint

CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}
WIDTH = "document.documentElement.scrollWidth"


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """A model of more than 100 emojis. Only its answers are to be many, so its latent space is measured at few codes."""
    taken = {*table().chars, *HIDDEN}
    more = "".join(char for char in map(chr, range(0x1F400, 0x1F470)) if char not in taken)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train.latent.space, "LOOKED_AT", 8)
        patch.setattr(train.latent.space, "ENOUGH", 1000)
        folder = write_checkpoint(tmp_path_factory.mktemp("many"), emojis=table(more), loudness=2)
    return emoji_qa.load(folder, device="cpu")


@pytest.fixture(scope="module")
def window(chromium, many):
    for url in serve(many):
        with opened(chromium, url, **CLIPBOARD) as window:
            yield window


@pytest.fixture
def page(window, many):
    """The page of the window that the tests share, as if it had just been opened: the emoji follows the first example, and
    is the first frame; what is done next removes those behind it."""
    with lent(window) as page:
        page.get_by_label("Popular or specific emojis").select_option("Specific first")
        if page.locator(".lock-all").get_attribute("aria-pressed") == "true":
            page.locator(".lock-all").click()
        page.get_by_role("tab", name="Sliders").click()
        page.locator(".film button").first.click()
        example = page.locator(".examples button").first
        example.click()
        expect_answers(page, many, example.inner_text())
        expect(page.locator(".caption")).to_have_text(many.answer(example.inner_text())[0][0].name)
        expect(page.locator(".film button").first).to_have_attribute("aria-current", "true")
        yield page


def file_event(page, kind: str, selector: str, name: str, content: bytes, media_type: str) -> None:
    """Drops or pastes a file on an element."""
    page.evaluate(
        """([kind, selector, name, content, type]) => {
        const files = new DataTransfer();
        files.items.add(new File([Uint8Array.from(atob(content), (char) => char.charCodeAt(0))], name, { type }));
        const given = { bubbles: true, cancelable: true };
        const event = kind === "paste" ? new ClipboardEvent(kind, { ...given, clipboardData: files })
            : new DragEvent(kind, { ...given, dataTransfer: files });
        window.taken = !document.querySelector(selector).dispatchEvent(event); }""",
        [kind, selector, name, base64.b64encode(content).decode(), media_type],
    )


def png() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(disc(3)).save(buffer, "PNG")
    return buffer.getvalue()


def test_thirty_quick_rolls_are_thirty_frames_and_widen_no_screen(page):
    page.evaluate("() => { for (let i = 0; i < 30; i += 1) document.querySelector('.roll').click(); }")
    expect(page.locator(".film button")).to_have_count(31)
    expect(page.locator(".film button").last).to_have_attribute("aria-current", "true")
    for width, height in ((1280, 900), (390, 844), (844, 390), (640, 450)):  # the last is 1280 px at a zoom of 200 %
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(WIDTH) == width
        if width < 1000:
            page.wait_for_function("document.querySelector('.frame canvas').clientHeight <= innerHeight / 3")
            expect(page.locator(".strip")).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(page.locator(".strip")).to_be_hidden()


def test_reset_leads_to_the_last_real_emoji_and_locked_sliders_do_not_roll(page, many):
    emoji = answers(page)[0]
    slide(page, "#axis-2", 2.5)
    expect(page.locator(".around")).to_have_class(re.compile("old"))  # what is shown is about the previous emoji
    expect(page.locator(".film button")).to_have_count(2)
    expect(page.locator(".around")).not_to_have_class(re.compile("old"))
    page.get_by_role("button", name="Reset").click()
    expect_sliders(page, code(many, emoji))
    expect(page.locator(".caption .original")).to_be_visible()
    page.locator(".sliders [aria-pressed]").first.click()  # a lock changes nothing if nothing was moved
    page.get_by_role("button", name="Reset").click()
    expect(page.locator(".frame canvas")).to_have_attribute("aria-busy", "false")
    expect(page.locator(".caption .original")).to_be_visible()
    page.get_by_role("button", name="Lock all").click()
    kept, caption = sliders(page), page.locator(".caption").inner_text()
    page.get_by_role("button", name="Roll").click()
    expect(page.locator("#emoji-half .note")).to_contain_text("nothing to roll")
    page.get_by_role("button", name="Reset").click()
    expect(page.locator("#emoji-half .note")).to_contain_text("nothing to reset")
    assert sliders(page) == kept and page.locator(".caption").inner_text() == caption


def test_the_emoji_follows_the_tweet_until_it_is_touched(page, many):
    def expect_best(tweet):
        best = many.answer(tweet)[0][0]
        expect(page.locator(".caption")).to_have_text(best.name)
        expect(page.locator(".place")).to_contain_text("rank 1 of")
        place = page.locator(".place").inner_text()
        expect(page.locator(".score-line")).to_contain_text(f"answers your tweet with {place}.")  # alike in both
        return best

    page.fill("#tweet", "love cake")
    expect_best("love cake")
    page.fill("#tweet", "awful rain")
    expect_best("awful rain")
    expect(page.locator(".film button")).to_have_count(1)  # emojis that only followed the tweet replace each other
    page.fill("#tweet", "🐙")  # an emoji alone is shown itself
    expect(page.locator(".caption")).to_have_text(many.emojis[many.emojis.base_index("🐙")].name)
    page.fill("#tweet", "awful rain")
    expect_best("awful rain")
    slide(page, "#axis-1", 2)
    expect(page.locator(".score-line")).to_contain_text("By its looks alone")
    touched = sliders(page)
    page.fill("#tweet", "so happy")
    expect_answers(page, many, "so happy")
    page.wait_for_timeout(800)
    assert sliders(page) == touched
    page.locator(".examples button").nth(2).click()
    expect_best(page.locator(".examples button").nth(2).inner_text())


def test_nothing_is_lost_when_the_page_is_loaded_again_and_its_address_is_a_link(open_page, lively):
    page = open_page(**CLIPBOARD)
    words = page.evaluate("""() => { const range = new Range(); range.selectNodeContents(document.querySelector(".lead"));
        return Math.max(...[...range.getClientRects()].map(({ right }) => right)); }""")
    assert words < page.locator(".first-visit").bounding_box()["x"]  # beside the title
    page.get_by_role("button", name="Got it").click()
    page.get_by_role("button", name="Show 25").click()
    page.fill("#tweet", "love cake")
    expect_answers(page, lively, "love cake", k=25)
    for i in (0, 1):
        page.locator(".answer .copy").nth(i).click()
    both = "".join(answers(page)[:2])
    expect(page.locator(".collected")).to_have_text(both)
    page.get_by_role("button", name="Copy all").click()
    expect(page.get_by_role("button", name="Copied all")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == both
    page.wait_for_function("location.hash.includes('love+cake')")
    unmoved = page.evaluate("location.hash")
    slide(page, "#axis-3", -2.05)
    expect(page.locator(".film button")).to_have_count(2)
    page.get_by_role("tab", name="Take away").click()
    page.wait_for_function(
        """unmoved => location.hash !== unmoved && location.hash.includes('love+cake')
            && document.querySelector('.link').value === location.href""",
        arg=unmoved,
    )
    page.wait_for_timeout(500)
    address, kept = page.url, sliders(page)
    page.reload()
    expect(page.locator("#take-away")).to_be_visible()
    expect_sliders(page, np.array(kept))
    expect(page.locator(".caption")).to_have_text("Your own emoji")
    expect(page.locator(".film button")).to_have_count(2)
    expect(page.locator(".collected")).to_have_text(both)
    expect_answers(page, lively, "love cake", k=25)
    expect(page.get_by_role("button", name="Got it")).to_be_hidden()  # shown only once
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".film button").first).to_have_attribute("aria-current", "true")
    page.get_by_role("button", name="Clear", exact=True).first.click()
    other = open_page(address, own=True)
    expect(other.locator(".caption")).to_have_text("From a link")
    expect_sliders(other, np.array(kept))
    assert other.input_value("#tweet") == "love cake"


def test_pictures_are_taken_anywhere_and_other_files_make_nobody_leave(page):
    page.evaluate("document.querySelector('#tweet').select()")
    tweet = page.input_value("#tweet")
    file_event(page, "dragenter", "#header", "face.png", png(), "image/png")
    expect(page.get_by_text("Drop the picture anywhere")).to_be_visible()
    file_event(page, "drop", "#header", "face.png", png(), "image/png")
    expect(page.get_by_text("Drop the picture anywhere")).to_be_hidden()
    expect(page.locator("#from-picture .note")).to_contain_text("dB")
    expect(page.locator(".caption")).to_have_text("Your picture")
    page.get_by_role("tab", name="Sliders").click()
    file_event(page, "paste", "#tweet", "face.png", png(), "image/png")
    assert page.evaluate("taken") and page.input_value("#tweet") == tweet
    expect(page.get_by_role("tab", name="Picture")).to_have_attribute("aria-selected", "true")
    file_event(page, "drop", "#footer", "tweets.csv", b"tweet\nhello", "text/csv")
    assert page.evaluate("taken")
    expect(page.locator("#emoji-half .note")).to_contain_text("Only pictures")
    expect(page.locator("#from-picture .note")).to_contain_text("dB")  # the one that was pasted has come since
    expect(page.locator(".frame canvas")).to_have_attribute("aria-busy", "false")
    expect(page.locator("#emoji-half .note")).to_contain_text("Only pictures")


def test_all_answers_are_a_list_with_one_stop_drawn_as_it_scrolls(page):
    page.get_by_role("button", name=re.compile("Show all")).click()
    first = page.locator(".answer .load").first
    expect(page.locator(".filler")).to_have_count(1)
    rows = page.locator(".answer").count()
    assert 25 < rows < 100
    assert page.locator(".answers [tabindex='0']").count() == 3  # the buttons of one row
    size = int(page.locator(".answer").first.get_attribute("aria-setsize"))
    assert size > 100
    first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".answer .load").nth(1)).to_be_focused()
    page.keyboard.press("End")
    expect(page.locator(".answer")).to_have_count(size)
    expect(page.locator(".answer .load").last).to_be_focused()
    expect(page.locator(".answer").last).to_be_in_viewport()
    page.get_by_role("button", name="Show 5", exact=True).click()
    expect(page.locator(".answers [tabindex='-1']")).to_have_count(0)


def test_on_a_phone_the_strip_shows_what_a_tap_did(open_page, lively):
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, color_scheme="dark")
    assert page.locator("#tweet").bounding_box()["y"] < page.locator(".first-visit").bounding_box()["y"]
    expect(page.locator(".answer").nth(2)).to_be_in_viewport()  # answers are visible without scrolling
    strip = page.get_by_role("navigation", name="The other half")
    second = page.locator(".answer").nth(1)
    second.locator(".load").click()
    expect(strip).to_contain_text(second.locator(".name").inner_text(), ignore_case=True)
    assert strip.bounding_box()["height"] < 90
    strip.get_by_role("button").click()
    expect(page.locator(".frame canvas")).to_be_in_viewport(ratio=1)
    expect(strip).to_contain_text(page.input_value("#tweet"))
    page.locator(".roll").click()
    expect(page.locator(".more-like")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Escape")
    for tab in ("Mix", "Map", "Take away"):  # the picture stays in view above every panel
        page.get_by_role("tab", name=tab).click()
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        expect(page.locator(".frame canvas")).to_be_in_viewport()
    expect(strip.get_by_role("button")).to_contain_text("Tweet ↑")
    strip.get_by_role("button").click()
    expect(page.locator("#tweet")).to_be_in_viewport(ratio=1)
    assert second.locator("img").evaluate("image => getComputedStyle(image).filter") != "none"  # an outline in the dark


def test_star_card_map_and_what_counts(page, many):
    star = page.get_by_role("button", name="Keep among your favourites")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    assert len(state(page)["favourites"]) == 1
    star.click()
    assert not state(page)["favourites"]
    page.get_by_role("button", name="Copy this emoji").click()
    expect(page.locator("#emoji-half .note")).to_contain_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == answers(page)[0]
    page.get_by_role("tab", name="Take away").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the card").click()
    card = Image.open(download.value.path())
    assert card.size == (1200, 630) and len(card.convert("RGB").getcolors(1 << 20)) > 50
    page.get_by_role("tab", name="Map").click()
    expect(page.locator("#map canvas")).to_have_attribute("data-lit", "5")
    page.fill("#map-search", "cake")
    page.press("#map-search", "Enter")
    expect(page.locator("#map .tag")).to_have_text("shortcake", ignore_case=True)
    page.get_by_label("Popular or specific emojis").select_option("Popular first")
    popular = [answer.emoji for answer in many.answer(page.input_value("#tweet"), popularity=1.0)[0]]
    expect(page.locator(".answer .load[aria-pressed=true]")).to_have_count(1)
    page.wait_for_function(
        "e => e.join() === [...document.querySelectorAll('.answer')].map((a) => a.dataset.emoji).join()", arg=popular
    )
