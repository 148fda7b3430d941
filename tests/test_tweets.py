"""The data from which answers are learned: labels found in tweets, splits that keep near-duplicates together, and words
that are held back."""

import gzip
import json

import numpy as np
import pytest
import torch

from emoji_qa import checkpoint
from emoji_qa.emojis.inline import InlineEmojis
from emoji_qa.emojis.table import EmojiTable
from emoji_qa.text.tokenizers import WordPieces
from tests.tiny import table
from train.data.corpora import goemotions, semeval, tweeteval, tweets43
from train.data.emotions import AIRLINE, GOEMOTIONS, SEMEVAL, SENTIMENTS, emojis
from train.data.keywords import describe, keywords, meaning_texts, name_words, withheld
from train.data.prepared import Prepared
from train.data.tweets import Corpus, arrays, log_prior
from train.data.withheld import choose, withheld_rows


@pytest.fixture(scope="module")
def shipped():
    return EmojiTable.load(checkpoint.locate("default"))


@pytest.fixture
def data(tmp_path):
    """A folder of corpora with a few made-up texts each."""
    (tmp_path / "tweets43").mkdir()
    lines = [
        "😡\tso angry about my bag today 😡😡 http",
        "😡\tSo angry about my bag today again 😡",
        "🎉\t@user 🎉",
        "🎉\tno emoji here",
        "👍\tgreat dog 👍🏽🐶❤ 👍",
        "👍\tgreat dog 🐶",
        "x\tgreat cake 🦄",
    ]
    with gzip.open(tmp_path / "tweets43" / "tweets.tsv.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(lines))
    for folder, content in {
        "cldr_en/annotations_en.json": {
            "annotations": {
                "annotations": {
                    "🎉": {"default": ["party", "hooray"], "tts": ["party popper"]},
                    "{": {"default": ["brace"]},
                }
            }
        },
        "emojilib/emoji-en-US.json": {"🎉": ["party_popper", "congratulations"], "👍🏽": ["yes"]},
    }.items():
        (tmp_path / folder).parent.mkdir()
        (tmp_path / folder).write_text(json.dumps(content))
    return tmp_path


def test_inline_emojis_are_found_each_once_and_as_bases():
    find = InlineEmojis(table())
    assert [table().bases.chars[row] for row in find("👍🏽😡😡 x ❤ ❤️ 🦄👍")] == ["👍", "😡", "❤️"]
    assert find("nothing © here") == []


def test_the_longest_emoji_is_taken(shipped):
    find = InlineEmojis(shipped)
    names = [[shipped.bases.names[row] for row in find(text)] for text in ("🏴‍☠️🏴", "❤️‍🔥", "🇺🇸🇫🇷")]
    assert names == [["pirate flag", "black flag"], ["heart on fire"], ["flag: United States", "flag: France"]]


def test_tweets_that_begin_alike_share_a_part_and_same_words_come_once(data):
    tweets = tweets43(data, table())
    assert len(tweets) == 3  # the others: no word, no emoji, the same words as another, an emoji unknown here
    alike = tweets[tweets["text"].str.lower().str.startswith("so angry")]
    assert len(alike) == 2 and alike["part"].nunique() == 1
    assert [table().bases.chars[row] for row in tweets["rows"].iloc[-1]] == ["👍", "🐶", "❤️"]


def test_missing_corpora_are_named(tmp_path):
    for read in (
        lambda: tweets43(tmp_path, table()),
        lambda: tweeteval(tmp_path, table()),
        lambda: goemotions(tmp_path),
        lambda: semeval(tmp_path),
        lambda: keywords(tmp_path, table()),
    ):
        with pytest.raises(SystemExit, match="is not there"):
            read()


def test_emotions_are_emojis_that_are_ranked(shipped):
    for told in (GOEMOTIONS, SEMEVAL, SENTIMENTS, AIRLINE):
        for emoji in emojis(told):
            assert shipped.base_index(emoji) is not None


def test_keywords_belong_to_bases(data):
    told = keywords(data, table())
    rows = {word: [table().bases.chars[row] for row in some] for word, some in told.items()}
    assert rows["party"] == rows["party popper"] == rows["congratulations"] == ["🎉"] and rows["yes"] == ["👍"]
    assert "brace" not in rows and rows["dog face"] == ["🐶"]


def test_withheld_words_are_a_tenth_that_no_name_tells():
    words = [f"word{i}" for i in range(5000)]
    assert 0.08 < np.mean([withheld(word, set()) for word in words]) < 0.12
    names = name_words(table())
    assert not any(withheld(word, names) for word in ("party", "popper", "red heart"))
    assert describe("party_popper", ["yay", "hooray", "party popper"]) == "party popper, hooray, yay"


def test_meanings_leave_withheld_words_out(data):
    names = name_words(table())
    text = meaning_texts(table(), data)[0]
    for word in ("party", "hooray", "congratulations"):
        assert (word in text.split(", ")) != withheld(word, names)


def test_withheld_emojis_are_unseen_by_a_split_vae(shipped):
    rows = withheld_rows(shipped)
    assert len(rows) == len(set(rows)) == 168
    assert [shipped.bases.chars[row] for row in rows] == choose(shipped)


def prepared(tmp_path, longest=48):
    pieces = WordPieces([*WordPieces.SPECIAL, "a", "b"])
    parts = {"one": Corpus(["a b a", "b"], [[0], [2, 1]]), "two": Corpus(["a a"], [[1]], candidates=[1, 3])}
    np.savez(tmp_path / "x.npz", **arrays(parts, pieces, 4))
    return Prepared(tmp_path / "x.npz", longest=longest)


def test_batches_hold_the_ids_padded(tmp_path):
    texts = prepared(tmp_path)
    assert texts.batch(np.array([1, 0])).tolist() == [[2, 5, 3, 0, 0], [2, 4, 5, 4, 3]]
    assert texts.batch(np.array([2])).tolist() == [[2, 4, 4, 3]]
    assert texts.right[:, :2].tolist() == [[0, -1], [2, 1], [1, -1]]
    assert prepared(tmp_path, longest=2).batch(np.array([0, 1])).tolist() == [[2, 4], [2, 5]]


def test_priors_are_shares_over_candidates():
    prior = np.exp(log_prior(Corpus(["a", "b"], [[0], [2, 1]]), 4))
    assert prior == pytest.approx(np.array([1.5, 1.0, 1.0, 0.5]) / 4)
    fixed = np.exp(log_prior(Corpus(["a"], [[1]], candidates=[1, 3]), 4))
    assert fixed == pytest.approx(np.array([0, 0.75, 0, 0.25]))


def test_each_corpus_has_its_share(tmp_path):
    weights = prepared(tmp_path).weights({"one": 0.25, "two": 0.75})
    assert weights.tolist() == pytest.approx([0.125, 0.125, 0.75])


def test_withheld_emojis_are_neither_right_nor_candidates(tmp_path):
    texts = prepared(tmp_path)
    texts.withhold([2, 0])
    assert texts.right[:, :2].tolist() == [[-1, -1], [1, -1], [1, -1]]
    assert torch.isinf(texts.log_prior[0]).tolist() == [True, False, True, False]
    assert texts.weights({"one": 0.5, "two": 0.5}).tolist() == [0, 0.25, 0.5]


def test_what_is_left_of_a_list_stays_best_first(tmp_path):
    texts = prepared(tmp_path)
    texts.right, texts.grades = torch.tensor([[3, 1, 2, 0, -1]]), torch.tensor([[3, 2, 1, 0, -1]])
    texts.withhold([1])
    assert texts.right.tolist() == [[3, 2, 0, -1, -1]] and texts.grades.tolist() == [[3, 1, 0, -1, -1]]
    texts.withhold([])
    assert texts.right.tolist() == [[3, 2, 0, -1, -1]]
