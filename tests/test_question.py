"""The question tower's training, in one process and in several, and its losses."""

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

from emoji_qa import checkpoint
from emoji_qa.models.qa import QAModel
from emoji_qa.models.towers import NGrams, ngram_keys
from emoji_qa.text.tokenizers import WordPieces
from tests.forked import Command
from tests.running import free_port
from tests.test_loop import processes
from tests.tiny import BASES, WORDS, table, towers
from train.data.prepared import Prepared
from train.data.tweets import FREE, Corpus, arrays, log_prior
from train.qa import linear, mpnet
from train.qa.free_answers import Teacher, load
from train.qa.loss import graded_loss, kept_loss, softmax_loss
from train.qa.mpnet import BUCKETS
from train.qa.question import MIX
from train.qa.teacher import load_teacher


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """The folder that `prepared` copies, with a tower that was trained in it, in first/."""
    folder = tmp_path_factory.mktemp("first")
    prepare(folder)
    train(folder, "first")
    return folder


@pytest.fixture
def prepared(first, tmp_path):
    return shutil.copytree(
        first, tmp_path, copy_function=os.link, dirs_exist_ok=True
    )  # trainings replace files, none writes into one


def prepare(folder: Path) -> None:
    """A folder with an emoji table, short texts in the format of `train.data.tweets`, and answers to start from."""
    table().save(folder)
    (folder / "config.json").write_text("{}")
    pieces, _ = towers("encoder")
    pieces.save(folder / "vocab.txt")
    random = np.random.default_rng(0)
    texts = [" ".join(random.choice(WORDS, random.integers(2, 6))) for _ in range(12)]
    corpus = Corpus(texts, [[i % len(BASES)] for i in range(len(texts))])
    for part in ("train", "val"):
        np.savez(folder / f"{part}.npz", **arrays(dict.fromkeys(MIX["pretrain"], corpus), pieces, len(BASES)))
    answers = torch.randn(len(BASES), 384, generator=torch.Generator().manual_seed(0))
    save_file({"answers": answers}, folder / "start.safetensors")


def train(
    folder: Path, run: str, *, processes: int = 1, module: str = "train.qa.question", options: Sequence[object] = ()
) -> list[float]:
    """Trains three steps in so many processes; returns the losses."""
    files = ["--tweets", folder, "--emojis", folder, "--run", folder / run, "--start", folder / "start.safetensors"]
    sizes = ["--steps", 3, "--batch-size", 8, "--ngrams", 50, "--threads", 1]
    variables = {"OMP_NUM_THREADS": "1", "ACCELERATE_USE_CPU": "true"}
    if processes > 1:  # variables that torch.distributed.run sets, see test_loop
        variables |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port())}
        variables |= {"WORLD_SIZE": str(processes), "LOCAL_WORLD_SIZE": str(processes)}
    commands = []
    for rank in map(str, range(processes)):
        place = {"RANK": rank, "LOCAL_RANK": rank} if processes > 1 else {}
        arguments = ["-m", module, *files, *sizes, *options]
        commands.append(Command(arguments, folder / f"{run}-{rank}.txt", **variables, **place))
    done = [command.wait() for command in commands]
    said = "".join(said for _, said in done)
    assert all(code == 0 for code, _ in done), said
    assert said.count("holds the tower") == 1
    return [past["loss"] for past in json.loads((folder / run / "history.json").read_text())]


MESSAGES = [f"{WORDS[0]} {WORDS[1]}", WORDS[2]]


def judged_messages(prepared: Path) -> Path:
    """A folder of two messages with lists and grades, as `train.messages` writes it."""
    folder, pieces = prepared / "messages", WordPieces.load(prepared / "vocab.txt")
    folder.mkdir()
    judged = Corpus(MESSAGES, [[0, 1, 2], [1, 0]], grades=[[3, 2, 0], [3, 1]])
    for part in ("train", "val"):
        corpora = {"messages": Corpus(MESSAGES, [[0, 1], [1]]), "judged": judged}
        np.savez(folder / f"{part}.npz", **arrays(corpora, pieces, len(BASES)))
    return folder


def changed(before: Path, after: Path) -> set[str]:
    """The names of the weights that differ between two files."""
    one, other = load_file(before), load_file(after)
    return {name for name in one if not torch.equal(one[name], other[name])}


def test_two_processes_get_the_loss_of_one(prepared):
    often = ["--validate-every", "1", "--warmup", "1"]
    one, two = train(prepared, "one", options=often), train(prepared, "two", processes=2, options=often)
    assert processes(prepared / "one") == 1 and processes(prepared / "two") == 2
    assert len(one) == 3 and one[2] < one[0]
    assert two == pytest.approx(one, rel=1e-2)  # since it trains in bf16
    learned = [load_file(prepared / run / "learned.safetensors")["learned"].float() for run in ("one", "two")]
    assert torch.allclose(*learned, atol=1e-2)


