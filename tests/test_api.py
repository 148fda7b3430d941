"""The named endpoints over real HTTP, with good requests and with bad ones, and the functions behind the page."""

import io
import json
import math
import urllib.request
from base64 import b64decode, b64encode

import numpy as np
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from PIL import Image

from tests.forked import Command
from tests.running import APP, forked_app

LONG = "x" * 1_000_000
LARGE = "x" * 5_000_000  # a request of this size is still read
NAN, INF = math.nan, math.inf


@pytest.fixture(scope="module")
def client(url):
    client = Client(url, verbose=False, analytics_enabled=False)
    yield client
    client.close()


def test_the_endpoints_and_no_others(client):
    expected = {
        "/answer",
        "/answer_many",
        "/score",
        "/explain",
        "/similar",
        "/decode",
        "/encode",
        "/mix",
        "/morph",
        "/map",
        "/place",
        "/invent",
        "/compose",
    }
    assert set(client.view_api(return_format="dict")["named_endpoints"]) == expected


def test_answer_equals_the_models(client, lively):
    for k in (1, 5, 300):
        got = client.predict("my flight is cancelled", k, api_name="/answer")
        assert got == [vars(answer) for answer in lively.answer("my flight is cancelled", k=k)[0]]
    assert (
        client.predict("so happy", popularity=2.0, api_name="/answer")[0]["emoji"]
        == lively.answer("so happy")[0][0].emoji
    )


def test_score_equals_the_models(client, lively):
    emojis = ["🎉", "😡", "❤", "👍🏽"]
    assert (
        client.predict("love cake", emojis, api_name="/score") == lively.score("love cake", emojis=emojis)[0].tolist()
    )
    assert len(client.predict("love cake", api_name="/score")) == len(lively.emojis)


def test_many_tweets_are_answered_as_one_is(client, lively):
    tweets = ["so happy", "my flight is cancelled"]
    alone = [client.predict(tweet, 3, api_name="/answer") for tweet in tweets]
    together = client.predict(tweets, 3, api_name="/answer_many")
    assert [[a["emoji"] for a in answers] for answers in together] == [
        [a["emoji"] for a in answers] for answers in alone
    ]


def test_a_bad_tweet_among_many_is_named_and_refuses_no_other(client):
    tweets = ["so happy", " ", "my flight is cancelled"]
    first, second, third = client.predict(tweets, 3, "skip", api_name="/answer_many")
    assert second == [{"problem": "The tweet is empty. Type a few words."}]
    assert [first, third] == client.predict(tweets[::2], 3, api_name="/answer_many")
    with pytest.raises(AppError, match="Tweet 2 is empty"):
        client.predict(tweets, 3, api_name="/answer_many")


def test_explain_is_what_erasing_a_word_does(client, lively):
    tweet = "awful flight, so happy"
    for word in client.predict(tweet, "🎉", api_name="/explain"):
        assert tweet[word["start"] : word["end"]] == word["word"]
        without = tweet[: word["start"]] + " " + tweet[word["end"] :]
        expected = lively.score(tweet, emojis=["🎉"]) - lively.score(without, emojis=["🎉"])
        assert word["effect"] == pytest.approx(expected.item(), abs=1e-5)


@pytest.mark.parametrize("by", ["meaning", "looks"])
def test_similar_equals_the_models(client, lively, by):
    assert client.predict("👍🏽", by, 7, api_name="/similar") == [vars(a) for a in lively.similar("👍🏽", by=by, k=7)]


@pytest.mark.parametrize("size", [36, 100])
def test_decode_equals_the_models(client, lively, size):
    z = lively.latent.sample(1, seed=1)
    got = client.predict([float(number) for number in z[0]], size, api_name="/decode")
    assert np.array_equal(pixels(got), lively.decode(z, size)[0])


def test_encode_takes_what_decode_gives(client, lively):
    z = lively.latent.sample(1, seed=2)
    uri = client.predict(z[0].tolist(), api_name="/decode")
    assert client.predict(uri, api_name="/encode") == lively.encode(lively.decode(z))[0].tolist()


