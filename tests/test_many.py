"""Several tweets at once, in a real Chromium: a file is chosen, answered piece by piece, and downloaded as CSV."""

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.conftest import lent, opened
from tests.test_page import PAYLOAD
from tests.test_tweet_half import expect_accessible

TWEETS = ["so happy", "my flight is cancelled", "love cake!", "", "🎉", "awful rain", "x" * 10_001]


@pytest.fixture(scope="module")
def window(chromium, url):
    with opened(chromium, url, permissions=["clipboard-read", "clipboard-write"]) as window:
        yield window


@pytest.fixture
def page(window):
    """The page of the window that the tests share, with three emojis a tweet. A new file replaces all that an old one left."""
    with lent(window) as page:
        page.get_by_label("Emojis a tweet").select_option("3")
        yield page


def choose(page, text, name="tweets.csv"):
    raw = text if isinstance(text, bytes) else text.encode()
    page.set_input_files("#many-file", {"name": name, "mimeType": "text/csv", "buffer": raw})


def table(rows) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()


def note(page):
    return page.locator("#many .note")


def take(page) -> tuple[str, list[list[str]]]:
    """The name and the cells of the file that the link downloads."""
    with page.expect_download() as download:
        page.locator("#many .take").click()
    raw = Path(download.value.path()).read_bytes()
    assert raw.startswith("\ufeff".encode())
    return download.value.suggested_filename, list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def answer(page, how="Answer"):
    page.locator("#many").get_by_role("button", name=how).click()


def cells(model, tweet, k) -> list[str]:
    return [cell for a in model.answer(tweet, k=k)[0] for cell in (a.emoji, a.name, f"{a.score:.4f}")]


def test_what_is_chosen_above_counts(page, lively):
    page.locator(".popularity").select_option(label="Specific first")
    choose(page, table([["tweet"], ["so happy"], ["great cake"]]))
    answer(page)
    expect(note(page)).to_have_text("Done: 2 of 2 answered.")
    _, got = take(page)
    [best] = lively.answer("great cake", k=1, popularity=0)
    assert got[-1][:4] == ["great cake", best[0].emoji, best[0].name, f"{best[0].score:.4f}"]


def test_a_table_comes_back_with_its_answers(page, lively):
    rows = [[str(i), tweet, "=1+1"] for i, tweet in enumerate(TWEETS)]
    choose(page, table([["id", "Text", "@note"], *rows]))
    expect(note(page)).to_have_text("7 rows. The first tweet: so happy")
    page.get_by_label("Emojis a tweet").select_option("5")
    answer(page)
    expect(note(page)).to_have_text("Done: 4 of 7 answered; the last column says why the others are not.")
    name, (head, *got) = take(page)
    assert name == "tweets-emojis.csv"
    assert head[:6] == ["id", "Text", "'@note", "emoji_1", "name_1", "score_1"]
    assert len(head) == 3 + 15 + 1
    assert [row[:3] for row in got] == [[i, tweet, "'=1+1"] for i, tweet, _ in rows]
    for row in (0, 1, 2, 5):
        assert got[row][3:] == [*cells(lively, TWEETS[row], 5), ""]
    assert [got[row][-1][:20] for row in (3, 4, 6)] == [
        "The tweet is empty. ",
        "The tweet has no wor",
        "The tweet has 10,001",
    ]


def test_a_text_with_one_tweet_a_line_in_an_old_encoding(page, lively):
    choose(page, "so happy, café\nawful rain\n".encode("cp1252"), "tweets.txt")
    answer(page)
    expect(note(page)).to_have_text("Done: 2 of 2 answered.")
    _, (head, *got) = take(page)
    assert head == ["tweet", *head[1:]] and len(head) == 11
    assert got == [[tweet, *cells(lively, tweet, 3), ""] for tweet in ("so happy, café", "awful rain")]


def test_another_column(page, lively):
    choose(page, "text,reply\nso happy,my dog\n")
    page.locator("#many-column").select_option(label="reply: my dog")
    expect(note(page)).to_contain_text("my dog")
    page.get_by_label("Emojis a tweet").select_option("1")
    answer(page)
    expect(note(page)).to_contain_text("Done")
    assert take(page)[1][1] == ["so happy", "my dog", *cells(lively, "my dog", 1), ""]