def test_linear_models_are_added_to_a_tower(prepared):
    out = prepared / "combined"
    options = ["--start", prepared / "first" / "best.safetensors", "--dim", "6", "--out", out, "--svm", "airline=2"]
    train(prepared, "linear", module="train.qa.linear", options=options)
    tower = checkpoint.read_json(out / "tower.json")
    model = checkpoint.build(QAModel, tower["qa"], out / "qa.safetensors")
    assert 0 <= model.prior_scale <= 1.2 / 20
    added = changed(prepared / "first" / "best.safetensors", out / "best.safetensors")
    assert added == {"question.ngrams.vectors.weight", "question.ngrams.out.weight"}
    assert load_file(out / "best.safetensors")["question.ngrams.vectors.weight"].abs().sum() > 0
    # other weights need no new training of the tower
    train(prepared, "linear", module="train.qa.linear", options=[*options, "--weight", "0.5", "--svm"])
    # with messages, for the tower's n-grams
    pieces, messages = WordPieces.load(prepared / "vocab.txt"), prepared / "messages"
    messages.mkdir()
    corpus = Corpus([f"{WORDS[0]} {WORDS[1]}", WORDS[2]], [[0, 1], [1]])
    for part in ("train", "val"):
        np.savez(messages / f"{part}.npz", **arrays({"messages": corpus}, pieces, len(BASES)))
    more = [*options, "--svm", "--messages", messages, "--prior-scale", "0.03"]
    train(prepared, "regression", module="train.qa.linear", options=more)
    assert "in list" in json.loads((prepared / "regression" / "history.json").read_text())[-1]
    keys = [load_file(prepared / run / "best.safetensors")["question.ngrams.keys"] for run in ("first", "combined")]
    assert torch.equal(*keys)


def ngrams(keys: torch.Tensor, dim: int, *, vocab_size: int = 30, width: int = 16) -> NGrams:
    model = NGrams(len(keys), vocab_size=vocab_size, dim=dim, width=width)
    model.keys.copy_(keys)
    torch.nn.init.normal_(model.vectors.weight)
    return model.eval()


@torch.no_grad()
def test_merged_ngrams_say_what_their_parts_said_together():
    torch.manual_seed(0)
    ids = torch.randint(4, 30, (9, 7))
    keys = ngram_keys(ids, 30).unique()
    some, all_of_them = ngrams(keys[::3], 4), ngrams(keys, 6)
    merged = linear.merged(keys, [(some, 0.5), (all_of_them, 2.0)], dim=10)
    known = [
        model.find(ngram_keys(ids, 30))[1].sum(dim=1, keepdim=True).clamp_min(1).sqrt() for model in (some, merged)
    ]
    expected = 0.5 * some(ids) * known[0] / known[1] + 2.0 * all_of_them(ids)  # merged sums have a larger divisor
    assert torch.allclose(merged(ids), expected, atol=1e-4)
    errors = [(linear.merged(keys, [(all_of_them, 1.0)], dim=dim)(ids) - all_of_them(ids)).norm() for dim in (1, 3, 6)]
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < 1e-4


@torch.no_grad()
def test_ngrams_that_are_left_out_in_training_count_afterwards():
    torch.manual_seed(0)
    ids = torch.randint(4, 30, (1, 9))
    model = ngrams(ngram_keys(ids, 30).unique(), 4)
    whole = model(ids)
    model.dropout = 0.5
    assert torch.equal(model(ids), whole)
    assert not torch.equal(model.train()(ids), whole)


@torch.no_grad()
def test_an_svm_decides_the_same_as_ngrams(prepared):
    train = Prepared(prepared / "train.npz")
    ids = train.batch(train.rows("airline"))
    like = ngrams(ngram_keys(ids, 30).unique()[1:], 4, width=384)
    answers = torch.nn.functional.normalize(
        torch.randn(len(BASES), 384, generator=torch.Generator().manual_seed(1)), dim=1
    )
    decisions = linear.svm(like, train, "airline", answers)(ids) @ answers.T
    right = train.right[train.rows("airline"), 0]
    assert (decisions.argmax(dim=1) == right).float().mean() > 1 / len(BASES)


@torch.no_grad()
def test_an_svm_says_nothing_of_answers_that_are_withheld(prepared):
    train = Prepared(prepared / "train.npz")
    train.withhold([0, 1])
    ids = train.batch(train.rows("airline"))
    answers = torch.eye(len(BASES), 384)
    decisions = (
        linear.svm(ngrams(ngram_keys(ids, 30).unique()[1:], 4, width=384), train, "airline", answers)(ids) @ answers.T
    )
    assert not decisions[:, :2].any()
    assert decisions[:, 2:].any()


