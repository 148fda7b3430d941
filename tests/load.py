"""Many visitors at once: python -m tests.load starts the page on loopback and measures how it performs under load.

First, requests of every length and kind are sent in pairs, and then as many again: memory must not grow. Then each visitor
does what the page's script does: every ten seconds a new tweet, and a drag of one slider, with eight events in a second;
at most two requests run at a time, and of the events that wait only the last one is sent. Responses are compared with
those that the server gave while it was idle, so that an answer meant for another visitor is noticed. After that, more and
more visitors come, until the 95th percentile of answers or of drags has doubled.
"""

import argparse
import asyncio
import os
import random
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import partial

import httpx
import psutil

from tests.running import running_app

PERIOD = 10.0  # seconds in which a visitor sends one tweet and drags once
EVENTS, WIDTH = 8, 2  # of a drag: events in its one second, requests that run at a time
PATIENCE = 20.0  # seconds that the page waits for an answer
MOST = 1600  # visitors at most
MAX_MEMORY, MAX_GROWTH = 1000, 1.05  # MB after varied requests; factor by which memory may grow with as many more
PARTS = 5  # in which the varied requests are sent; memory is printed after each
REST = 3.0  # seconds
WORDS = """flight late early bag lost crew kind rude seat broken thank you awful great gate hour again never happy angry why
cancelled refund please love best worst delay rain snow call hold agent help""".split()


