"""The page in the places where hosts put it (below a path, behind HTTPS, in a frame), and what is sent first."""

import gzip
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import urlsplit

import brotli
import httpx
import pytest
from playwright.sync_api import expect

from emoji_qa.__main__ import main
from emoji_qa.page.server.document import show_first, tell
from emoji_qa.page.server.guard import Guard
from emoji_qa.page.server.launch import bracketed, check_root_path
from tests.conftest import WAIT, run, serve
from tests.forked import forkserver
from tests.reverse_proxy import make_certificate, reverse_proxy
from tests.running import free_port


@pytest.fixture(scope="module")
def below(lively):
    """The address of a page that is configured to be below /emoji."""
    yield from serve(lively, root_path="/emoji")


@pytest.fixture
def in_order(windows):
    """Opens an address; the test fails if any request of that page gets an error or is blocked."""

    def failed(request):
        if "ABORTED" not in (request.failure or ""):  # the page itself closes its stream
            windows.wrong.append(f"{request.failure} {request.url}")

    def opening(address, **options):
        def prepare(page):
            page.on("response", lambda r: r.status < 400 or windows.wrong.append(f"{r.status} {r.url}"))
            page.on("requestfailed", failed)

        return windows(address, prepare, **options)

    return opening


def expect_all_of_it(page, lively):
    """Answers, the map and a roll work: they need a Python function, a file, and the decoder's files or the server."""
    page.fill("#tweet", "my flight is cancelled")
    best = lively.answer("my flight is cancelled")[0][0].emoji
    expect(page.locator(".answer").first).to_have_attribute("data-emoji", best)
    page.get_by_role("tab", name="Map").click()
    expect(page.locator("#map canvas")).to_have_attribute("data-scale", re.compile(r"\d"))
    page.get_by_role("tab", name="Sliders").click()
    page.get_by_role("button", name="Roll").click()
    expect(page.locator(".frame canvas")).to_have_attribute("aria-busy", "false")


@pytest.mark.parametrize("strips", [True, False])
def test_below_a_path_of_a_proxy(below, in_order, lively, strips):
    with reverse_proxy(below, "/emoji", strips) as url:
        page = in_order(url)
        expect_all_of_it(page, lively)
        asked = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
        own = (url, "data:", "blob:")
        others = [address for address in asked if not address.startswith(own)]
        assert all(address.endswith("/favicon.ico") for address in others), others  # which browsers request everywhere
        page.close()


