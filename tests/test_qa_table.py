"""The measures in the question–answer model's table, compared with values by hand, and the baselines on short texts."""

import copy

import numpy as np
import pytest
import torch

from emoji_qa.models.minilm import MiniLM
from emoji_qa.precision import fastest, packed, to_bf16, to_int8
from train.evaluate.answers.baselines import KeywordSearch, NaiveBayes
from train.evaluate.answers.rows import agreement, hits, reciprocal
from train.evaluate.judged import OTHERS
from train.evaluate.qa import report
from train.publish.results import best_baseline
from train.qa.tower_measures import best_ranks


def test_hits_by_hand():
    scores = -np.tile(np.arange(30.0), (10, 1))  # 0 is best, then 1, ...
    figures = hits(scores, [[0], [3, 25], [19], [20], [0, 29]] * 2)
    assert [figures[key] for key in ("hit1", "hit5", "hit20")] == pytest.approx([2 / 5, 3 / 5, 4 / 5])


def test_the_average_over_emojis_counts_frequent_ones_alone():
    scores = -np.tile(np.arange(30.0), (12, 1))
    figures = hits(scores, [[0]] * 6 + [[25]] * 5 + [[1]])
    assert figures["emojis"] == 2 and figures["macro20"] == 0.5


def test_ties_are_in_the_middle():
    scores = np.array([[3.0, 1.0, 1.0, 1.0], [0.0, 0.0, 0.0, 0.0]])
    assert best_ranks(scores, [{1}, {0, 3}]).tolist() == [3, 2.5]
    assert reciprocal(scores, [{0}, {0}]) == {"mrr": pytest.approx((1 + 1 / 2.5) / 2), "hit10": 1.0}


def test_moods_by_hand():
    values = np.array([[0.5, np.nan, -0.1], [-0.2, 0.1, np.nan], [np.nan, np.nan, np.nan]])
    assert agreement(values, np.array([True, False, True])) == pytest.approx(2 / 3)  # no ratings count as no agreement


def test_naive_bayes_learns_words_and_the_prior():
    texts = ["good dog", "sweet cake", "good cake", "sweet cake"] * 5
    bayes = NaiveBayes(texts, [[0], [1], [0, 1], [1]] * 5, 3)
    assert bayes.scores(["dog", "sweet"]).argmax(axis=1).tolist() == [0, 1]
    assert bayes.scores(["unknown"], popularity=1.0).argmax() == 1
    assert np.exp(bayes.log_prior).sum() == pytest.approx(1)


def test_keyword_search_finds_words_and_parts_of_words():
    search = KeywordSearch(["party popper, celebration", "dog face, puppy", "shortcake"])
    assert search.scores(["celebrations", "a puppy", "cake"]).argmax(axis=1).tolist() == [0, 1, 2]


@pytest.mark.parametrize("convert", [to_bf16, to_int8])
def test_coarser_numbers_change_little(convert):
    torch.manual_seed(0)
    encoder = MiniLM(vocab_size=50, width=128, layers=2, heads=4, positions=24).eval()
    ids = torch.randint(50, (3, 20))
    with torch.inference_mode():
        there, here = encoder(ids), convert(copy.deepcopy(encoder))(ids).float()
    assert torch.cosine_similarity(there.flatten(1), here.flatten(1)).min() > 0.99


def test_packed_layers_give_the_same_numbers():
    torch.manual_seed(0)
    encoder = MiniLM(vocab_size=50, width=128, layers=2, heads=4, positions=24).eval()
    with torch.inference_mode():
        for shape in ((1, 1), (1, 20), (7, 24)):
            ids = torch.randint(50, shape)
            plain, here = copy.deepcopy(encoder).bfloat16()(ids), to_bf16(encoder)(ids)
            torch.testing.assert_close(here, plain, rtol=0.02, atol=0.02)


def test_without_onednn_layers_stay_as_they_are(monkeypatch):
    def missing(layer):
        raise AttributeError("'_OpNamespace' 'mkldnn' object has no attribute '_linear_pointwise'")

    monkeypatch.setattr("emoji_qa.precision.PackedLinear", missing)
    layer = torch.nn.Linear(8, 8).bfloat16()
    assert packed(layer) is layer


def test_a_narrow_encoder_stays_as_it_is():
    encoder = MiniLM(vocab_size=50, width=16, layers=1, heads=2, positions=24)
    assert fastest(encoder) == (encoder, "fp32")


def test_the_report_shows_each_row_beside_its_baselines():
    rows = {"linear SVM": {"accuracy": 0.5, "macro_f1": 0.25}, "SQAM": {"accuracy": 0.6, "macro_f1": 0.3}}
    figures = {
        "tweeteval": {"TweetEval": {"part": "val", "texts": 5000, "rows": rows}},
        "airline": {"part": "test", "texts": 1412, "rows": rows},
        "keywords": {"words": 459, "rows": {"SQAM": {"mrr": 0.4, "hit10": 0.7}}},
        "original_tweets": [
            {"tweet": "x" * 40, "scores": {"🎉": 0.1, "😈": 0.2, "😡": 0.3}, "right": "😡", "top5": [["😡", 0.3]]}
        ],
    }
    lines = report(figures, 1680).splitlines()
    assert any(line.startswith("TweetEval, val, 5,000 texts") and line.endswith("macro-F1") for line in lines)
    assert any("linear SVM" in line and line.endswith("0.250") for line in lines)
    assert any("459 words kept out" in line for line in lines) and "right" in lines[-1]


def test_the_baseline_beside_a_figure_is_the_best_that_is_no_model_of_ours():
    rows = {"frequency": {"good1": 0.3}, "search": {"good1": 0.5}, "other": {}, "SQAM": {"good1": 0.9}}
    assert best_baseline({**rows, **{name: {"good1": 0.8} for name in OTHERS}}, "good1") == "search"
    assert best_baseline({"SQAM": {"good1": 0.9}}, "good1") is None
