from emoji_qa.text import PAD, UNKNOWN, Vocabulary, tokenize


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
