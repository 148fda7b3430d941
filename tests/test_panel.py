"""The page's panels: what a `Panel` adds, and how the scripts are served."""

import re
import shutil
import urllib.request

import brotli
import numpy as np
import pytest
from playwright.sync_api import expect

from emoji_qa import page as pages
from emoji_qa.page.server.cards import Cards
from emoji_qa.page.server.panel import Panel, with_search_boxes
from emoji_qa.page.server.png import EmojiPictures
from emoji_qa.page.server.rpc import FOLDER
from emoji_qa.page.server.scripts import SCRIPTS, WORKER, PageScripts
from emoji_qa.page.tweet.tweet import answering, explaining
from emoji_qa.page.tweet.yours.yours import Yours
from emoji_qa.remix.recipes import Recipe
from emoji_qa.text.questions import Questions

IMPORT = re.compile(r'^import .*? from "(.+?)";$', re.MULTILINE)


def test_one_more_in_the_tuple_is_one_more_tab(lively, monkeypatch):
    toy = Panel(
        "toy", "Toy", "tabs/map/map.html", ("tabs/map/map.css",), "bulk/bulk.js", (), {"limits": {}, "choices": [1]}
    )
    monkeypatch.setattr(pages, "TABS", (*pages.TABS, lambda model, pictures: toy))
    page = pages.build(lively)
    *_, toy_after_the_others, bulk = page.panels
    assert toy_after_the_others is toy and bulk.id == "many"
    emoji = page.panels[1]
    assert emoji.props["tabs"][-1] == {"panel": "toy", "title": "Toy"}
    assert any(
        block.elem_id == "toy" and SCRIPTS.base in block.js_on_load for block in page.blocks.values() if block.elem_id
    )
    page.close(verbose=False)


def test_every_import_names_a_script_that_is_there_and_what_it_exports():
    for path in sorted(FOLDER.rglob("*.js")):
        source = path.read_text(encoding="utf-8")
        for names, place in re.findall(r'^import \{ (.+?) \} from "(.+?)";$', source, re.MULTILINE):
            exported = (path.parent / place).resolve().read_text(encoding="utf-8")
            for name in (one.split(" as ")[0] for one in names.split(", ")):
                assert re.search(rf"^export (async function|function|const) {name}\b", exported, re.MULTILINE), (
                    path.name,
                    name,
                )
        assert len(IMPORT.findall(source)) == len(re.findall(r"^import ", source, re.MULTILINE)), path


def panel_of(script):
    """The folder of the panel to which a script belongs: tweet, tabs/mix …"""
    parts = script.relative_to(FOLDER).parts
    return parts[:2] if parts[0] == "tabs" else parts[:1]


def test_no_panel_imports_from_another_one():
    for path in sorted(FOLDER.rglob("*.js")):
        for place in IMPORT.findall(path.read_text(encoding="utf-8")):
            imported = panel_of((path.parent / place).resolve())
            assert imported in (panel_of(path), ("browser",)), (path.relative_to(FOLDER), place)


def test_a_search_box_is_the_one_form_wherever_it_stands():
    box = '<search-box id="LABEL-1" label="Find" placeholder="ID, 🎉" button="Go"></search-box>'
    form = with_search_boxes(f"<p>{box}</p>")
    assert '<label for="LABEL-1">Find</label>' in form and 'placeholder="ID, 🎉"' in form and ">Go</button>" in form
    with pytest.raises(ValueError, match="in this order"):
        with_search_boxes('<search-box label="Find"></search-box>')
    for path in FOLDER.rglob("*.html"):
        assert 'role="search"' not in path.read_text(encoding="utf-8") or path.name == "search_box.html", path


def test_an_address_names_the_content_of_all_scripts(tmp_path):
    for name in ("browser/store.js", "browser/events.js"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(FOLDER / name, tmp_path / name)
    before, again = PageScripts(tmp_path), PageScripts(tmp_path)
    assert before.addresses == again.addresses and len(before.addresses) == 2
    (tmp_path / "browser/store.js").write_text("export const state = {};")
    after = PageScripts(tmp_path)
    assert not set(before.addresses.values()) & set(after.addresses.values())
    with pytest.raises(ValueError, match="no script tabs/none.js"):
        after.starting("tabs/none.js")


def test_scripts_are_packed_kept_and_fetched_at_once(url):
    address = SCRIPTS.addresses["tabs/mix/mix.js"]
    request = urllib.request.Request(url + address, headers={"Accept-Encoding": "br"})
    with urllib.request.urlopen(request, timeout=60) as response:
        assert brotli.decompress(response.read()) == (FOLDER / "tabs/mix/mix.js").read_bytes()
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response.headers["Content-Type"].startswith("text/javascript")
    preloaded = re.findall(r'href="(.+?)"', SCRIPTS.preloads)
    assert set(preloaded) == set(SCRIPTS.addresses.values()) - {SCRIPTS.addresses[WORKER]}


def test_a_script_that_cannot_be_fetched_is_said(windows, visitor, url):
    page = visitor.new_page()  # `windows` closes it; to open it would wait for what cannot start
    page.route("**/tabs/mix/mix.js", lambda route: route.abort())
    page.goto(url)
    expect(page.locator("#mix [role=alert]")).to_contain_text("Load the page again")
    page.wait_for_selector("canvas[data-shown]")


def test_a_tweet_costs_two_requests_and_two_encodings(page, lively, monkeypatch):
    encoded, asked = [], []
    plain = Questions.vectors
    monkeypatch.setattr(
        Questions, "vectors", lambda self, tweets, answers: encoded.extend(tweets) or plain(self, tweets, answers)
    )
    page.on(
        "request", lambda request: "component_server" in request.url and asked.append(request.post_data_json["fn_name"])
    )
    page.fill("#tweet", "my dog is so happy")
    expect(page.locator(".words .effect")).to_have_count(5)
    page.wait_for_timeout(500)
    asked = [
        name for name in asked if name not in ("load_emoji", "name_code", "look_around")
    ]  # these follow the answer: the emoji, its address, its neighbours
    assert asked == ["answer_tweet", "explain_answer"] and encoded.count("my dog is so happy") == 2


def test_words_are_weighed_alike_whether_the_question_is_known_or_not(lively):
    tweet = "my dog is so happy today"
    known, unknown = (lively.explain(tweet, "🎉", question) for question in (lively.embed_tweet(tweet), None))
    assert [word.word for word in known] == [word.word for word in unknown]
    np.testing.assert_allclose([w.effect for w in known], [w.effect for w in unknown], atol=1e-5)
    cards, yours = Cards(lively, EmojiPictures(lively)), Yours(lively)
    question = {"tweet": tweet, "k": 5, "among": "all", "tone": 0}
    best = answering(lively, cards, yours)(question)["answers"][0]
    why = explaining(lively, cards, yours)({**question, "emoji": best["emoji"]})
    assert why["chosen"]["score"] == best["score"] and why["rank"] == 1


def test_a_real_emoji_comes_as_it_was_drawn(inventing, lively):
    def load(model, emoji):
        page = pages.build(model)
        page.close(verbose=False)
        (found,) = (one for one in page.panels[1].functions if one.__name__ == "load_emoji")
        return found(emoji)["svg"]

    assert load(inventing, "🍋") == inventing.compose(Recipe("🍋"))
    assert "data:image/png" in load(inventing, "👍🏽")  # the parts of variants are not known
    assert load(lively, "🍋") is None
