"""Attacks on a public page: everything odd is refused with a sentence and at most one line in the log, and the next good
request is answered. Random ones are few here; `EXAMPLES=500 python -m pytest tests/test_attack.py` sends more."""

import base64
import io
import json
import logging
import os
import re
import socket
import struct
import zlib
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from emoji_qa.images.upload import fit_picture, open_picture
from emoji_qa.page.server.guard import MAX_BODY, MAX_HELD, MAX_WAITING, Guard
from emoji_qa.page.server.png import PREFIX, from_uri
from tests.conftest import run

POSTS = [
    "run/answer",
    "api/answer",
    "call/answer",
    "call/v2/answer",
    "queue/join",
    "component_server",
    "upload",
    "cancel",
    "reset",
]
FILES = [
    "/gradio_api/file=",
    "/gradio_api/file/",
    "/static/",
    "/assets/",
    "/svelte/",
    "/theme.css/",
    "/gradio_api/proxy=",
    "/gradio_api/custom_component/1/client/component/",
    "/gradio_api/stream/a/1/",
    "/gradio_api/runs/",
    "/",
]
ESCAPES = [
    "{}",
    "../../../../../../../..{}",
    "..%2f..%2f..%2f..%2f..%2f..%2f..{}",
    "%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e{}",
    "..%5c..%5c..%5c..%5c{}",
    "....//....//....//....//{}",
    "..%252f..%252f..%252f..{}",
    "file://{}",
    "{}%00.png",
    "~{}",
    "/proc/self/root{}",
    "\\\\?\\C:{}",
]


@pytest.fixture(scope="module")
def web(url):
    with httpx.Client(base_url=url, timeout=60) as client:
        yield client


@pytest.fixture
def answering(web):
    """After the test, the next good request must be answered."""
    yield web
    assert web.post("gradio_api/component_server", json=good(web)).json()["answers"]


def good(web) -> dict:
    """The request that the page's script sends for a tweet."""
    owner = next(
        c["id"] for c in web.get("config").json()["components"] if "answer_tweet" in c["props"].get("server_fns", [])
    )
    question = {"tweet": "so happy", "k": 5, "among": "all"}
    return {"data": question, "component_id": owner, "fn_name": "answer_tweet", "session_hash": "attack"}


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("announced", [True, False])
def test_a_body_of_ten_megabytes_is_refused_unread(answering, path, announced):
    body = json.dumps({"data": ["x" * 10_000_000, 5, None], "session_hash": "a", "fn_index": 0}).encode()
    content = body if announced else iter([body[i : i + 65536] for i in range(0, len(body), 65536)])
    try:
        answer = answering.post(f"gradio_api/{path}", content=content, headers={"Content-Type": "application/json"})
    except (httpx.WriteError, httpx.RemoteProtocolError):  # the server stopped reading before the end
        return
    assert answer.status_code in (400, 413), answer.text
    assert "8 MB at most" in answer.text or not announced


def test_a_hundred_thousand_rows_are_refused(answering):
    rows = "tweet\n" + "my flight is late\n" * 100_000
    for path in ("gradio_api/upload", "gradio_api/component_server"):
        assert answering.post(path, files={"files": ("tweets.csv", rows)}).status_code in (400, 413)


@pytest.mark.parametrize("route", FILES)
def test_no_path_leads_out(answering, url, tmp_path, route):
    secret = tmp_path / "secret.txt"
    secret.write_text("for your eyes only")
    for escape in ESCAPES:
        for target in (str(secret), "/etc/passwd"):
            answer = raw(url, f"GET {route}{escape.format(target)} HTTP/1.1")
            assert b"for your eyes only" not in answer and b"root:" not in answer
            assert answer.split(b" ", 2)[1][:1] in (b"3", b"4"), (escape, answer[:200])


