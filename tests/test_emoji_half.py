"""The emoji half in a real Chromium: locks, rolls, undo and redo, the knob, and the nearest emojis."""

import io
from base64 import b64decode

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.conftest import send_to, slide, state
from tests.test_page import expect_new_picture, expect_sliders, picture, sliders


def come_to_rest(page, frames: int):
    """Waits until the filmstrip has so many pictures, and the last one is the present one."""
    expect(page.locator(".film button")).to_have_count(frames)
    expect(page.locator(".film button").last).to_have_attribute("aria-current", "true")


def test_going_back_to_an_emoji_and_undo_and_redo_along_the_filmstrip(page):
    come_to_rest(page, 1)
    undo, redo = page.get_by_role("button", name="Undo"), page.get_by_role("button", name="Redo")
    expect(undo).to_be_disabled()
    name = page.locator(".caption").inner_text()
    page.get_by_role("button", name="Roll").click()
    come_to_rest(page, 2)
    expect(page.locator(".caption .original")).to_be_hidden()
    undo.click()
    expect(page.locator(".caption")).to_have_text(name, ignore_case=True)
    expect(page.locator(".caption .original")).to_be_visible()

    places = [(sliders(page), picture(page))]
    for value in (-1.5, 2.0):
        slide(page, "#axis-3", value)
        shown = expect_new_picture(page, places[-1][1])
        places.append((sliders(page), shown))
        come_to_rest(page, len(places))  # the first of them takes the place of the roll
    for button, back in ((undo, 1), (undo, 0), (redo, 1)):
        button.click()
        expect_sliders(page, places[back][0])
        if back:  # the first was drawn from the exact code, not from rounded sliders
            page.wait_for_function(
                "p => document.querySelector('.frame canvas').toDataURL() === p", arg=places[back][1], polling=50
            )
        expect(page.locator(".film button").nth(back)).to_have_attribute("aria-current", "true")
    page.locator(".film button").last.click()
    expect_sliders(page, places[2][0])
    expect(redo).to_be_disabled()
    undo.focus()
    page.keyboard.press("Enter")
    expect_sliders(page, places[1][0])
    page.keyboard.press("Enter")
    expect_sliders(page, places[0][0])
    expect(undo).to_be_disabled()
    expect(undo).to_be_focused()  # although nothing is left to undo
    undo.click(force=True)  # does nothing
    redo.click()
    expect_sliders(page, places[1][0])
    slide(page, "#axis-4", 1.0)  # a new emoji removes the frames after the present one
    expect(page.locator(".film button").last).to_have_attribute("aria-current", "true")
    expect(redo).to_be_disabled()
    expect(page.locator(".film button")).to_have_count(3)


def test_a_pull_then_the_nearest_and_the_knob_then_what_the_page_sends(page, lively):
    come_to_rest(page, 1)
    expect_one_frame_however_long_a_slider_is_held(page)
    slide(page, "#axis-1", 2.5)
    come_to_rest(page, 3)
    z = lively.latent.to_z(np.array([state(page)["shown"]["sliders"]]))
    names = [lively.emojis.names[row] for row in lively.latent.neighbours(z, 3)[0][0]]
    first = page.locator(".nearest button").first
    expect(first).to_have_attribute("aria-label", f"Load {names[0]}")
    expect(page.locator(".novelty")).to_have_text(
        f"{lively.latent.novelty(z)[0]:.0f} % new, {lively.latent.plausibility(z)[0]:.0f} % plausible"
    )
    expect_the_knob_to_pull_towards_real_emojis_and_back(page, lively)
    expect(first).to_have_attribute("aria-label", f"Load {names[0]}")
    first.click()
    expect(page.locator(".caption")).to_have_text(names[0], ignore_case=True)
    come_to_rest(page, 6)
    expect(page.locator("#pull")).to_be_disabled()  # it is a real emoji

    page.evaluate("""() => { const detail = { sliders: Array(16).fill(0.5), caption: "Half <b>way" };
        document.dispatchEvent(new CustomEvent("emoji-qa:go", { detail })); }""")
    expect_sliders(page, np.full(16, 0.5))
    expect(page.locator(".caption")).to_have_text("Half <b>way")
    come_to_rest(page, 7)
    expect(page.locator("#pull")).to_be_enabled()
    shown = state(page)["shown"]
    assert (
        shown["settled"]
        and shown["caption"] == "Half <b>way"
        and shown["emoji"] is None
        and shown["sliders"] == [0.5] * 16
    )
    send_to(page, [0.0] * 16)
    come_to_rest(page, 8)
    expect_the_end_to_show_what_slider_7_would_make(page, lively, np.zeros(16))


def expect_one_frame_however_long_a_slider_is_held(page):
    slider = page.locator("#axis-8")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + box["height"] / 2)
    page.mouse.down()
    for dx in (60, 80, 100):
        page.mouse.move(box["x"] + dx, box["y"] + box["height"] / 2)
        page.wait_for_timeout(500)
    expect(page.locator(".film button")).to_have_count(1)
    page.mouse.up()
    come_to_rest(page, 2)