@dataclass
class Counts:
    """What visitors experienced: the seconds of each kind of request, and how many failed in which way."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    kinds: Counter = field(default_factory=Counter)  # kinds of errors
    mixed_up: int = 0
    busy: int = 0

    def percentile(self, kind: str, share: float) -> float:
        ordered = sorted(self.seconds[kind])
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")

    @property
    def errors(self) -> int:
        return sum(self.kinds.values())

    @property
    def requests(self) -> int:
        return sum(map(len, self.seconds.values())) + self.errors + self.busy


class Page:
    """The page at an address: its functions, called as by its script, and what they return while the server is idle."""

    def __init__(self, client: httpx.AsyncClient, patience: float = PATIENCE):
        self.client, self.patience = client, patience
        self.owners: dict[str, int] = {}
        self.expected: dict[str, list[tuple[object, object]]] = {}

    async def open(self, count: int, seed: int = 0) -> None:
        """Look up the functions, and request `count` tweets and as many slider positions, one after the other."""
        config = (await self.client.get("config")).json()
        self.owners = {name: c["id"] for c in config["components"] for name in c["props"].get("server_fns") or ()}
        rng = random.Random(seed)
        tweets = [" ".join(rng.sample(WORDS, 6)) for _ in range(count)]
        questions = [{"tweet": tweet, "k": 5, "among": "learned"} for tweet in tweets]
        sliders = [[round(rng.uniform(-2, 2), 2) for _ in range(16)] for _ in range(count)]
        reasons = [{**question, "emoji": "🎉"} for question in questions]
        for name, payloads in (
            ("answer_tweet", questions),
            ("draw_sliders", sliders),
            ("explain_answer", reasons),
            ("look_around", sliders),
        ):
            self.expected[name] = [(payload, (await self.post(name, payload, "quiet")).json()) for payload in payloads]

    async def post(self, name: str, payload: object, session: str) -> httpx.Response:
        body = {"data": payload, "component_id": self.owners[name], "fn_name": name, "session_hash": session}
        send = partial(self.client.post, "gradio_api/component_server/", json=body, timeout=self.patience)
        try:
            return await send()
        except httpx.RemoteProtocolError:  # the server had closed the connection: as a browser does, open a new one
            return await send()

    async def ask(self, name: str, which: int, session: str, counts: Counts) -> None:
        """Make one call, time it, count it, and compare its result."""
        payload, expected = self.expected[name][which % len(self.expected[name])]
        begun = time.perf_counter()
        try:
            response = await self.post(name, payload, session)
        except httpx.HTTPError as error:
            counts.kinds[type(error).__name__] += 1
            return
        if response.status_code == 503:
            counts.busy += 1
        elif response.status_code != 200 or "error" in response.json():
            counts.kinds[response.text[:80]] += 1
        else:
            counts.seconds[name].append(time.perf_counter() - begun)
            counts.mixed_up += response.json() != expected

    async def drag(self, which: int, session: str, counts: Counts) -> None:
        """Eight events in a second; at most WIDTH requests run at a time, and of the events that wait only the last is sent."""
        running: set[asyncio.Task] = set()
        waiting = None
        for event in range(EVENTS):
            next_event = asyncio.create_task(asyncio.sleep(1 / EVENTS))
            waiting = which + event
            while True:
                if waiting is not None and len(running) < WIDTH:
                    running.add(asyncio.create_task(self.ask("draw_sliders", waiting, session, counts)))
                    waiting = None
                done, _ = await asyncio.wait({next_event, *running}, return_when=asyncio.FIRST_COMPLETED)
                running -= done
                if next_event in done:
                    break
        await asyncio.gather(*running)
        if waiting is not None:
            await self.ask("draw_sliders", waiting, session, counts)


async def visit(page: Page, number: int, until: float, counts: Counts) -> None:
    """One visitor, who arrives at a certain moment within the first ten seconds."""
    rng = random.Random(number)
    session = f"visitor{number}"
    await asyncio.sleep(rng.uniform(0, PERIOD))
    while time.perf_counter() < until:
        end = time.perf_counter() + PERIOD
        tweet = rng.randrange(10**6)
        await page.ask("answer_tweet", tweet, session, counts)
        await page.ask("explain_answer", tweet, session, counts)  # a moment after
        await asyncio.sleep(rng.uniform(0, 3))
        await page.drag(rng.randrange(10**6), session, counts)
        await page.ask("look_around", rng.randrange(10**6), session, counts)
        await asyncio.sleep(max(0.0, end - time.perf_counter()))


async def crowd(page: Page, visitors: int, seconds: float) -> Counts:
    """So many visitors for so many seconds, after the ten seconds in which they arrive."""
    counts = Counts()
    until = time.perf_counter() + PERIOD + seconds
    await asyncio.gather(*(visit(page, number, until, counts) for number in range(visitors)))
    return counts


def line(visitors: int, counts: Counts) -> str:
    kinds = ("answer_tweet", "draw_sliders")
    times = [f"{1000 * counts.percentile(kind, share):6.0f}" for kind in kinds for share in (0.5, 0.95)]
    return (
        f"{visitors:8} {counts.requests:9,} {' '.join(times)} {counts.errors:7} {counts.mixed_up:9} "
        f"{100 * counts.busy / max(1, counts.requests):6.2f} % {dict(counts.kinds) or ''}"
    )


class Varied:
    """Requests of every length and size. No two are alike, so that memory shows whether something is kept per shape."""

    KINDS = {
        "answer_tweet": 6,
        "explain_answer": 6,
        "answer_rows": 2,
        "invent_answers": 1,
        "export_emoji": 2,
        "draw_sliders": 3,
    }
    FORMATS = ("png", "svg", "gif", "webp")

    def __init__(self, page: Page, seed: int = 0):
        self.page, self.rng = page, random.Random(seed)

    def words(self) -> str:
        return " ".join(self.rng.choices(WORDS, k=self.rng.randint(2, 41)))

    def payload(self, name: str) -> object:
        rng, sliders = self.rng, [round(self.rng.uniform(-2, 2), 2) for _ in range(16)]
        question = {"tweet": self.words(), "k": 5, "among": "learned"}
        if name == "answer_rows":
            rows = [[self.words()] for _ in range(rng.randint(1, 50))]
            return {"rows": rows, "width": 1, "delimiter": ",", "column": 0, "k": 5}
        if name == "export_emoji":
            kind = rng.choice(self.FORMATS)
            return {"sliders": sliders, "format": kind, "size": rng.choice((36, 72, 128, 256, 512))}
        return {
            "explain_answer": {**question, "emoji": rng.choice("🎉😡🐶☕")},
            "draw_sliders": sliders,
            "invent_answers": {"tweet": question["tweet"], "page": rng.choice((0, 0, 1))},
        }.get(name, question)

    async def send(self, count: int) -> list[float]:
        """Send so many requests, two at a time; returns the seconds of each tweet. Raises RuntimeError when one fails."""
        names = self.rng.choices([*self.KINDS], [*self.KINDS.values()], k=count)
        seconds: list[float] = []
        for i in range(0, count, 2):
            pair = [(name, self.payload(name)) for name in names[i : i + 2]]
            begun = time.perf_counter()
            responses = await asyncio.gather(*(self.page.post(*one, "varied") for one in pair))
            for (name, _), response in zip(pair, responses, strict=True):
                if response.status_code != 200 or "error" in response.json():
                    raise RuntimeError(f"{name}: {response.text[:200]}")
                seconds += [time.perf_counter() - begun] if name == "answer_tweet" else []
        return seconds


async def vary(url: str, server: psutil.Process, count: int) -> bool:
    """Print the memory after `count` varied requests and after as many more; True when both targets were met."""
    async with httpx.AsyncClient(base_url=url) as client:
        page = Page(client, patience=600)  # memory is measured here, so speed does not matter
        await page.open(1)
        varied, memory = Varied(page), []
        for part in range(1, 2 * PARTS + 1):
            seconds = sorted(await varied.send(count // PARTS))
            await asyncio.sleep(REST)  # meanwhile free memory is given back
            memory.append(server.memory_info().rss / 1e6)
            median = 1000 * seconds[len(seconds) // 2] if seconds else float("nan")
            done = part * (count // PARTS)
            print(f"after {done:,} varied requests: {memory[-1]:.0f} MB; a tweet {median:.0f} ms", flush=True)
    memory = memory[PARTS - 1 :: PARTS]  # in the middle and at the end
    targets = {
        f"{memory[0]:.0f} ≤ {MAX_MEMORY} MB": memory[0] <= MAX_MEMORY,
        f"then × {memory[1] / memory[0]:.3f} ≤ {MAX_GROWTH}": memory[1] <= MAX_GROWTH * memory[0],
    }
    print("; ".join(f"{what}: {'yes' if met else 'NO'}" for what, met in targets.items()), flush=True)
    return all(targets.values())


HEAD = "visitors  requests  answers p50, p95  drags p50, p95 (ms)  errors  mixed up  busy"


async def measure(url: str, server: psutil.Process, visitors: int, seconds: float) -> bool:
    """Print the figures; True when all targets were met."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=url, limits=limits) as client:
        page = Page(client)
        await page.open(500)
        print(HEAD)
        await crowd(page, visitors, PERIOD)  # warms up
        memory, spent = server.memory_info().rss, sum(server.cpu_times()[:2])
        counts = await crowd(page, visitors, seconds)
        spent = sum(server.cpu_times()[:2]) - spent
        grown = server.memory_info().rss / memory
        print(line(visitors, counts), flush=True)
        server.cpu_percent()
        await asyncio.sleep(5)
        idle = server.cpu_percent()
        targets = {
            "no error": not counts.errors,
            "nothing mixed up": not counts.mixed_up,
            "answers ≤ 1 s": counts.percentile("answer_tweet", 0.95) <= 1,
            "drags ≤ 500 ms": counts.percentile("draw_sliders", 0.95) <= 0.5,
            "busy ≤ 1 %": counts.busy <= 0.01 * counts.requests,
            f"memory × {grown:.3f} ≤ 1.1 ({memory / 1e6:.0f} MB after warm-up)": grown <= 1.1,
            f"idle after: {idle:.0f} % ≤ 5 % of a core": idle <= 5,
        }
        print(f"the server spent {1000 * spent / max(1, counts.requests):.1f} ms of one core on a request")
        print("; ".join(f"{what}: {'yes' if met else 'NO'}" for what, met in targets.items()), flush=True)
        await more(page, visitors, max(PERIOD, seconds / 6), counts)
    return all(targets.values())


