"""Pictures of the page for the README: python -m tests.screenshots. Needs Chromium and a colour emoji font."""

import argparse
import io
import time
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

import emoji_qa
from tests.conftest import FLAGS, find_chromium, serve, slide

SCREENS = {
    "desktop": {"viewport": {"width": 1280, "height": 900}, "device_scale_factor": 1.5},
    "phone": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True},
}
TWEET = "new puppy, no sleep, zero regrets"
FILM = {"viewport": {"width": 1180, "height": 760}}
FASTEST = 60  # milliseconds a frame of the film
HOLD = 1500  # milliseconds that the last frame is shown


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("--model", default="default", help="a name in checkpoints/, or a folder (default: %(default)s)")
    parser.add_argument("--out", type=Path, default=Path("docs"), help="folder for the pictures (default: %(default)s)")
    parser.add_argument("--only", choices=("stills", "film"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for url in serve(emoji_qa.load(options.model)):
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
            if options.only != "film":
                stills(browser, url, options.out)
            if options.only != "stills":
                film(browser, url, options.out / "page.webp")
            browser.close()


def stills(browser: Browser, url: str, out: Path) -> None:
    """Pictures of the page as it opens, on each screen, light and dark."""
    for screen, settings in SCREENS.items():
        for scheme in ("light", "dark"):
            page = opened(browser, url, color_scheme=scheme, reduced_motion="reduce", **settings)
            if screen == "desktop":  # on a phone the large picture is below the first screen
                page.wait_for_function(
                    "document.querySelector('.frame canvas').width > 288 * Math.min(devicePixelRatio, 2) * 0.9"
                )
            page.screenshot(path=out / f"{screen}-{scheme}.png")
            page.context.close()
            print(out / f"{screen}-{scheme}.png")


def film(browser: Browser, url: str, path: Path) -> None:
    """The page in use, as an animated WebP: each frame that differs from the one before, for as long as it was shown."""
    page = opened(browser, url, color_scheme="light", **FILM)
    page.locator("#axis-1").focus()  # so that the decoder is fetched before the film begins
    page.wait_for_timeout(3000)
    page.mouse.move(0, 0)
    frames, times = [], []
    for least in visit(page):
        shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        if frames and shot.tobytes() == frames[-1].tobytes():
            times[-1] += least
        else:
            frames.append(shot)
            times.append(least)
    times[-1] += HOLD
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=times, loop=0, quality=60, method=4)
    page.context.close()
    print(path, f"{len(frames)} frames, {path.stat().st_size / 1e6:.1f} MB")


def visit(page: Page) -> Iterator[int]:
    """Does what a visitor does; at each moment worth a frame, yields for how many milliseconds it is to be shown."""
    page.fill("#tweet", "")
    for key in TWEET:
        page.locator("#tweet").press_sequentially(key)
        yield FASTEST
    yield from pause(page, 1200)
    page.locator(".invent").click()
    page.locator(".inventions button").nth(1).wait_for()
    yield from pause(page, 1600)
    page.locator(".inventions button").nth(1).click()
    yield from pause(page, 900)
    page.locator(".answer .load").nth(1).click()
    yield from pause(page, 900)
    for axis, values in ((9, (*range(13), *range(12, -15, -2))), (6, range(0, -13, -1))):
        start = float(page.locator(f"#axis-{axis}").input_value())
        for value in values:
            slide(page, f"#axis-{axis}", start + value / 10)
            page.wait_for_timeout(30)
            yield FASTEST
        yield from pause(page, 500)
    page.locator(".roll").click()
    yield from pause(page, 1600)


def pause(page: Page, milliseconds: int) -> Iterator[int]:
    """Frames for a pause, in which the page may still change."""
    end = time.monotonic() + milliseconds / 1000
    while time.monotonic() < end:
        page.wait_for_timeout(100)
        yield 100


def opened(browser: Browser, url: str, **settings) -> Page:
    page = browser.new_context(**settings).new_page()
    page.goto(url)
    page.wait_for_selector("canvas[data-shown]")
    return page


if __name__ == "__main__":
    main()
