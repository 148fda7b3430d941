"""What the page tells about answers: how good each is, on the same scale everywhere, and how another language is read."""

import json

import numpy as np
import pytest
from playwright.sync_api import expect

import emoji_qa
from tests.conftest import serve, slide
from tests.lively import write_lively_checkpoint
from tests.tiny_parts import write_parts

WORDS = "es\tfeliz cumpleaños\tlove cake\nes\tmi\t\nen\tlove\t\n"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = write_parts(write_lively_checkpoint(tmp_path_factory.mktemp("rated")))
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "calibration": {"slope": 3.0, "intercept": -1.0}}))
    (folder / "words.tsv").write_text(WORDS)
    return emoji_qa.load(folder, device="cpu")


@pytest.fixture(scope="module")
def url(model):
    yield from serve(model)


def test_answers_say_how_good_they_are_and_what_is_put_together_is_kept_as_that(open_page, url, model):
    page, tweet = open_page(url), "¡Feliz cumpleaños!"
    page.fill("#tweet", tweet)
    expect_one_scale(page, model, tweet)

    page.locator(".invent").click()
    made = model.invent(tweet)[0].made_of
    first = page.locator(".inventions button").first
    expect(first).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".score-line")).to_contain_text(
        f"By its parts and looks, this one answers your tweet with {first.locator('.score').inner_text()}, rank "
    )
    expect(page.locator(".caption span")).to_have_text(made)
    page.get_by_role("button", name="Keep among your favourites").click()
    page.wait_for_timeout(400)  # until the session is stored
    page.reload()
    expect(page.locator(".drawn img")).to_be_visible()
    slide(page, "#axis-1", 1.5)
    expect(page.locator(".drawn img")).to_be_hidden()
    page.get_by_role("button", name="Reset").click()  # back to the composition
    expect(page.locator(".caption span")).to_have_text(made)
    page.get_by_role("button", name="Reset").click()  # back to the real emoji before it
    expect(page.locator(".of-drawing")).to_have_text("the real one")
    expect(page.locator(".novelty")).to_have_text("a real emoji")
    expect_favourite_is_a_composition(page, made)
    page.fill("#tweet", "love cake")
    expect(page.locator("#tweet-note")).to_have_text(
        "Answers follow as you type. 80 means that four of five answers like it are good."
    )


def expect_one_scale(page, model, tweet):
    """The answers, the bar, "why" and the emoji half tell the same numbers."""
    expect(page.locator("#tweet-note")).to_have_text("Read as Spanish, word by word: love cake!")
    best = model.answer(tweet)[0]
    rated = [f"{share:.0f}" for share in model.confidence(np.array([answer.score for answer in best]))]
    expect(page.locator(".answer .score")).to_have_text(rated)
    page.wait_for_function(  # the bar moves smoothly
        """share => {
        const bar = document.querySelector('.answer .bar span');
        return Math.abs(100 * new DOMMatrix(getComputedStyle(bar).transform).a - share) < 1; }""",
        arg=float(rated[0]),
    )
    expect(page.locator(".place")).to_contain_text(f"{rated[0]}, rank 1 of 45 (score ")
    place = page.locator(".place").inner_text()
    assert float(place.split()[-1].rstrip(")").replace("−", "-")) == pytest.approx(best[0].score, abs=1.1e-3)
    expect(page.locator(".score-line")).to_have_text(f"This emoji answers your tweet with {rated[0]}, rank 1 of 45.")


def expect_favourite_is_a_composition(page, made):
    page.get_by_role("tab", name="Take away").click()
    page.locator(".favourites .open").click()
    expect(page.locator(".drawn img")).to_be_visible()
    expect(page.locator(".caption span")).to_have_text(made)
    page.wait_for_function(
        """() => { const canvas = document.querySelector('.favourites canvas');
        return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean); }"""
    )
    with page.expect_download() as download:
        page.get_by_role("button", name="Export all as a zip").click()
    assert b"<title>" + made.encode() in download.value.path().read_bytes()
