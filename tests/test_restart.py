"""The server stops while a page is open, and starts again: the page says so, loses nothing, and goes on by itself."""

from playwright.sync_api import expect

from tests.conftest import WAIT, wait_until_started
from tests.running import forked_app, free_port


def test_an_open_page_outlives_its_server(chromium, lively):
    port = free_port()
    page = chromium.new_context().new_page()
    page.set_default_timeout(WAIT)
    with forked_app(lively.folder, port) as url:
        page.goto(url)
        wait_until_started(page)
    page.fill("#tweet", "love cake")
    expect(page.locator("#tweet-note")).to_contain_text("No answer from the server", timeout=WAIT)
    page.get_by_role("button", name="Roll").click()
    expect(page.locator("#emoji-half .note")).to_contain_text("No answer from the server", timeout=WAIT)
    with forked_app(lively.folder, port):
        expected = [answer.emoji for answer in lively.answer("love cake")[0]]
        shown = (
            "expected => expected.join() === [...document.querySelectorAll('.answer')].map(a => a.dataset.emoji).join()"
        )
        page.wait_for_function(shown, arg=expected)  # without any key press
        expect(page.locator("#tweet-note")).to_contain_text("Answers follow", timeout=WAIT)
        assert page.input_value("#tweet") == "love cake"
        before = page.locator(".frame canvas").evaluate("canvas => canvas.toDataURL()")
        page.get_by_role("button", name="Roll").click()
        page.wait_for_function("old => document.querySelector('.frame canvas').toDataURL() !== old", arg=before)
    page.context.close()