def expect_the_knob_to_pull_towards_real_emojis_and_back(page, model):
    begun, exact = sliders(page), np.array(state(page)["shown"]["sliders"])
    expect(page.locator("#pull")).to_have_value("0")
    slide(page, "#pull", 20)
    expect(page.locator(".caption")).to_have_text("Pulled towards real emojis")
    come_to_rest(page, 4)
    pulled = model.latent.from_z(model.latent.pull(model.latent.to_z(exact[None]), 1.0))[0]
    assert np.abs(np.clip(pulled, -3, 3) - sliders(page)).max() < 0.15
    expect(page.locator("#pull")).to_have_value("20")
    slide(page, "#pull", 0)
    expect_sliders(page, np.array(begun))
    expect(page.locator(".caption")).to_have_text("Your own emoji")  # the caption that it had
    come_to_rest(page, 5)


def expect_the_end_to_show_what_slider_7_would_make(page, model, s):
    s[6] = 3
    expected = model.decode(model.latent.to_z(s[None]), 56)[0].astype(int)

    def shown():
        uri = page.locator(".axis").nth(6).locator(".end").last.evaluate("canvas => canvas.toDataURL()")
        return np.array(Image.open(io.BytesIO(b64decode(uri.partition(",")[2]))).convert("RGBA")).astype(int)

    for _ in range(100):
        if (
            shown().shape == expected.shape and np.abs(shown() - expected)[expected[..., 3] > 250].mean() < 16
        ):  # a WebP, lossy for such wild colours
            return
        page.wait_for_timeout(100)
    pytest.fail("The end of slider 7 does not show what it makes of the middle.")


def test_rolls_reset_and_directions_leave_what_is_locked(page, lively):
    come_to_rest(page, 1)
    expect_rolls_and_reset_to_leave_what_is_locked(page)
    page.get_by_role("button", name="Lock Axis 5", exact=True).click()  # unlocks it; Axis 2 stays locked
    begun = np.array(state(page)["sliders"])
    mood = page.get_by_role("slider", name="sad ↔ happy")
    hat, wheel = page.locator("#direction-hat"), page.locator("#direction-colour")
    mood.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(mood).to_have_value("0.2")
    expect(mood).to_have_attribute("aria-valuetext", "20 % happy")

    def there(**moves) -> np.ndarray:
        z = lively.latent.to_z(begun[None])
        for name, to in moves.items():
            z = lively.latent.directions[name].move(z, to)
        expected = lively.latent.from_z(z)[0]
        expected[1] = begun[1]
        return expected

    expect_sliders(page, there(mood=0.2))
    come_to_rest(page, 5)
    slide(page, "#direction-hat", -0.5)
    slide(page, "#direction-colour", 140)
    expect_sliders(page, there(mood=0.2, hat=-0.5, colour=120))
    come_to_rest(page, 6)
    page.get_by_role("button", name="Undo").click()  # the directions' sliders go back, too
    expect_sliders(page, there(mood=0.2))
    expect(hat).to_have_value("0")
    expect(mood).to_have_value("0.2")
    page.get_by_role("button", name="Redo").click()
    expect(wheel).to_have_value("140")
    expect(page.locator(".film button").last).to_have_attribute("aria-current", "true")
    page.wait_for_function(
        "() => JSON.parse(sessionStorage['emoji-qa:session'] ?? '{}').directions?.values[1] === -0.5"
    )
    page.reload()
    expect(hat).to_have_value("-0.5")
    expect_sliders(page, there(mood=0.2, hat=-0.5, colour=120))
    slide(page, "#direction-colour", 0)
    slide(page, "#direction-hat", 0)
    slide(page, "#direction-mood", 0)
    expect_sliders(page, begun)
    slide(page, "#direction-mood", 1)
    slide(page, "#axis-1", 0.5)  # now the directions start from here
    expect(mood).to_have_value("0")


def expect_rolls_and_reset_to_leave_what_is_locked(page):
    """Locks Axis 2 and 5, and leaves four pictures in the filmstrip."""
    page.get_by_role("button", name="Lock Axis 2", exact=True).click()
    page.get_by_role("button", name="Lock Axis 5", exact=True).click()
    kept, before = sliders(page), picture(page)
    page.get_by_role("button", name="Roll").click()
    before = expect_new_picture(page, before)
    rolled = sliders(page)
    assert [rolled[1], rolled[4]] == [kept[1], kept[4]]
    assert sum(a != b for a, b in zip(kept, rolled, strict=True)) > 10
    slide(page, "#axis-5", 2.5)
    before = expect_new_picture(page, before)
    come_to_rest(page, 3)
    page.get_by_role("button", name="Reset").click()  # the emoji that it opened with, except for locked sliders
    expect_new_picture(page, before)
    expected = np.array(kept)
    expected[4] = 2.5
    expect_sliders(page, expected)
    come_to_rest(page, 4)
