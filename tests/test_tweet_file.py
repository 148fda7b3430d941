import csv
import io

import pytest

from emoji_qa.answerer import Answer
from emoji_qa.text.delimited import fit_row, is_too_long
from emoji_qa.text.tweet_file import (
    MAX_BYTES,
    MAX_ROWS,
    answer_cells,
    answer_columns,
    decode,
    harmless,
    read_tweets,
    to_csv,
)


def read(text, name="a.csv"):
    return read_tweets(text if isinstance(text, bytes) else text.encode(), name)


def tweets(text, name="a.csv"):
    table = read(text, name)
    return [fit_row(row, table.width, table.delimiter)[table.column] for row in table.rows[table.has_header :]]


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("so happy\n\nawful rain\r\nmy dog", "a.txt", ["so happy", "awful rain", "my dog"]),
        ('a, b; c\n"quoted"', "tweets", ["a, b; c", '"quoted"']),
        ("text\nso happy\n", "a.csv", ["so happy"]),
        ("so happy\nawful rain\n", "a.csv", ["so happy", "awful rain"]),
        ("\ufeffid,Tweet\n1,so happy\n2,\n", "A.CSV", ["so happy", ""]),
        (
            'id;text\n1;"awful; really"\n\n2;"two\nlines and a ""quote"""',
            "a.csv",
            ["awful; really", 'two\nlines and a "quote"'],
        ),
        ("text\tlabel\nso, happy; now\t1\n", "a.tsv", ["so, happy; now"]),
        ("id,when,what they wrote\n1,mon,my flight is awful\n2,tue\n", "a.csv", ["my flight is awful", ""]),
        ("so happy, really", "a.csv", ["so happy, really"]),
        ("text\n" + "x" * 200_000, "a.csv", ["x" * 200_000]),
    ],
)
def test_reads_tables_and_plain_texts(text, name, expected):
    assert tweets(text, name) == expected


def test_a_table_keeps_its_other_columns():
    table = read("id,text,when\n1,so happy,mon\n2,rain\n")
    assert table.rows == [["id", "text", "when"], ["1", "so happy", "mon"], ["2", "rain"]]
    assert (table.has_header, table.width, table.column, table.notes) == (True, 3, 1, [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('id\ttext\n1\t"Hello he said\n2\tso happy\n3\tawful "', ['"Hello he said', "so happy", 'awful "']),
        ('text\n"Hello he said\nso happy\nawful "', ['"Hello he said', "so happy", 'awful "']),
        ('id\ttext\n1\t"Hello" he said\n2\tso happy', ['"Hello" he said', "so happy"]),
        ('id\ttext\n1\t"so ""happy"""\n2\t"my dog"', ['so "happy"', "my dog"]),
        ('id\ttext\tn\n1\t"two\nlines"\t2\n2\tmy dog\t3', ["two\nlines", "my dog"]),
        (
            'id\ttext\n1\t"Hello\n2\tso happy"\n3\tragged\tmore\n4\tmy dog',
            ['"Hello', 'so happy"', "ragged\tmore", "my dog"],
        ),
    ],
)
def test_a_quotation_mark_between_tabs_swallows_no_rows(text, expected):
    assert tweets(text, "a.tsv") == expected


def test_what_was_guessed_about_quotation_marks_is_told():
    assert read('id,text\n1,"two\nlines"\n2,"three\n\nlines"\n').notes == [
        "Rows 2 and 3: line breaks inside quotation marks, read as part of the text."
    ]
    never_closed = read('id,text\n1,"so happy\n2,my dog\n')
    assert [row[1] for row in never_closed.rows] == ["text", '"so happy', "my dog"]
    assert never_closed.notes == ["Row 2: a quotation mark that no other closes, read as a character."]
    many = read("id,text\n" + '1,"a\nb"\n' * 9)
    assert many.notes == [
        "Rows 2, 3, 4, 5, 6 and 4 more: line breaks inside quotation marks, read as part of the text."
    ]


