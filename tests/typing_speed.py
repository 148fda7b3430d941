"""How soon the page appears, and how soon answers follow a key, compared with plain Gradio wiring:
python -m tests.typing_speed

Types tweets key by key in headless Chromium against a server on this machine. After each word it measures the time from
the last key's input event to the frame in which that text's answers are on the page. Before that, it measures the time
from a new visitor's request to the first paint. Needs Chromium.
"""

import argparse
import html

import gradio as gr
import numpy as np
from playwright.sync_api import sync_playwright

import emoji_qa
from emoji_qa.page.server.png import EmojiPictures
from emoji_qa.page.tweet.tweet import EXAMPLES
from tests.conftest import FLAGS, find_chromium, serve

STROKE = 60  # milliseconds between two keys
SETTLED = 400  # milliseconds without a change after which the content is final

WATCH = """([box, results]) => {
    window.typed = window.shown = 0;
    document.querySelector(box).addEventListener("input", () => { typed = performance.now(); }, true);
    const changed = () => requestAnimationFrame(() => { shown = performance.now(); });
    new MutationObserver(changed).observe(document.querySelector(results),
        { subtree: true, childList: true, attributeFilter: ["data-emoji"] });
}"""
SETTLE = "settled => shown > typed && performance.now() - shown > settled"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.typing_speed", description=__doc__)
    parser.add_argument("--model", default="default", help="a name in checkpoints/, or a folder (default: %(default)s)")
    model = emoji_qa.load(parser.parse_args().model)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for url in serve(model):
            page, paint = measure(browser, url, "#tweet", ".answers"), first_paint(browser, url)
        url = plain_wiring(model)
        plain, plain_paint = measure(browser, url, "#box textarea", "#results"), first_paint(browser, url)
        browser.close()
    print(f"\nfirst paint of a page that nobody has cached: {paint:.0f} ms; plain Gradio wiring {plain_paint:.0f} ms")
    print(f"\nlast key → answers, {len(page)} words of {len(EXAMPLES)} tweets     p50       p95")
    for name, times in (("this page", page), ("plain Gradio wiring", plain)):
        print(f"  {name:40} {np.percentile(times, 50):6.0f} ms {np.percentile(times, 95):6.0f} ms")
    ratios = [np.percentile(page, q) / np.percentile(plain, q) for q in (50, 95)]
    print(f"  {'ratio':40} {ratios[0]:6.2f}    {ratios[1]:6.2f}")


def first_paint(browser, url: str, visitors: int = 5) -> float:
    """The median of the milliseconds for some visitors with an empty cache."""
    times = []
    for _ in range(visitors):
        page = browser.new_context().new_page()
        page.goto(url)
        page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
        times.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
        page.context.close()
    return float(np.median(times))


def measure(browser, url: str, box: str, results: str) -> list[float]:
    """The milliseconds for each word that is typed."""
    page = browser.new_page()
    page.goto(url)
    page.wait_for_selector(box)
    page.wait_for_timeout(3000)  # until the page has finished loading
    page.fill(box, "warm")
    page.wait_for_timeout(1000)
    page.evaluate(WATCH, [box, results])
    times = [time for tweet in EXAMPLES for time in type_tweet(page, box, tweet)]
    page.close()
    return times


def type_tweet(page, box: str, tweet: str):
    page.fill(box, "")
    page.wait_for_timeout(SETTLED)
    for word in tweet.split():
        page.locator(box).press_sequentially(word + " ", delay=STROKE)
        page.wait_for_function(SETTLE, arg=SETTLED)
        yield page.evaluate("shown - typed")


def plain_wiring(model) -> str:
    """The address of a page that is wired as in Gradio's guides: a text box's input event fills an HTML component."""
    pictures = EmojiPictures(model)
    asked = 0

    def answer(tweet: str) -> str:
        nonlocal asked
        asked += 1  # so that there is a visible change even if the answers are the same
        answers = model.answer(tweet, k=5)[0] if tweet.strip() else []
        rows = [
            f'<li><img src="{pictures.uri(a.emoji)}" width="44">{html.escape(a.name)} {a.score:.3f}</li>'
            for a in answers
        ]
        return f'<ol data-asked="{asked}">{"".join(rows)}</ol>'

    with gr.Blocks(analytics_enabled=False) as page:
        box, results = gr.Textbox(elem_id="box"), gr.HTML("<ol></ol>", elem_id="results")
        box.input(answer, box, results, trigger_mode="always_last", show_progress="hidden")
    return page.queue().launch(prevent_thread_lock=True, quiet=True)[1]


if __name__ == "__main__":
    main()
