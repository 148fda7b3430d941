"""Dragging a slider, measured in headless Chromium: python -m tests.drag [--pages 100]

One run compares the decoder in the browser, on the server, and behind plain Gradio wiring (sliders and a `gr.Image`): the
time from an event to its picture, pictures per second, the size and time of the download, and the server's processor time
while many pages drag at once.
"""

import argparse
import os
import sys
import time

import gradio as gr
import numpy as np
import psutil
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

import emoji_qa
from tests.conftest import FLAGS, find_chromium
from tests.running import running_app
from tests.test_javascript import TESTS

PATIENCE = 600_000  # milliseconds; a hundred pages on two cores are slow
WAYS = {"server": "delete window.WebAssembly;", "browser": ""}
PLAIN = "gr.Image"
SIDE = 288  # pixels of the picture with plain wiring, as many as on our page


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.drag", description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="default", help="a name in checkpoints/, or a folder (default: %(default)s)")
    parser.add_argument(
        "--pages", type=int, default=100, help="pages that drag at once (default: %(default)s; 0: none)"
    )
    parser.add_argument("--seconds", type=int, default=10, help="of dragging (default: %(default)s)")
    options = parser.parse_args()
    with running_app(options.model) as (url, app), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        print(f"{os.cpu_count()} cores, {os.getloadavg()[0]:.1f} processes running, Chromium {browser.version}\n")
        ways = {PLAIN: one_page(browser, plain_wiring(emoji_qa.load(options.model)), PLAIN, options.seconds)}
        table({**ways, **{way: one_page(browser, url, way, options.seconds) for way in WAYS}})
        if options.pages:
            print()
            table({way: many_pages(browser, url, way, app, options.pages, options.seconds) for way in WAYS})
        browser.close()


def one_page(browser: Browser, url: str, way: str, seconds: int) -> dict[str, float]:
    """The figures of a single page, by name."""
    context = browser.new_context()
    received = []
    context.on("response", lambda r: "/browser/" in r.url and received.append(int(r.headers["content-length"])))
    page = open_page(context, url, way)
    figures = {}
    if way == "browser":
        first, size = page.evaluate("drag.untilReady()"), sum(received)
        again = open_page(context, url, way)
        figures = {
            "downloaded, MB": size / 1e6,
            "first touch → first decode, s": first / 1000,
            "the same, files in the cache, s": again.evaluate("drag.untilReady()") / 1000,
        }
        again.close()
    page.evaluate("drag.latencies(20)")  # warm
    took = page.evaluate("drag.latencies(300)")
    between = page.evaluate("seconds => drag.frames(seconds)", seconds)
    context.close()
    return {
        "event → picture, p50 ms": np.percentile(took, 50),
        "event → picture, p95 ms": np.percentile(took, 95),
        "pictures a second, p50": 1000 / np.percentile(between, 50),
        "pictures a second, mean": 1000 / np.mean(between),
        **figures,
    }


def many_pages(browser: Browser, url: str, way: str, app: psutil.Process, count: int, seconds: int) -> dict[str, float]:
    """The server's processor time while `count` pages of one visitor each move a slider ten times a second."""
    context = browser.new_context()
    pages = []
    for i in range(count):
        pages.append(open_page(context, url, way))
        if way == "browser":
            pages[-1].evaluate("drag.untilReady()")
        print(f"\r{way}: {i + 1} of {count} pages", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    time.sleep(2)
    idle = load(app, lambda: time.sleep(seconds))
    for page in pages:
        page.evaluate("seconds => { window.done = drag.steadily(seconds); }", seconds)
    pictures = []
    busy = load(app, lambda: pictures.extend(page.evaluate("done") for page in pages))
    context.close()
    return {
        f"server, % of a core, {count} pages open": idle,
        f"server, % of a core, {count} pages dragging": busy,
        "pictures in all": sum(pictures),
    }


def load(app: psutil.Process, work) -> float:
    """Processor time of a process while `work` runs, in percent of the time by the clock."""
    before, began = app.cpu_times(), time.monotonic()
    work()
    after = app.cpu_times()
    return 100 * (after.user + after.system - before.user - before.system) / (time.monotonic() - began)


def open_page(context, url: str, way: str) -> Page:
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.add_init_script(WAYS.get(way, ""))
    page.add_init_script(path=TESTS / "drag.js")
    page.goto(url)
    page.wait_for_selector("#picture img" if way == PLAIN else "canvas[data-shown]")
    return page


def plain_wiring(model: emoji_qa.Answerer) -> str:
    """The address of a page that is wired as in Gradio's guides: the input events of sixteen sliders fill an Image."""

    def decode(*sliders: float) -> Image.Image:
        return Image.fromarray(model.decode(model.latent.to_z([sliders]), SIDE)[0])

    with gr.Blocks(analytics_enabled=False) as page:
        sliders = [
            gr.Slider(-3, 3, 0, step=0.05, label=f"Axis {i + 1}", elem_id=f"axis-{i + 1}")
            for i in range(model.latent.latent_dim)
        ]
        picture = gr.Image(decode(*[0] * len(sliders)), elem_id="picture", format="png")
        for slider in sliders:
            slider.input(decode, sliders, picture, trigger_mode="always_last", show_progress="hidden")
    return page.queue().launch(prevent_thread_lock=True, quiet=True)[1]


def table(ways: dict[str, dict[str, float]]) -> None:
    """Prints one row for each figure, with the ratio of each way's value to the first way's."""
    names = list(dict.fromkeys(name for figures in ways.values() for name in figures))
    first, *others = ways
    print(f"{'':45}" + "".join(f"{way:>10}" for way in ways) + "".join(f"{f'{way} ×':>12}" for way in others))
    for name in names:
        values = [figures.get(name) for figures in ways.values()]
        cells = ["" if value is None else f"{value:.2f}" for value in values]
        ratios = [f"{value / values[0]:.2f}" if values[0] and value is not None else "" for value in values[1:]]
        print(f"{name:45}" + "".join(f"{cell:>10}" for cell in cells) + "".join(f"{ratio:>12}" for ratio in ratios))


if __name__ == "__main__":
    main()