def test_losses_by_hand():
    logits = torch.tensor([[2.0, 1.0, 0.0, -1.0], [0.0, 0.0, 0.0, 0.0]])
    log = logits.log_softmax(dim=1)
    right = torch.tensor([[2, 0, -1], [3, -1, -1]])
    even = -((log[0, 2] + log[0, 0]) / 2 + log[1, 3]) / 2
    assert torch.isclose(softmax_loss(logits, right), even)
    root = 2**-0.5
    falling = -((log[0, 2] + root * log[0, 0]) / (1 + root) + log[1, 3]) / 2
    assert torch.isclose(softmax_loss(logits, right, ranked=torch.tensor([True, True])), falling)
    grades = torch.tensor([[3, 0, -1], [-1, -1, -1]])
    graded = -(log[0, 2] + log[1, 3]) / 2  # wrong answers have no share
    assert torch.isclose(softmax_loss(logits, right, grades=grades), graded)
    among = torch.tensor([0.0, 2.0]).log_softmax(dim=0)  # rows 2 and 0 of the first text, the only one with grades
    assert torch.isclose(graded_loss(logits[:1], right[:1], grades[:1]), -among[0])
    assert kept_loss(logits, logits).item() == pytest.approx(0, abs=1e-6)
    moved = (log.exp() * (log - torch.zeros(2, 4).log_softmax(dim=1))).sum(dim=1).mean()
    assert torch.isclose(kept_loss(torch.zeros(2, 4), logits), moved)
    candidates = torch.tensor([0.0, 0.0, -torch.inf, -torch.inf])
    assert kept_loss(torch.zeros(2, 4) + candidates, logits + candidates).isfinite()
    for loss in (softmax_loss, lambda one, rows: graded_loss(one, rows, rows), lambda one, rows: kept_loss(one, one)):
        assert loss(logits[:0], right[:0]) == 0  # a batch without such texts


def test_a_tower_goes_on_from_another_with_judged_messages(prepared):
    messages = judged_messages(prepared)
    options = ["--phase", "judged", "--messages", messages, "--teachers", prepared / "first", "--frozen", "1"]
    best = prepared / "first" / "best.safetensors"
    losses = train(prepared, "judged", options=[*options, "--start", best, "--validate-every", "1", "--warmup", "1"])
    last = json.loads((prepared / "judged" / "history.json").read_text())[-1]
    assert len(losses) == 3 and {"labels", "graded", "taught", "kept", "graded good", "in list"} <= last.keys()
    learned = changed(best, prepared / "judged" / "best.safetensors")
    assert "answers" in learned and not any(name.startswith("question.encoder.layers.0") for name in learned)


def test_a_teacher_says_what_its_tower_says_and_reads_each_text_once(prepared):
    texts = Prepared(prepared / "train.npz")
    tower = load(WordPieces.load(prepared / "vocab.txt"), load_file(prepared / "first" / "best.safetensors")).eval()
    read = []
    encode = tower.encode_question
    tower.encode_question = lambda ids: read.append(len(ids)) or encode(ids)
    teacher, rows = Teacher(tower, texts), np.array([3, 0, 5])
    with torch.no_grad():
        expected = encode(texts.batch(rows)) @ tower.encode_answers().T
    for _ in range(2):
        torch.testing.assert_close(teacher.cosines(rows), expected, atol=1e-5, rtol=1e-4)
    teacher.cosines(np.array([5, 6]))
    assert sum(read) == 4


def test_a_tower_of_free_texts_knows_of_popularity_by_messages(prepared):
    pieces, free, messages = WordPieces.load(prepared / "vocab.txt"), prepared / "free", prepared / "messages"
    corpus = Corpus([f"{WORDS[0]} {WORDS[1]}", WORDS[2]], [[0, 1], [1]])
    for folder, names in ((free, FREE), (messages, ["messages"])):
        folder.mkdir()
        for part in ("train", "val"):
            np.savez(folder / f"{part}.npz", **arrays(dict.fromkeys(names, corpus), pieces, len(BASES)))
    pieces.save(free / "vocab.txt")
    best = prepared / "first" / "best.safetensors"
    options = ["--phase", "free", "--tweets", free, "--messages", messages, "--start", best, "--validate-every", "1"]
    losses = train(prepared, "of-free", options=options)
    assert len(losses) == 3 and losses[2] < losses[0]
    model = checkpoint.build(
        QAModel,
        checkpoint.read_json(prepared / "of-free" / "tower.json")["qa"],
        prepared / "of-free" / "qa.safetensors",
    )
    told = torch.from_numpy(log_prior(corpus, len(BASES)))
    assert torch.allclose(model.log_prior, told, atol=1e-3)


