import pytest

from emoji_qa.text.tokenizers import PAD, UNKNOWN, Vocabulary, WordPieces, normalise, tokenize


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
