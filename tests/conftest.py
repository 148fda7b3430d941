"""What the page's tests share: a tiny model, its page served on loopback, and a Chromium."""

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import pytest
from filelock import FileLock
from playwright.sync_api import expect, sync_playwright

import emoji_qa
from tests.lively import write_lively_checkpoint
from tests.tiny_parts import write_parts

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--process-per-site",  # see `visitor`
]
PLAYWRIGHTS_FLAGS = [  # those of Playwright's own that matter here
    "--allow-pre-commit-input",
    "--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4",
    "--disable-back-forward-cache",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-breakpad",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-features=DestroyProfileOnBrowserClose,HttpsUpgrades,OptimizationHints,PaintHolding",
    "--disable-field-trial-config",
    "--disable-hang-monitor",
    "--disable-ipc-flooding-protection",
    "--disable-popup-blocking",
    "--disable-renderer-backgrounding",
    "--disable-stack-profiler",
    "--enable-features=CDPScreenshotNewSurface",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
    "--metrics-recording-only",
    "--mute-audio",
    "--no-startup-window",
]
SHORT_LIVED = "--js-flags=--no-opt"  # optimising code does not pay in a window that lives for a second
NO_CHROMIUM = "No Chromium here, so the page was not tried in a browser. Install one, or set CHROMIUM to its path."
WAIT = 60_000  # milliseconds that tests wait for what they expect: a busy machine is slow

# Files that take longest begin first, so that no worker is busy alone with one at the end. The first makes what others need.
LONGEST = (
    "export serving take_away browser tweet_half kept_open mix emoji_half map_panel page bulk_ray install hub question "
    "load invent many shipped bulk kill loop messages restart yours rated hidden explain upload"
).split()

# Files whose tests start processes by `tests.forked`: one worker runs all of them, so that only one imports what these need.
FORKING = "api bulk caches hub kill loop processes question replicas restart serving".split()

expect.set_options(timeout=WAIT)


def pytest_configure(config):
    config.option.loadscopereorder = False  # else xdist begins with the files that have the most tests


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return "forking" if Path(file).stem.removeprefix("test_") in FORKING else file

    return Scheduling(config, log)


def pytest_collection_modifyitems(items):
    ranks = {f"test_{name}": rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path.stem, len(ranks)))


@pytest.fixture(scope="session")
def lively(tmp_path_factory):
    return emoji_qa.load(write_lively_checkpoint(tmp_path_factory.mktemp("lively")), device="cpu")


@pytest.fixture(scope="session")
def url(lively):
    yield from serve(lively)


@pytest.fixture(scope="session")
def inventing(tmp_path_factory):
    """The same model with a table of parts, from which emojis are put together."""
    return emoji_qa.load(write_parts(write_lively_checkpoint(tmp_path_factory.mktemp("parts"))), device="cpu")


@pytest.fixture(scope="session")
def inventing_url(inventing):
    yield from serve(inventing)


@pytest.fixture(scope="session")
def exported(tmp_path_factory):
    """The same model with the files that a browser needs to run its decoder. The first worker makes them for all workers."""
    common = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        common = common.parent
    folder = common / "exported"
    with FileLock(common / "exported.lock"):
        if not (common / "exported.done").exists():
            from train.publish.onnx import export  # PyTorch's exporter takes seconds to import, too

            export(emoji_qa.load(write_lively_checkpoint(folder), device="cpu"))
            (common / "exported.done").touch()
    return emoji_qa.load(folder, device="cpu")


@pytest.fixture(scope="session")
def exported_url(exported):
    yield from serve(exported)


@pytest.fixture(scope="session")
def default():
    """The shipped model."""
    return emoji_qa.load("default", device="cpu")


@pytest.fixture(scope="session")
def default_url(default):
    yield from serve(default)


@pytest.fixture(scope="session")
def original():
    return emoji_qa.load("original", device="cpu")


def serve(model, **options):
    """Serves a model's page on a free port of loopback until the fixture ends. options: those of Gradio's `launch()`."""
    from emoji_qa import page as pages  # Gradio takes seconds to import, and most tests do without

    page = pages.build(model)
    _, url, _ = pages.serve(page, prevent_thread_lock=True, quiet=True, **options)
    yield url
    page.close(verbose=False)


