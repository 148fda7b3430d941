"""The decoder in a real Chromium: when it is ready, before that, and when it fails to start in every possible way."""

import io
import re
from base64 import b64decode
from contextlib import contextmanager

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from emoji_qa.emojis.sensitive import HIDDEN
from emoji_qa.page.server.decoder_files import PREFIX
from tests.conftest import WAIT, send_to, slide, wait_until_started
from tests.test_page import expect_answers, expect_new_picture, picture

expect.set_options(timeout=WAIT)

FILES = ["ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm", "decoder.onnx", "answer.onnx", "axes.json"]
SIZE = 288  # pixels along one edge of the canvas


@pytest.fixture(scope="module", params=["exported", "default"])
def served(request):
    """A model that decodes 36 × 36 pixels, and one that decodes palettes, each with its page's address."""
    return request.getfixturevalue(request.param), request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def open_page(windows):
    """Opens an address; page.asked lists the window's requests, with the data that they sent."""

    def opening(address, prepare=lambda page: None, **options):
        asked = []

        def listen(page):
            prepare(page)
            page.on("request", lambda request: asked.append(request.url + " " + (request.post_data or "")))

        page = windows(address, listen, **options)
        page.asked = asked
        return page

    return opening


def fetched(page) -> list[str]:
    """Names of the decoder's files that were requested."""
    return [url.split()[0].rpartition("/")[2] for url in page.asked if f"/{PREFIX}/" in url]


def move(page, axis: int, value: float):
    """Sets a slider as a visitor does, and waits for the picture."""
    slide(page, f"#axis-{axis}", value)
    expect(page.locator(".frame canvas")).to_have_attribute("aria-busy", "false")


def wait_for_browser(page, moves=range(1000)):
    """Moves a slider until the browser's decoder draws."""
    for i in moves:
        move(page, 1, 1 + i % 2)
        if page.get_attribute(".frame canvas", "data-by") == "browser":
            return
        page.wait_for_timeout(100)
    raise AssertionError("The browser never drew.")


def settle(page, model) -> np.ndarray:
    """Puts all sliders in the middle, sets two of them, and returns the coordinates."""
    send_to(page, [0.0] * 16)
    move(page, 2, -1.5)
    move(page, 5, 0.75)
    s = np.zeros((1, 16))
    s[0, [1, 4]] = -1.5, 0.75
    return s


def canvas(page) -> np.ndarray:
    """The canvas's content, (side, side, 4) uint8."""
    uri = page.locator(".frame canvas").evaluate("canvas => canvas.toDataURL()")
    return np.array(Image.open(io.BytesIO(b64decode(uri.partition(",")[2]))).convert("RGBA"))


def premultiplied(pixels: np.ndarray) -> np.ndarray:
    return pixels[..., :3] * (pixels[..., 3:] / 255)


def expect_the_models_numbers(page, model, s):
    tweet = page.input_value("#tweet")
    z = model.latent.to_z(s)
    score = model.score(tweet, codes=z)[0, 0]
    ranked = [char not in HIDDEN for char in model.emojis.chars]
    better = (model.scores(model.embed_tweet(tweet))[ranked] > score + 0.0005).sum()
    line = page.locator(".score-line")
    expect(line).to_contain_text(re.compile(rf"answers your tweet with −?[\d.]+, rank [\d,]+ of {sum(ranked):,}\."))
    shown, rank = re.search(r"with (−?[\d.]+), rank ([\d,]+)", line.inner_text()).groups()
    if "calibration" in model.config:  # percent of such answers that are good
        assert float(shown) == pytest.approx(model.confidence(np.array([score]))[0], abs=0.6)
    else:
        assert float(shown.replace("−", "-")) == pytest.approx(score, abs=6e-4)
    assert abs(int(rank.replace(",", "")) - 1 - better) <= 1


# The page waits for its worker without a time limit: a busy machine is slow.
PATIENT = (
    "const plain = setTimeout; window.setTimeout = (f, ms, ...more) => plain(f, ms >= 10_000 ? 1e9 : ms, ...more);"
)
# Notes the page's worker, and how many drawings it is asked for.
WATCH = """const post = Worker.prototype.postMessage; window.posted = 0;
    Worker.prototype.postMessage = function (...sent) {
        window.worker = this;
        window.posted += sent[0].size > 100; // the others are for the ends of the sliders
        return post.apply(this, sent); };"""


def test_nothing_is_downloaded_before_the_first_touch_and_then_the_files_are_kept(open_page, exported, exported_url):
    received = []  # name and date of each file; one from the cache has its old date

    def prepare(page):
        page.add_init_script(PATIENT + WATCH)
        page.on("response", lambda r: f"/{PREFIX}/" in r.url and received.append((r.url, r.headers["date"])))

    page = open_page(exported_url, prepare)
    page.fill("#tweet", "so happy")
    expect(page.locator(".score-line")).to_contain_text("answers your tweet")
    page.locator(".answer .load").first.click()
    expect(page.locator(".frame canvas")).to_have_attribute("aria-busy", "false")
    assert not fetched(page)
    page.locator("#axis-1").focus()
    wait_for_browser(page)
    assert sorted(fetched(page)) == sorted(FILES)
    expect_the_last_of_many_positions_to_win(page)
    expect_the_score_to_follow_the_tweet(page, exported)

    page.wait_for_timeout(1100)
    page.reload()
    wait_until_started(page)
    wait_for_browser(page)
    assert len(received) == 2 * len(FILES) and len(set(received)) == len(FILES)


