"""Pictures of the page for the README: python -m tests.screenshots (needs Chromium and a colour emoji font)."""

import argparse
from pathlib import Path

from playwright.sync_api import sync_playwright

import emoji_qa
from tests.conftest import FLAGS, find_chromium, serve

SCREENS = {
    "desktop": {"viewport": {"width": 1280, "height": 900}, "device_scale_factor": 1.5},
    "phone": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True},
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("--model", default="default", help="a name in checkpoints/, or a folder (default: %(default)s)")
    parser.add_argument("--out", type=Path, default=Path("docs"), help="folder for the PNGs (default: %(default)s)")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for url in serve(emoji_qa.load(options.model)):
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
            for screen, settings in SCREENS.items():
                for scheme in ("light", "dark"):
                    context = browser.new_context(color_scheme=scheme, reduced_motion="reduce", **settings)
                    shoot(context.new_page(), url, options.out / f"{screen}-{scheme}.png")
                    context.close()
            browser.close()


def shoot(page, url: str, path: Path) -> None:
    page.goto(url)
    page.wait_for_selector("canvas[data-shown]")
    page.wait_for_function("document.querySelector('.frame canvas').width > 288 * Math.min(devicePixelRatio, 2) * 0.9")
    page.screenshot(path=path)
    print(path)


if __name__ == "__main__":
    main()
