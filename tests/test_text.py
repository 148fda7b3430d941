import html
import re
from pathlib import Path

import pytest

from emoji_qa import checkpoint
from emoji_qa.inputs import check_tweets
from emoji_qa.text import tokenizers
from emoji_qa.text.tokenizers import PAD, SEEN, UNKNOWN, Vocabulary, WordPieces, normalise, tidy, tokenize

ROOT = Path(__file__).resolve().parent.parent
WRITTEN = (ROOT / "train" / "messages" / "written.tsv", ROOT / "data" / "messages" / "written.tsv")
MESSAGES = next((path for path in WRITTEN if path.is_file()), None)


def test_words_as_glove_has_them():
    assert tokenize("I CAN'T wait!! It's great") == ["i", "ca", "n't", "wait", "!", "!", "it", "'s", "great"]


def test_links_handles_and_emojis_are_dropped():
    assert tokenize("@united see https://t.co/x 😡😡 now ❤️ 🇫🇷") == ["see", "now"]


def test_hashtags_keep_their_word():
    assert tokenize("#GoingForGreat") == ["goingforgreat"]


def test_control_characters_and_emojis_alone_have_no_words():
    assert tokenize("\x00\x07 🎉") == []


def test_keeps_the_last_tokens_padded_on_the_left():
    vocabulary = Vocabulary(["a", "b", "c"])
    assert vocabulary.encode(["a b", "zzz a b c"], length=3).tolist() == [[PAD, 2, 3], [2, 3, 4]]
    assert vocabulary.encode(["zzz"], length=2).tolist() == [[PAD, UNKNOWN]]


def test_vocabulary_size_counts_the_commonest_words():
    assert Vocabulary.from_tweets(["a b b", "c b c"], size=2).words == ["b", "c"]


def test_save_and_load(tmp_path):
    Vocabulary(["naïve", "!", "b"]).save(tmp_path / "vocab.txt")
    assert Vocabulary.load(tmp_path / "vocab.txt").words == ["naïve", "!", "b"]


@pytest.mark.parametrize(
    ("tweet", "read"),
    [
        ("@a @b.  sooooo happy 😂❤️ see https://t.co/x www.x.org", "@user . sooo happy see http"),
        ("#GoingForGreat #NBAFinals &amp; #fun", "#Going For Great #NBA Finals & #fun"),
        ("thanks @united @delta", "thanks @user"),
        ("100000 reasons :)", "100000 reasons :)"),
    ],
)
def test_what_the_encoder_reads(tweet, read):
    assert normalise(tweet) == read


HAPPY = ["i", "am", "so", "happy"]


@pytest.mark.parametrize(
    "tweet",
    [
        "𝗜 𝗮𝗺 𝘀𝗼 𝗵𝗮𝗽𝗽𝘆",
        "Ｉ ａｍ ｓｏ ｈａｐｐｙ",
        "ⓘ ⓐⓜ ⓢⓞ ⓗⓐⓟⓟⓨ",
        "🅸 🅰🅼 🆂🅾 🅷🅰🅿🅿🆈",
        "𝓘 𝓪𝓶 𝓼𝓸 𝓱𝓪𝓹𝓹𝔂",
        "ᴵ ᵃᵐ ˢᵒ ʰᵃᵖᵖʸ",
        "I am so ha\u200bppy",
    ],
)
def test_letters_in_fancy_dress_are_read(tweet):
    assert tokenize(tweet) == HAPPY and normalise(tweet).lower().split() == HAPPY


def test_apostrophes_entities_and_hearts_are_read_alike_everywhere():
    assert normalise("don’t") == normalise("don't") and tokenize("don’t") == tokenize("don't") == ["do", "n't"]
    assert normalise("fish &amp;amp;amp; chips") == "fish & chips" and tokenize("&amp;lt;b&amp;gt;") == ["b"]
    assert normalise("love ❤︎") == normalise("love ❤️") == "love"
    assert normalise("cafe\u0301") == "café" and tokenize("cafe\u0301") == ["café"]
    assert tidy("🅰 Ⓜ ™ ½ …") == "🅰 Ⓜ ™ ½ …"


