"""The endpoint /compose, of the checkpoint that has parts."""

import io
from base64 import b64decode

import numpy as np
import pytest
from PIL import Image

from emoji_qa.checkpoint import CHECKPOINTS
from emoji_qa.page.api_remix import remix_endpoints


@pytest.fixture(scope="module")
def compose():
    [function] = remix_endpoints(CHECKPOINTS / "default")
    return function


def test_it_puts_an_emoji_together(compose):
    made = compose(["🏆", "🤩"], 72)
    picture = np.asarray(Image.open(io.BytesIO(b64decode(made["picture"].partition(",")[2]))))
    assert made["described"] == "🏆 with 🤩" and made["svg"].startswith("<svg") and made["others"]
    assert picture.shape == (72, 72, 4) and 0.1 < (picture[..., 3] > 0).mean() < 1


@pytest.mark.parametrize(
    ("emojis", "size"), [(["🏆"], 72), ("🏆🤩", 72), (["x", "y"], 72), (["🏆", "🤩"], 5000), (["🏆", "🤩"], True), ([1, 2], 72)]
)
def test_what_is_amiss_is_told_in_a_sentence(compose, emojis, size):
    with pytest.raises(ValueError, match=r"\."):
        compose(emojis, size)


def test_a_checkpoint_without_parts_has_none(tmp_path):
    assert remix_endpoints(tmp_path) == []
