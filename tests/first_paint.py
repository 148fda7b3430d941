"""How long a new visitor waits over a slow line: python -m tests.first_paint

Opens the page in headless Chromium with an empty cache over a line of 400 kbit/s. Prints after how many bytes and seconds
something is visible (Chromium's first contentful paint), and after how many the page can be used. Needs Chromium.
"""

import argparse
from dataclasses import dataclass, field

from playwright.sync_api import Browser, sync_playwright

import emoji_qa
from tests.conftest import FLAGS, find_chromium, serve

LATENCY = 100  # milliseconds, both ways together
MOST_BYTES, MOST_SECONDS = 150_000, 3.0  # to the first paint


@dataclass
class Line:
    """What came over the line: seconds since the request for the page, and bytes."""

    pieces: list[tuple[float, int]] = field(default_factory=list)
    began: float | None = None

    def ask(self, event: dict) -> None:
        self.began = self.began or event["timestamp"]

    def receive(self, event: dict) -> None:
        self.pieces.append((event["timestamp"] - self.began, event["encodedDataLength"]))

    def until(self, seconds: float) -> int:
        return sum(size for time, size in self.pieces if time <= seconds)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.first_paint", description=__doc__)
    parser.add_argument("--model", default="default", help="a name in checkpoints/, or a folder (default: %(default)s)")
    parser.add_argument("--kbits", type=int, default=400, help="kilobits a second (default: %(default)s)")
    options = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for url in serve(emoji_qa.load(options.model)):
            line, paint, usable = visit(browser, url, options.kbits)
        browser.close()
    print(f"at {options.kbits} kbit/s, {LATENCY} ms latency, nothing cached:")
    bounds = f"(at most {MOST_SECONDS} s and {MOST_BYTES // 1000} kB)"
    carried = options.kbits / 8 * paint  # Chromium reports compressed bytes only later; this is the most possible
    print(f"  first paint      {paint:5.1f} s  ≤ {carried:4.0f} kB  {bounds}")
    print(f"  page to be used  {usable:5.1f} s  {line.until(usable) / 1000:6.0f} kB")


def visit(browser: Browser, url: str, kbits: int) -> tuple[Line, float, float]:
    """Returns the line, and the seconds to the first paint and to a picture on the page."""
    page = browser.new_context().new_page()
    devtools, line = page.context.new_cdp_session(page), Line()
    devtools.on("Network.requestWillBeSent", line.ask)
    devtools.on("Network.dataReceived", line.receive)
    devtools.send("Network.enable")
    bytes_a_second = kbits * 1000 // 8
    devtools.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY,
            "downloadThroughput": bytes_a_second,
            "uploadThroughput": bytes_a_second,
        },
    )
    page.goto(url, wait_until="commit", timeout=300_000)
    page.wait_for_selector("canvas[data-shown]", timeout=300_000)
    usable = page.evaluate("performance.now()") / 1000
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime") / 1000
    page.context.close()
    return line, paint, usable


if __name__ == "__main__":
    main()