@pytest.mark.parametrize("tweet", ["&nbsp;", "&amp;nbsp; &shy;", " " * 2000, "\u200b" * 9, "@me https://t.co/x"])
def test_where_no_word_is_left_there_is_none_to_answer(tweet):
    with pytest.raises(ValueError, match="no words to answer|is empty"):
        check_tweets(tweet)


@pytest.mark.parametrize(
    "rest", [" " * 2000, "\u200b" * 2000, "🎉" * 1200, "&nbsp;" * 900, "@me https://t.co/" + "x" * 1100]
)
def test_what_has_a_word_is_read_wherever_the_word_stands(rest):
    vocabulary = Vocabulary(["happy"])
    check_tweets(f"{rest} happy")
    assert PIECES.ids([f"{rest} happy"])[0][-2:] == [8, 3] and vocabulary.encode([f"happy {rest}"])[0, -1] == 2


def test_of_a_long_tweet_the_beginning_or_the_end_is_read():
    tweet = "start  " + "middle &amp; " * 500 + "end"
    assert WordPieces.seen(tweet).startswith("start middle & middle") and len(WordPieces.seen(tweet)) <= SEEN
    assert Vocabulary.seen(tweet).endswith("& middle & end") and len(Vocabulary.seen(tweet)) <= SEEN


def test_words_without_end_are_read_in_pieces():
    pieces = WordPieces([*WordPieces.SPECIAL, "h", "##a", "##h"], length=200)
    assert pieces.ids(["ha" * 80])[0][1:-1] == [4, 5] + 49 * [6, 5] + [4, 5] + 29 * [6, 5]


def test_what_is_unknown_is_counted():
    assert (
        PIECES.unknown_share("happy zebra приве́т !") == 0.5
        and Vocabulary(["happy"]).unknown_share("happy zebra") == 0.5
    )
    assert PIECES.unknown_share("🎉") == 0


def as_the_tower_was_trained(tweet: str) -> str:
    """`normalise` without `tidy` and without shortening long words."""
    text = tokenizers._URL.sub(" http ", html.unescape(tweet))
    text = tokenizers.EMOJI.sub(" ", tokenizers._HANDLE.sub(" @user ", text))
    text = tokenizers._HASHTAG.sub(lambda tag: tokenizers._CAMEL.sub(" ", tag.group()), text)
    text = re.sub(r"([^\W\d])\1{3,}", r"\1\1\1", " ".join(text.split()))
    return re.sub(r"(?<!\S)(@user|http)(?: \1)+(?!\S)", r"\1", text)


@pytest.mark.skipif(not MESSAGES, reason="there are no written messages here")
def test_ordinary_text_is_read_as_the_tower_was_trained():
    pieces = WordPieces.load(checkpoint.locate("default") / "vocab.txt")
    messages = [line.split("\t")[0] for line in MESSAGES.read_text(encoding="utf-8").splitlines()]
    encode = pieces._tokenizer.encode_batch
    before = encode(
        [as_the_tower_was_trained(message.replace("’", "'")) for message in messages], add_special_tokens=False
    )
    assert pieces.ids(messages) == [[2, *one.ids[:46], 3] for one in before]


PIECES = WordPieces([*WordPieces.SPECIAL, "h", "##a", "##p", "##y", "happy", "!"], length=6)


def test_words_become_the_longest_pieces_known():
    assert PIECES.ids(["Happy hap!", "zebra", ""]) == [[2, 8, 4, 5, 6, 3], [2, 1, 3], [2, 3]]
    assert PIECES.encode(["happy", "!!!"]).tolist() == [[2, 8, 3, 0, 0], [2, 9, 9, 9, 3]]


def test_long_tweets_keep_their_beginning():
    assert PIECES.ids(["happy happy ! ! ! !"]) == [[2, 8, 8, 9, 9, 3]]


def test_pieces_are_saved_and_checked(tmp_path):
    PIECES.save(tmp_path / "vocab.txt")
    assert WordPieces.load(tmp_path / "vocab.txt").pieces == PIECES.pieces
    for content in ("happy\n", "[PAD]\n[UNK]\n[CLS]\n[SEP]\na\na\n"):
        (tmp_path / "vocab.txt").write_text(content)
        with pytest.raises(ValueError, match="damaged"):
            WordPieces.load(tmp_path / "vocab.txt")
