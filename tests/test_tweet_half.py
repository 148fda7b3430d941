"""The tweet half in a real Chromium: more answers, groups, skin tones, why, and emojis like one."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.test_page import PAYLOAD, code, expect_answers, expect_sliders

TWEET = "my flight is cancelled and so is the cake"
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


def write(page, model, tweet):
    page.fill("#tweet", tweet)
    expect_answers(page, model, tweet)


def clipboard(page) -> str:
    return page.evaluate("navigator.clipboard.readText()")


def explained(page, tweet, name) -> list[tuple[str, float]]:
    """The words that are shown, with their effects, once they are those of this tweet and emoji."""
    expect(page.locator(".chosen .name")).to_have_text(name)
    page.wait_for_function(
        """tweet => { const words = document.querySelector(".words").cloneNode(true);
        words.querySelectorAll("small").forEach((number) => number.remove());
        return words.textContent === tweet; }""",
        arg=tweet,
    )
    return page.locator(".effect").evaluate_all(
        "all => all.map(e => [e.firstChild.textContent, Number(e.lastChild.textContent.replace('−', '-'))])"
    )


def erase(tweet, nth, word) -> str:
    """The tweet without the nth occurrence of a word."""
    start = -1
    for _ in range(nth + 1):
        start = tweet.index(word, start + 1)
    return f"{tweet[:start]} {tweet[start + len(word) :]}"


def test_how_many_of_which_group_and_by_keyboard(page, lively):
    tweet = page.input_value("#tweet")
    page.get_by_role("button", name="Show 25").click()
    expect_answers(page, lively, tweet, k=25)
    page.get_by_role("button", name="Show all 45").click()
    expect_answers(page, lively, tweet, k=45)
    last = page.locator(".answer").last
    last.scroll_into_view_if_needed()
    expect(last.locator("img")).to_have_attribute("src", re.compile("^data:image"))
    page.get_by_role("button", name="Show 5", exact=True).click()
    expect_answers(page, lively, tweet, k=5)

    page.get_by_label("Group of emojis").select_option("Food & drink")
    of_group = [emoji.char for emoji in lively.emojis if emoji.group == "food-drink"]
    expect_answers(page, lively, tweet, emojis=of_group)
    page.get_by_role("button", name=f"Show all {len(of_group)}").click()
    expect_answers(page, lively, tweet, k=len(of_group), emojis=of_group)
    page.get_by_label("Group of emojis").select_option("All groups")
    expect_answers(page, lively, tweet, k=25)

    page.get_by_role("button", name="Show 5", exact=True).click()
    expect_answers(page, lively, tweet, k=5)
    page.get_by_role("button", name="Show 5", exact=True).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect_answers(page, lively, tweet, k=25)
    expect(page.get_by_role("button", name="Show 25")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Group of emojis")).to_be_focused()
    page.keyboard.type("Food")
    page.wait_for_function("document.querySelectorAll('.answer').length === 25")
    page.keyboard.press("Tab")
    expect(page.get_by_label("no skin tone")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("light", exact=True)).to_be_checked()


def test_tweet_and_emoji_are_copied_and_a_skin_tone_is_remembered(open_page, lively):
    page = open_page(**CLIPBOARD)
    write(page, lively, "so happy")
    explained(page, "so happy", lively.answer("so happy")[0][0].name)
    page.get_by_role("button", name="Copy tweet +").click()
    expect(page.locator(".copy-both")).to_contain_text("Copied")
    assert clipboard(page) == f"so happy {lively.answer('so happy')[0][0].emoji}"

    page.get_by_role("button", name="Show 25").click()
    page.get_by_role("button", name="Show all 45").click()
    page.get_by_title("Skin tone: medium", exact=True).click()
    thumb = page.locator('.answer[data-emoji="👍🏽"]')
    expect(thumb.locator(".name")).to_have_text("thumbs up")
    thumb.locator(".copy").click()
    expect(thumb.locator(".copy")).to_contain_text("Copied")
    assert clipboard(page) == "👍🏽"
    page.reload()
    page.get_by_role("button", name="Show all 45").click()
    expect(page.locator('.answer[data-emoji="👍🏽"]')).to_have_count(1)
    expect(page.get_by_label("medium", exact=True)).to_be_checked()
    page.get_by_title("Skin tone: dark", exact=True).click()  # this table has no such thumb
    expect(page.locator('.answer[data-emoji="👍"]')).to_have_count(1)


def expect_effects(page, model, words):
    """Each word's effect is what the best answer's score loses without it, and has the colour of its sign."""
    best = model.answer(TWEET)[0][0]
    score, seen = model.score(TWEET, emojis=[best.emoji])[0, 0], {}
    for word, effect in words:
        without = model.score(erase(TWEET, seen.get(word, 0), word), emojis=[best.emoji])[0, 0]
        seen[word] = seen.get(word, 0) + 1
        assert effect == pytest.approx(score - without, abs=0.006), word
    for sign, colour in ((1, "up"), (-1, "down")):
        shown = page.locator(f".effect.{colour}").evaluate_all("all => all.map(e => e.firstChild.textContent)")
        assert shown == [word for word, effect in words if effect * sign > 0]


def test_why_this_one_why_not_another_and_back_to_the_best(page, lively):
    write(page, lively, TWEET)
    best = lively.answer(TWEET)[0][0]
    before = explained(page, TWEET, best.name)
    assert {"flight", "cancelled", "cake"} <= {word for word, _ in before}
    expect_effects(page, lively, before)

    page.fill("#why-search", "rai")
    expect(page.locator(".why .found button")).to_have_text("cloud with rain")
    page.press("#why-search", "ArrowDown")
    page.keyboard.press("Enter")
    explained(page, TWEET, "cloud with rain")
    ranked = [answer.emoji for answer in lively.answer(TWEET, k=45)[0]]
    expect(page.locator(".place")).to_contain_text(f"rank {ranked.index('🌧️') + 1} of 45")
    write(page, lively, "so happy")
    explained(page, "so happy", "cloud with rain")  # the visitor's choice stays
    write(page, lively, TWEET)
    page.get_by_role("button", name="Back to the best").click()
    assert explained(page, TWEET, best.name) == before
    page.fill("#why-search", "👍🏽")
    page.press("#why-search", "Enter")
    explained(page, TWEET, "thumbs up")
    page.fill("#why-search", "nothing like it")
    expect(page.locator(".why-note")).to_have_text("No emoji fits this search.")

    third = page.locator(".answer").nth(2)  # choosing an answer asks why, and loads it
    emoji = third.get_attribute("data-emoji")
    third.locator(".load").click()
    expect_sliders(page, code(lively, emoji))
    explained(page, TWEET, lively.answer(TWEET)[0][2].name)
    expect(third.locator(".load")).to_have_attribute("aria-pressed", "true")


def test_an_emoji_alone_shows_those_like_it_and_no_words_are_stale_after_fast_typing(page, lively):
    for text in ("🎉", "  👍🏽\n", "🎉🎉 😡"):
        expect_those_like_it(page, lively, text)

    held = []
    page.evaluate("""() => { window.seen = new Set();
        new MutationObserver(() => seen.add(document.querySelector(".words").textContent))
            .observe(document.querySelector(".words"), { childList: true }); }""")

    def of_slow(request) -> bool:
        return all(word in (request.post_data or "") for word in ("slow", "explain"))

    page.route("**/component_server**", lambda r: held.append(r) if of_slow(r.request) else r.continue_())
    with page.expect_request(of_slow):
        page.fill("#tweet", "slow rain")
    write(page, lively, "coffee dog")
    with page.expect_response(lambda response: of_slow(response.request)):
        held[0].continue_()
    explained(page, "coffee dog", lively.answer("coffee dog")[0][0].name)
    write(page, lively, "so happy")
    explained(page, "so happy", lively.answer("so happy")[0][0].name)  # by now, the late response has been read
    assert not [text for text in page.evaluate("[...seen]") if "slow" in text]


def expect_those_like_it(page, lively, text):
    page.fill("#tweet", text)
    for by, label in (("meaning", "Near in meaning"), ("looks", "Near in looks")):
        emoji = "👍" if "👍" in text else "🎉"
        expected = [answer.emoji for answer in lively.similar(emoji, by=by, k=10)]
        items = page.get_by_role("list", name=label).get_by_role("listitem")
        expect(items).to_have_count(10)
        assert items.evaluate_all("items => items.map(item => item.dataset.emoji)") == expected
    expect(page.locator(".answers")).to_be_hidden()
    near = page.locator(".looks .near").nth(1)
    near.locator(".load").click()
    expect_sliders(page, code(lively, near.get_attribute("data-emoji")))
    expect(page.locator(".chosen .name")).to_have_text(near.locator(".name").inner_text(), ignore_case=True)
    write(page, lively, "so happy")
    expect(page.locator(".similar")).to_be_hidden()
    explained(page, "so happy", lively.answer("so happy")[0][0].name)


def test_what_is_typed_is_shown_as_it_is_however_long_and_never_logged(page, lively, capfd):
    write(page, lively, PAYLOAD)
    explained(page, PAYLOAD, lively.answer(PAYLOAD)[0][0].name)
    page.fill("#why-search", PAYLOAD[:99])
    page.press("#why-search", "Enter")
    expect(page.locator(".why-note")).to_have_text("No emoji fits this search.")
    assert page.evaluate("typeof hacked") == "undefined"
    assert page.locator("img[src=x]").count() == 0

    long = "love cake " * 1000
    write(page, lively, long)
    words = explained(page, long, lively.answer(long)[0][0].name)
    assert len(words) == 2000 and not any(effect for _, effect in words[:1000])  # this model reads only the end

    note = page.locator("#tweet-note")
    for text, message in (("zebrafish" * 2000, "too many"), ("zebrafish \ufffd", "are guesses"), ("\x00", "no words")):
        page.fill("#tweet", text)
        expect(note).to_contain_text(message)
    write(page, lively, "so happy zebrafish")
    explained(page, "so happy zebrafish", lively.answer("so happy zebrafish")[0][0].name)
    page.fill("#why-search", "zebrafish")
    page.press("#why-search", "Enter")
    expect(page.locator(".why-note")).to_contain_text("No emoji fits")
    assert "zebrafish" not in "".join(capfd.readouterr())


def places(page) -> dict[int, list]:
    """The positions of the page's parts, independent of scrolling, on wide screens and narrow ones."""
    found = {}
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        found[width] = page.evaluate(
            """async (parts) => {
                await new Promise(requestAnimationFrame);
                return parts.map(part => {
                    const { x, y, height } = document.querySelector(part).getBoundingClientRect();
                    return [x, y + scrollY, height]; }); }""",
            [".filters", ".results", ".why", ".examples", "#many"],
        )
    return found


