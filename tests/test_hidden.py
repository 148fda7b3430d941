"""Emojis that often offend are no answers on the page unless a visitor asks for all; in Python all are ranked."""

import csv
import io

import pytest
from playwright.sync_api import expect

import emoji_qa
from emoji_qa.emojis.sensitive import HIDDEN
from emoji_qa.emojis.table import EmojiTable
from emoji_qa.page.server.cards import shown
from tests.conftest import serve
from tests.lively import MORE, table
from tests.test_page import answers
from tests.test_tweet_half import explained
from tests.tiny import write_checkpoint

TWEET = "my flight is cancelled"


@pytest.fixture(scope="module")
def rude(tmp_path_factory):
    """A model with 45 emojis, three of which often offend."""
    emojis = table("🖕🍆🐒" + MORE[3:])
    return emoji_qa.load(write_checkpoint(tmp_path_factory.mktemp("rude"), emojis=emojis, loudness=2), device="cpu")


@pytest.fixture(scope="module")
def rude_url(rude):
    yield from serve(rude)


def expect_shown(page, expected: list[str]):
    there = "[...document.querySelectorAll('.answer')].map((answer) => answer.dataset.emoji)"
    page.wait_for_function(f"expected => expected.join() === {there}.join()", arg=expected)


def test_each_is_an_emoji_of_the_shipped_model():
    bases = EmojiTable.load(emoji_qa.checkpoint.locate("default")).bases
    assert set(bases.chars) >= HIDDEN and len(HIDDEN) == 13


def test_python_ranks_them(rude):
    assert {answer.emoji for answer in rude.answer(TWEET, k=45)[0]} > {"🖕", "🍆", "🐒"}


def test_one_that_is_asked_for_stays(rude):
    [ranked] = rude.answer(TWEET, k=45)
    assert {"🖕", "🍆", "🐒"}.isdisjoint(answer.emoji for answer in shown({}, ranked))
    assert [answer.emoji for answer in shown({}, ranked, "🍆") if answer.emoji in HIDDEN] == ["🍆"]
    assert shown({"hidden": True}, ranked) == ranked != shown({"hidden": "yes"}, ranked)


def test_hidden_until_a_visitor_wants_all_and_remembered(open_page, rude, rude_url):
    page = open_page(rude_url)
    everything = [answer.emoji for answer in rude.answer(TWEET, k=45)[0]]
    polite = [emoji for emoji in everything if emoji not in HIDDEN]
    expect_table(page, rude, hidden=False)
    page.fill("#tweet", TWEET)
    expect_shown(page, polite[:5])
    page.get_by_role("button", name="Show all 42").click()
    expect_shown(page, polite)
    expect_hidden_one_explained(page, rude)
    switch = page.get_by_label("Show all emojis")
    switch.check()
    expect_shown(page, everything)
    expect(page.get_by_role("button", name="Show all 45")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(switch).to_be_checked()
    expect_shown(page, everything)  # as before
    page.get_by_role("button", name="Show 5", exact=True).click()
    expect_shown(page, everything[:5])
    expect_table(page, rude, hidden=True)
    switch.uncheck()
    expect_shown(page, polite[:5])


def expect_hidden_one_explained(page, model):
    """Asked why not a hidden one, the page answers."""
    page.fill("#why-search", "🍆")
    page.press("#why-search", "Enter")
    explained(page, TWEET, model.emojis.names[model.emojis.index("🍆")])
    ranked = [answer.emoji for answer in model.answer(TWEET, k=45)[0] if answer.emoji not in HIDDEN - {"🍆"}]
    expect(page.locator(".place")).to_contain_text(f"rank {ranked.index('🍆') + 1} of 43")


def expect_table(page, model, hidden: bool):
    """A table of tweets has what the page shows: the hidden ones, or not."""
    tweets = ["my dog", "so happy", TWEET, "love cake", "awful rain"]
    page.set_input_files(
        "#many-file", {"name": "a.txt", "mimeType": "text/plain", "buffer": "\n".join(tweets).encode()}
    )
    page.select_option("#many-k", "25")
    page.get_by_role("button", name="Answer", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the table").click()
    rows = list(csv.reader(io.StringIO(download.value.path().read_text("utf-8-sig"))))[1:]
    ranked = [[answer.emoji for answer in some] for some in model.answer(tweets, k=45)]
    expected = [[emoji for emoji in some if hidden or emoji not in HIDDEN][:25] for some in ranked]
    assert [row[1:76:3] for row in rows] == expected
    assert len(answers(page)) == 5
