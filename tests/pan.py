"""Dragging the map, measured in headless Chromium: python -m tests.pan

The map is dragged to and fro in every frame of the screen, at three zooms, at one and two device pixels per CSS pixel.
Prints pictures per second.
"""

import argparse
import os

import numpy as np
from playwright.sync_api import Page, sync_playwright

from tests.conftest import FLAGS, find_chromium
from tests.running import running_app

PAN = """seconds => new Promise((resolve) => {
    const canvas = document.querySelector("#map canvas");
    const { width, height } = canvas.getBoundingClientRect();
    const send = (type, x) => canvas.dispatchEvent(new PointerEvent(type, { pointerId: 1, button: 0, bubbles: true,
        clientX: canvas.getBoundingClientRect().x + x, clientY: canvas.getBoundingClientRect().y + height / 2 }));
    canvas.setPointerCapture = () => {};
    const times = [];
    let turn = 0;
    let last = 0;
    const observer = new MutationObserver(() => {
        const now = performance.now();
        if (last) times.push(now - last);
        last = now;
    });
    observer.observe(canvas, { attributeFilter: ["data-x"] });
    const began = performance.now();
    send("pointerdown", width / 2);
    const step = () => {
        turn += 1;
        send("pointermove", width / 2 + 100 * Math.sin(turn / 15));
        if (performance.now() - began < 1000 * seconds) return requestAnimationFrame(step);
        send("pointercancel", width / 2);
        observer.disconnect();
        return resolve(times);
    };
    step();
})"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.pan", description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="default", help="a name in checkpoints/, or a folder (default: %(default)s)")
    parser.add_argument("--seconds", type=int, default=5, help="of dragging (default: %(default)s)")
    options = parser.parse_args()
    with running_app(options.model) as (url, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        print(f"{os.cpu_count()} cores, {os.getloadavg()[0]:.1f} processes running, Chromium {browser.version}")
        print(f"{'pictures a second':36}{'mean':>8}{'slowest 5 %':>14}")
        for density in (1, 2):
            page = browser.new_page(viewport={"width": 1280, "height": 900}, device_scale_factor=density)
            open_map(page, url)
            for zooms in (1, 4, 6):
                times = pan(page, zooms, options.seconds)
                name = f"{density} pixel{'s' * (density > 1)} each way, zoomed {1.6**zooms:.1f} times"
                print(f"{name:36}{1000 / np.mean(times):8.1f}{1000 / np.percentile(times, 95):14.1f}")
            page.close()
        browser.close()


def open_map(page: Page, url: str) -> None:
    page.set_default_timeout(120_000)
    page.goto(url)
    page.click("#tab-map")
    page.wait_for_selector("#map canvas[data-scale]")


def pan(page: Page, zooms: int, seconds: int) -> list[float]:
    """Milliseconds between the pictures while the map is dragged, after so many steps of zooming in."""
    page.get_by_role("button", name="Show all of the map").click()
    page.wait_for_timeout(500)
    for _ in range(zooms):
        page.get_by_role("button", name="Zoom in").click()
        page.wait_for_timeout(400)
    page.wait_for_timeout(3000)  # meanwhile sharper pictures are fetched
    return page.evaluate(PAN, seconds)


if __name__ == "__main__":
    main()
