"""The map in a real Chromium: emojis and the space between them, by pointer and by keyboard, and the trail; its files over
HTTP."""

import io
import json
import re
import urllib.error
import urllib.request
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from emoji_qa.latent.map import EmojiMap
from emoji_qa.page.server.png import EmojiPictures
from emoji_qa.page.tabs.map.map import map_files
from tests.conftest import lent, opened
from tests.test_emoji_half import come_to_rest
from tests.test_page import code, expect_sliders
from tests.test_tweet_half import expect_accessible


@pytest.fixture(scope="module")
def plane(lively):
    return EmojiMap(lively.latent)


@pytest.fixture(scope="module")
def window(chromium, url):
    with opened(chromium, url) as window:
        yield window


@pytest.fixture
def shown(window):
    """The map of the window that the tests share: all of it is in view, with no cursor."""
    with lent(window) as page:
        page.mouse.move(0, 0)
        show(page)
        canvas(page).press("Escape")
        page.get_by_role("button", name="Show all of the map").click()
        pixel(page, (0, 0))
        yield page


def show(page):
    page.get_by_role("tab", name="Map").click()
    canvas(page).scroll_into_view_if_needed()
    expect(canvas(page)).to_have_attribute("data-scale", re.compile(r"\d"))
    expect(canvas(page)).not_to_have_attribute("data-here", "")
    return page


def canvas(page):
    return page.locator("#map canvas")


def view(page) -> dict[str, float]:
    return {name: float(canvas(page).get_attribute(f"data-{name}")) for name in ("x", "y", "scale")}


def pixel(page, place) -> tuple[float, float]:
    """The position of a place in the window, once the view no longer moves."""
    before, now = None, view(page)
    while before != now:
        page.wait_for_timeout(100)
        before, now = now, view(page)
    box = canvas(page).bounding_box()
    return (
        box["x"] + box["width"] / 2 + (place[0] - now["x"]) * now["scale"],
        box["y"] + box["height"] / 2 + (place[1] - now["y"]) * now["scale"],
    )


def here(page) -> list[float]:
    return [float(number) for number in canvas(page).get_attribute("data-here").split(",")]


def expect_here(page, place):
    page.wait_for_function(
        """place => { const { here } = document.querySelector("#map canvas").dataset;
        return here && here.split(",").every((number, i) => Math.abs(number - place[i]) < 0.002); }""",
        arg=list(map(float, place)),
    )


def test_a_click_on_an_emoji_loads_just_that(shown, lively, plane):
    row = lively.emojis.index("🚀")
    shown.mouse.click(*pixel(shown, plane.places[row]))
    expect(shown.locator(".caption")).to_have_text(lively.emojis.names[row], ignore_case=True)
    expect_sliders(shown, code(lively, "🚀"))
    expect_here(shown, plane.places[row])


def free_place(plane) -> np.ndarray:
    """A place well inside the map that no picture covers."""
    grid = np.stack(np.meshgrid(*[np.linspace(-2.5, 2.5, 41)] * 2), axis=-1).reshape(-1, 2)
    nearest = np.linalg.norm(grid[:, None] - plane.places, axis=2).min(axis=1)
    return grid[nearest.argmax()]


def test_a_click_between_emojis_goes_to_a_mix_of_those_around(shown, lively, plane):
    place = free_place(plane)
    shown.mouse.click(*pixel(shown, place))
    rows, shares = plane.around(place[None])
    caption = shown.locator(".caption")
    expect(caption).to_have_text(re.compile("^between .* and ", re.IGNORECASE))
    named = [lively.emojis.names[row] for row, share in zip(rows[0], shares[0], strict=True) if share > 0.2]
    assert all(name in caption.inner_text().lower() for name in named)
    expect_sliders(shown, lively.latent.from_z(plane.code(place[None]))[0])
    assert here(shown) == pytest.approx(place, abs=0.03)  # where it was clicked


def test_the_map_is_fetched_when_its_tab_is_opened_and_shows_the_way_there(page, lively, plane):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for frames in (2, 3):
        page.get_by_role("button", name="Roll").click()
        come_to_rest(page, frames)
    page.get_by_role("tab", name="Mix").click()
    page.wait_for_timeout(300)
    assert not [url for url in asked if "/map/" in url]
    page.route("**/small.webp", lambda route: route.fulfill(status=503, body="busy"))
    page.get_by_role("tab", name="Map").click()
    canvas(page).scroll_into_view_if_needed()
    expect(page.locator("#map .note")).to_contain_text("could not be fetched")
    page.unroute("**/small.webp")
    page.get_by_role("tab", name="Sliders").click()
    show(page)
    expect(page.locator("#map .note")).to_have_text("")
    names = {url.rpartition("/")[2] for url in asked if "/map/" in url}
    assert names >= {"map.json", "small.webp"}
    expect(canvas(page)).to_have_attribute("data-trail", "3")  # the way before the map was opened is on it, too
    for frames, emoji in enumerate("🚀🏠", start=4):
        page.mouse.click(*pixel(page, plane.places[lively.emojis.index(emoji)]))
        come_to_rest(page, frames)
    expect(canvas(page)).to_have_attribute("data-trail", "5")
    page.get_by_role("button", name="Roll").click()
    come_to_rest(page, 6)
    expect(canvas(page)).to_have_attribute("data-trail", "6")
    page.get_by_role("button", name="Undo").click()
    expect_here(page, plane.places[lively.emojis.index("🏠")])


