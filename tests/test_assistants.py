"""The page's tools for assistants, called by the Model Context Protocol's own client over loopback."""

import io
import json
from base64 import b64decode
from contextlib import asynccontextmanager

import httpx
import numpy as np
import pytest
from PIL import Image

from emoji_qa.page.server.assistants import TOOLS
from emoji_qa.remix.raster import rasterise
from tests.conftest import run, serve

pytest.importorskip("mcp", reason="The package mcp is not here, so the tools for assistants were not tried.")


@pytest.fixture(scope="module")
def model(inventing):
    return inventing


@pytest.fixture(scope="module")
def tools_url(model):
    yield from serve(model, mcp_server=True)


@pytest.fixture(scope="module")
def call(tools_url):
    """call(name, **arguments) → whether it failed, its text, and its pictures."""

    def calling(name, **arguments):
        async def asking():
            async with session(tools_url) as client:
                return await client.call_tool(name, arguments)

        result = run(asking())
        texts = [part.text for part in result.content if part.type == "text"]
        pictures = [
            np.asarray(Image.open(io.BytesIO(b64decode(part.data)))) for part in result.content if part.type == "image"
        ]
        return bool(result.isError), "".join(texts), pictures

    return calling


@asynccontextmanager
async def session(url):
    from mcp import ClientSession
    from mcp.client.streamable_http import streamablehttp_client

    async with (
        streamablehttp_client(f"{url}gradio_api/mcp/") as (reading, writing, _),
        ClientSession(reading, writing) as client,
    ):
        await client.initialize()
        yield client


def test_the_tools_say_what_they_do_and_what_they_take(tools_url):
    async def listing():
        async with session(tools_url) as client:
            return (await client.list_tools()).tools

    tools = {tool.name: tool for tool in run(listing())}
    assert set(tools) == set(TOOLS)
    for tool in tools.values():
        assert len(tool.description) > 80, tool.name
        assert all(taken.get("description") for taken in tool.inputSchema["properties"].values()), tool.name
    assert tools["answer"].inputSchema["required"] == ["tweet"]


def test_answers_are_the_models(call, model):
    failed, said, _ = call("answer", tweet="so happy", k=3)
    assert not failed and json.loads(said) == [vars(answer) for answer in model.answer("so happy", k=3)[0]]
    failed, said, _ = call("similar", emoji="🎉", by="looks", k=4)
    assert not failed and json.loads(said) == [vars(answer) for answer in model.similar("🎉", by="looks", k=4)]
    failed, said, _ = call("explain", tweet="so happy", emoji="🎉")
    assert not failed and [word["word"] for word in json.loads(said)] == ["so", "happy"]


def test_pictures_are_pictures(call, model):
    z = model.latent.sample(1, seed=3)
    failed, said, [picture] = call("decode", z=z[0].tolist(), size=50)
    assert not failed and not said and np.array_equal(picture, model.decode(z, 50)[0])
    failed, said, pictures = call("invent", tweet="so happy", k=2)
    invented = json.loads(said)["found"]
    assert (
        not failed
        and not pictures
        and [one["svg"] for one in invented] == [one.svg for one in model.invent("so happy", k=2)]
    )
    failed, said, [picture] = call("compose", recipe=invented[0]["recipe"], size=72)
    assert not failed and json.loads(said)["svg"] == invented[0]["svg"]
    assert np.array_equal(picture, rasterise(invented[0]["svg"], 72))


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("answer", {"tweet": ""}, "The tweet is empty. Type a few words."),
        ("answer", {"tweet": "x" * 20_000}, "10,000 are the most"),
        ("answer", {"tweet": "so happy", "k": 0}, "k must be"),
        ("explain", {"tweet": "so happy", "emoji": "x"}, "x"),
        ("decode", {"z": [1.0]}, "shape"),
        ("compose", {"emojis": ["🎉"]}, "2 to 4"),
        ("compose", {}, "one of the two"),
        ("decode", {"z": [0.0] * 16, "size": 5000}, "1024"),
        ("answer_many", {"tweets": ["so happy"]}, ""),
        ("nothing", {}, ""),
    ],
)
def test_what_is_amiss_is_told_in_a_sentence(call, name, arguments, sentence):
    failed, said, pictures = call(name, **arguments)
    assert failed and sentence in said and not pictures and "Traceback" not in said


def test_only_what_the_tools_need_is_open(tools_url):
    with httpx.Client(base_url=tools_url, timeout=60) as client:
        for route in ("mcp/sse", "mcp/messages/", "mcp/http/"):
            assert client.get(f"gradio_api/{route}").status_code == 404
        assert client.get("gradio_api/mcp/", headers={"Accept": "text/event-stream"}).status_code == 405
        assert client.post("gradio_api/mcp/", content=b"x" * (9 << 20)).status_code == 413
        for nonsense in (b"", b"{}", b"[]", b"\xff", b'{"jsonrpc": "2.0"}'):
            assert 400 <= client.post("gradio_api/mcp/", content=nonsense).status_code < 500


def test_a_page_without_tools_has_none(url):
    assert 400 <= httpx.post(f"{url}gradio_api/mcp/", json={}).status_code < 500
