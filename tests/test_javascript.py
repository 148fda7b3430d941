"""The page's scripts: runs their own tests in node's test runner, with Python's results for comparison."""

import io
import json
import os
import shutil
import subprocess
import zipfile
from base64 import b64encode
from pathlib import Path

import numpy as np
import pytest
import torch

from emoji_qa.images.alpha import unpremultiply
from emoji_qa.models.palette import paint, smooth
from emoji_qa.page.server.rpc import FOLDER

TESTS = Path(__file__).parent / "js"
NO_NODE = "No node 20 or later here, so the page's scripts were not tested on their own."


@pytest.fixture(scope="module")
def node():
    path = shutil.which("node")
    version = subprocess.run([path, "--version"], capture_output=True, text=True).stdout if path else "v0"
    return path if int(version[1:].partition(".")[0]) >= 20 else pytest.skip(NO_NODE)


def palettes() -> list[dict]:
    """Smooth and rough logits and colours, as they could come from a decoder, and their pictures at several sizes."""
    generator = torch.Generator().manual_seed(0)
    cases = []
    for roughness in (36, 9):
        logits = torch.randn(1, 5, roughness, roughness, generator=generator) * 8
        logits = torch.nn.functional.interpolate(logits, (36, 36), mode="bicubic")
        straight = torch.rand(1, 5, 4, generator=generator)
        straight[:, :, 3] = torch.tensor([0, 1, 1, 1, 0.6])
        colours = torch.cat([straight[..., :3] * straight[..., 3:], straight[..., 3:]], dim=2)
        pictures = {
            size: b64encode(unpremultiply(paint(logits, colours, size).clamp(0, 1)).tobytes()).decode()
            for size in (48, 90, 144, 288, 300)
        }
        given = smooth(logits, colours).flatten().tolist()
        cases.append({"logits": given, "colours": colours.flatten().tolist(), "pictures": pictures})
    return cases


def test_the_scripts_pass_their_own_tests_and_agree_with_python(node, lively, tmp_path):
    sliders = np.random.default_rng(0).uniform(-4, 4, (20, 16))
    latent = lively.latent
    expected = {
        "palettes": palettes(),
        "axes": {"mean": latent.mean.tolist(), "axes": latent.axes.tolist(), "knots": latent.knots.tolist()},
        "moves": [
            {"z": z.tolist(), "ways": one.ways.tolist(), "to": to, "moved": one.move(z[None], to)[0].tolist()}
            for z in latent.to_z(sliders[:2])
            for one in latent.directions.values()
            for to in (-1, 0, 0.3, 120)
        ],
        "codes": [{"sliders": s.tolist(), "z": z.tolist()} for s, z in zip(sliders, latent.to_z(sliders), strict=True)],
    }
    (tmp_path / "expected.json").write_text(json.dumps(expected))
    files = sorted(map(str, TESTS.glob("*.test.js")))
    assert files
    done = subprocess.run(
        [node, "--test", *files],
        capture_output=True,
        text=True,
        env={**os.environ, "EXPECTED": str(tmp_path / "expected.json")},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "skipped 0" in done.stdout


def test_pythons_zipfile_reads_what_the_script_packs(node):
    names = ["001.png", "ä 🎉.svg", "none", "emojis.json"]
    contents = [np.random.default_rng(i).bytes(size) for i, size in enumerate((70_000, 300, 0, 1))]
    script = """import { readFileSync } from "node:fs";
        const { zip } = await import(process.argv[1]);
        const files = JSON.parse(readFileSync(0)).map(([name, data]) => [name, Buffer.from(data, "base64")]);
        process.stdout.write(Buffer.concat(zip(files)));"""
    given = json.dumps([[name, b64encode(content).decode()] for name, content in zip(names, contents, strict=True)])
    command = [node, "--input-type=module", "-e", script, str(FOLDER / "browser" / "zip.js")]
    done = subprocess.run(command, input=given.encode(), capture_output=True, check=True)
    file = zipfile.ZipFile(io.BytesIO(done.stdout))
    assert file.namelist() == names and file.testzip() is None
    assert [file.read(name) for name in names] == contents
    assert all(one.compress_type == zipfile.ZIP_STORED and one.flag_bits == 0x800 for one in file.infolist())
    assert file.getinfo("none").date_time == (2020, 1, 1, 0, 0, 0)
