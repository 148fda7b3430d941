"""Emojis invented for a tweet: better than where the climb began, honest, new, plausible, the same again, and on the page."""

import numpy as np
import pytest
from playwright.sync_api import expect

import emoji_qa
from emoji_qa.latent import invent as climbing
from tests.test_emoji_half import come_to_rest
from tests.test_page import expect_sliders, picture

TWEET = "first snow of the year and the whole street is silent"


@pytest.fixture(scope="module")
def model():
    return emoji_qa.load(device="cpu")


def test_an_invention_is_honest_new_and_plausible(model):
    found = model.invent(TWEET)
    question = model.embed_tweet(TWEET)
    code = model.encode(model.decode(found.z[None]))  # what its picture comes to
    assert found.score == pytest.approx((model.embed_codes(code) @ question).item(), abs=1e-4)
    assert found.within and 5 <= model.latent.novelty(code)[0] <= 99 and model.latent.plausibility(code)[0] >= 30
    assert found.nearest[0] == model.emojis.chars[model.latent.neighbours(code, 1)[0][0, 0]]
    real = model.score(TWEET, codes=model.emojis.codes)[0]
    assert found.best == model.emojis.chars[real.argmax()] and found.best_score == pytest.approx(real.max(), abs=1e-4)


def test_the_climb_goes_up_and_stays_on_the_map(model):
    question = model.embed_tweet(TWEET)
    z = climbing.starts(model, question, model.embed_codes(model.emojis.codes) @ question, seed=0)
    assert z.shape == (climbing.STARTS, 16)
    up = climbing.climb(model, question, z, 30, 0.1)
    before, after = model.embed_codes(z) @ question, model.embed_codes(up) @ question
    assert np.median(after) > np.median(before) + 0.02
    assert model.latent.novelty(up).min() >= 4 and np.median(model.latent.plausibility(up)) > 20


def test_the_same_seed_gives_the_same_emoji_and_other_tweets_others(lively):
    first, again, other = lively.invent("so happy"), lively.invent("so happy"), lively.invent("angry cake")
    assert np.array_equal(first.z, again.z) and first.score == again.score
    assert not np.allclose(first.z, other.z)
    assert np.isfinite(first.z).all() and first.z.shape == (16,)


def test_a_tweet_without_words_is_refused(lively):
    for tweet in ("", "🎉", "x" * 10_001):
        with pytest.raises(ValueError, match="tweet|words|characters"):
            lively.invent(tweet)


def test_on_the_page(page, lively):
    place = page.locator(".head").first.bounding_box()
    page.fill("#tweet", "so happy")
    come_to_rest(page, 1)
    shown, found = picture(page), lively.invent("so happy")
    page.get_by_role("button", name="Invent one").click()
    expect(page.locator(".invention .score")).to_have_text(f"{found.score:.3f}".replace("-", "−"))
    expect(page.locator(".invention-note")).to_contain_text("By looks alone")
    expect(page.locator(".invention-note")).to_contain_text(f"{found.best_score:.3f}".replace("-", "−"))
    expect_sliders(page, lively.latent.from_z(found.z[None])[0])
    expect(page.locator(".caption")).to_have_text("Invented for your tweet")
    page.wait_for_function("old => document.querySelector('.frame canvas').toDataURL() !== old", arg=shown)
    assert page.locator(".invention canvas").evaluate("c => c.getContext('2d').getImageData(0, 0, 88, 88).data.some(Boolean)")
    assert page.locator(".head").first.bounding_box() == place  # nothing moved
    page.locator(".roll").click()
    expect(page.locator(".caption")).to_have_text("A random emoji")
    page.locator(".invention .load").click()
    expect_sliders(page, lively.latent.from_z(found.z[None])[0])
    page.fill("#tweet", "angry cake")
    expect(page.locator(".invention .load")).to_be_hidden()
    assert page.locator(".head").first.bounding_box() == place


def test_no_tweet_no_invention_and_what_is_wrong_is_said(page):
    page.fill("#tweet", "")
    expect(page.locator(".invent")).to_be_disabled()
    page.fill("#tweet", "so happy")
    expect(page.locator(".invent")).to_be_enabled()
    page.route("**/component_server**", lambda route: route.abort())
    page.locator(".invent").click()
    expect(page.locator(".invention-note")).to_contain_text("No answer from the server")