def test_mix_equals_the_models(client, lively):
    got = client.predict(["🎉", "👍🏽", "☕"], [1, 0, 3], api_name="/mix")
    z = lively.latent.mix(["🎉", "👍", "☕"], [1, 0, 3])
    assert got["z"] == z[0].tolist()
    assert np.array_equal(pixels(got["picture"]), lively.decode(z, 144)[0])
    assert client.predict(["🎉", "☕"], api_name="/mix")["z"] == lively.latent.mix(["🎉", "☕"])[0].tolist()


@pytest.mark.parametrize(("format", "kind"), [("gif", "image/gif"), ("webp", "image/webp"), ("png", "image/apng")])
def test_a_morph_plays_from_one_emoji_to_the_next(client, lively, format, kind):
    uri = client.predict(["🎉", "☕"], "spherical", format, 72, api_name="/morph")
    assert uri.startswith(f"data:{kind};base64,")
    animation = Image.open(io.BytesIO(b64decode(uri.partition(",")[2])))
    assert animation.size == (72, 72) and animation.n_frames > 20
    if format == "png":
        expected = lively.decode(lively.latent.path("🎉", "☕", 24, "spherical"), 72)[0]
        assert np.array_equal(np.array(animation.convert("RGBA")), expected)


def test_every_emoji_has_a_place_on_the_map(client, lively):
    places = client.predict(api_name="/map")
    assert [place["emoji"] for place in places] == lively.emojis.chars
    x, y = client.predict(lively.emojis.codes[3].tolist(), api_name="/place")
    assert (x, y) == pytest.approx((places[3]["x"], places[3]["y"]), abs=1e-3)


def test_app_serves_the_model_it_is_told(lively, tmp_path):
    with forked_app(lively.folder) as address:
        with urllib.request.urlopen(address, timeout=60) as response:
            assert "emoji-qa" in response.read().decode()
        answered = Client(address, verbose=False, analytics_enabled=False).predict("so happy", api_name="/answer")
        assert answered[0]["emoji"] == lively.answer("so happy")[0][0].emoji
    code, said = Command([APP, "--model", "nowhere"], tmp_path / "said.txt").wait()
    assert code == 1
    assert said.startswith("There is no checkpoint “nowhere”")


def base64_of(text: str) -> str:
    return b64encode(text.encode()).decode()


def pixels(uri: str) -> np.ndarray:
    return np.array(Image.open(io.BytesIO(b64decode(uri.removeprefix("data:image/png;base64,")))))