def test_nothing_moves_whatever_is_answered(page, lively):
    at_first, note = places(page), page.locator("#tweet-note")
    for text, message in (("", "is empty"), ("🎉", "emoji alone"), ("x" * 10_001, "too many"), ("\x01", "no words")):
        page.fill("#tweet", text)
        expect(note).to_contain_text(message)
        assert places(page) == at_first, message
    long = "love cake " * 99
    write(page, lively, long)
    page.fill("#why-search", "rain")
    page.press("#why-search", "Enter")
    explained(page, long, "cloud with rain")
    assert places(page) == at_first


def serious(page, within: str = "body") -> list[str]:
    """The violations that axe finds. In the dark theme, where only colours differ, only contrasts are checked."""
    is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    options = {"resultTypes": ["violations"]}  # listing what passes takes longer than the checks
    if is_dark:
        options["runOnly"] = {"type": "rule", "values": ["color-contrast"]}
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate("async ([within, options]) => (await axe.run(within, options)).violations", [within, options])
    return [
        f"{v['id']}: {[node['html'][:120] for node in v['nodes']]}"
        for v in found
        if v["impact"] in ("serious", "critical")
    ]


def expect_accessible(page, within: str = "body", widths=(390, 1280)):
    """axe finds nothing serious, and nothing is wider than the window, in the dark at one width and in the light at another."""
    for scheme, width in zip(("dark", "light"), widths, strict=True):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # else colours change slowly
        page.set_viewport_size({"width": width, "height": 844})
        expect(page.locator("body.dark")).to_have_count(int(scheme == "dark"))  # Gradio follows after a moment
        assert not serious(page, within), scheme
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_no_serious_finding_of_axe(page):
    expect_accessible(page)
    page.get_by_role("button", name="Show 25").click()
    page.get_by_role("button", name="Show all 45").click()
    page.fill("#why-search", "rai")
    expect(page.locator(".why .found button")).to_be_visible()
    expect_accessible(page, "#tweet-half")
    page.press("#why-search", "Enter")
    explained(page, page.input_value("#tweet"), "cloud with rain")
    expect_accessible(page, "#tweet-half")
    page.fill("#tweet", "🎉")
    expect(page.locator(".similar")).to_be_visible()
    expect_accessible(page, "#tweet-half")
    page.fill("#tweet", "x" * 10_001)
    expect(page.locator("#tweet-note")).to_contain_text("too many")
    expect_accessible(page, "#tweet-half")
