"""The web page: python app.py, then open the address it prints."""

import argparse
import sys

import torch

from emoji_qa import load
from emoji_qa.page import build, serve


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Serve the page on which tweets are answered and emojis decoded.")
    parser.add_argument("--model", help="a name in checkpoints/, a folder, or a model OWNER/NAME or OWNER/NAME@REVISION of the "
                        "Hugging Face Hub (default: $EMOJI_QA_MODEL, or else “default”)")  # fmt: skip
    parser.add_argument("--host", help="address to listen on (default: this machine only; 0.0.0.0: all)")
    parser.add_argument("--port", type=port, help="port (default: the first free one from 7860)")
    parser.add_argument("--share", action="store_true", help="also open a public link, by way of Gradio's servers")
    return parser.parse_args()


def port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65_535:
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to 65535, not {text!r}")
    return int(text)


def main() -> None:
    chosen = options()
    torch.set_num_threads(1)  # each request on one core; PyTorch's own threads spin where others want the cores, too
    try:
        page = build(load(chosen.model))
        serve(page, server_name=chosen.host, server_port=chosen.port, share=chosen.share)
    except (ValueError, OSError) as error:  # a model that cannot be loaded, a port that is taken
        sys.exit(str(error))


if __name__ == "__main__":
    main()