def raw(url: str, request_line: str) -> bytes:
    """The response to a request line that no HTTP client would send, since clients normalise it."""
    host = urlsplit(url).netloc
    with socket.create_connection(urlsplit(url).netloc.split(":"), timeout=30) as connection:
        connection.sendall(f"{request_line}\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize("path", ["dev/reload", "vibe-edit", "proxy=http://127.0.0.1/", "deep_link?session_hash=a"])
def test_routes_that_the_page_does_not_need_are_closed(answering, path):
    assert answering.get(f"gradio_api/{path}").status_code == 404


def test_a_giant_icon_is_not_drawn(answering):
    assert answering.get("pwa_icon/99999").status_code == 404


MARKUP = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"


@pytest.mark.parametrize("name", ["a.svg", "a.html", "a.xhtml", "a.js", "../../a.html", "a.png.html", "a"])
def test_markup_that_was_uploaded_never_runs(answering, name):
    uploaded = answering.post("gradio_api/upload", files={"files": (name, MARKUP)})
    assert uploaded.status_code == 200
    back = answering.get(f"gradio_api/file={uploaded.json()[0]}")
    assert back.headers["content-disposition"].startswith("attachment")


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int, height: int, *more: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(more) + chunk(b"IEND", b"")


ZEROS = zlib.compress(bytes(50_000_000), 9)  # 50 MB in 49 kB
BOMBS = [
    png(30_000, 30_000, chunk(b"IDAT", ZEROS)),
    png(36, 36, chunk(b"zTXt", b"k\0\0" + ZEROS), chunk(b"IDAT", b"")),
    png(36, 36, chunk(b"iCCP", b"k\0\0" + ZEROS), chunk(b"IDAT", b"")),
    png(36, 36, chunk(b"IDAT", b"garbage")),
    png(36, 36, chunk(b"IDAT", ZEROS)),  # more data than its pixels need: only theirs are read
    png(0, 0),
    MARKUP.encode(),
    b"GIF89a" + bytes(100),
]


@pytest.mark.parametrize("picture", BOMBS, ids=lambda picture: f"{len(picture)} bytes")
def test_decompression_bombs(answering, picture):
    uri = PREFIX + base64.b64encode(picture).decode()
    kind, data = call(answering, "encode", [uri])
    assert kind == "event: error" or (picture == BOMBS[4] and len(json.loads(data)[0]) == 16)
    assert kind != "event: error" or "The picture" in data


def call(web, name: str, data: list) -> tuple[str, str]:
    """Calls a named endpoint as curl would; returns the kind of the resulting event, and its data."""
    body = json.dumps({"data": data})  # may contain NaN
    event = web.post(f"gradio_api/call/{name}", content=body, headers={"Content-Type": "application/json"}).json()[
        "event_id"
    ]
    kind, data = web.get(f"gradio_api/call/{name}/{event}").text.strip().split("\n")[-2:]
    return kind, data.removeprefix("data: ")


TEXTS = st.text(max_size=8) | st.sampled_from(
    ["so happy", "🎉", "/etc/passwd", "__class__", "\x00", "${1}", "<script>"]
)
NUMBERS = st.integers() | st.floats() | st.sampled_from([10**400, -1, 2**63])
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=17) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=20,
)
FILE = st.fixed_dictionaries({"path": TEXTS, "meta": st.just({"_type": "gradio.FileData"})})
BODIES = st.one_of(
    VALUES,
    st.fixed_dictionaries(
        {"data": st.lists(VALUES | FILE, max_size=4) | VALUES},
        optional={
            "fn_index": st.integers(-2, 9) | VALUES,
            "session_hash": VALUES,
            "event_data": VALUES,
            "trigger_id": VALUES,
            "event_id": VALUES,
            "batched": VALUES,
            "simple_format": VALUES,
        },
    ),
    st.fixed_dictionaries(
        {
            "data": VALUES,
            "component_id": st.integers(-1, 9) | VALUES,
            "session_hash": st.just("attack"),
            "fn_name": st.sampled_from(
                ["answer_tweet", "draw_sliders", "roll_sliders", "load_emoji", "find_emojis", "get_config"]
            ),
        }
    ),
)


EXAMPLES = int(os.environ.get("EXAMPLES", "120"))  # random requests and damaged pictures
SEEDED = {"derandomize": True, "deadline": None, "database": None}  # the same on every machine


