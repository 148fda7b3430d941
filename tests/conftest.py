"""What the tests of the page share: a tiny model, its page served on loopback, and a Chromium."""

import asyncio
import os
import shutil
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

import emoji_qa
from tests.lively import write_lively_checkpoint

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NO_CHROMIUM = "No Chromium here, so the page was not tried in a browser. Install one, or set CHROMIUM to its path."
WAIT = 60_000  # milliseconds; tests wait for what they expect, and a busy machine may take its time

expect.set_options(timeout=WAIT)


@pytest.fixture(scope="session")
def lively(tmp_path_factory):
    return emoji_qa.load(write_lively_checkpoint(tmp_path_factory.mktemp("lively")), device="cpu")


@pytest.fixture(scope="session")
def url(lively):
    yield from serve(lively)


@pytest.fixture(scope="session")
def exported(tmp_path_factory):
    """The same model with the files that a browser needs to run its decoder."""
    from train.publish.onnx import export  # PyTorch's exporter takes seconds to import, too

    folder = write_lively_checkpoint(tmp_path_factory.mktemp("exported"))
    export(emoji_qa.load(folder, device="cpu"))
    return emoji_qa.load(folder, device="cpu")


@pytest.fixture(scope="session")
def exported_url(exported):
    yield from serve(exported)


def serve(model, **options):
    """The page of a model on a free port of loopback, until the fixture ends. options: those of Gradio's `launch()`."""
    from emoji_qa import page as pages  # Gradio takes seconds to import, and most tests do without

    page = pages.build(model)
    _, url, _ = pages.serve(page, prevent_thread_lock=True, quiet=True, **options)
    yield url
    page.close(verbose=False)


def run(coroutine: Coroutine) -> object:
    """What asyncio.run gives, from a thread of its own: in this one Playwright keeps a loop running."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def find_chromium() -> str | None:
    """A Chromium: the one $CHROMIUM names, one on the path, or the one `playwright install chromium` left."""
    named = [os.environ.get("CHROMIUM"), *map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))]
    if found := next((path for path in named if path), None):
        return found
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


@pytest.fixture(scope="session")
def chromium():
    """A running headless Chromium. Without one its tests are skipped, or fail where REQUIRE_BROWSER=1."""
    path = find_chromium()
    if path is None:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(NO_CHROMIUM + " REQUIRE_BROWSER=1 forbids that.")
        pytest.skip(NO_CHROMIUM)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def wait_until_started(page):
    """Waits until every panel's script has started and the first emoji is drawn."""
    from emoji_qa.page.tabs import TABS

    halves_and_bulk = 3
    page.wait_for_selector("canvas[data-shown]")
    page.wait_for_function(f"document.querySelectorAll('[data-mounted]').length === {halves_and_bulk + len(TABS)}")


@pytest.fixture(scope="session")
def visitor(chromium):
    """A context that windows without options share: what one has fetched another finds in its cache."""
    context = chromium.new_context()
    yield context
    context.close()


@pytest.fixture
def windows(chromium, visitor):
    """Opens addresses in windows: prepare(context) comes before the page, in a context of its own; without, and without options,
    the window is a `visitor`'s, with nothing stored. `windows.wrong` collects what fails the test in the end: script errors,
    and what a test adds."""
    contexts = []

    def opening(address, prepare=None, watch=lambda page: None, **options):
        context = chromium.new_context(**options) if prepare or options else visitor
        contexts.append(context)
        if prepare:
            prepare(context)
        page = context.new_page()
        page.set_default_timeout(WAIT)
        page.on("pageerror", lambda error: opening.wrong.append(str(error)))
        watch(page)
        page.goto(address)
        wait_until_started(page)
        return page

    opening.wrong = []
    yield opening
    for context in set(contexts) - {visitor}:
        context.close()
    for page in visitor.pages:
        page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        page.close()
    visitor.clear_permissions()
    assert not opening.wrong


@pytest.fixture
def open_page(windows, url):
    """Opens the page in a window. A request to another host fails the test."""

    def opening(address=url, script="", **options):
        own = (address.partition("#")[0], "data:", "blob:")

        def watch(page):
            page.on("request", lambda r: r.url.startswith(own) or windows.wrong.append(r.url))

        return windows(address, (lambda context: context.add_init_script(script)) if script else None, watch, **options)

    return opening


def state(page) -> dict:
    """What stands in the page's store, see browser/store.js."""
    return page.evaluate("""async () => {
        const address = document.querySelector('link[href$="browser/store.js"]').href;
        return JSON.parse(JSON.stringify((await import(address)).state)); }""")


def slide(page, selector: str, value: float) -> None:
    """Moves a slider as a hand does."""
    page.locator(selector).evaluate(
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input', { bubbles: true })); }",
        value,
    )


def send_to(page, sliders: list[float]) -> None:
    """Shows the emoji at these coordinates, as another part of the page does."""
    page.evaluate(
        "sliders => document.dispatchEvent(new CustomEvent('emoji-qa:go', { detail: { sliders, caption: 'Sent there' } }))",
        sliders,
    )


@pytest.fixture
def page(open_page):
    return open_page()
