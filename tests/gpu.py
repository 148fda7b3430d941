"""Checks that need a GPU: python -m tests.gpu compares a model on the GPU with itself on the CPU of the same machine.

Answers, codes, pictures and inventions must agree within the tolerances below; the model must move to the GPU and back,
answer in bfloat16, and answer files in bulk; every training must take its first steps there. Then both devices are timed.
Without a GPU it says so and stops.
"""

import argparse
import copy
import csv
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch

import emoji_qa
from emoji_qa.bulk import answer_files
from emoji_qa.remix.parts import FILE

COSINE = {"fp32": 1e-3, "bf16": 2e-2, "int8": 5e-2}  # of cosines, by the CPU's number format
CODES = 0.05  # of codes, in standard deviations of the emojis' codes: twenty steps of gradient descent amplify rounding
LEVELS = 2  # of pictures, out of 255, in all but 1 in 1,000 values
SCORE = 0.02  # of inventions' scores
TWEETS, PICTURES = 2000, 256
NOTE = "There is no GPU that PyTorch can use here (torch.cuda.is_available() is false), so nothing was checked."
RECIPES = (  # each takes its first steps; the data that they need in data/ and runs/ must exist
    ("train.vae.train", "--arch", "palette"),
    ("train.vae.train", "--arch", "original"),
    ("train.qa.sqam", "--checkpoint", "checkpoints/original"),
    ("train.qa.question",),
)
Check = tuple[str, bool, str]  # name, whether it passed, the figure


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare a model on the GPU with itself on the CPU, and time both.")
    parser.add_argument("--model", help="as for app.py (default: “default”)")
    parser.add_argument("--no-training", action="store_true", help="leave the recipes' first steps out")
    options = parser.parse_args()
    if not torch.cuda.is_available():
        print(NOTE)
        return 0
    print(f"{torch.cuda.get_device_name()}, PyTorch {torch.__version__}; CPU: {torch.get_num_threads()} threads")
    model = emoji_qa.load(options.model, device="cpu")
    failed = 0
    steps = [] if options.no_training else first_steps()
    for what, holds, figure in (*checks(model, "cuda"), *steps):
        failed += not holds
        print(f"{'ok  ' if holds else 'FAIL'}  {what}: {figure}", flush=True)
    print("\n".join(speeds(model, "cuda")))
    return 1 if failed else 0


def checks(model: emoji_qa.Answerer, device: str) -> Iterator[Check]:
    """Compare a model on the CPU with the same model on a device."""
    tweets = some_tweets(TWEETS // 10)
    there = emoji_qa.load(model.folder, device=device)
    tolerance = COSINE[model.precision]
    here, far = model.score(tweets), there.score(tweets)
    yield at_most(f"cosines of {len(tweets)} tweets ({model.precision} here)", np.abs(here - far).max(), tolerance)
    yield same_first("the first answer, where it leads by more than that", here, far, 2 * tolerance)
    pictures = model.emojis.images[:PICTURES]
    deviation = model.emojis.codes.std(axis=0)
    codes = model.encode(pictures)
    yield at_most("codes of pictures", np.quantile(np.abs(there.encode(pictures) - codes) / deviation, 0.99), CODES)
    for size in (36, 256):
        levels = np.abs(model.decode(codes[:32], size).astype(int) - there.decode(codes[:32], size))
        yield at_most(f"pictures of {size} pixels", np.quantile(levels, 0.999), LEVELS)
    if has_parts(model):
        difference = invented_score(model, tweets[0]) - invented_score(there, tweets[0])
        yield at_most("the score of an invention", abs(difference), SCORE)
    yield moves("to the device and back", model, device, tweets)
    yield at_most(
        "cosines in bfloat16", np.abs(in_bf16(there).score(tweets) - there.score(tweets)).max(), COSINE["bf16"]
    )
    yield bulk_agrees("a file in bulk", there, tweets)


def has_parts(model: emoji_qa.Answerer) -> bool:
    """Whether the model can put emojis together."""
    return (model.folder / FILE).is_file()


def invented_score(model: emoji_qa.Answerer, tweet: str) -> float:
    return next(iter(model.invent(tweet))).score


def at_most(what: str, figure: float, most: float) -> Check:
    return what, bool(figure <= most), f"{figure:.2g} ≤ {most:g}"


def same_first(what: str, here: np.ndarray, far: np.ndarray, lead: float) -> Check:
    second, first = np.sort(here, axis=1)[:, -2:].T
    clear = first - second > lead
    wrong = int((here.argmax(axis=1) != far.argmax(axis=1))[clear].sum())
    return what, wrong == 0, f"{wrong} of {int(clear.sum())} differ"


def moves(what: str, model: emoji_qa.Answerer, device: str, tweets: list[str]) -> Check:
    moved = copy.deepcopy(model)
    before = moved.score(tweets[:20])
    on_device = moved.to(device).score(tweets[:20])
    after = moved.to("cpu").score(tweets[:20])
    near = np.abs(on_device - before).max() <= COSINE[model.precision]
    return what, bool(near and np.array_equal(before, after)), "the same as before" if near else "answers differ there"


def in_bf16(model: emoji_qa.Answerer) -> emoji_qa.Answerer:
    """The model with its encoder, if it has one, in bfloat16."""
    model = copy.deepcopy(model)
    if model.qa.meaning is not None:
        model.qa.question.encoder.bfloat16()
    return model


def bulk_agrees(what: str, model: emoji_qa.Answerer, tweets: list[str]) -> Check:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.csv"), Path(folder, "out.csv")
        with source.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["tweet"], *([tweet] for tweet in tweets)])
        answer_files(source, target, model=model.folder, k=1, processes=0)
        with target.open(encoding="utf-8", newline="") as file:
            found = [row["emoji_1"] for row in csv.DictReader(file)]
    expected = [answers[0].emoji for answers in model.answer(tweets, k=1)]
    differ = sum(a != b for a, b in zip(found, expected, strict=True))
    return what, differ <= len(tweets) // 100, f"{differ} of {len(tweets)} first answers differ"


