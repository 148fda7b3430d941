"""The messages from which answers are trained, and the comparison of answers with judgements."""

import json

import numpy as np
import pytest

from emoji_qa import checkpoint
from emoji_qa.emojis.table import EmojiTable
from emoji_qa.text.languages import NAMES, words
from train import languages, messages
from train.data.tweets import MOST
from train.evaluate.judged import judgements, measures


@pytest.fixture(scope="module")
def table():
    return EmojiTable.load(checkpoint.locate("default"))


@pytest.fixture(scope="module")
def found(table):
    return messages.read(table, None, ("written", "judged"))


@pytest.mark.parametrize("source", [name for name in messages.SOURCES if name != "judged"])
def test_every_line_has_distinct_bases_and_no_text_comes_twice(table, source):
    lines = [line.split("\t") for line in (messages.FOLDER / f"{source}.tsv").read_text(encoding="utf-8").splitlines()]
    bases, texts = set(table.bases.chars), [tuple(line[:-1]) for line in lines]
    assert len(set(texts)) == len(texts) > 1000
    assert {len(line) for line in lines} == {3 if source == "languages" else 2}
    for *_, emojis in lines:
        one = emojis.split()
        assert 1 <= len(one) <= 8 and len(set(one)) == len(one) and set(one) <= bases


def test_graded_emojis_are_distinct_bases_and_no_text_comes_twice(table):
    lines = [line.split("\t") for line in (messages.FOLDER / "judged.tsv").read_text(encoding="utf-8").splitlines()]
    bases = set(table.bases.chars)
    assert len({tuple(line[:2]) for line in lines}) == len(lines) > 1000
    assert {line[0] for line in lines} <= {*messages.OWN, *messages.OTHERS}
    for _, _, *grades in lines:
        assert len(grades) == 4 and (grades[0] or grades[1])  # at least one is good
        emojis = " ".join(grades).split()
        assert 8 <= len(emojis) <= MOST and len(set(emojis)) == len(emojis) and set(emojis) <= bases


def test_grades_are_read_best_first(table, found):
    graded = found[found["source"] == "judged"].reset_index()
    text, rows, grades = graded.loc[0, ["text", "rows", "grades"]]
    _, told, *emojis = (messages.FOLDER / "judged.tsv").read_text(encoding="utf-8").partition("\n")[0].split("\t")
    assert text == told and [table.bases.chars[row] for row in rows] == " ".join(emojis).split()
    assert grades == sorted(grades, reverse=True) and [grades.count(grade) for grade in (3, 2, 1, 0)] == [
        len(some.split()) for some in emojis
    ]
    assert not any(found.loc[found["source"] == "written", "grades"])
    assert 0.02 < (graded["part"] == "val").mean() < 0.06


def test_emojis_that_a_table_has_not_are_left_out_and_messages_of_no_other(table, found):
    few = EmojiTable(list(table.bases)[:40], table.bases.images[:40])
    fewer = messages.read(few, None, ("written", "judged"))
    assert 0 < len(fewer) < len(found)
    assert all(fewer["rows"]) and {row for rows in fewer["rows"] for row in rows} <= {*range(40)}
    graded = fewer[fewer["source"] == "judged"]
    assert len(graded) and all(max(grades) >= 2 for grades in graded["grades"])
    assert graded["rows"].map(len).tolist() == graded["grades"].map(len).tolist()


def test_texts_that_are_not_here_are_left_out_without_the_data(table):
    found = messages.read(table, None, ("written", "tweets43", "languages"))
    assert set(found["source"]) == {"written", "languages"} and set(found["language"]) == {"en", *NAMES}
    assert 0.02 < (found["part"] == "val").mean() < 0.06
    row = table.bases.chars[found["rows"][0][0]]
    assert (messages.FOLDER / "written.tsv").read_text(encoding="utf-8").partition("\t")[2].startswith(row)


def test_written_phrases_speak_all_languages():
    found = languages.written()
    assert {language for language, _ in found} == set(NAMES)
    assert found["es", "gracias"] == "thank you" and found["de", "und"] == ""


def test_a_foreign_word_is_translated_by_the_emojis_it_shares():
    english = {"dog": {1, 2, 3}, "animal": {1, 2, 3, 4, 5, 6}, "cake": {7}}
    assert languages.translated({"hund": {1, 2, 3}, "kuchen": {7}, "rot": {9}}, english) == {
        "hund": "dog",
        "kuchen": "cake",
    }


def test_measures_of_answers_against_grades():
    grades = np.array([[3, 2, 1, 0, 0, 0], [0, 0, 0, 3, 3, 3]])
    perfect = measures(-np.argsort(np.argsort(-grades, axis=1, kind="stable"), axis=1), grades)
    assert perfect == pytest.approx({"good1": 1, "best1": 1, "ndcg5": 1, "best5": 1, "good5": 1, "wrong5": 0.4})
    worst = measures(np.tile([0.0, 1, 2, 3, 4, 5], (2, 1)), grades)
    assert worst["good1"] == 0.5 and worst["best1"] == 0.5 and worst["wrong5"] == pytest.approx(0.5)


def test_judgements_are_read_in_both_layouts(tmp_path, table):
    judged = tmp_path / "judged.json"
    judged.write_text(json.dumps([{"text": "woof", "source": "demo", "grades": {"❤": 3, "🐶": 2}, "judged": []}]))
    told = tmp_path / "languages.tsv"
    told.write_text("de\twuff\t🐶\t❤\t\n", encoding="utf-8")
    dog, heart = table.base_index("🐶"), table.base_index("❤️")
    texts, sources, grades = judgements(judged, table)
    assert (texts, sources) == (["woof"], ["demo"]) and (grades[0, heart], grades[0, dog], grades.sum()) == (3, 2, 5)
    texts, sources, grades = judgements(told, table)
    assert (texts, sources) == (["wuff"], ["de"]) and (grades[0, heart], grades[0, dog]) == (2, 3)
    with pytest.raises(SystemExit, match="not there"):
        judgements(tmp_path / "none.json", table)


def test_no_message_stands_in_the_folded_form_of_another_language_twice():
    lines = [line.split("\t") for line in (messages.FOLDER / "languages.tsv").read_text(encoding="utf-8").splitlines()]
    folded = [words(text) for _, text, _ in lines]
    assert len(set(folded)) == len(folded)