@pytest.mark.parametrize(
    ("text", "delimiter", "expected"),
    [
        ("sep=;\nid;text\n1;so happy, really\n", ";", ["so happy, really"]),
        ("sep=,\r\nid,text\r\n1,so happy\r\n", ",", ["so happy"]),
        ("id;text;\n1;so happy;\n2;my dog;\n", ";", ["so happy", "my dog"]),
        ("id,text\n1,so happy,,\n2,my dog,\n", ",", ["so happy", "my dog"]),
        ("id|text\n1|so happy, really; now\n", "|", ["so happy, really; now"]),
        ("id;text\n1;so happy, really, now\n2;well, well\n", ";", ["so happy, really, now", "well, well"]),
        ("text\nso happy, really\nmy dog, and me, too\n", ",", ["so happy, really", "my dog, and me, too"]),
    ],
)
def test_cells_are_delimited_as_they_were_meant(text, delimiter, expected):
    assert read(text).delimiter == delimiter
    assert tweets(text) == expected
    assert not read(text).notes


@pytest.mark.parametrize(
    ("first", "below", "header"),
    [
        ("tweets", "so happy", True),
        ("Tweet Text", "so happy", True),
        ("review", "so happy", True),
        ("TEXT", "my dog", True),
        ("full_text", "so happy", True),
        ("Kommentar", "so glücklich war ich noch nie", True),
        ("id,tweets", "1,so happy", True),
        ("a,b", "1,so happy today and tomorrow", True),
        ("so happy", "awful rain", False),
        ("1,so happy", "2,my dog", False),
        ("joy,so happy today", "anger,my flight is cancelled", False),
        ("2024-05-01,so happy", "2024-05-02,my dog", False),
        ("text", "text", False),
        ("@someone so happy for you", "the longest of all tweets that were ever written", False),
    ],
)
def test_a_header_is_told_from_a_tweet(first, below, header):
    assert read(f"{first}\n{below}\n{below} too\n").has_header == header


@pytest.mark.parametrize(
    ("names", "column"),
    [
        ("id,review_text,helpful", 1),
        ("Tweets,other,x", 0),
        ("user,created_at,Customer comment", 2),
        ("tweet_id,a,text", 2),
    ],
)
def test_the_column_of_the_tweets_is_found_by_its_name(names, column):
    assert read(f"{names}\n1,2,3\n").column == column


def test_a_ragged_row_refuses_no_other():
    table = read("id,text,label\n1,so happy, really,joy\n2,my dog,joy\n3,rain\n")
    assert table.width == 3 and table.column == 1
    assert [is_too_long(row, 3) for row in table.rows] == [False, True, False, False]
    assert fit_row(table.rows[1], 3, ",") == ["1", "so happy", " really,joy"]  # all of it is kept


def test_a_damaged_byte_damages_nothing_else():
    whole = "\n".join(["text", *["café so nice"] * 50]).encode()
    table = read(whole + b"\ncaf\xc3 so nice\n")
    assert [row[0] for row in table.rows[1:]] == ["café so nice"] * 50 + ["caf\ufffd so nice"]
    assert table.notes == ["Row 52 with a byte that is no UTF-8: it stands as \ufffd."]
    assert read("text\nso\0happy\nmy dog").notes == ["Row 2 with a byte that is no text: it stands as \ufffd."]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_that_programs_save(encoding):
    assert decode("café, naïve\n".encode(encoding))[0] == "café, naïve\n"


@pytest.mark.parametrize(
    ("text", "name", "sentence"),
    [
        ("", "a.csv", "no tweet"),
        (" \n \n", "a.txt", "no tweet"),
        ("text\n", "a.csv", "no tweet"),
        ("x" * (MAX_BYTES + 1), "a.txt", "4,000,001 bytes are too many"),
        ("so happy\n" * (MAX_ROWS + 1), "a.csv", "More than 10,000 rows are too many"),
        ("so happy\n" * (MAX_ROWS + 1), "a.txt", "More than 10,000 rows are too many"),
        ("a," * 200 + "b\n" + "1," * 200 + "b\n", "a.csv", "201 columns are too many: 100"),
        ("PK\x03\x04\x00\x00", "a.csv", "not a text file"),
        ("anything", "Book1.xlsx", "Save its sheet as CSV"),
    ],
    ids=lambda value: str(value)[:12],
)
def test_a_file_that_cannot_be_used_gets_a_sentence(text, name, sentence):
    with pytest.raises(ValueError, match=sentence) as error:
        read(text, name)
    assert str(error.value).endswith(".")


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        '=HYPERLINK("http://a","b")',
        "+cmd|' /C calc'!A0",
        "-2+3+cmd|' /C calc'!A0",
        "@SUM(1+1)",
        "\t=1",
        "\r=1",
        "  =1",
        "＝1+1",
        "-",
    ],
)
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
    assert to_csv([["a;b", "c"]], ";") == '"a;b";c\r\n'