def expect_the_last_of_many_positions_to_win(page):
    """Those between are left out."""
    move(page, 4, 2)
    expected = canvas(page)
    move(page, 4, -2)
    before = page.evaluate("posted")
    page.evaluate("""() => { const slider = document.querySelector("#axis-4");
        for (let i = 0; i <= 60; i += 1) { slider.value = -1 + i / 20; slider.dispatchEvent(new Event("input")); } }""")
    expect(page.locator(".frame canvas")).to_have_attribute("aria-busy", "false")
    assert np.array_equal(canvas(page), expected)
    assert page.evaluate("posted") - before <= 3


def expect_the_score_to_follow_the_tweet(page, model):
    s = settle(page, model)
    before = page.locator(".score-line").inner_text()
    page.fill("#tweet", "love cake so happy")
    expect(page.locator(".score-line")).not_to_have_text(before)
    page.wait_for_function("() => !document.querySelector('#tweet-half [aria-busy=true]')")
    expect_the_models_numbers(page, model, s)
    page.fill("#tweet", "")
    expect(page.locator(".score-line")).to_have_text("")


def test_both_ways_draw_the_same_picture_and_give_the_same_numbers(open_page, served):
    model, address = served
    page = open_page(address, lambda page: page.add_init_script(PATIENT + WATCH))
    if model.vae.decoder.flat:
        assert evenness(page) > 0.8  # most neighbouring pixels have one colour
    wait_for_browser(page)
    expect_the_server_to_decode_nothing(page)
    s = settle(page, model)
    expect(page.locator(".frame canvas")).to_have_attribute("data-by", "browser")
    expect_the_models_numbers(page, model, s)
    by_browser = canvas(page)
    expect_a_screen_with_more_pixels_to_get_all_of_them(page)

    page.evaluate("worker.postMessage({ id: 0, sliders: null, size: 36 })")  # it cannot do that, so the server goes on
    s = settle(page, model)
    expect(page.locator(".frame canvas")).to_have_attribute("data-by", "server")
    expect_the_models_numbers(page, model, s)
    by_server = canvas(page)
    assert by_server.shape == by_browser.shape == (SIZE, SIZE, 4)
    off = np.abs(premultiplied(by_server) - premultiplied(by_browser))
    assert (off <= 2).mean() > 0.999 and off.mean() < 0.05
    if model.vae.decoder.flat:  # it must look as the model's own large pictures
        off = np.abs(premultiplied(by_browser) - premultiplied(model.decode(model.latent.to_z(s), SIZE)[0]))
        assert (off <= 2).mean() > 0.999
    before = picture(page)
    page.get_by_role("button", name="Roll").click()
    expect_new_picture(page, before)


def evenness(page) -> float:
    """The fraction of the picture's numbers that are nearly those of the pixel before."""
    return page.evaluate("""() => { const canvas = document.querySelector(".frame canvas");
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        let same = 0;
        for (let i = 4; i < data.length; i += 4) same += Math.abs(data[i] - data[i - 4]) < 3;
        return same / (data.length / 4); }""")


def expect_the_server_to_decode_nothing(page):
    page.asked.clear()
    for i in range(10):
        move(page, 3, i / 5)
    expect(page.locator(".film button")).not_to_have_count(1)  # the view has come to rest and asked what is near
    assert not [request for request in page.asked if "look_around" not in request and "name_code" not in request]


def expect_a_screen_with_more_pixels_to_get_all_of_them(page):
    """Takes the window to such a screen and back."""
    chromium = page.context.new_cdp_session(page)
    screen = {"width": 1280, "height": 720, "mobile": False}
    chromium.send("Emulation.setDeviceMetricsOverride", {**screen, "deviceScaleFactor": 2})
    move(page, 6, 1)
    page.wait_for_function(f"document.querySelector('.frame canvas').width === {2 * SIZE}")
    sharp = canvas(page)
    steps = np.abs(np.diff(premultiplied(sharp), axis=1)).max(axis=2)
    assert (steps > 24).sum() > 0  # a hard edge between two pixels
    chromium.send("Emulation.setDeviceMetricsOverride", {**screen, "deviceScaleFactor": 1})


WAITING = """self.addEventListener("message", ({ data }) => {
    if (!data.id) return; // it is not asked to draw
    const go = new XMLHttpRequest();
    go.open("GET", "/go", false); // until this is answered the worker does nothing else
    go.send();
});
"""
DRAG = """() => { const slider = document.querySelector("#axis-3"); window.frames = 0;
    const move = () => {
        slider.value = 2 * Math.sin(frames / 20);
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        window.frames += 1;
        requestAnimationFrame(move);
    };
    move(); }"""


