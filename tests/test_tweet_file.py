import csv
import io

import pytest

from emoji_qa.answerer import Answer
from emoji_qa.text.tweet_file import (
    MAX_CHARACTERS,
    MAX_ROWS,
    answer_cells,
    answer_columns,
    harmless,
    read_tweets,
    to_csv,
)


def tweets(text, name):
    table = read_tweets(text, name)
    return [row[table.column] for row in table.rows]


@pytest.mark.parametrize(("text", "name", "expected"), [
    ("so happy\n\nawful rain\r\nmy dog", "a.txt", ["so happy", "awful rain", "my dog"]),
    ("a, b; c\n\"quoted\"", "tweets", ["a, b; c", '"quoted"']),
    ("text\nso happy\n", "a.csv", ["so happy"]),
    ("so happy\nawful rain\n", "a.csv", ["so happy", "awful rain"]),
    ("\ufeffid,Tweet\n1,so happy\n2,\n", "A.CSV", ["so happy", ""]),
    ('id;text\n1;"awful; really"\n\n2;"two\nlines and a ""quote"""', "a.csv", ["awful; really", 'two\nlines and a "quote"']),
    ("text\tlabel\nso, happy; now\t1\n", "a.tsv", ["so, happy; now"]),
    ("id,when,what they wrote\n1,mon,my flight is awful\n2,tue\n", "a.csv", ["my flight is awful", ""]),
])  # fmt: skip
def test_reads_tables_and_plain_texts(text, name, expected):
    assert tweets(text, name) == expected


def test_a_table_keeps_its_other_columns():
    table = read_tweets("id,text,when\n1,so happy,mon\n2,rain\n", "a.csv")
    assert table.columns == ["id", "text", "when"]
    assert table.rows == [["1", "so happy", "mon"], ["2", "rain", ""]]
    assert table.column == 1


@pytest.mark.parametrize(("text", "name", "sentence"), [
    ("", "a.csv", "no tweet"),
    (" \n \n", "a.txt", "no tweet"),
    ("text\n", "a.csv", "no tweet"),
    ("x" * (MAX_CHARACTERS + 1), "a.txt", "4,000,001 characters are too many"),
    ("so happy\n" * (MAX_ROWS + 1), "a.csv", "10,001 rows are too many: 10,000"),
    ("so happy\n" * (MAX_ROWS + 1), "a.txt", "10,001 rows are too many: 10,000"),
    (",".join("abc" * 67) + "\n1", "a.csv", "201 columns are too many: 100"),
    ("text\nso happy, really\n", "a.csv", "Row 2 has 2 cells, and the first has 1"),
    ('text\n"never closed\n' + "so happy\n" * 5, "a.csv", "cannot be read as CSV"),
    ("text\n" + "x" * 200_000, "a.csv", "cannot be read as CSV: field larger"),
    ("PK\x03\x04\x00\x00", "a.csv", "not a text file"),
    ("anything", "Book1.xlsx", "Save its sheet as CSV"),
], ids=lambda value: str(value)[:12])  # fmt: skip
def test_a_file_that_cannot_be_used_gets_a_sentence(text, name, sentence):
    with pytest.raises(ValueError, match=sentence) as error:
        read_tweets(text, name)
    assert str(error.value).endswith(".")


@pytest.mark.parametrize("cell", [
    "=1+1", '=HYPERLINK("http://a","b")', "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)",
    "\t=1", "\r=1", "  =1", "＝1+1", "-",
])  # fmt: skip
def test_no_cell_is_a_formula(cell):
    assert harmless(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", "so happy", "-5", "+1.5", "-1,000.25", "3%", "-1e-5", "a=b", "#1", "😡"])
def test_texts_and_numbers_stay_as_they_are(cell):
    assert harmless(cell) == cell


def test_answers_stand_beside_the_row_as_csv():
    answers = [Answer("🎉", "party popper", 0.98765, 0.98765), Answer("😡", "enraged face", -0.5, -0.5)]
    assert answer_columns(2) == ["emoji_1", "name_1", "score_1", "emoji_2", "name_2", "score_2", "problem"]
    rows = [["=1", *answer_cells(answers, 2)], ['a "b", c\n', *answer_cells([], 2, "The tweet is empty.")]]
    assert list(csv.reader(io.StringIO(to_csv(rows), newline=""))) == [
        ["'=1", "🎉", "party popper", "0.9877", "😡", "enraged face", "-0.5000", ""],
        ['a "b", c\n', "", "", "", "", "", "", "The tweet is empty."],
    ]