BAD = [
    ("/answer", ["", 5, None], "The tweet is empty"),
    ("/answer", [LONG, 5, None], "1,000,000 characters"),
    ("/answer", ["\x00\x07\x1b", 5, None], "no words"),
    ("/answer", [None, 5, None], "must be text"),
    ("/answer", [["a", "b"], 5, None], "must be text"),
    ("/answer", ["so happy", 0, None], "k must be a whole number"),
    ("/answer", ["so happy", "five", None], "k must be a whole number"),
    ("/answer", ["so happy", 5, INF], "popularity must be a finite number"),
    ("/answer", ["so happy", 5, "much"], "popularity must be a finite number"),
    ("/answer_many", ["so happy", 5, "raise"], "must be a list"),
    ("/answer_many", [["so happy"] * 201, 5, "raise"], "at most 200"),
    ("/answer_many", [["so happy", 7], 5, "raise"], "Tweet 2 is not text"),
    ("/answer_many", [["so happy"], 26, "raise"], "at most 25"),
    ("/explain", ["", "🎉"], "The tweet is empty"),
    ("/explain", [LARGE, "🎉"], "5,000,000"),
    ("/explain", ["so happy " * 2000, "🎉"], "18,000 characters"),
    ("/explain", ["so happy", "abc"], "abc"),
    ("/explain", ["so happy", ["🎉"]], "must be text"),
    ("/similar", ["abc", "looks", 5], "abc"),
    ("/similar", ["🎉", "taste", 5], "looks"),
    ("/similar", ["🎉", "looks", 0], "k must be a whole number"),
    ("/score", ["so happy", ["🎉", "abc"], 0.0], "abc"),
    ("/score", ["so happy", ["\ud83d"], 0.0], "not one of the emojis"),
    ("/score", ["so happy", [7], 0.0], "not one of the emojis"),
    ("/score", ["so happy", 7, 0.0], "must be a list"),
    ("/score", ["so happy", ["🎉"] * 100_000, 0.0], "too many"),
    ("/score", ["so happy", None, 10**400], "popularity must be a finite number"),
    ("/decode", [[0.0] * 15, 36], "shape"),
    ("/decode", [[NAN] * 16, 36], "finite"),
    ("/decode", [[INF] * 16, 36], "finite"),
    ("/decode", [["a"] * 16, 36], "numbers"),
    ("/decode", [None, 36], "16"),
    ("/decode", [[10**400] * 16, 36], "numbers"),
    ("/decode", [[0.0] * 16, 0], "size must be a whole number"),
    ("/decode", [[0.0] * 16, 100_000], "size must be a whole number"),
    ("/encode", ["../../etc/passwd"], "must be a PNG"),
    ("/encode", ["data:image/png;base64,AAAA"], "not a PNG"),
    ("/encode", ["data:image/png;base64,%%%"], "not a PNG"),
    ("/encode", [LONG], "must be a PNG"),
    ("/encode", [None], "must be text"),
    ("/mix", [["🎉"], None], "list of 2 to 4"),
    ("/mix", [["🎉"] * 5, None], "list of 2 to 4"),
    ("/mix", ["🎉🎉", None], "list of 2 to 4"),
    ("/mix", [["🎉", ["☕"]], None], "list of 2 to 4"),
    ("/mix", [["🎉", "abc"], None], "abc"),
    ("/mix", [["🎉", "\ud83d"], None], "not one of the emojis"),
    ("/mix", [["🎉", "☕"], [1]], "takes 2 weights"),
    ("/mix", [["🎉", "☕"], [NAN, 1]], "takes 2 weights"),
    ("/mix", [["🎉", "☕"], [-1, 1]], "takes 2 weights"),
    ("/mix", [["🎉", "☕"], [10**400, 1]], "list of numbers"),
    ("/mix", [["🎉", "☕"], {"a": 1}], "list of numbers"),
    ("/morph", [["🎉", "☕"], "scenic", "gif", 72], "linear"),
    ("/morph", [["🎉", "☕"], ["linear"], "gif", 72], "linear"),
    ("/morph", [["🎉", "☕"], "linear", "mp4", 72], "“gif”"),
    ("/morph", [["🎉", "☕"], "linear", ["gif"], 72], "“gif”"),
    ("/morph", [["🎉", "☕"], "linear", "gif", 1024], "72 to 256 pixels"),
    ("/morph", [["🎉", "☕"], "linear", "gif", NAN], "72 to 256 pixels"),
    ("/morph", [["🎉", "☕"], "linear", "gif", True], "72 to 256 pixels"),
    ("/morph", [LONG, "linear", "gif", 72], "list of 2 to 4"),
    ("/place", [[NAN] * 16], "finite"),
    ("/place", [[0.0] * 15], "shape"),
    ("/place", [LONG], "numbers"),
]


@pytest.mark.parametrize(("name", "arguments", "sentence"), BAD, ids=lambda value: str(value)[:30])
def test_bad_input_gets_one_sentence(url, capfd, name, arguments, sentence):
    event = post(f"{url}gradio_api/call{name}", {"data": arguments})["event_id"]
    with urllib.request.urlopen(f"{url}gradio_api/call{name}/{event}", timeout=60) as response:
        kind, data = response.read().decode().strip().split("\n")[-2:]
    assert kind == "event: error"
    assert sentence in json.loads(data.removeprefix("data: "))["error"]
    assert "Traceback" not in data + "".join(capfd.readouterr())


def test_a_client_gets_the_sentence_as_its_exception(client):
    with pytest.raises(AppError, match="The tweet is empty. Type a few words."):
        client.predict("", api_name="/answer")