def test_progress_stopping_and_going_on(page):
    tweets = [f"so happy {i}" for i in range(220)]
    choose(page, "\n".join(["text", *tweets]))
    held = []

    def hold_the_third(route):
        if "answer_rows" in route.request.post_data and '"so happy 100"' in route.request.post_data and not held:
            held.append(route)
        else:
            route.continue_()

    page.route("**/component_server**", hold_the_third)
    answer(page)
    expect(note(page)).to_have_text("100 of 220 …")
    assert page.locator("#many progress").evaluate("bar => bar.value") == pytest.approx(100 / 220)
    answer(page, "Stop")
    expect(note(page)).to_have_text("Stopped: 100 of 220 are done.")
    with page.expect_response("**/component_server**"):
        held[0].continue_()  # a late response adds nothing
    expect(page.locator("#many .take")).to_have_text("Download the first 100")
    assert [row[0] for row in take(page)[1][1:]] == tweets[:100]
    answer(page, "Go on")
    expect(note(page)).to_have_text("Done: 220 of 220 answered.")
    assert [row[0] for row in take(page)[1][1:]] == tweets


@pytest.mark.parametrize("typing", [True, False])
def test_a_table_that_is_done_takes_the_keyboard_from_nobody(page, typing):
    choose(page, "text\nso happy")
    held = []

    def hold(route):
        held.append(route) if "answer_rows" in route.request.post_data else route.continue_()

    page.route("**/component_server**", hold)
    answer(page)
    while not held:
        page.wait_for_timeout(20)
    if typing:
        page.locator("#tweet").focus()
    held[0].continue_()
    expect(note(page)).to_have_text("Done: 1 of 1 answered.")
    expect(page.locator("#tweet" if typing else "#many .take")).to_be_focused()


def test_a_broken_line_loses_nothing(page):
    choose(page, "\n".join(["text", *["so happy"] * 120]))
    calls = []

    def fail_once(route):
        calls.append(route.request.post_data)
        broken = "answer_rows" in calls[-1] and sum("answer_rows" in call for call in calls) == 2
        return route.abort() if broken else route.continue_()

    page.route("**/component_server**", fail_once)
    answer(page)
    expect(note(page)).to_contain_text(
        "No answer from the server. Nothing is lost: try again in a moment. 50 of 120 are done."
    )
    answer(page, "Go on")
    expect(note(page)).to_have_text("Done: 120 of 120 answered.")
    assert len(take(page)[1]) == 121


def test_a_file_that_cannot_be_used(page):
    for text, name, message in (
        ("", "tweets.csv", "There is no tweet in this file."),
        ("text\n" + "so happy\n" * 10_001, "tweets.csv", "More than 10,000 rows are too many"),
        ("x" * 4_000_001, "tweets.csv", "This file is too large."),
        ("PK\x03\x04\x00", "Book.xlsx", "Save its sheet as CSV"),
    ):
        choose(page, text, name)
        expect(note(page)).to_contain_text(message)
        expect(page.locator("#many .go")).to_be_disabled()
        choose(page, "so happy")
        expect(note(page)).to_have_text("1 row. The first tweet: so happy")


def test_a_file_is_never_html_nor_logged(page, capfd):
    choose(page, table([["text", f"zebrafish{PAYLOAD}"], [PAYLOAD, "zebrafish"]]), f"zebrafish {PAYLOAD[:20]}.csv")
    expect(note(page)).to_contain_text("<img src=x onerror")
    answer(page)
    expect(note(page)).to_contain_text("Done")
    choose(page, "zebrafish", "zebrafish.xlsx")
    expect(note(page)).to_contain_text("That is a workbook")
    assert page.evaluate("typeof hacked") == "undefined"
    assert page.locator("img[src=x]").count() == 0
    assert "zebrafish" not in "".join(capfd.readouterr())


def sample(page) -> list[list[str]]:
    """The caption and the cells of the small table below the buttons."""
    return page.locator("#many .sample").evaluate(
        "box => [[box.querySelector('caption').textContent], ...[...box.querySelectorAll('tr')].map((row) => "
        "[...row.children].map((cell) => cell.textContent))]"
    )


