"""Emojis that a visitor brings: the server ranks them among the others, and the page keeps them."""

import copy
import json

import numpy as np
import pytest
from playwright.sync_api import expect

import emoji_qa
from emoji_qa.page.tweet.yours import yours as yours_module
from emoji_qa.page.tweet.yours.yours import MOST, Yours, ranked
from tests.lively import table
from tests.test_page import PAYLOAD, expect_sliders
from tests.test_tweet_half import explained, serious, write
from tests.tiny import disc, write_checkpoint

PIXEL = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@pytest.fixture(scope="module", params=["glove", "encoder"])
def model(request, tmp_path_factory):
    if request.param == "glove":
        return request.getfixturevalue("lively")
    folder = tmp_path_factory.mktemp("encoder")
    return emoji_qa.load(write_checkpoint(folder, emojis=table(), arch="encoder", loudness=2), device="cpu")


def one(model, row=4, **changes) -> dict:
    """A disc in the form in which the browser sends a visitor's emoji."""
    sliders = model.latent.from_z(model.encode(disc(row)[np.newaxis]))[0].tolist()
    return {"emoji": "yours-1", "sliders": sliders, "name": "tired face", "keywords": ["monday"], **changes}


def test_it_is_ranked_as_if_it_had_been_added(model):
    other = copy.copy(model)
    other.add(disc(4), char="yours-1", name="tired face", keywords=["monday"])
    expected = other.answer("so happy my dog", k=50)[0]
    found = ranked(model, model.embed_tweet("so happy my dog"), None, Yours(model).read([one(model)]), 50)
    assert [answer.emoji for answer in found] == [answer.emoji for answer in expected]
    assert [answer.score for answer in found] == pytest.approx([answer.score for answer in expected], abs=1e-3)
    assert len(model.emojis) == 45


def test_a_picture_alone_is_ranked_by_its_code(model):
    [brought] = Yours(model).read([one(model, name="", keywords=[])])
    codes = model.latent.to_z([one(model)["sliders"]])
    assert np.allclose(brought.answer, model.embed_codes(codes)[0], atol=1e-6) and brought.name == "Your own emoji"


def test_words_are_read_once_and_none_are_kept(model, monkeypatch):
    monkeypatch.setattr(yours_module, "KEPT", 20)
    yours, asked = Yours(model), []
    embed = model.embed_codes
    monkeypatch.setattr(model, "embed_codes", lambda *arguments: asked.append(1) or embed(*arguments))
    first = yours.read([one(model, name="zebrafish")])[0].answer
    assert np.array_equal(yours.read([one(model, name="zebrafish")])[0].answer, first) and len(asked) == 1
    for i in range(30):
        yours.read([one(model, sliders=[i / 1000] * 16)])
    assert len(yours._kept) == 20
    assert "zebrafish" not in str(list(yours._kept))


@pytest.mark.parametrize(
    "sent",
    [
        "yours",
        [1],
        {"emoji": "a"},
        [{}] * (MOST + 1),
        [{"emoji": "🎉"}],
        [{"emoji": "yours-1", "sliders": [0] * 15}],
        [{"emoji": "yours-1", "sliders": [0] * 16, "name": 5}],
        [{"emoji": "yours-1", "sliders": [0] * 16, "keywords": "word"}],
        [{"emoji": "yours-1", "sliders": [0] * 16, "name": "x" * 101}],
        [{"emoji": "", "sliders": [0] * 16}],
        [{"emoji": "yours-1", "sliders": [float("nan")] * 16}],
        [{"emoji": "yours-1", "sliders": [0] * 16}] * 2,
    ],
    ids=lambda sent: str(sent)[:40],
)
def test_what_is_no_list_of_emojis_gets_a_sentence(model, sent):
    with pytest.raises(ValueError, match=r"^.{15,}\.$"):
        Yours(model).read(sent)


def bring(page, brought: dict, picture: str = PIXEL):
    send = "detail => document.dispatchEvent(new CustomEvent('emoji-qa:candidate', { detail }))"
    page.evaluate(send, {**brought, "picture": picture})


def expect_ranked(page, model, tweet, *brought):
    expected = [
        answer.emoji for answer in ranked(model, model.embed_tweet(tweet), None, Yours(model).read(list(brought)), 50)
    ]
    page.wait_for_function(
        "e => e.join() === [...document.querySelectorAll('.answer')].map((a) => a.dataset.emoji).join()", arg=expected
    )
    return expected


def test_a_visitor_brings_one_asks_why_and_takes_it_away_and_nothing_is_logged(page, lively, capfd):
    mine = one(lively, name="zebrafish <b>face</b>")
    write(page, lively, "so happy")
    page.get_by_role("button", name="Show 25").click()
    page.get_by_role("button", name="Show all 45").click()
    with page.expect_response(lambda response: "zebrafish" in (response.request.post_data or "")) as answered:
        bring(page, {**mine, "keywords": "monday, tuesday"})
    assert "yours-1" in json.dumps(answered.value.json())
    page.get_by_role("button", name="Show all 46").click()
    ranks = expect_ranked(page, lively, "so happy", mine)
    item = page.locator(".answer.yours")
    expect(item.locator("img")).to_have_attribute("src", PIXEL)
    expect(item.locator(".name")).to_have_text(mine["name"])
    chip = page.get_by_role("list", name="Emojis of your own").get_by_role("listitem")
    expect(chip).to_contain_text(f"{mine['name']}rank {ranks.index('yours-1') + 1}")
    item.locator(".load").click()
    expect_sliders(page, np.array(mine["sliders"]))
    words = explained(page, "so happy", mine["name"])
    [brought] = Yours(lively).read([mine])
    assert [word for word, _ in words] == [word.word for word in lively.explain("so happy", brought.answer)]
    expect(page.locator(".copies")).to_be_hidden()
    assert not serious(page)
    chip.get_by_role("button", name="Remove").click()
    expect(chip).to_have_count(0)
    expect_ranked(page, lively, "so happy")
    explained(page, "so happy", lively.answer("so happy")[0][0].name)
    assert "Copy" in page.locator(".answer").nth(ranks.index("yours-1")).inner_text()
    assert "zebrafish" not in "".join(capfd.readouterr())


def test_of_two_the_first_is_removed_and_then_eight_are_the_most(page, lively):
    write(page, lively, "love cake")
    page.get_by_role("button", name="Show 25").click()
    page.get_by_role("button", name="Show all 45").click()
    for row, name in ((4, "first"), (33, "second")):
        bring(page, one(lively, row, name=name))
    page.get_by_role("button", name="Show all 47").click()
    page.get_by_role("button", name="Remove first").last.click()  # in the list, not among the answers
    expect_ranked(page, lively, "love cake", one(lively, 33, emoji="yours-2", name="second"))
    expect(page.locator(".yours-list li")).to_have_count(1)
    page.get_by_label("Group of emojis").select_option("Food & drink")
    expect(page.locator(".answer.yours")).to_have_count(0)
    page.get_by_label("Group of emojis").select_option("All groups")

    note = page.locator("#tweet-note")
    for i in range(MOST):
        expect(note).not_to_contain_text("are the most")
        bring(page, one(lively, name=PAYLOAD if i == 3 else f"face {i}"), "javascript:alert(1)")
    expect(note).to_contain_text("8 emojis of your own are the most")
    expect(page.locator(".yours-list li")).to_have_count(MOST)
    expect(page.locator(".yours-list img[src^=javascript]")).to_have_count(0)
    assert page.evaluate("typeof hacked") == "undefined"
    bring(page, {"sliders": None, "name": "nothing"})
    expect(page.locator(".yours-list li")).to_have_count(MOST)
