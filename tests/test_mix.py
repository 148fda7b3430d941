"""The mix tray in a real Chromium: emojis are found, picked and weighted, and the morph is played and saved."""

import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from emoji_qa.page.tabs.mix.mix import file_name
from tests.conftest import lent, opened, slide
from tests.test_page import PAYLOAD, answers, expect_new_picture, expect_sliders, picture
from tests.test_tweet_half import expect_accessible


@pytest.fixture(scope="module")
def window(chromium, url):
    with opened(chromium, url) as window:
        yield window


@pytest.fixture
def tray(window):
    """The tray of the window that the tests share, with nothing in it."""
    with lent(window) as page:
        open_tray(page)
        for _ in range(page.locator("#mix .remove").count()):
            page.locator("#mix .remove").first.click()
        expect(page.locator("#mix .remove")).to_have_count(0)
        yield page


def open_tray(page):
    page.get_by_role("tab", name="Mix").click()
    return page


def add(page, *names: str):
    for name in names:
        before = page.locator("#mix .remove").count()
        page.fill("#mix-search", name)
        page.press("#mix-search", "Enter")
        expect(page.locator("#mix .remove")).to_have_count(before + 1)


def weigh(page, name: str, value: float):
    slide(page, f'#mix input[aria-label="Weight of {name}"]', value)


def note(page):
    return page.locator("#mix .tray .note")


def expect_mix(page, lively, emojis, weights):
    expect_sliders(page, lively.latent.from_z(lively.latent.mix(emojis, weights))[0])


def test_two_emojis_make_one_and_a_weight_changes_it(tray, lively):
    add(tray, "party popper", "hot beverage")
    expect(tray.locator(".caption")).to_have_text("50 % party popper, 50 % hot beverage")
    expect_mix(tray, lively, ["🎉", "☕"], [1, 1])
    before = picture(tray)
    weigh(tray, "party popper", 100)
    weigh(tray, "party popper", 10)
    expect_new_picture(tray, before)
    expect(tray.locator(".caption")).to_have_text("17 % party popper, 83 % hot beverage")
    expect_mix(tray, lively, ["🎉", "☕"], [10, 50])
    expect(tray.locator("#mix output").first).to_have_text("17 %")
    tray.get_by_role("button", name="Even weights").click()
    expect_mix(tray, lively, ["🎉", "☕"], [1, 1])


def test_a_mix_needs_some_weight(tray):
    add(tray, "party popper", "hot beverage")
    for name in ("party popper", "hot beverage"):
        weigh(tray, name, 0)
    expect(note(tray)).to_have_text("Give at least one of them a weight.")
    weigh(tray, "party popper", 30)
    expect(note(tray)).to_have_text("")
    expect(tray.locator(".caption")).to_have_text("100 % party popper")


def test_picked_from_the_answers_taken_from_above_and_removed(tray, lively):
    page = tray
    page.get_by_role("tab", name="Sliders").click()
    first, second = answers(page)[:2]
    name, other = (lively.table[lively.table.index(emoji)].name for emoji in (first, second))
    page.get_by_role("button", name=f"Add {name} to the mix").click()
    expect(page.get_by_role("tab", name="Mix")).to_have_attribute("aria-selected", "true")
    page.get_by_role("button", name=f"Add {other} to the mix").click()
    expect(page.locator("#mix .remove")).to_have_count(2)
    expect_mix(page, lively, [first, second], [1, 1])
    page.get_by_role("button", name="Add the emoji above").click()
    expect(page.locator("#mix .remove")).to_have_count(3)
    expect(page.locator("#mix .name").nth(2)).to_have_text(f"{name} + {other}")
    page.get_by_role("button", name=f"Remove {name}", exact=True).click()
    expect(page.locator("#mix .remove")).to_have_count(2)
    expect(page.locator("#mix .remove").first).to_be_focused()


def test_the_tray_holds_four_each_once(tray):
    add(tray, "party popper", "hot beverage", "dog face")
    tray.fill("#mix-search", "☕")
    tray.press("#mix-search", "Enter")
    expect(note(tray)).to_have_text("hot beverage is in the mix already.")
    add(tray, "airplane")
    tray.fill("#mix-search", "red heart")
    tray.press("#mix-search", "Enter")
    expect(note(tray)).to_have_text("The mix holds 4. Remove one first.")
    assert tray.locator("#mix .remove").count() == 4


def test_what_is_typed_while_an_emoji_is_found_stays(tray):
    held, is_holding = [], True
    tray.route("**/component_server**", lambda route: held.append(route) if is_holding else route.continue_())
    tray.fill("#mix-search", "hot beverage")
    tray.press("#mix-search", "Enter")
    while sum("find_emojis" in route.request.post_data for route in held) < 2:  # for suggestions, and for Enter
        tray.wait_for_timeout(20)
    tray.fill("#mix-search", "party popper")
    is_holding = False
    for route in held:
        route.continue_()
    expect(tray.locator("#mix .remove")).to_have_count(1)
    expect(tray.locator("#mix-search")).to_have_value("party popper")
    tray.press("#mix-search", "Enter")
    expect(tray.locator("#mix .remove")).to_have_count(2)
    expect(tray.locator("#mix-search")).to_have_value("")