def test_the_first_rows_are_shown_and_whether_the_first_one_is_a_header_can_be_said(page, lively):
    choose(page, "joy,so happy today\nanger,my flight is cancelled\n")
    expect(note(page)).to_have_text("2 rows. The first tweet: so happy today")
    rows = [["joy", "so happy today"], ["anger", "my flight is cancelled"]]
    assert sample(page) == [["The first rows"], ["Column 1", "Column 2"], *rows]
    options = page.locator("#many-column option")
    expect(options).to_have_text(["Column 1: joy", "Column 2: so happy today"])
    page.get_by_label("The first row names the columns").check()
    expect(note(page)).to_have_text("1 row. The first tweet: my flight is cancelled")
    expect(options).to_have_text(["joy: anger", "so happy today: my flight is cancelled"])
    page.get_by_label("The first row names the columns").uncheck()
    page.get_by_label("Emojis a tweet").select_option("1")
    answer(page)
    expect(note(page)).to_have_text("Done: 2 of 2 answered.")
    _, (head, *got) = take(page)
    assert head[:2] == ["Column 1", "Column 2"]
    assert got == [[*row, *cells(lively, row[1], 1), ""] for row in rows]


def test_answers_show_while_the_table_runs_and_the_result_can_be_copied(page, lively):
    tweets = ["so happy", "", *[f"my dog {i}" for i in range(70)]]
    choose(page, table([["id", "text"], *enumerate(tweets)]))
    page.get_by_label("Emojis a tweet").select_option("1")
    held = []

    def hold_the_second(route):
        second = "answer_rows" in route.request.post_data and '"my dog 60"' in route.request.post_data
        held.append(route) if second else route.continue_()

    page.route("**/component_server**", hold_the_second)
    answer(page)
    expect(page.locator("#many caption")).to_have_text("The first answers")
    first = [cells(lively, tweet, 1)[0] if tweet else "The tweet is empty. Type a few words." for tweet in tweets[:5]]
    assert sample(page)[2:] == [list(row) for row in zip(tweets[:5], first, strict=True)]
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    expect(note(page)).to_contain_text("Done: 71 of 72 answered")
    page.get_by_role("button", name="Copy the table").click()
    expect(note(page)).to_have_text("The table is copied.")
    copied = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert copied[0].split("\t") == ["id", "text", "emoji_1", "name_1", "score_1", "problem"]
    assert copied[1].split("\t") == ["0", "so happy", *cells(lively, "so happy", 1), ""] and len(copied) == 73


def test_semicolons_come_back_and_a_row_with_too_many_cells_says_so(page, lively):
    choose(page, "id;text;label\n1;so happy; really;joy\n2;my dog;joy\n")
    page.get_by_label("Emojis a tweet").select_option("1")
    answer(page)
    expect(note(page)).to_contain_text("Done: 1 of 2 answered")
    with page.expect_download() as download:
        page.locator("#many .take").click()
    head, first, second = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert head == "id;text;label;emoji_1;name_1;score_1;problem"
    assert first.startswith('1;so happy;" really;joy";;;;This row has 4 cells')
    assert second == ";".join(["2", "my dog", "joy", *cells(lively, "my dog", 1), ""])


def test_what_is_odd_about_a_file_is_told(page):
    choose(page, b'id,text\n1,"two\nlines"\n' + b"2,caf\xe9 \xc3\xa9\xc3\xa9\n")
    expect(page.locator("#many .notes li")).to_have_text(
        [
            "Row 2: line breaks inside quotation marks, read as part of the text.",
            "Row 3 with a byte that is no UTF-8: it stands as \ufffd.",
        ]
    )
    choose(page, "text\nso happy")
    expect(page.locator("#many .notes li")).to_have_count(0)


def test_no_serious_finding_of_axe_in_the_section(page):
    choose(page, "text\nso happy\n")
    expect(page.locator("#many .go")).to_be_enabled()
    expect_accessible(page, "#many", (390, 390))
    answer(page)
    expect(page.locator("#many .take")).to_be_focused()
    expect_accessible(page, "#many", (390, 390))
    assert page.evaluate("document.documentElement.scrollWidth") == 390
