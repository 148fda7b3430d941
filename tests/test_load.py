"""The load command, with a few visitors for a moment: it finds no error here, and it finds errors that are made on purpose."""

import httpx
import pytest

from tests import load
from tests.conftest import run


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(load, "PERIOD", 1.0)


def visit(url: str, spoil=lambda page: None) -> load.Counts:
    async def visiting():
        async with httpx.AsyncClient(base_url=url, timeout=60) as client:
            page = load.Page(client)
            await page.open(4)
            spoil(page)
            return await load.crowd(page, 4, 1.0)

    return run(visiting())


def test_visitors_at_once_get_their_own_answers(url, quick):
    counts = visit(url)
    assert len(counts.seconds["answer_tweet"]) >= 4 and len(counts.seconds["draw_sliders"]) >= 8
    assert (counts.errors, counts.mixed_up, counts.busy) == (0, 0, 0)
    assert str(counts.requests) in load.line(4, counts)


def test_errors_and_answers_that_are_anothers_are_counted(url, quick):
    def spoil(page):
        page.owners["answer_tweet"] = 999
        for expected in page.expected.values():
            expected[:] = [(payload, expected[i - 1][1]) for i, (payload, _) in enumerate(expected)]

    counts = visit(url, spoil)
    assert counts.errors > 0 and counts.mixed_up > 0


def test_requests_of_every_kind_and_length_are_understood(inventing_url):
    async def varying():
        async with httpx.AsyncClient(base_url=inventing_url, timeout=60) as client:
            page = load.Page(client, patience=600)
            await page.open(1)
            varied = load.Varied(page, seed=1)  # some of every kind
            varied.KINDS = dict.fromkeys(varied.KINDS, 1)
            varied.FORMATS = ("png", "gif", "webp")  # no SVG, which needs a decoder of flat colours
            return await varied.send(24)

    assert run(varying())
