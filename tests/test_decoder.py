"""The files of the browser's decoder: which exist, which are refused, and how the app serves them over HTTP."""

import gzip
import hashlib
import shutil
import urllib.error
import urllib.request

import brotli
import pytest

import emoji_qa
from emoji_qa import checkpoint
from emoji_qa.browser_files import RUNTIME, RUNTIME_FILES
from emoji_qa.page.server.decoder_files import PREFIX, BrowserDecoder, collect
from train.publish.runtime import README, VERSION

PARTS = {"runtime", "wasm", "decoder", "answer", "axes"}
UNPACKED = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}


@pytest.fixture
def folder(exported, tmp_path):
    return shutil.copytree(exported.folder, tmp_path / "copy")


def refusal(folder, caplog) -> str:
    """The line in the log, the only one, that says why a checkpoint's files are not served."""
    caplog.clear()
    assert BrowserDecoder(emoji_qa.load(folder, device="cpu")).addresses == {}
    [record] = caplog.records
    assert record.message.count("\n") == 0
    return record.message


def test_an_exported_checkpoint_has_all_files(exported, caplog):
    addresses = BrowserDecoder(exported).addresses
    assert set(addresses) == PARTS and not caplog.records
    for part, file in collect(exported).items():
        assert addresses[part] == f"{PREFIX}/{hashlib.sha256(file.content).hexdigest()[:16]}/{file.name}"


def test_without_an_export_the_server_draws(lively, caplog):
    assert "There is no" in refusal(lively.folder, caplog)


@pytest.mark.parametrize("name", ["decoder.onnx", "answer.onnx"])
def test_a_damaged_file_is_noticed(folder, caplog, name):
    (folder / name).write_bytes((folder / name).read_bytes()[:-1])
    assert f"{name} is not made of" in refusal(folder, caplog)


@pytest.mark.parametrize(("name", "weights"), [("decoder.onnx", "vae"), ("answer.onnx", "qa")])
def test_a_stale_file_is_noticed(folder, caplog, name, weights):
    path = folder / f"{weights}.safetensors"
    model = emoji_qa.load(folder, device="cpu")
    module = getattr(model, weights)
    next(module.parameters()).data += 0.1
    checkpoint.save_weights(module, path)
    checkpoint.update_json(folder / "config.json", qa_vae_sha256=checkpoint.file_hash(folder / "vae.safetensors"))
    message = refusal(folder, caplog)
    assert f"{name} is not made of the {weights}.safetensors beside it" in message and "train.publish.onnx" in message


@pytest.mark.parametrize("accepted", ["", "gzip", "gzip, br"])
def test_files_arrive_whole_in_any_encoding_and_may_be_kept_for_ever(exported, exported_url, accepted):
    for part, address in BrowserDecoder(exported).addresses.items():
        content, headers = fetch(exported_url + address, accepted)
        file = collect(exported)[part]
        encoding = headers["Content-Encoding"] or ""
        assert encoding in accepted and (not file.is_packed or encoding == accepted.split(", ")[-1])
        plain = brotli.decompress(file.content) if file.is_packed else file.content
        assert UNPACKED[encoding](content) == plain
        assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
        kinds = {"wasm": "application/wasm", "runtime": "text/javascript"}
        assert headers["Content-Type"].startswith(kinds.get(part, "application/"))


@pytest.mark.parametrize(
    "address", ["/0000000000000000/decoder.onnx", "/../../app.py", "/%2e%2e/%2e%2e/README.md", "//etc/passwd", "/"]
)
def test_nothing_else_is_served(exported_url, address):
    with pytest.raises(urllib.error.HTTPError) as caught:
        fetch(exported_url + PREFIX + address, "")
    assert caught.value.code == 404


def fetch(address: str, accepted: str):
    request = urllib.request.Request(address, headers={"Accept-Encoding": accepted or "identity"})
    with urllib.request.urlopen(request, timeout=60) as response:
        return response.read(), response.headers


def test_the_runtime_in_the_repository_is_the_one_its_readme_names():
    assert (RUNTIME / "README.md").read_text(encoding="utf-8") == README and VERSION in README
    assert (
        "Microsoft" in (RUNTIME / "LICENSE").read_text() and (RUNTIME / "ThirdPartyNotices.txt").stat().st_size > 10_000
    )
    module, wasm = (brotli.decompress((RUNTIME / f"{name}.br").read_bytes()) for name in RUNTIME_FILES)
    assert f"ONNX Runtime Web v{VERSION}".encode() in module[:200] and wasm.startswith(b"\0asm")
