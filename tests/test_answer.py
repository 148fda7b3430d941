import copy
import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

import emoji_qa
from emoji_qa.images.render import to_svg
from emoji_qa.models.vae import EmojiVAE
from tests.tiny import write_checkpoint


@pytest.fixture(scope="module", params=["glove", "encoder"])
def model(request, tmp_path_factory):
    return emoji_qa.load(write_checkpoint(tmp_path_factory.mktemp(request.param), arch=request.param), device="cpu")


def test_answers_are_sorted_and_agree_with_score(model):
    [answers] = model.answer("my flight is cancelled", k=11)
    scores = model.score("my flight is cancelled")[0]
    assert [a.score for a in answers] == sorted(scores.tolist(), reverse=True)
    assert {a.emoji for a in answers} == set(model.emojis.chars)
    assert answers[0].name == model.emojis.names[model.emojis.chars.index(answers[0].emoji)]


def test_lists_of_any_length(model):
    assert model.answer([]) == []
    assert model.score([]).shape == (0, 11)
    assert model.score(["a dog", "so happy"], emojis=["🎉", "😡"]).shape == (2, 2)
    assert len(model.answer(["coffee"] * 300, k=2)) == 300
    assert model.score("rain").dtype == np.float32


def test_a_bad_tweet_among_many_refuses_none_where_that_is_asked(model):
    tweets = ["so happy", "", None, "my dog", "x" * 10_001, "🎉", float("nan")]
    with pytest.raises(ValueError, match="Tweet 2 is empty"):
        model.answer(tweets)
    got = model.answer(iter(tweets), k=2, on_error="skip")
    assert [got[0], got[3]] == model.answer(["so happy", "my dog"], k=2)
    assert [list(one) for i, one in enumerate(got) if i not in (0, 3)] == [[]] * 5
    assert [got[i].problem[:20] for i in (1, 2, 4, 5)] == [
        "The tweet is empty. ",
        "The tweet is not tex",
        "The tweet has 10,001",
        "The tweet has no wor",
    ]
    assert (
        isinstance(copy.deepcopy(got)[1], emoji_qa.Unanswered)
        and pickle.loads(pickle.dumps(got))[1].problem == got[1].problem
    )
    assert model.answer([], on_error="skip") == [] and not model.answer(" ", on_error="skip")[0]
    with pytest.raises(ValueError, match="k must be"):
        model.answer(tweets, k=0, on_error="skip")
    with pytest.raises(ValueError, match="on_error must be “raise” or “skip”"):
        model.answer(tweets, on_error="ignore")
    with pytest.raises(ValueError, match="Tweets must be text"):
        model.answer(5, on_error="skip")


def test_one_tweet_or_many_score_alike(model):
    tweets = ["awful rain", "thanks so happy", "the dog"]
    alone = np.concatenate([model.score(tweet) for tweet in tweets])
    assert np.allclose(model.score(tweets), alone, atol=1e-6)


def test_variation_selectors_and_variants(model):
    plain, selector = model.score("love", emojis=["❤"]), model.score("love", emojis=["❤️"])
    assert plain == selector
    assert model.score("love", emojis=["👍🏽"]) == model.score("love", emojis=["👍"])
    assert [a.emoji for a in model.answer("love", k=5, emojis=["👍🏽", "👍", "❤"])[0]].count("👍") == 1


def test_codes_are_scored_like_the_emojis_they_belong_to(model):
    alone = model.score("my dog", codes=model.emojis.codes)
    if model.qa.meaning is None:  # otherwise an emoji's meaning counts, too
        assert np.allclose(alone, model.score("my dog"), atol=1e-6)
    assert np.allclose(model.score("my dog", codes=model.emojis.codes[:2]), alone[:, :2], atol=1e-6)


def test_popularity_is_added_as_documented(model):
    model.qa.log_prior.copy_(torch.log_softmax(torch.arange(11.0), dim=0))
    popular = emoji_qa.Answerer(model.folder, "cpu")
    prior = model.qa.log_prior.numpy() - model.qa.log_prior.mean().item()
    popular._ranking = replace(popular._ranking, prior=prior)
    expected = model.score("cake") + 0.5 * model.qa.prior_scale.item() * prior
    assert np.allclose(popular.score("cake", popularity=0.5), expected, atol=1e-6)
    best = popular.answer("cake", k=1, popularity=100.0)[0][0]
    assert best.emoji == model.emojis.chars[-1]
    assert best.cosine == pytest.approx(model.score("cake")[0, -1], abs=1e-6)
    model.qa.log_prior.fill_(-np.log(11))