def run(coroutine: Coroutine) -> object:
    """As asyncio.run, but in a thread of its own, since Playwright keeps a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def find_chromium() -> str | None:
    """The path of a Chromium: $CHROMIUM, or one on the path, or the one that `playwright install chromium` installed.

    A headless shell is preferred on the path: it takes a sixth less processor time.
    """
    known = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    named = [os.environ.get("CHROMIUM"), *map(shutil.which, known)]
    if found := next((path for path in named if path), None):
        return found
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


@pytest.fixture(scope="session")
def chromium():
    """A running headless Chromium. If there is none, its tests are skipped, or fail with REQUIRE_BROWSER=1."""
    path = find_chromium()
    if path is None:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(NO_CHROMIUM + " REQUIRE_BROWSER=1 forbids that.")
        pytest.skip(NO_CHROMIUM)
    with started_chromium(path) as address, sync_playwright() as playwright:
        browser = playwright.chromium.connect_over_cdp(address)
        yield browser
        browser.close()


@contextmanager
def started_chromium(path: str):
    """Starts a Chromium in this process's session. → the address at which it is driven.

    Playwright would start it in a session of its own. Linux shares processors between sessions, and some kernels (6.18) let
    one session wait for a minute while another keeps all processors busy.
    """
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        command = [
            path,
            *PLAYWRIGHTS_FLAGS,
            *FLAGS,
            SHORT_LIVED,
            "--remote-debugging-port=0",
            f"--user-data-dir={folder}",
        ]
        # A group of its own, since $CHROMIUM may be a script that starts another process.
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, process_group=0
        )
        try:
            address = next(line.split()[-1] for line in process.stderr if line.startswith("DevTools listening on"))
            Thread(target=process.stderr.read, daemon=True).start()  # so that Chromium never waits to be read
            yield address
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()


def wait_until_started(page):
    """Waits until every panel's script has started and the first emoji is drawn."""
    from emoji_qa.page.tabs import TABS

    halves_and_bulk = 3
    page.wait_for_selector("canvas[data-shown]")
    page.wait_for_function(f"document.querySelectorAll('[data-mounted]').length === {halves_and_bulk + len(TABS)}")


@pytest.fixture(scope="session")
def visitor(chromium):
    """A browser context that windows share, and with it the cache of files and compiled scripts. Its first window stays open
    and empty; so the process in which all pages of loopback run is kept. To start one for each costs more than a page."""
    context = chromium.new_context()
    kept = context.new_page()
    kept.route("**/*", lambda route: route.fulfill(body=""))
    kept.goto("http://127.0.0.1/")
    yield context
    context.close()


@pytest.fixture
def windows(chromium, visitor):
    """Opens addresses in windows of `visitor`, with nothing stored; prepare(page) is called before the page is opened.
    options: those of a context. viewport, color_scheme, reduced_motion and permissions apply to the window; with any other,
    or with own=True, the window gets a new context, like another visitor's. `windows.wrong` collects what makes the test
    fail at its end: script errors, and what the test adds."""
    contexts = []

    def opening(address, prepare=lambda page: None, viewport=None, permissions=(), own=False, **options):
        media = {name: options.pop(name) for name in ("color_scheme", "reduced_motion") if name in options}
        context = chromium.new_context(**options) if own or options else visitor
        contexts.append(context)
        page = context.new_page()
        if viewport:
            page.set_viewport_size(viewport)
        if media:
            page.emulate_media(**media)
        if permissions:
            context.grant_permissions(permissions)
        page.set_default_timeout(WAIT)
        page.on("pageerror", lambda error: opening.wrong.append(str(error)))
        prepare(page)
        page.goto(address)
        wait_until_started(page)
        return page

    opening.wrong = []
    yield opening
    for context in set(contexts) - {visitor}:
        context.close()
    for page in visitor.pages[1:]:
        page.evaluate("() => { try { localStorage.clear(); } catch { /* a test took it away: nothing is stored */ } }")
        page.close()
    visitor.clear_permissions()
    assert not opening.wrong


@pytest.fixture
def open_page(windows, url):
    """Opens the page in a window. A request to another host fails the test."""

    def opening(address=url, script="", **options):
        own = (address.partition("#")[0], "data:", "blob:")

        def prepare(page):
            page.on("request", lambda r: r.url.startswith(own) or windows.wrong.append(r.url))
            if script:
                page.add_init_script(script)

        return windows(address, prepare, **options)

    return opening


def state(page) -> dict:
    """The content of the page's store, see browser/store.js."""
    return page.evaluate("""async () => {
        const address = document.querySelector('link[href$="browser/store.js"]').href;
        return JSON.parse(JSON.stringify((await import(address)).state)); }""")


def slide(page, selector: str, value: float) -> None:
    """Moves a slider as a visitor does."""
    page.locator(selector).evaluate(
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input', { bubbles: true })); }",
        value,
    )


def send_to(page, sliders: list[float]) -> None:
    """Shows the emoji at these coordinates, in the way in which other panels of the page do."""
    page.evaluate(
        "sliders => document.dispatchEvent(new CustomEvent('emoji-qa:go', { detail: { sliders, caption: 'Sent there' } }))",
        sliders,
    )


@contextmanager
def opened(chromium, url, **options):
    """Opens a window that the tests of a file share, each by `lent`; options: those of its context. → its page, and the
    list of what goes wrong in it: script errors, and requests to other hosts."""
    own, wrong = (url, "data:", "blob:"), []
    context = chromium.new_context(**options)
    page = context.new_page()
    page.set_default_timeout(WAIT)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: request.url.startswith(own) or wrong.append(request.url))
    page.goto(url)
    wait_until_started(page)
    yield page, wrong
    context.close()


@contextmanager
def lent(window):
    """A shared window's page, for one test: it is wide, light, and reaches the server, whatever was tested before."""
    page, wrong = window
    page.unroute_all(behavior="ignoreErrors")
    page.set_viewport_size({"width": 1280, "height": 720})
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    wrong.clear()
    yield page
    assert not wrong


@pytest.fixture
def page(open_page):
    return open_page()
