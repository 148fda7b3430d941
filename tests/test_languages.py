"""Tweets in other languages, read word by word."""

import pytest

from emoji_qa.text.languages import NAMES, Glossary, fold, words
from train.languages import COMMON, written

ROWS = [
    *(("en", word, "") for word in ("i", "love", "you", "the", "dog", "is", "hot", "no", "die")),
    ("es", "feliz cumpleaños", "happy birthday"),
    ("es", "feliz", "happy"),
    ("es", "perro", "dog"),
    ("es", "no", ""),
    ("es", "mi", ""),
    ("es", "abuela", "grandma"),
    ("de", "alles gute", "best wishes"),
    ("de", "die", ""),
    ("de", "hund", "dog"),
    ("de", "und", ""),
    ("ru", "собака", "dog"),
    ("ja", "誕生日", "birthday"),
    ("ja", "おめでとう", "congratulations"),
    ("hi", "जन्मदिन", "birthday"),
    ("ar", "شكرا", "thank you"),
]


@pytest.fixture(scope="module")
def glossary():
    return Glossary(ROWS)


@pytest.mark.parametrize(
    ("text", "language", "read"),
    [
        ("I love you, the dog is hot", "en", "I love you, the dog is hot"),
        ("no", "en", "no"),
        ("¡Feliz cumpleaños, mi perro!", "es", "happy birthday dog!"),
        ("FELIZZZ", "es", "happy"),
        ("Alles Gute und die Hunde?", "de", "best wishes dog?"),
        ("собаки", "ru", "dog"),
        ("お誕生日おめでとう", "ja", "birthday congratulations"),
        ("जन्मदिन!", "hi", "birthday!"),
        ("شُكْرًا", "ar", "thank you"),
        ("mi abuelita jajajaja", "es", "so funny lol grandma"),
        ("", "en", ""),
        ("qwertz", "en", "qwertz"),
    ],
)
def test_reads_words_and_phrases_in_order(glossary, text, language, read):
    assert glossary.language(text) == language
    assert glossary.read(text) == read


def test_a_word_that_is_not_known_stays_but_in_another_script(glossary):
    assert glossary.read("mi perro Firulais") == "dog firulais"
    assert glossary.read("собака Бобик") == "dog"
    assert glossary.read("Бобик") == "Бобик"  # an unknown word


def test_folding_leaves_out_what_people_leave_out():
    assert fold("ÇOK GÜZELLLL İyi ıssız") == "cok guzel iyi issiz"
    assert words("l'été à Paris") == ("l", "ete", "a", "paris")
    assert words("हिन्दी") == ("हिन्दी",)


def test_a_damaged_file_is_named(tmp_path):
    (tmp_path / "words.tsv").write_bytes(b"\xff\xfe")
    with pytest.raises(ValueError, match="words.tsv is missing or damaged"):
        Glossary.load(tmp_path / "words.tsv")


def test_the_written_words_are_whole():
    rows = [line.split("\t") for line in COMMON.read_text(encoding="utf-8").splitlines()]
    assert all(len(row) == 3 and row[0] in NAMES and words(row[1]) for row in rows)
    folded = [(language, words(phrase)) for language, phrase, _ in rows]
    assert len(set(folded)) == len(folded) and {language for language, _ in folded} == {*NAMES}
    assert not any(char in english for *_, english in rows for char in ",/()")
    found = written()
    assert found["de", "sorgen"] == "worry" and found["es", "anos"] == "years" and found["es", "de"] == ""