BEHIND_THE_PAGE = [
    ("answer_tweet", {"tweet": "so happy", "k": NAN}, "k must be a whole number"),
    ("answer_tweet", {"tweet": LONG, "k": 5}, "1,000,000 characters"),
    ("answer_tweet", {"tweet": ["a"], "k": 5}, "must be text"),
    ("answer_tweet", "so happy", "must be text"),
    ("answer_tweet", None, "must be text"),
    ("answer_tweet", {"tweet": "so happy", "k": 5, "tone": 6}, "skin tone"),
    ("answer_tweet", {"tweet": "so happy", "k": 5, "group": "pets"}, "must be one of objects, food-drink"),
    ("answer_tweet", {"tweet": "so happy", "k": 5, "group": ["pets"]}, "must be text"),
    ("answer_tweet", {"tweet": "🎉", "k": 5, "tone": NAN}, "skin tone"),
    ("answer_tweet", {"tweet": "so happy", "k": 5, "added": [{}] * 9}, "At most 8 emojis"),
    (
        "answer_tweet",
        {"tweet": "so happy", "k": 5, "added": [{"emoji": "x", "sliders": [NAN] * 16}]},
        "16 finite numbers",
    ),
    ("explain_answer", {"tweet": "so happy", "emoji": "abc", "added": {"emoji": "abc"}}, "At most 8 emojis"),
    ("explain_answer", {"tweet": "so happy", "emoji": "abc"}, "abc"),
    ("explain_answer", {"tweet": LARGE, "emoji": "🎉"}, "5,000,000 characters"),
    ("explain_answer", None, "must be text"),
    ("find_answers", {"query": 7}, "must be text"),
    ("find_answers", ["cake"], "must be text"),
    ("show_emojis", ["🎉"] * 61, "at most 60"),
    ("show_emojis", ["abc"], "abc"),
    ("show_emojis", [["🎉"]], "must be text"),
    ("read_file", {"data": base64_of(LARGE), "name": "a.txt"}, "5,000,000 bytes are too many"),
    ("read_file", {"data": base64_of("so happy\n" * 100_000), "name": "a.csv"}, "More than 10,000 rows"),
    ("read_file", {"data": base64_of("so happy"), "name": None}, "must be text"),
    ("read_file", "so happy", "must be text"),
    ("answer_rows", {"rows": [["so happy"]] * 51, "column": 0, "k": 1}, "1 to 50 rows"),
    ("answer_rows", {"rows": [["so happy"]], "column": 1, "k": 1, "width": 1, "delimiter": ","}, "column must be"),
    ("answer_rows", {"rows": [["so happy"]], "column": 0, "k": 26, "width": 1, "delimiter": ","}, "k must be"),
    ("answer_rows", {"rows": [["so happy"]], "column": 0, "k": NAN, "width": 1, "delimiter": ","}, "k must be"),
    ("answer_rows", {"rows": [["so happy", 7]], "column": 0, "k": 1}, "must be text"),
    ("answer_rows", {"rows": [[]], "column": 0, "k": 1}, "a list of cells"),
    (
        "answer_rows",
        {"rows": [["so happy"]], "column": 0, "k": 1, "width": 1, "delimiter": ",", "popularity": NAN},
        "popularity",
    ),
    ("answer_rows", None, "1 to 50 rows"),
    ("head_rows", {"rows": [None]}, "a list of cells"),
    ("draw_sliders", [NAN] * 16, "16 finite numbers"),
    ("draw_sliders", [INF] * 16, "16 finite numbers"),
    ("draw_sliders", [1e300] * 16, "16 finite numbers"),
    ("draw_sliders", [10**400] * 16, "16 finite numbers"),
    ("draw_sliders", [[0]] * 16, "16 finite numbers"),
    ("draw_sliders", ["a", *[0] * 15], "16 finite numbers"),
    ("draw_sliders", {"binary": 1}, "16 finite numbers"),
    ("draw_ends", [NAN] * 16, "16 finite numbers"),
    ("look_around", [0] * 15, "16 finite numbers"),
    ("roll_sliders", None, "which of them are locked"),
    ("roll_sliders", {"sliders": [INF] * 16, "locked": [True] * 16}, "16 finite numbers"),
    ("roll_sliders", {"sliders": [0] * 16, "locked": [1] * 16}, "16 times true or false"),
    ("roll_sliders", {"sliders": [0] * 16}, "16 times true or false"),
    ("show_recipe", 7, "must be text"),
    ("show_recipe", "1f355~e1f36a", "cannot put emojis together"),
    ("show_recipe", "<svg>", "no recipe"),
    ("invent_answers", {"tweet": "so happy", "page": INF}, "cannot put emojis together"),
    ("put_together", [["🎉"]], "list of 2 to 4"),
    ("load_emoji", "\ud83d", "not one of the"),
    ("load_emoji", ["🎉"], "must be text"),
    ("find_emojis", 7, "must be text"),
    ("find_places", [], "1 to 31 codes"),
    ("find_places", [[0] * 16] * 32, "1 to 31 codes"),
    ("find_places", [[0] * 16, [NAN] * 16], "16 finite numbers"),
    ("find_places", {"places": 1}, "1 to 31 codes"),
    ("go_between", [NAN, 0], "Places on the map"),
    ("go_between", [0], "Places on the map"),
    ("go_between", [10**400, 0], "Places on the map"),
    ("go_between", "here", "Places on the map"),
    ("go_between", None, "Places on the map"),
    ("take_ingredient", None, "16 finite numbers"),
    ("take_ingredient", {"emoji": "abc"}, "abc"),
    ("take_ingredient", {"emoji": ["🎉"]}, "must be text"),
    ("take_ingredient", {"sliders": [0] * 16, "name": 7}, "must be text"),
    ("take_ingredient", {"sliders": [INF] * 16, "name": "x"}, "16 finite numbers"),
    ("play_morph", {"stops": [[0] * 16], "kind": "linear"}, "2 to 4 emojis"),
    ("play_morph", {"stops": [[0] * 16] * 5, "kind": "linear"}, "2 to 4 emojis"),
    ("play_morph", {"stops": [[0] * 16] * 2}, "linear"),
    ("play_morph", {"stops": [[0] * 16] * 2, "kind": ["linear"]}, "linear"),
    ("play_morph", "linear", "2 to 4 emojis"),
    (
        "save_morph",
        {"stops": [[0] * 16] * 2, "kind": "linear", "format": "gif", "size": 9999, "names": []},
        "72 to 256",
    ),
    ("save_morph", {"stops": [[0] * 16] * 2, "kind": "linear", "format": {}, "size": 72, "names": []}, "“gif”"),
    (
        "save_morph",
        {"stops": [[0] * 16] * 2, "kind": "linear", "format": "gif", "size": 72, "names": [7]},
        "list of texts",
    ),
    ("save_morph", None, "2 to 4 emojis"),
]