@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisDeprecationWarning")  # the server runs in this process
def test_hundreds_of_random_requests(answering, capfd):
    lines = LineCount()
    logging.getLogger("emoji_qa").addHandler(lines)

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), **SEEDED)
    @given(st.sampled_from(POSTS), BODIES | st.binary(max_size=40))
    def attack(path, body):
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = answering.post(f"gradio_api/{path}", content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code < 500, answer.text

    @settings(max_examples=EXAMPLES // 12, **SEEDED)
    @given(st.sampled_from(["answer", "score", "decode", "encode"]), st.lists(VALUES | FILE, max_size=4))
    def attack_and_wait(name, data):
        assert call(answering, name, data)[0] in ("event: complete", "event: error")

    attack()
    attack_and_wait()
    logging.getLogger("emoji_qa").removeHandler(lines)
    assert "Traceback" not in "".join(capfd.readouterr())
    assert 0 < lines.count <= EXAMPLES + EXAMPLES // 12


PARTS = {  # fields of good requests to the functions behind the page; each function reads those that it knows
    "tweet": "so happy",
    "k": 3,
    "among": "all",
    "group": None,
    "tone": 2,
    "hidden": False,
    "emoji": "🎉",
    "query": "cake",
    "added": [{"emoji": "yours-1", "sliders": [0.5] * 16, "name": "a", "keywords": ["b"]}],
    "sliders": [0.5] * 16,
    "locked": [True, False] * 8,
    "data": "dHdlZXQKc28gaGFwcHk=",
    "name": "a.csv",
    "rows": [["so happy"]],
    "column": 0,
    "width": 1,
    "delimiter": ",",
    "format": "png",
    "size": 72,
    "stops": [[0.5] * 16, [1] * 16],
    "kind": "linear",
    "names": ["a", "b"],
    "z": [0.5] * 16,
    "fit": True,
}
WRITTEN = {  # placeholders in a request, and the JSON that is sent in their place
    "deepest": "[" * 100_000 + "]" * 100_000,
    "deep": "[" * 200 + "]" * 200,
    "huge": "9" * 5000,
    "long": f'"{"x" * 20_000}"',
    "many": json.dumps([0] * 20_000),
    "codes": json.dumps([[0.5] * 16] * 300),
}
ODD = VALUES | st.sampled_from(["\ud83d", "so \udc00 happy", *WRITTEN])
QUESTIONS = st.one_of(
    ODD,
    st.sampled_from(list(PARTS.values())),
    st.dictionaries(st.sampled_from(list(PARTS)), ODD, max_size=4),
    st.dictionaries(st.sampled_from(list(PARTS)), ODD, max_size=2).map(lambda odd: PARTS | odd),
    st.dictionaries(st.sampled_from(list(PARTS)), ODD, max_size=2).map(lambda odd: [PARTS | odd]),
)


@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisDeprecationWarning")
def test_random_questions_to_every_function_behind_the_page(answering, capfd):
    parts = answering.get("config").json()["components"]
    functions = [(part["id"], name) for part in parts for name in part["props"].get("server_fns", [])]
    assert len(functions) > 20
    for owner, name in functions:
        send_random_questions(answering, {"component_id": owner, "fn_name": name, "session_hash": "attack"})
    assert "Traceback" not in "".join(capfd.readouterr())


def send_random_questions(web, named: dict):
    @settings(max_examples=EXAMPLES // 16, suppress_health_check=list(HealthCheck), **SEEDED)
    @given(st.fixed_dictionaries({"data": QUESTIONS}) | st.dictionaries(st.sampled_from(["data", "event_data"]), ODD))
    def attack(body):
        expect_a_sentence_or_an_answer(ask(web, body | named))

    attack()


def ask(web, body: dict) -> httpx.Response:
    content = json.dumps(body)
    for word, written in WRITTEN.items():
        content = content.replace(f'"{word}"', written)
    return web.post("gradio_api/component_server", content=content, headers={"Content-Type": "application/json"})


def expect_a_sentence_or_an_answer(response: httpx.Response):
    assert response.status_code == 200 or 400 <= response.status_code < 500, response.text
    told = json.loads(response.text, parse_constant=pytest.fail)  # browsers cannot parse NaN
    assert "error" not in told or re.fullmatch(r"\S.{14,}[.!?]", told["error"], re.DOTALL), told


class LineCount(logging.Handler):
    def __init__(self):
        super().__init__()
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.count += 1
        assert "\n" not in record.getMessage()


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@settings(max_examples=EXAMPLES, **SEEDED)
@given(st.sampled_from(["PNG", "JPEG", "WEBP", "GIF", "BMP"]), st.integers(0, 10**6), st.binary(min_size=1, max_size=4))
def test_damaged_pictures_are_refused_or_read(kind, place, damage):
    buffer = io.BytesIO()
    Image.radial_gradient("L").resize((36, 36)).convert("RGB").save(buffer, kind)
    content = bytearray(buffer.getvalue())
    place %= len(content)
    content[place : place + len(damage)] = damage
    uri = PREFIX + base64.b64encode(content).decode()
    for read in (lambda: from_uri(uri, 36), lambda: fit_picture(open_picture(bytes(content)))):
        try:
            said = f"The picture has the shape {read().shape}"
        except ValueError as error:
            said = str(error)
        assert said.startswith("The picture")


def test_nothing_typed_gets_into_the_log(answering, caplog, capfd):
    for path in POSTS:
        answering.post(f"gradio_api/{path}", json={"data": ["my secret tweet"], "session_hash": "a", "fn_index": 0})
        answering.post(f"gradio_api/{path}", json={"my secret tweet": 1})
    call(answering, "answer", ["my secret tweet"])
    assert "secret" not in caplog.text + "".join(capfd.readouterr())
    assert caplog.records  # they tell the kind and place of each error


@pytest.mark.parametrize(("waiting", "held"), [(MAX_WAITING, 0), (0, MAX_HELD)])
def test_more_requests_than_can_be_served_are_told_so(waiting, held):
    async def app(scope, receive, send):
        await receive()

    async def receive():
        return {"type": "http.request", "body": b"more"}

    async def send(message):
        sent.append(message)

    guard, sent = Guard(app), []
    guard.waiting, guard.held = waiting, held
    scope = {"type": "http", "method": "POST", "path": "/gradio_api/component_server", "headers": []}
    run(guard(scope, receive, send))
    assert sent[0]["status"] == 503 and b"busy" in sent[1]["body"]
    assert (guard.waiting, guard.held) == (waiting, held)


def test_the_bounds_leave_room_for_every_good_request():
    assert 10_000_000 > MAX_BODY > 2 * 4_000_000  # JSON at worst doubles a text file of 4 MB