def first_steps() -> Iterator[Check]:
    """A smoke run of each training; Accelerate chooses the GPU by itself."""
    for module, *options in RECIPES:
        done = subprocess.run(
            [sys.executable, "-m", module, *options, "--smoke"], capture_output=True, text=True, check=False
        )
        said = (done.stderr or done.stdout).strip().splitlines()[-1:] or [""]
        yield (
            f"{module} {' '.join(options)}",
            done.returncode == 0,
            "trained" if done.returncode == 0 else said[0][:200],
        )


def speeds(model: emoji_qa.Answerer, device: str) -> Iterator[str]:
    """Lines of a table in Markdown: how much the CPU and the device do in a second."""
    there = emoji_qa.load(model.folder, device=device)
    tweets, codes = some_tweets(TWEETS), np.repeat(model.emojis.codes[:PICTURES], 4, axis=0)
    rows: list[tuple[str, Callable[[emoji_qa.Answerer], object], int]] = [
        ("tweets answered", lambda m: m.answer(tweets), len(tweets)),
        ("pictures decoded", lambda m: m.decode(codes), len(codes)),
        ("pictures encoded", lambda m: m.encode(m.emojis.images[:PICTURES]), min(PICTURES, len(model.emojis))),
    ]
    if has_parts(model):
        rows.append(("tweets for which emojis are invented", lambda m: m.invent(tweets[0]), 1))
    yield f"| a second | CPU ({model.precision}) | {device} (fp32) | {device} (bf16) |\n|---|---|---|---|"
    half = in_bf16(there)
    for what, function, n in rows:
        figures = [n / seconds(lambda m=m, f=function: f(m)) for m in (model, there)]
        figures += [n / seconds(lambda f=function: f(half))] if what == "tweets answered" else []
        yield (
            f"| {what} | "
            + " | ".join(f"{figure:,.1f}" for figure in figures)
            + (" |" if len(figures) == 3 else " |  |")
        )


def seconds(function: Callable[[], object]) -> float:
    """Seconds of the faster of two calls, after one call to warm up."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        function()
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    return min(times[1:])


def some_tweets(n: int, seed: int = 0) -> list[str]:
    """n distinct texts made of words that are common in tweets."""
    words = """flight late early bag lost crew kind rude seat broken thank you awful great gate hour again never happy angry why
    cancelled refund please love best worst delay rain snow call hold agent help coffee monday dog cake work""".split()
    rng = np.random.default_rng(seed)
    return [" ".join([*rng.choice(words, int(rng.integers(4, 24))), str(i)]) for i in range(n)]


if __name__ == "__main__":
    sys.exit(main())
