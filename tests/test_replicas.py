"""Two processes with the same model behind one address, to which requests go in turn, serve one visitor's session."""

import asyncio
import re

import httpx
import pytest
from gradio.context import Context

from tests.conftest import run, serve
from tests.load import Page
from tests.reverse_proxy import reverse_proxy
from tests.running import forked_app, free_port

ROUNDS = 3


@pytest.fixture(scope="module")
def replicas(lively):
    """The addresses of two pages, served by two processes that share nothing: this one, and one forked off another."""
    serving = serve(lively)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Context, "id", 0)  # numbers go on from the page before, and there is none in a new process
        first = next(serving)
    with forked_app(lively.folder, free_port()) as second:
        yield first, second
    next(serving, None)


def fetched(url: str) -> tuple[str, dict]:
    with httpx.Client(base_url=url, timeout=60) as client:
        return client.get("").text, client.get("config").json()


def test_they_give_what_they_serve_the_same_addresses(replicas):
    """So a browser that got the page from one process finds the page's files on the other, too."""
    pages = [fetched(url) for url in replicas]
    named = [
        set(re.findall(r"gradio_api/(?:page|browser|map|preview)/[\w./-]+", text + str(config)))
        for text, config in pages
    ]
    assert named[0] == named[1] and len(named[0]) > 10
    with httpx.Client(timeout=60) as client:
        for path in sorted(named[0]):
            first, second = (client.get(f"{url}{path}") for url in replicas)
            assert first.status_code == second.status_code == 200 and first.content == second.content, path


def test_one_visitors_session_goes_on_on_either(replicas):
    async def visit(url: str) -> tuple[dict, list]:
        async with httpx.AsyncClient(base_url=url, timeout=60) as client:
            page = Page(client)
            await page.open(2)
            answers = []
            for _ in range(ROUNDS):
                for name, asked in page.expected.items():
                    for payload, expected in asked:
                        response = await page.post(name, payload, "one visitor")
                        answers.append((response.status_code, response.json() == expected, "error" in response.json()))
            return page.expected, answers

    with reverse_proxy(replicas) as url:
        expected, answers = run(asyncio.wait_for(visit(url), 600))
    assert set(answers) == {(200, True, False)} and len(answers) == ROUNDS * 8
    alone, _ = run(visit(replicas[0]))
    assert alone == expected
