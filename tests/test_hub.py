"""Publishing and fetching models with the Hub's real client and a hub on loopback."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from huggingface_hub import constants

import emoji_qa
from emoji_qa import checkpoint, hub
from emoji_qa.emojis.sensitive import HIDDEN
from tests.forked import Command
from tests.loopback_hub import loopback_hub
from tests.tiny import write_checkpoint
from train.publish import card
from train.publish.push import published as files_of
from train.publish.push import push
from train.publish.ship import ship

MODEL = "someone/tiny"
TOKEN = "hf_loopbacksecret"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    folder = write_checkpoint(tmp_path_factory.mktemp("tiny"))
    (folder / "README.md").write_text("---\nlicense: mit\n---\n\n# Tiny\n\nDrawn discs. Licence: MIT.\n")
    checkpoint.update_json(folder / "metrics.json", qa={"airline": {"rows": {"SQAM": {"accuracy": 0.5}}}})
    checkpoint.seal(folder)
    return folder


@pytest.fixture
def online(tmp_path, monkeypatch):
    """A hub to which this process's client is connected, with its own cache and token."""
    with loopback_hub() as running:
        point_to(running.url, monkeypatch)
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)  # whatever this machine's environment says
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
        monkeypatch.setattr(time, "sleep", lambda seconds: None)  # between its attempts, the client would wait
        monkeypatch.setenv("HF_TOKEN", TOKEN)
        yield running


def point_to(url: str, monkeypatch) -> None:
    """Does what the environment variable HF_ENDPOINT does, which is only read at import."""
    monkeypatch.setattr(constants, "ENDPOINT", url)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", url + "/{repo_id}/resolve/{revision}/{filename}")


@pytest.fixture
def published(online, tiny):
    online.commit(MODEL, contents(tiny))
    return online


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def downloads(running) -> int:
    return sum(request.startswith("GET /someone") for request in running.requests)


def test_publish_publish_again_and_load(online, tiny, tmp_path):
    changed, first = push(tiny, MODEL)
    assert changed and online.head(MODEL) == first
    assert online.find(MODEL, "main")[1] == {".gitattributes": b"", **contents(tiny)}
    assert push(tiny, MODEL) == (False, first)
    assert len(online.commits[MODEL]) == 2  # the empty commit of a new model, and the checkpoint
    other = shutil.copytree(tiny, tmp_path / "other")
    checkpoint.update_json(other / "metrics.json", more=1)
    (other / "vocab.txt").rename(other / "words.txt")
    changed, second = push(other, MODEL)
    assert changed and online.head(MODEL) == second != first
    assert "vocab.txt" not in online.find(MODEL, "main")[1]
    loaded = emoji_qa.load(MODEL, revision=first)
    assert loaded.answer("so happy") == emoji_qa.load(tiny).answer("so happy")


def test_a_pinned_revision_is_that_one_and_asks_no_more_once_it_is_here(published, tiny):
    old = published.head(MODEL)
    newer = {**contents(tiny), "metrics.json": b'{"newer": 1}'}
    published.commit(MODEL, newer)
    assert "newer" in emoji_qa.load(MODEL).metrics
    assert "newer" not in emoji_qa.load(f"{MODEL}@{old}").metrics
    published.requests.clear()
    assert "newer" not in emoji_qa.load(MODEL, revision=old).metrics
    assert not published.requests
    with pytest.raises(ValueError, match="no revision “v9”"):
        emoji_qa.load(MODEL, revision="v9")
    with pytest.raises(ValueError, match="names one revision"):
        emoji_qa.load(f"{MODEL}@{old}", revision="main")


def test_the_environment_names_the_model_and_a_folder_wins(published, tiny, tmp_path, monkeypatch):
    monkeypatch.setenv("EMOJI_QA_MODEL", MODEL)
    assert "snapshots" in str(emoji_qa.load().folder)
    monkeypatch.chdir(tmp_path)
    shutil.copytree(tiny, tmp_path / MODEL)
    published.requests.clear()
    assert emoji_qa.load().folder == Path(MODEL)
    assert not published.requests
    with pytest.raises(ValueError, match="without revisions"):
        emoji_qa.load(MODEL, revision="main")


def test_a_filled_cache_works_offline(published, monkeypatch):
    online = emoji_qa.load(MODEL)
    point_to("http://127.0.0.1:9", monkeypatch)  # nothing listens there
    assert emoji_qa.load(MODEL).answer("so happy") == online.answer("so happy")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert emoji_qa.load(MODEL).answer("so happy") == online.answer("so happy")
    with pytest.raises(ValueError, match="someone/else is not in the cache, and the Hub is out of reach"):
        emoji_qa.load("someone/else")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("someone/nothing", "no such model on the Hub, or it is private"),
        ("some..one/x", "not a name that the Hub allows"),
        ("runs/nothing/there", "There is no checkpoint"),
    ],
)
def test_names_without_a_model(online, name, sentence):
    with pytest.raises(ValueError, match=sentence):
        emoji_qa.load(name)