def frame(page) -> int:
    return int(page.locator("#mix .morph canvas").get_attribute("data-frame"))


def test_the_morph_plays_there_and_back_and_can_be_paused(tray, lively):
    add(tray, "party popper", "hot beverage")
    tray.locator("#mix .morph").scroll_into_view_if_needed()
    seen = tray.evaluate("""() => new Promise((resolve) => { const seen = [];
        new MutationObserver(() => { seen.push(Number(document.querySelector("#mix .morph canvas").dataset.frame));
            if (seen.length > 60) resolve(seen); }).observe(document.querySelector("#mix .morph canvas"),
            { attributeFilter: ["data-frame"] }); })""")
    assert set(seen) == set(range(24))
    assert np.abs(np.diff(seen)).max() == 1
    tray.get_by_role("button", name="Pause the morph").click()
    stays = frame(tray)
    tray.wait_for_timeout(300)
    assert frame(tray) == stays
    tray.get_by_role("button", name="Play the morph").click()
    tray.wait_for_function("old => document.querySelector('#mix .morph canvas').dataset.frame !== old", arg=str(stays))


def test_another_way_has_other_pictures(tray):
    add(tray, "party popper", "hot beverage")
    tray.locator("#mix .morph").scroll_into_view_if_needed()
    with tray.expect_request(lambda request: "spherical" in (request.post_data or "")):
        tray.get_by_role("button", name="Around").click()
    expect(tray.get_by_role("button", name="Around")).to_have_attribute("aria-pressed", "true")
    straight = tray.get_by_role("button", name="Straight")
    expect(straight).to_have_attribute("aria-pressed", "false")
    straight.click()
    expect(straight).to_have_attribute("aria-pressed", "true")


def test_the_morph_is_taken_away(tray, tmp_path):
    add(tray, "party popper", "hot beverage")
    for format, pixels in (("gif", 72), ("webp", 128), ("png", 72)):
        tray.get_by_label("Format of the morph").select_option(format)
        tray.get_by_label("Size of the morph").select_option(str(pixels))
        with tray.expect_download() as download:
            tray.get_by_role("button", name="Save the morph").click()
        assert download.value.suggested_filename == f"party-popper-to-hot-beverage.{format}"
        download.value.save_as(tmp_path / "morph")
        animation = Image.open(tmp_path / "morph")
        assert animation.n_frames > (5 if pixels == 128 else 20) and animation.size == (pixels, pixels)
        expect(tray.locator("#mix .morph-note")).to_have_text(
            re.compile(rf"^party-popper-to-hot-beverage\.{format}: \d+ kB\.$")
        )


def test_another_component_can_add_a_code_and_its_name_is_never_html(tray):
    tray.evaluate(
        """name => document.dispatchEvent(new CustomEvent("emoji-qa:ingredient",
        { detail: { sliders: Array(16).fill(0.5), name } }))""",
        arg=PAYLOAD,
    )
    expect(tray.locator("#mix .name")).to_have_text(PAYLOAD[:100])
    assert tray.evaluate("typeof hacked") == "undefined"
    assert tray.locator("#mix img[src=x]").count() == 0


def test_what_cannot_be_found_or_fetched_is_said(tray):
    tray.fill("#mix-search", "no such thing")
    tray.press("#mix-search", "Enter")
    expect(note(tray)).to_have_text("No emoji fits this search.")
    add(tray, "party popper")
    tray.route("**/component_server**", lambda route: route.abort())
    tray.get_by_role("button", name="Add the emoji above").click()
    expect(note(tray)).to_contain_text("No answer from the server")
    assert tray.locator("#mix .remove").count() == 1


def test_with_reduced_motion_nothing_moves_and_axe_finds_nothing_serious(open_page):
    page = open_tray(open_page(reduced_motion="reduce"))
    canvas, search = page.locator("#mix .morph canvas"), page.locator("#mix-search")
    before = search.evaluate("box => box.offsetTop")

    expect_accessible(page, "#mix")
    add(page, "party popper", "hot beverage")
    assert search.evaluate("box => box.offsetTop") == before
    page.locator("#mix .morph").scroll_into_view_if_needed()
    expect(canvas).to_have_attribute("data-frame", "0")
    page.wait_for_timeout(700)
    assert frame(page) == 0
    expect_accessible(page, "#mix")
    page.get_by_role("button", name="Play the morph").click()
    expect(canvas).not_to_have_attribute("data-frame", "0")


def test_a_files_name_is_made_of_letters_that_every_system_knows():
    assert file_name(["Cat face", "dog face"], "gif") == "cat-face-to-dog-face.gif"
    assert file_name(["../../etc/passwd", "São Tomé & Príncipe"], "png") == "etc-passwd-to-sao-tome-principe.png"
    assert file_name(["🎉", "x" * 1000], "webp") == f"emoji-to-{'x' * 40}.webp"
    assert file_name([], "gif") == "morph.gif"