async def more(page: Page, visitors: int, seconds: float, first: Counts) -> None:
    """A quarter more visitors each time, until a 95th percentile has doubled, a request fails, or 1 % are refused."""
    held = visitors
    while visitors < MOST:
        visitors = visitors * 5 // 4
        counts = await crowd(page, visitors, seconds)
        print(line(visitors, counts), flush=True)
        doubled = any(counts.percentile(kind, 0.95) > 2 * first.percentile(kind, 0.95) for kind in first.seconds)
        if doubled or counts.errors or counts.busy > 0.01 * counts.requests:
            break
        held = visitors
    print(f"{held} visitors before a 95th percentile doubles")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="default", help="what to serve (default: %(default)s)")
    parser.add_argument("--clients", type=int, default=100, help="visitors at once; 0: none (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=120, help="how long (default: %(default)s)")
    parser.add_argument(
        "--varied", type=int, default=2000, help="varied requests, sent twice; 0: none (default: %(default)s)"
    )
    options = parser.parse_args()
    begun = time.perf_counter()
    with running_app(options.model) as (url, process):
        print(
            f"{os.cpu_count()} cores; ready in {time.perf_counter() - begun:.1f} s with "
            f"{process.memory_info().rss / 1e6:.0f} MB",
            flush=True,
        )
        met = not options.varied or asyncio.run(vary(url, process, options.varied))
        if options.clients:
            met = asyncio.run(measure(url, process, options.clients, options.seconds)) and met
        return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
