import copy
import time

import numpy as np
import pytest

import emoji_qa
from tests.tiny import disc, write_checkpoint

TWEET = "my flight is cancelled! 😡 #HappyMonday @united @united"


@pytest.fixture(scope="module", params=["glove", "encoder"])
def model(request, tmp_path_factory):
    return emoji_qa.load(write_checkpoint(tmp_path_factory.mktemp(request.param), arch=request.param), device="cpu")


def test_every_word_has_its_place(model):
    words = model.explain(TWEET, "😡")
    assert [word.word for word in words] == "my flight is cancelled ! #HappyMonday @united @united".split()
    assert all(TWEET[word.start : word.end] == word.word for word in words)


def test_an_effect_is_what_erasing_the_word_takes_from_the_score(model):
    words = model.explain("my flight cancelled", "😡")
    without = [model.score(text, ["😡"])[0, 0] for text in ("flight cancelled", "my cancelled", "my flight")]
    whole = model.score("my flight cancelled", ["😡"])[0, 0]
    assert [word.effect for word in words] == pytest.approx([whole - score for score in without], abs=1e-6)
    assert any(word.effect for word in words)


def test_what_the_model_does_not_read_has_no_effect(model):
    far = "flight " * 100 + "dog " + "flight " * 100
    dog = next(word for word in model.explain(far, "😡") if word.word == "dog")
    assert dog.effect == 0 and not dog.attention
    assert model.explain("dog @united", "😡")[1].effect == 0 or model.qa.question.heeds_emojis


def test_the_words_of_the_longest_tweets_are_weighed_as_they_are_erased(model):
    for part in ("love cake ", "a ", "dog.", "&nbsp;so ", "@a love ", "flight\n"):
        tweet = (part * 10_000)[: 10_000 if part == "love cake " else 4000]  # of either, a tenth or a quarter is read
        words = model.explain(tweet, "😡")
        some = words[:: len(words) // 5]
        erased = [f"{tweet[: word.start]} {tweet[word.end :]}" for word in some]
        whole, *scores = model.score([tweet, *erased], ["😡"])[:, 0]
        assert [word.effect for word in some] == pytest.approx([whole - score for score in scores], abs=1e-6)


def test_weighing_does_not_take_the_square_of_the_length(model):
    def seconds(tweet):
        took = []
        for _ in range(3):  # the least counts, since the machine may be busy
            start = time.process_time()
            model.explain(tweet, "😡")
            took.append(time.process_time() - start)
        return min(took)

    assert seconds("dog " * 2500) < 8 * seconds("dog " * 500) + 0.5  # quadratic time would be 25 times as long


def test_explanations_are_the_same_each_time_and_for_variants(model):
    assert model.explain(TWEET, "👍🏽") == model.explain(TWEET, "👍") == model.explain(TWEET, "👍")


def test_attention_is_shared_out_where_there_is_one(model):
    shares = [word.attention for word in model.explain(TWEET, "😡")]
    if model.qa.meaning is None:
        assert shares == [None] * 8
    else:
        assert shares[-1] == 0  # of adjacent handles only the first is read
        assert all(share > 0 for share in shares[:-1]) and sum(shares) < 1


def test_one_word_alone_can_be_explained(model):
    assert len(model.explain("cake", "🍰")) == 1


@pytest.mark.parametrize("ask", [("", "😡"), ("fine", "not one"), ("fine", "x"), (["fine", "and you"], "😡")])
def test_bad_questions_get_a_sentence(model, ask):
    with pytest.raises(ValueError, match=r"^.{15,}\.$"):
        model.explain(*ask)


def test_similar_emojis(model):
    for by in ("meaning", "looks"):
        answers = model.similar("👍🏽", by=by, k=4)
        assert len(answers) == 4 and "👍" not in [answer.emoji for answer in answers]
        assert [answer.score for answer in answers] == sorted((answer.score for answer in answers), reverse=True)
    assert len(model.similar("👍", k=100)) == 10  # all others
    assert all(answer.score == answer.cosine for answer in model.similar("👍"))


def test_pictures_that_look_alike_are_found(model):
    row = model.emojis.chars.index("☕")
    other = copy.copy(model)
    shifted = np.roll(model.emojis.images[row], 1, axis=1)
    twin = other.add(shifted)
    assert other.similar("☕", by="looks", k=1)[0].emoji == twin


@pytest.mark.parametrize("ask", [("x", "meaning", 3), ("👍", "taste", 3), ("👍", "looks", 0)])
def test_bad_likenesses_get_a_sentence(model, ask):
    with pytest.raises(ValueError, match=r"^.{15,}\.$"):
        model.similar(*ask)


def test_an_added_emoji_is_ranked_at_once(model):
    before = model.score("so happy")
    other = copy.copy(model)
    char = other.add(disc(20), char="\U0001fae9", name="face with bags under eyes", keywords=["tired", "monday"])
    assert char == "\U0001fae9" and other.emojis.chars[-1] == char and len(other.emojis) == 12
    assert len(other.answer("so happy", k=20, popularity=1.0)[0]) == 12
    assert np.allclose(other.score("so happy")[:, :-1], before, atol=1e-6)
    assert np.isfinite(other.score("so happy", emojis=[char])).all()
    assert other.explain("so happy", char) and other.similar(char)
    assert np.array_equal(model.score("so happy"), before) and len(model.emojis) == 11


def test_meaning_counts_for_an_added_emoji_where_the_model_has_one(model):
    scores = []
    for name in (None, "tired face", "birthday cake"):
        other = copy.copy(model)
        scores.append(float(other.score("so happy", emojis=[other.add(disc(20), name=name)])[0, 0]))
    assert len(set(scores)) == (1 if model.qa.meaning is None else 3)


@pytest.mark.parametrize(
    "wrong",
    [
        {"char": "👍"},
        {"char": "👍🏽"},
        {"char": ""},
        {"name": ""},
        {"name": 5},
        {"keywords": "word"},
        {"keywords": [""]},
        {"keywords": ["x"] * 51},
        {"image": np.zeros((36, 36, 3), np.uint8)},
        {"image": np.zeros((36, 36, 4))},
    ],
)
def test_what_cannot_be_added_gets_a_sentence(model, wrong):
    with pytest.raises(ValueError, match=r"^.{15,}\.$"):
        copy.copy(model).add(**{"image": disc(20), **wrong})
    assert len(model.emojis) == 11
