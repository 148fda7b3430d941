"""The speed of answering tweets, compared with MiniLM in single precision, run by transformers if that is installed."""

import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch

import emoji_qa
from train.qa import minilm

ONES, MANY, BATCH = 200, 1024, 64


def speed_figures(model: emoji_qa.Answerer, texts: Sequence[str], folder: Path) -> dict:
    """Median milliseconds for one tweet against all bases, on one core, and tweets per second in bulk on two cores, the
    better of two rounds.

    Tweets are distinct, and tokenising is included. On single tweets, the two models take turns, so that other load on
    the machine affects both.
    """
    baseline, name = published(folder)
    names = torch.zeros(len(model.emojis), 384)  # as many as there are emojis; their values do not matter
    ask = {name: lambda some: baseline(some) @ names.T, "SQAM": lambda some: model.score(some)}
    rows: dict[str, dict] = {one: {} for one in ask}
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    times: dict[str, list[float]] = {one: [] for one in ask}
    for text in texts[: ONES + 10]:
        for one, function in ask.items():
            times[one].append(seconds(function, [text]))
    for one, some in times.items():
        rows[one]["ms"] = 1000 * float(np.median(some[10:]))
    torch.set_num_threads(2)
    for one, function in ask.items():
        rows[one]["per_second"] = max(MANY / seconds(function, texts[i * MANY : (i + 1) * MANY]) for i in range(2))
    torch.set_num_threads(threads)
    return {"baseline": name, "precision": model.precision, "rows": rows}


def seconds(function: Callable, argument: Sequence[str]) -> float:
    start = time.perf_counter()
    function(argument)
    return time.perf_counter() - start


def published(folder: Path) -> tuple[Callable[[Sequence[str]], torch.Tensor], str]:
    """A function from texts to sentence embeddings (N, 384) by the published encoder in single precision, and its name."""
    model, tokenizer = minilm.pretrained(folder)
    tokenizer.enable_padding()
    tokenizer.enable_truncation(128)
    theirs = None
    if find_spec("transformers"):
        from transformers import AutoModel

        theirs = AutoModel.from_pretrained(folder, add_pooling_layer=False).eval()

    @torch.inference_mode()
    def embed(texts: Sequence[str]) -> torch.Tensor:
        parts = []
        for i in range(0, len(texts), BATCH):
            encoded = tokenizer.encode_batch(list(texts[i : i + BATCH]))
            ids, mask = (torch.tensor([getattr(e, key) for e in encoded]) for key in ("ids", "attention_mask"))
            states = theirs(ids, mask).last_hidden_state if theirs else model(ids, mask.bool())
            pooled = (states * mask[..., None]).sum(dim=1) / mask.sum(dim=1, keepdim=True)
            parts.append(torch.nn.functional.normalize(pooled, dim=1))
        return torch.cat(parts)

    return embed, "MiniLM, fp32, " + ("transformers" if theirs else "our code")