@pytest.mark.parametrize(("name", "payload", "sentence"), BEHIND_THE_PAGE, ids=lambda value: str(value)[:30])
def test_the_pages_own_functions_refuse_bad_input(client, url, capfd, name, payload, sentence):
    got = ask(client, url, name, payload)
    assert sentence in got["error"]
    assert "Traceback" not in "".join(capfd.readouterr())


def test_the_pages_own_functions_draw_what_decode_draws(client, url, lively):
    s = np.linspace(-2, 2, 16)
    drawn = np.frombuffer(b64decode(ask(client, url, "draw_sliders", s.tolist())["pixels"]), np.uint8)
    assert np.array_equal(drawn.reshape(36, 36, 4), lively.decode(lively.latent.to_z(s[np.newaxis]))[0])
    thrown = ask(client, url, "roll_sliders", {"sliders": [0.0] * 16, "locked": [False] * 16})
    again = np.frombuffer(b64decode(ask(client, url, "draw_sliders", thrown["sliders"])["pixels"]), np.uint8)
    assert np.abs(again.astype(int) - np.frombuffer(b64decode(thrown["pixels"]), np.uint8)).mean() < 1


def ask(client, url, name, payload):
    """Calls a function behind the page as the page's script does."""
    owner = next(c["id"] for c in client.config["components"] if name in c["props"].get("server_fns", []))
    body = {"data": payload, "component_id": owner, "fn_name": name, "session_hash": "test"}
    return post(url + "gradio_api/component_server", body)


def post(address, body):
    """Posts JSON unchecked, with NaN and halves of surrogate pairs, and returns the JSON of the response."""
    request = urllib.request.Request(address, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response)