def published_mpnet(folder: Path) -> Path:
    """A tiny MPNet in the form of published ones: weights named as in transformers, and a tokenizer."""
    torch.manual_seed(0)
    vocab = ["<s>", "<pad>", "</s>", "[UNK]", *WORDS]
    tokenizer = Tokenizer(WordLevel({word: i for i, word in enumerate(vocab)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    width, tensors = 24, {"encoder.relative_attention_bias.weight": torch.randn(BUCKETS, 2)}
    tensors["embeddings.word_embeddings.weight"] = torch.randn(len(vocab), width)
    tensors["embeddings.position_embeddings.weight"] = torch.randn(60, width) / 4
    dense = {f"attention.attn.{name}": (width, width) for name in "qkvo"}
    dense |= {"intermediate.dense": (4 * width, width), "output.dense": (width, 4 * width)}
    for layer in ("encoder.layer.0.", "encoder.layer.1."):
        for name, shape in dense.items():
            tensors |= {f"{layer}{name}.weight": torch.randn(shape) / 4, f"{layer}{name}.bias": torch.zeros(shape[0])}
    for name in ("embeddings.", *(f"encoder.layer.{i}.{part}." for i in (0, 1) for part in ("attention", "output"))):
        tensors |= {f"{name}LayerNorm.weight": torch.ones(width), f"{name}LayerNorm.bias": torch.zeros(width)}
    folder.mkdir()
    save_file(tensors, folder / "model.safetensors")
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


@torch.no_grad()
def test_a_large_encoder_reads_a_text_the_same_with_padding(tmp_path):
    folder = published_mpnet(tmp_path / "mpnet")
    model = mpnet.pretrained(folder).eval()
    alone = model(torch.tensor([[0, 4, 5, 2]]))
    beside = model(torch.tensor([[0, 4, 5, 2, 0, 0], [0, 5, 4, 6, 4, 2]]))
    torch.testing.assert_close(beside[:1], alone)
    assert not torch.allclose(model(torch.tensor([[0, 5, 4, 2]])), alone)  # word order counts
    near = mpnet.buckets(200)
    assert near[0, :8].tolist() == [0, *range(17, 24)] and near[7, :8].tolist() == [7, 6, 5, 4, 3, 2, 1, 0]
    assert near[0, 199] == 31 and near[199, 0] == 15 and near[0, 9] == near[0, 8] == 24


def test_a_tower_learns_from_a_large_encoder_of_texts_without_labels(prepared):
    pieces, messages = WordPieces.load(prepared / "vocab.txt"), judged_messages(prepared)
    large, data = prepared / "large", prepared / "data"
    for path, told in (
        ("cldr_en/annotations_en.json", {"annotations": {"annotations": {}}}),
        ("emojilib/emoji-en-US.json", {}),
    ):
        (data / path).parent.mkdir(parents=True)
        (data / path).write_text(json.dumps(told))
    common = ["--tweets", prepared, "--messages", messages, "--emojis", prepared, "--steps", 3, "--batch-size", 8]
    arguments = ["--mpnet", published_mpnet(prepared / "mpnet"), "--data", data, "--run", large, "--validate-every", 1]
    code, said = Command(["-m", "train.qa.teacher", *common, *arguments], prepared / "large.txt").wait()
    assert code == 0, said
    assert {"labels", "graded", "graded good", "in list"} <= json.loads((large / "history.json").read_text())[-1].keys()
    teacher = load_teacher(large, pieces)
    reread = teacher.reread(torch.from_numpy(pieces.encode(MESSAGES)))
    assert reread.tolist() == [[0, 4, 5, 2], [0, 6, 2, 0]]
    best = prepared / "first" / "best.safetensors"
    options = ["--phase", "taught", "--messages", messages, "--large", large, "--unlabelled", "4", "--start", best]
    train(prepared, "taught", options=[*options, "--validate-every", "1", "--warmup", "1"])
    assert {"labels", "graded", "taught", "kept"} <= json.loads((prepared / "taught" / "history.json").read_text())[
        -1
    ].keys()
    assert "train.qa.teacher" in (prepared / "taught" / "tower.json").read_text()


def test_texts_without_labels_are_drawn_with_the_candidates_of_messages(prepared):
    texts = Prepared(prepared / "train.npz")
    n, rows = len(texts), texts.rows("airline")[:3]
    texts.repeat(rows, "unlabelled", "tweets43")
    assert len(texts) == n + 3 and texts.names[-1] == "unlabelled"
    assert torch.equal(texts.batch(np.arange(n, n + 3)), texts.batch(rows))
    assert torch.equal(texts.log_prior[-1], texts.log_prior[texts.names.index("tweets43")])
    shares = {"airline": 0.5, "unlabelled": 0.5}
    assert not texts.weights(shares)[n:].any()
    drawn = texts.weights(shares, unlabelled="unlabelled")
    assert drawn[n:].sum() == pytest.approx(0.5) and drawn[:n].sum() == pytest.approx(0.5)
