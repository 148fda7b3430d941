"""The command that serves the page: `python app.py`, or `emoji-qa serve` where the package is installed."""

import argparse
import contextlib
import os
import signal
import sys
from collections.abc import Sequence

import torch

from emoji_qa import load
from emoji_qa.page import build, serve
from emoji_qa.page.server.assistants import INSTALLED
from emoji_qa.page.server.launch import check_root_path, leave, stop, until_told_to_stop
from emoji_qa.page.server.memory import give_back, give_back_until
from emoji_qa.terminal import command


def options(arguments: Sequence[str] | None, prog: str | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog=prog, description="Serve the page on which tweets are answered and emojis decoded."
    )
    parser.add_argument(
        "--model",
        help="a name in checkpoints/, a folder, or a model OWNER/NAME or OWNER/NAME@REVISION of the Hugging Face Hub "
        "(default: $EMOJI_QA_MODEL, or else “default”)",
    )
    parser.add_argument("--host", help="address to listen on (default: this machine only; 0.0.0.0 or :: all)")
    parser.add_argument("--port", type=port, help="port (default: the first free one from 7860)")
    parser.add_argument(
        "--root-path",
        type=root_path,
        default=os.environ.get("GRADIO_ROOT_PATH", ""),
        help="path or address at which a proxy shows the page, such as /emoji (default: $GRADIO_ROOT_PATH, or else none)",
    )
    parser.add_argument(
        "--mcp",
        action="store_true",
        default=os.environ.get("GRADIO_MCP_SERVER", "").lower() == "true",
        help="also offer tools to assistants, at ADDRESS/gradio_api/mcp/ (default: $GRADIO_MCP_SERVER, or else no)",
    )
    parser.add_argument("--share", action="store_true", help="also open a public link, by way of Gradio's servers")
    chosen = parser.parse_args(arguments)
    if chosen.mcp and not INSTALLED:
        parser.error("--mcp needs the package mcp. Install it: pip install “gradio[mcp]”.")
    return chosen


def port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65_535:
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to 65535, not {text!r}")
    return int(text)


def root_path(text: str) -> str:
    try:
        return check_root_path(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


@command
def main(arguments: Sequence[str] | None = None, prog: str | None = None) -> None:
    """Serve until told to stop. arguments: by default those of the process."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # while it loads
    chosen = options(arguments, prog)
    torch.set_num_threads(1)  # each request on one core: PyTorch's threads spin while other requests need it
    try:
        page = build(load(chosen.model))
        wait = until_told_to_stop()
        _, url, _ = serve(
            page,
            server_name=chosen.host,
            server_port=chosen.port,
            root_path=chosen.root_path,
            share=chosen.share,
            mcp_server=chosen.mcp,
            quiet=True,
            prevent_thread_lock=True,
        )
    except (ValueError, OSError) as error:  # a model that cannot be loaded, a port that is taken
        sys.exit(str(error))
    give_back()  # what loading freed, 100 MB
    with contextlib.suppress(BrokenPipeError):  # nobody reads it: the page is there all the same
        print(f"The page is at {url} (Ctrl+C stops it).", flush=True)
    give_back_until(wait)
    stop(page)
    leave()
