"""The calls in docs/api.md work: from JavaScript, with Gradio's own client under node, and with curl."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CLIENT = ROOT / "node_modules/@gradio/client"


@pytest.fixture(scope="module")
def node():
    path = shutil.which("node")
    if path is None or not CLIENT.is_dir():
        pytest.skip(
            "No node or no @gradio/client here (npm install), so the endpoints were not called from JavaScript."
        )
    return path


def shown(language: str, containing: str) -> str:
    """The piece of code in docs/api.md that holds these words."""
    blocks = re.findall(rf"```{language}\n(.*?)```", (ROOT / "docs/api.md").read_text(encoding="utf-8"), re.DOTALL)
    return next(block for block in blocks if containing in block)


def test_what_the_documentation_shows(node, url, lively, tmp_path):
    script = shown("js", "@gradio/client").replace("http://127.0.0.1:7860", url)
    script = script.replace('"@gradio/client"', json.dumps(CLIENT.joinpath("dist/index.js").as_uri()))
    file = tmp_path / "client.mjs"
    file.write_text(f"{script}\nconsole.log(JSON.stringify(result.data)); process.exit();", encoding="utf-8")
    done = subprocess.run([node, file], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    [answers] = json.loads(done.stdout.splitlines()[-1])
    expected = lively.answer("my flight got cancelled", k=5)[0]
    assert [answer["emoji"] for answer in answers] == [answer.emoji for answer in expected]


def test_curl_as_the_documentation_shows_it(url, lively):
    if not shutil.which("curl"):
        pytest.skip("No curl here.")
    script = shown("sh", "curl")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(line in readme for line in script.splitlines())
    script = script.replace("http://127.0.0.1:7860", url.rstrip("/"))
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    data = next(line.removeprefix("data: ") for line in done.stdout.splitlines() if line.startswith("data: "))
    expected = lively.answer("my flight got cancelled", k=5)[0]
    assert [answer["emoji"] for answer in json.loads(data)[0]] == [answer.emoji for answer in expected]