def test_zoom_by_wheel_button_and_key_stays_within_bounds(shown, plane):
    whole = view(shown)
    place = plane.places[0]
    at = pixel(shown, place)
    shown.mouse.move(*at)
    shown.mouse.wheel(0, -200)
    shown.wait_for_function(
        "old => document.querySelector('#map canvas').dataset.scale > 1.3 * old", arg=whole["scale"]
    )
    assert np.abs(np.array(pixel(shown, place)) - at).max() < 60  # it stays under the pointer, within bounds
    wheeled = view(shown)["scale"]
    shown.get_by_role("button", name="Zoom in").click()
    shown.wait_for_function("old => document.querySelector('#map canvas').dataset.scale > 1.2 * old", arg=wheeled)
    canvas(shown).focus()
    for _ in range(12):
        shown.keyboard.press("+")
    pixel(shown, place)
    assert view(shown)["scale"] == pytest.approx(max(56, 3 * whole["scale"]))
    shown.keyboard.press("0")
    shown.wait_for_function(
        "old => document.querySelector('#map canvas').dataset.scale < 1.001 * old", arg=whole["scale"]
    )
    pixel(shown, place)
    assert view(shown) == pytest.approx(whole, abs=1e-6)


def test_a_drag_moves_the_map_and_is_no_click(shown):
    caption = shown.locator(".caption").inner_text()
    for _ in range(4):
        shown.get_by_role("button", name="Zoom in").click()
        shown.wait_for_timeout(300)
    pixel(shown, (0, 0))
    before, box = view(shown), canvas(shown).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    shown.mouse.move(x, y)
    shown.mouse.down()
    for step in (10, 25, 40):
        shown.mouse.move(x - step, y + step / 2)
    shown.mouse.up()
    pixel(shown, (0, 0))
    after = view(shown)
    assert (after["x"] - before["x"]) * after["scale"] == pytest.approx(40, abs=1)
    assert (after["y"] - before["y"]) * after["scale"] == pytest.approx(-20, abs=1)
    assert shown.locator(".caption").inner_text() == caption


def test_by_keyboard_from_emoji_to_emoji(shown, lively, plane):
    canvas(shown).focus()
    spots = []
    for key in ("ArrowRight", "ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown"):
        shown.keyboard.press(key)
        spots.append(shown.locator("#map .spot").inner_text())
    assert all(spot in lively.emojis.names for spot in spots)
    assert sum(a != b for a, b in pairwise(spots)) >= 3  # at the map's end an arrow leads nowhere
    row = lively.emojis.names.index(spots[-1])
    shown.keyboard.press("Enter")
    expect(shown.locator(".caption")).to_have_text(spots[-1], ignore_case=True)
    expect_here(shown, plane.places[row])
    expect(canvas(shown)).to_be_focused()


def test_the_name_is_shown_under_the_pointer(shown, lively, plane):
    row = lively.emojis.index("🐱")
    shown.mouse.move(*pixel(shown, plane.places[row]))
    expect(shown.locator("#map .tag")).to_have_text(lively.emojis.names[row])
    expect(shown.locator("#map .tag")).to_be_visible()


def test_a_server_out_of_reach_is_said(shown, plane):
    shown.route("**/component_server**", lambda route: route.abort())
    shown.mouse.click(*pixel(shown, free_place(plane)))
    expect(shown.locator("#map .note")).to_contain_text("No answer from the server")


def test_no_serious_finding_of_axe_on_the_map(shown):
    canvas(shown).focus()
    shown.keyboard.press("ArrowRight")
    expect(shown.locator("#map .tag")).to_be_visible()
    expect_accessible(shown, "#map")
    expect(shown.locator("#map .tag")).to_be_visible()


def test_files_are_served_and_may_be_kept_for_ever(url, lively):
    addresses = map_files(lively, EmojiPictures(lively)).addresses
    assert set(addresses) == {"map", "small", "large"}
    for name, side in (("small", 36), ("large", 72)):
        content, headers = fetch(url + addresses[name])
        assert Image.open(io.BytesIO(content)).size == (64 * side, side) and headers["Content-Type"] == "image/webp"
        assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    content, _ = fetch(url + addresses["map"])
    content = json.loads(content)
    assert content["emojis"] == lively.emojis.chars and len(content["places"]) == 2 * len(lively.emojis)
    with pytest.raises(urllib.error.HTTPError) as caught:
        fetch(url + "gradio_api/map/0000000000000000/small.webp")
    assert caught.value.code == 404


def test_pictures_on_the_sheets_are_the_emojis(url, lively):
    addresses = map_files(lively, EmojiPictures(lively)).addresses
    small = np.array(Image.open(io.BytesIO(fetch(url + addresses["small"])[0])).convert("RGBA")).astype(int)
    for row in (0, 7, 44):
        tile = small[:, 36 * row : 36 * row + 36]
        own = lively.emojis.images[row].astype(int)
        assert np.abs(tile[..., 3] - own[..., 3]).max() == 0
        assert np.abs(tile - own)[own[..., 3] > 0].mean() < 20


def fetch(address):
    with urllib.request.urlopen(address, timeout=60) as response:
        return response.read(), response.headers