def test_a_revoked_token(published, tiny):
    published.tokens.clear()
    with pytest.raises(ValueError, match="refuses the token") as download:
        emoji_qa.load(MODEL)
    with pytest.raises(ValueError, match="refuses the token") as upload:
        push(tiny, MODEL)
    assert TOKEN not in repr(download.getrepr(chain=True)) + repr(upload.getrepr(chain=True))


def test_publishing_takes_a_login(online, tiny, tmp_path, monkeypatch):
    monkeypatch.delenv("HF_TOKEN")
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "no token"))
    with pytest.raises(ValueError, match="Log in with `hf auth login`"):
        push(tiny, MODEL)


def test_another_kind_of_model(online):
    online.commit("someone/text", {"model.safetensors": b"", "pytorch_model.bin": b"\x80\x04"})
    with pytest.raises(ValueError, match="no config.json"):
        emoji_qa.load("someone/text")
    assert not list(Path(constants.HF_HUB_CACHE).rglob("*.bin"))  # a pickle is not even fetched


def test_another_architecture(online, tiny):
    config = json.loads((tiny / "config.json").read_text())
    config["vae"]["encoder"] = {"channels": 5}
    online.commit(MODEL, {**contents(tiny), "config.json": json.dumps(config).encode()})
    with pytest.raises(ValueError, match="does not fit the configuration"):
        emoji_qa.load(MODEL)


def test_a_connection_cut_half_way_is_taken_up_again(published, tiny):
    published.cuts = {"vae.safetensors": 2, "emojis.json": 1}
    folder = hub.download(MODEL)
    assert contents(folder) == contents(tiny)
    assert published.cuts == {"vae.safetensors": 0, "emojis.json": 0}


def test_a_connection_that_always_breaks_is_said_and_goes_on_later(published, tiny, monkeypatch):
    monkeypatch.setattr("huggingface_hub.file_download.constants.DOWNLOAD_CHUNK_SIZE", 10**9)
    published.cuts = {"vae.safetensors": 10**9}
    with pytest.raises(ValueError, match="connection to the Hub failed"):
        hub.download(MODEL)
    published.cuts.clear()
    assert contents(hub.download(MODEL)) == contents(tiny)


@pytest.mark.parametrize("damage", ["truncated", "flipped", "missing"])
def test_a_damaged_cache_is_named_and_never_loads(published, damage, monkeypatch):
    path = emoji_qa.load(MODEL).folder / "vae.safetensors"
    blob, content = path.resolve(), path.read_bytes()
    blob.unlink()
    if damage == "missing":
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
        expected = "incomplete"
    else:
        blob.write_bytes(content[:-1000] if damage == "truncated" else content[:-1] + bytes([content[-1] ^ 1]))
        expected = "vae.safetensors.*delete .*models--someone--tiny"
    with pytest.raises(ValueError, match=expected):
        emoji_qa.load(MODEL)


CONNECT = """
import logging, os, sys
from huggingface_hub import constants

url, constants.HF_HUB_CACHE, *sys.argv[1:] = sys.argv[1:]
constants.ENDPOINT, constants.HUGGINGFACE_CO_URL_TEMPLATE = url, url + "/{repo_id}/resolve/{revision}/{filename}"
constants.HF_HUB_OFFLINE = False
"""
LOAD = """
import emoji_qa.hub as hub
try: print(f"\\n{hub.download(sys.argv[1])}")
except ValueError as e: sys.exit(str(e))
"""
LIMITED = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n" + LOAD
PUSH = """
import runpy
constants.HF_DEBUG = "DEBUG" in os.environ  # makes the client print every request
client = logging.getLogger("huggingface_hub")
client.handlers = [logging.StreamHandler()]
client.setLevel("DEBUG" if constants.HF_DEBUG else "WARNING")
runpy.run_module("train.publish.push", run_name="__main__")
"""


def start(code: str, running, folder: Path, *arguments: object, **variables: str) -> Command:
    """Runs Python code in a process of its own, connected to the hub as `online` is, with its cache in a folder."""
    script = Path(tempfile.mkdtemp(dir=folder.parent)) / "script.py"
    script.write_text(CONNECT + code)
    arguments = [script, running.url, folder / "hub", *arguments]
    return Command(arguments, script.with_suffix(".txt"), **{"HF_TOKEN": TOKEN, **variables})


def test_two_processes_download_at_once(published, tiny, tmp_path):
    both = [start(LOAD, published, tmp_path / "both", MODEL) for _ in range(2)]
    for process in both:
        code, said = process.wait(120)
        assert code == 0, said
        assert contents(Path(said.splitlines()[-1])) == contents(tiny)


@pytest.mark.parametrize("kind", ["quota", "tmpfs"])
def test_a_full_disk_is_said_and_nothing_half_written_loads(published, tiny, tmp_path, monkeypatch, kind):
    cache = tmp_path / "small"
    cache.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", str(cache)]
    if kind == "tmpfs" and (os.name != "posix" or subprocess.run(mount, capture_output=True, check=False).returncode):
        pytest.skip("No small file system can be mounted here (that takes root); the quota stands in for a full disk.")
    try:
        code, said = start(LIMITED if kind == "quota" else LOAD, published, cache, MODEL).wait(120)
        assert code == 1
        assert "cache of the Hub cannot be written" in said and "Traceback" not in said
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache / "hub"))
        with monkeypatch.context() as offline:
            offline.setattr(constants, "HF_HUB_OFFLINE", True)
            with pytest.raises(ValueError, match="incomplete"):
                emoji_qa.load(MODEL)
        if kind == "quota":  # only the other process has the quota
            assert contents(emoji_qa.load(MODEL).folder) == contents(tiny)
    finally:
        if kind == "tmpfs":
            subprocess.run(["umount", str(cache)], check=False)