def test_own_emojis_count_where_there_is_an_encoder(model):
    plain, marked = model.score("so happy")[0], model.score("so happy 😡😡")[0]
    if not model.qa.question.heeds_emojis:
        assert np.array_equal(marked, plain)
        return
    angry = model.emojis.index("😡")
    assert marked[angry] > plain[angry] and np.array_equal(marked, model.score("😡 so happy")[0])
    assert model.answer("😡😡", k=1)[0][0].emoji == "😡"
    with pytest.raises(ValueError, match="no words"):
        model.answer("😡")


def test_columns_arrays_and_numbers_of_numpy_are_taken(model):
    expected = model.score(["so happy", "awful rain"], popularity=0.5)
    for tweets in (TABLE["text"], TABLE["text"].to_numpy(), iter(TABLE["text"])):
        assert np.array_equal(model.score(tweets, popularity=np.float32(0.5)), expected)
    assert model.answer("so happy", popularity=np.int64(0)) == model.answer("so happy", popularity=0)


def test_half_a_character_is_left_out(model):
    assert np.array_equal(model.score("so \ud83d happy"), model.score("so happy"))
    assert model.explain("so \ud83dhappy", "😡")


def test_encode_is_deterministic_and_decode_is_a_picture(model):
    codes = model.encode(model.emojis.images)
    assert codes.shape == (11, 16) and codes.dtype == np.float32
    assert np.array_equal(codes, model.encode(model.emojis.images))
    for size in (36, 72):
        pictures = model.decode(codes, size=size)
        assert pictures.shape == (11, size, size, 4) and pictures.dtype == np.uint8
    assert model.encode(model.emojis.images[:0]).shape == (0, 16)
    assert model.decode(codes[:0]).shape == (0, 36, 36, 4)


def test_shapes_of_a_palette_make_an_svg(model, monkeypatch):
    with pytest.raises(ValueError, match="no flat colours"):
        model.shapes(model.sample(1))
    torch.manual_seed(0)
    narrow = {"code": 16, "seed": 4, "low": 8, "mid": 8}
    monkeypatch.setattr(model, "vae", EmojiVAE(encoder={"width": 4}, decoder=narrow).eval())
    z = model.sample(3, seed=1)
    assert np.array_equal(z, model.latent.sample(3, seed=1))
    logits, colours = model.shapes(z)
    assert logits.shape == (3, 12, 36, 36) and colours.shape == (3, 12, 4)
    assert to_svg(logits[0], colours[0], z=z[0]).startswith("<svg")
    with pytest.raises(ValueError, match="shape"):
        model.shapes(z[0])


TABLE = pd.DataFrame({"text": ["so happy", "awful rain"]})
BAD_TWEETS = [
    "",
    "  \n",
    "🎉",
    "\x00",
    "x" * 10_001,
    5,
    None,
    ["fine", ""],
    ["fine", 3],
    b"bytes",
    TABLE,
    {"fine": 1},
    {"fine"},
]


@pytest.mark.parametrize("tweet", BAD_TWEETS, ids=lambda tweet: repr(tweet)[:20])
def test_bad_tweets_get_a_sentence(model, tweet):
    for ask in (model.answer, model.score):
        with pytest.raises(ValueError, match=r"^(The tweet|Tweet 2|Tweets) .*\.$"):
            ask(tweet)


@pytest.mark.parametrize(
    "call",
    [
        lambda m: m.answer("fine", k=0),
        lambda m: m.answer("fine", k=2.5),
        lambda m: m.answer("fine", popularity=float("nan")),
        lambda m: m.answer("fine", emojis=["not an emoji"]),
        lambda m: m.score("fine", emojis=["🎉"], codes=np.zeros((1, 16))),
        lambda m: m.score("fine", codes=np.zeros((1, 15))),
        lambda m: m.score("fine", codes=np.full((1, 16), np.inf)),
        lambda m: m.score("fine", codes="nonsense"),
        lambda m: m.rank(m.embed_tweet("fine")),
        lambda m: m.rank(np.full((1, len(m.embed_tweet("fine"))), np.nan)),
        lambda m: m.scores(np.zeros(3)),
        lambda m: m.explain("fine", np.zeros(3)),
        lambda m: m.explain("fine", "🎉", question=np.zeros(3)),
        lambda m: m.encode(np.zeros((1, 36, 36, 3), np.uint8)),
        lambda m: m.encode(np.zeros((1, 36, 36, 4), np.float32)),
        lambda m: m.decode(np.zeros(16)),
        lambda m: m.decode(np.full((1, 16), np.nan)),
        lambda m: m.decode(np.zeros((1, 16)), size=0),
        lambda m: m.decode(np.zeros((1, 16)), size=2000),
    ],
)
def test_bad_arguments_get_a_sentence(model, call):
    with pytest.raises(ValueError, match=r"^.{20,}\.$"):
        call(model)


def test_far_codes_give_finite_answers(model):
    far = np.array([[1e300] * 16, [-1e30] * 16])
    assert np.isfinite(model.score("fine", codes=far)).all()
    assert model.decode(far).shape == (2, 36, 36, 4)