@pytest.fixture(scope="module")
def nginx(below, tmp_path_factory):
    """The page's address behind nginx, configured by the lines in docs/hosting.md."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("No nginx here to try its lines.")
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    documented = (Path(__file__).parent.parent / "docs/hosting.md").read_text(encoding="utf-8")
    lines = documented.split("```nginx\n")[1].split("```")[0].replace("127.0.0.1:7860", urlsplit(below).netloc)
    paths = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    server = f"http {{ access_log off; {paths} server {{ listen 127.0.0.1:{port}; {lines} }} }}"
    (folder / "nginx.conf").write_text(f"daemon off; pid {folder}/pid; error_log {folder}/log; events {{}} {server}")
    with subprocess.Popen([program, "-p", folder, "-c", folder / "nginx.conf"], stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and not accepts("127.0.0.1", port):
            pass
        yield f"http://127.0.0.1:{port}/emoji"
        process.terminate()


def test_the_lines_for_nginx_do_what_they_should(nginx, lively):
    assert httpx.get(nginx).headers["location"].endswith("/emoji/")
    with httpx.Client(base_url=f"{nginx}/", timeout=60) as client:
        assert client.get("config").json()["root"] == nginx
        assert client.get("pwa_icon/6000").status_code == 404
        event = client.post("gradio_api/call/answer", json={"data": ["so happy", 3, None]}).json()["event_id"]
        kind, data = client.get(f"gradio_api/call/answer/{event}").text.strip().split("\n")[-2:]
        assert kind == "event: complete"
        assert json.loads(data.removeprefix("data: "))[0][0]["emoji"] == lively.answer("so happy")[0][0].emoji


def test_behind_https_that_says_nothing_of_it(exported_url, exported, in_order, tmp_path):
    if not shutil.which("openssl"):
        pytest.skip("No openssl here to make a certificate.")
    with reverse_proxy(exported_url, certificate=make_certificate(tmp_path)) as url:
        page = in_order(url, ignore_https_errors=True)
        page.locator("#axis-1").focus()
        expect_all_of_it(page, exported)
        page.evaluate("document.querySelector('#axis-1').dispatchEvent(new Event('input', { bubbles: true }))")
        page.wait_for_function(
            """() => {
                const slider = document.querySelector("#axis-1");
                slider.value = Number(slider.value) + 0.1;
                slider.dispatchEvent(new Event("input", { bubbles: true }));
                return document.querySelector(".frame canvas").dataset.by === "browser";
            }""",
            polling=200,
        )
        page.context.close()


PATHS = [
    "/pwa_icon/6000",
    "/gradio_api/dev/reload",
    "/gradio_api/stream/a/1/2/playlist.m3u8",
    "/gradio_api/deep_link",
    "/login",
    "/gradio_api/proxy=http://127.0.0.1/",
    "/monitoring",
    "/monitoring/key",
    "/anything",
    "/gradio_api/vibe-code",
    "/gradio_api/token",
]


@pytest.mark.parametrize("path", PATHS)
def test_what_is_closed_is_closed_below_a_path_too(below, path):
    for prefix in ("", "/emoji"):
        answer = httpx.get(urlsplit(below)._replace(path=f"{prefix}{path}").geturl())
        assert answer.status_code == 404 and answer.json()["error"] == "There is nothing here."


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("GET", "/"),
        ("HEAD", "/"),
        ("GET", "/config"),
        ("GET", "/pwa_icon/192"),
        ("GET", "/gradio_api/info"),
        ("GET", "/manifest.json"),
        ("GET", "/theme.css"),
        ("GET", "/favicon.ico"),
        ("GET", "/robots.txt"),
        ("GET", "/monitoring/summary"),
    ],
)
def test_what_is_open_is_open_below_a_path_too(below, method, path):
    for prefix in ("", "/emoji"):
        url = urlsplit(below)._replace(path=f"{prefix}{path}").geturl()
        assert httpx.request(method, url, follow_redirects=True).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST"])
def test_no_other_method_reaches_the_page(method):
    async def app(*_):
        pytest.fail("It came through.")

    async def send(message):
        sent.append(message)

    sent = []
    run(Guard(app)({"type": "http", "method": method, "path": "/config", "headers": []}, None, send))
    assert sent[0]["status"] == 405


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("", ""),
        ("/", ""),
        ("emoji", "/emoji"),
        ("/emoji/", "/emoji"),
        ("/a/b-c", "/a/b-c"),
        (" /emoji", "/emoji"),
        ("https://example.org/emoji/", "https://example.org/emoji"),
    ],
)
def test_a_root_path_in_any_way_of_writing_it(given, taken):
    assert check_root_path(given) == taken


@pytest.mark.parametrize("given", ["/a b", "/é", "https://", "/../etc", "https://example.org/?a", "/a?b"])
def test_what_is_no_root_path_is_said(given):
    with pytest.raises(ValueError, match=r"is no (path|address) to be found at\. Give one such as .*emoji"):
        check_root_path(given)


def test_addresses_of_ipv6_stand_in_brackets():
    assert [bracketed(host) for host in ("::", "::1", "[::]", "127.0.0.1", None)] == [
        "[::]",
        "[::1]",
        "[::]",
        "127.0.0.1",
        None,
    ]


# What is sent


def fetch(url: str, encoding: str) -> tuple[httpx.Headers, bytes]:
    with httpx.stream("GET", url, headers={"Accept-Encoding": encoding}, timeout=60) as answer:
        return answer.headers, b"".join(answer.iter_raw())


def test_texts_are_compressed_and_stay_what_they_are(url):
    for path in ("", "config", "gradio_api/info"):
        _, plain = fetch(url + path, "identity")
        for encoding, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
            headers, packed = fetch(url + path, f"{encoding}, deflate")
            assert headers["content-encoding"] == encoding and "accept-encoding" in headers["vary"].lower()
            assert int(headers["content-length"]) == len(packed) < 0.6 * len(plain)
            assert re.sub(rb'"app_id":\d+', b"", unpack(packed)) == re.sub(rb'"app_id":\d+', b"", plain)


def test_events_are_not_held_back_to_be_compressed(url):
    event = httpx.post(f"{url}gradio_api/call/answer", json={"data": ["so happy", 3, None]}).json()["event_id"]
    headers, body = fetch(f"{url}gradio_api/call/answer/{event}", "br, gzip")
    assert "content-encoding" not in headers and b"event: complete" in body


def test_the_frame_comes_first_and_all_else_behind_it(url, chromium):
    document = httpx.get(url).text
    parts = ('<div id="frame">', '<link rel="stylesheet"', "window.gradio_config =")
    frame, style, config = map(document.index, parts)
    assert frame < style < config and document.index("</head>") < frame < 12_000
    assert document.count("window.gradio_config =") == document.count('rel="stylesheet"') == 1
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(url)
    expect(page.get_by_role("heading", name="Tweet in, emoji out.")).to_be_visible()
    expect(page.get_by_text("The page is on its way")).to_be_visible()
    context.close()


def test_a_document_that_is_put_together_otherwise_stays_whole():
    assert show_first("<html><body>other</body></html>", "<p>frame</p>") == "<html><body>other</body></html>"
    social = {"title": 'a "b"', "description": "<c>", "image": "d.png", "width": "1", "height": "2", "alt": "e"}
    told = tell(
        '<head><meta property="og:title" content="Gradio" /></head><script>const root = "https://a.b/c";</script>',
        social,
    )
    assert "Gradio" not in told and 'content="a &quot;b&quot;"' in told and 'content="https://a.b/c/d.png"' in told


def test_a_link_to_the_page_has_a_preview_of_ours(below):
    with reverse_proxy(
        below, "/emoji", headers={"X-Forwarded-Proto": "https", "X-Forwarded-Host": "example.org"}
    ) as url:
        document = httpx.get(url).text
        told = dict(re.findall(r'<meta property="([\w:]+)" content="([^"]*)">', document))
        assert told["og:title"].startswith("emoji-qa") and told["og:url"] == "https://example.org/emoji/"
        assert told["og:image"].startswith("https://example.org/emoji/gradio_api/preview/")
        assert "Gradio" not in "".join(told.values()) and document.count('name="description"') == 1
        picture = httpx.get(told["og:image"].replace("https://example.org/emoji/", url))
        assert picture.headers["content-type"] == "image/png" and len(picture.content) < 300_000
        assert (told["og:image:width"], told["og:image:height"]) == ("1200", "630")


def test_the_frame_goes_when_the_page_is_there_and_use_via_api_asks_for_nothing_that_is_not(url, in_order):
    page = in_order(url)
    expect(page.locator("#header h1")).to_be_visible()
    expect(page.locator("#frame")).to_have_count(0)
    page.get_by_role("button", name="Use via API").click()
    page.get_by_text("Python", exact=True).first.click()
    expect(page.get_by_text("/answer_many").first).to_be_visible()
    page.wait_for_load_state("networkidle")


# In another site's frame, which has no right to write to the clipboard


def test_copying_in_a_frame_falls_back(url, chromium):
    context = chromium.new_context()
    page = context.new_page()
    page.set_default_timeout(WAIT)
    page.goto(f"{url}robots.txt")
    page.set_content(f"""<iframe src="{url}" width="1200" height="3000" allow="clipboard-write 'none'"></iframe>""")
    frame = page.frame_locator("iframe")
    frame.locator("canvas[data-shown]").first.wait_for()
    frame.locator(".answer .copy").first.click()
    expect(frame.locator(".answer .copy").first).to_contain_text("Copied")
    frame.get_by_role("tab", name="Take away").click()
    frame.get_by_role("button", name="Copy link").click()
    expect(frame.locator("#take-away .note").first).to_have_text("The link is copied.")
    frame.get_by_role("button", name="Copy picture").click()
    expect(frame.locator("#take-away .note").first).to_have_text("Copying pictures is not allowed here. Save the PNG.")
    context.close()


# As a process; see also `test_install`


def accepts(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=5).close()
    except OSError:
        return False
    return True


def answer_into(output: Connection, errors: Path, arguments: list[str]) -> None:
    """`python -m emoji_qa ARGUMENTS` in a terminal that has no emojis."""
    os.dup2(os.open(errors, os.O_CREAT | os.O_WRONLY), 2)
    os.dup2(output.fileno(), 1)
    output.close()
    sys.stdout = open(1, "w", encoding="cp1252")  # noqa: SIM115
    sys.exit(main(arguments))


@pytest.mark.parametrize("leaves", [False, True])
def test_answers_in_a_terminal_that_has_no_emojis_and_with_a_reader_that_leaves(lively, tmp_path, leaves):
    reader, writer = forkserver().Pipe(duplex=False)
    arguments = ["--model", str(lively.folder), "so happy", "my dog"]
    process = forkserver().Process(target=answer_into, args=(writer, tmp_path / "errors", arguments))
    process.start()
    writer.close()
    if not leaves:
        with open(reader.fileno(), encoding="cp1252", closefd=False) as output:
            assert "?" in output.read().splitlines()[1]
    reader.close()
    process.join()
    assert process.exitcode == (141 if leaves else 0) and not (tmp_path / "errors").read_text()