def test_the_command_publishes_and_never_prints_the_token(online, tiny, tmp_path):
    said = []
    for token in (TOKEN, "hf_revoked_secret", "hf_odd\x07secret"):
        talkative = {"DEBUG": "1"} if token == TOKEN else {}
        options = ["--repo", MODEL, "--checkpoint", tiny]
        process = start(PUSH, online, tmp_path / "home", *options, HF_TOKEN=token, **talkative)
        said.append(process.wait(120)[1])
        assert token.split("_", 1)[1] not in said[-1]
    assert "Traceback" not in said[1] + said[2]
    assert f"{MODEL} is at commit {online.head(MODEL)}" in said[0] and "Request " in said[0]
    assert "refuses the token" in said[1]
    assert online.find(MODEL, "main")[1]["README.md"] == (tiny / "README.md").read_bytes()


def test_what_does_not_load_is_not_published(online, tiny, tmp_path, monkeypatch, capsys):
    from train.publish import push as module

    broken = shutil.copytree(tiny, tmp_path / "broken")
    (broken / "qa.safetensors").write_bytes(b"")
    monkeypatch.setattr(sys, "argv", ["push", "--repo", MODEL, "--checkpoint", str(broken)])
    with pytest.raises(SystemExit, match="qa.safetensors"):
        module.main()
    assert not online.commits


def test_a_card_names_the_emojis_that_the_page_hides():
    old = f"# tiny\n\nThe page hides {card.HIDDEN_BEGIN} nothing {card.HIDDEN_END} by default.\n"
    text = card.card(old, {}, "tiny")
    assert "nothing" not in text and all(emoji in text for emoji in HIDDEN) and " by default." in text
    assert card.card(text, {}, "tiny") == text


def test_the_card_has_the_figures_of_the_metrics_and_keeps_the_words(tiny):
    card.write(tiny)
    text = (tiny / "README.md").read_text()
    assert "| accuracy | 0.5 |" in text and "Drawn discs. Licence: MIT." in text and "value: 0.5" in text
    assert text.startswith("---\nlicense: mit\n")
    assert not card.write(tiny)  # once written, it stays


def test_a_checkpoint_without_a_card_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["card", str(tmp_path)])
    with pytest.raises(SystemExit, match=r"README\.md is missing"):
        card.main()


def test_a_vae_is_shipped_without_figures_and_commands_of_other_answers(tmp_path):
    source, target = write_checkpoint(tmp_path / "source"), tmp_path / "target"
    told = ["python -m train.vae.train", "python -m train.qa.answers", "python -m train.languages"]
    checkpoint.update_json(source / "config.json", commands=told)
    checkpoint.update_json(source / "metrics.json", vae={"psnr_db": 20}, qa={"airline": 1}, judged={}, remix={"all": 2})
    (source / "README.md").write_text("of the source")
    ship(source, target)
    assert checkpoint.read_json(target / "metrics.json") == {"vae": {"psnr_db": 20}, "remix": {"all": 2}}
    assert checkpoint.read_json(target / "config.json")["commands"] == [told[0], told[2]]
    assert not (target / "README.md").exists()
    assert (target / "vae.safetensors").read_bytes() == (source / "vae.safetensors").read_bytes()
    checkpoint.update_json(target / "metrics.json", qa={"tuned": 3}, vae_table={"rows": {}}, vae={"psnr_db": 1})
    ship(source, target)
    kept = {"qa": {"tuned": 3}, "vae_table": {"rows": {}}}
    assert checkpoint.read_json(target / "metrics.json") == {"vae": {"psnr_db": 20}, "remix": {"all": 2}, **kept}


@pytest.mark.parametrize("name", ["default", "original"])
def test_all_that_a_shipped_checkpoint_is_made_of_is_published(name):
    folder = checkpoint.locate(name)
    sealed = checkpoint.read_json(folder / "config.json")["sha256"]
    assert set(files_of(folder)) >= {*sealed, "config.json", "metrics.json", "README.md"}


@pytest.mark.parametrize("name", ["default", "original"])
def test_the_shipped_cards_are_up_to_date(name):
    folder = checkpoint.locate(name)
    text = (folder / "README.md").read_text(encoding="utf-8")
    metrics = checkpoint.read_json(folder / "metrics.json")
    assert text == card.card(text, metrics, name), f"run: python -m train.publish.card checkpoints/{name}"
    assert {result.task_type for result in card.results(metrics)} == {"text-classification", "image-feature-extraction"}
    for said in ("Trained on", "Licence", "Bias", "Not good for", "flags", "Skin tones"):
        assert said.lower() in text.lower()