def with_a_waiting_worker(page):
    """The worker requests /go before each drawing, and the page waits for the worker without a time limit."""

    def patch(route):
        response = route.fetch()
        route.fulfill(response=response, body=WAITING + response.text())

    page.route("**/decoder_worker.js", patch)
    page.add_init_script(PATIENT)


def test_the_server_draws_until_it_is_ready_and_answers_while_it_is_stuck(open_page, exported, exported_url):
    loading, held = [], []

    def prepare(page):
        with_a_waiting_worker(page)
        page.route("**/decoder.onnx", lambda route: loading.append(route))

    page = open_page(exported_url, prepare)
    settle(page, exported)
    expect(page.locator(".frame canvas")).to_have_attribute("data-by", "server")
    while not loading:
        page.wait_for_timeout(50)
    move(page, 3, 1.5)
    expect(page.locator(".frame canvas")).to_have_attribute("data-by", "server")
    loading[0].continue_()
    wait_for_browser(page)

    page.fill("#tweet", "")
    page.route("**/go", lambda route: held.append(route))
    page.evaluate(DRAG)
    while not held:
        page.wait_for_timeout(50)
    shown, frames = page.get_attribute(".frame canvas", "data-shown"), page.evaluate("frames")
    page.locator("#tweet").press_sequentially("love cake so happy")
    assert page.input_value("#tweet") == "love cake so happy"
    expect_answers(page, exported, "love cake so happy")
    assert page.evaluate("frames") > frames
    assert page.get_attribute(".frame canvas", "data-shown") == shown and len(held) == 1
    page.unroute("**/go")
    held[0].continue_()
    expect(page.locator(".frame canvas")).not_to_have_attribute("data-shown", shown)
    expect(page.locator(".frame canvas")).to_have_attribute("data-by", "browser")


def without(name):
    @contextmanager
    def spoiling(page):
        page.evaluate(f"() => {{ window.kept = {name}; delete window.{name}; }}")
        yield
        page.evaluate(f"() => {{ window.{name} = kept; }}")

    return spoiling


@contextmanager
def forbidding_workers(page):
    """The browser itself blocks workers, for as long as the page is open."""
    page.evaluate("""() => document.head.append(Object.assign(document.createElement("meta"),
        { httpEquiv: "content-security-policy", content: "worker-src 'none'" }))""")
    yield


def routing(name, handler):
    @contextmanager
    def spoiling(page):
        page.route(f"**/{name}", handler)
        yield
        page.unroute(f"**/{name}")

    return spoiling


def losing(name):
    return routing(name, lambda route: route.abort())


def refusing(name):
    return routing(name, lambda route: route.fulfill(status=404, body="gone"))


def garbling(name):
    return routing(name, lambda route: route.fulfill(status=200, body="garbage"))


WAYS = {
    "no WebAssembly": without("WebAssembly"),
    "no workers": without("Worker"),
    **{f"{name} lost": losing(name) for name in ("decoder_worker.js", *FILES)},
    "wasm 404": refusing(FILES[1]),
    "decoder garbled": garbling(FILES[2]),
}
# After this, a decoder that has failed starts at the next touch, as if the page had been opened anew.
FORGET = """  window.forget = () => {
    state = "asleep";
    addEventListener("focusin", wake, { once: true });
  };
"""


def with_a_forgetful_decoder(page):
    """The page has a function forget(), so that one window can show all the ways to fail."""

    def patch(route):
        response = route.fetch()
        wake = "  function wake() {"
        route.fulfill(response=response, body=response.text().replace(wake, FORGET + wake))

    page.route("**/decoder.js", patch)


def touch_anew(page):
    page.evaluate("forget(); delete document.querySelector('.frame canvas').dataset.by")
    page.locator("#axis-1").blur()
    page.locator("#axis-1").focus()


def expect_the_server_to_draw(page, model, spoiling):
    with spoiling(page):
        with page.expect_console_message(lambda message: message.text.startswith("The server draws: ")):
            touch_anew(page)
        s = settle(page, model)
        expect(page.locator(".frame canvas")).to_have_attribute("data-by", "server")
        expect_the_models_numbers(page, model, s)
        expect(page.locator("#emoji-half .note")).to_have_text("")


def test_where_it_cannot_come_the_server_draws(open_page, exported, exported_url):
    page = open_page(exported_url, with_a_forgetful_decoder)
    for way, spoiling in WAYS.items():
        print(way)  # pytest shows the last one if the test fails
        expect_the_server_to_draw(page, exported, spoiling)
    touch_anew(page)
    wait_for_browser(page)  # so none of these ways was still there when the next was tried
    expect_the_server_to_draw(page, exported, forbidding_workers)  # the last, since this cannot be undone
