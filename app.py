"""The web page: python app.py, then open the address it prints."""

import argparse
import os
import sys

from emoji_qa import load
from emoji_qa.page import build, serve


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Serve the page on which tweets are answered and emojis decoded.")
    parser.add_argument("--model", default=os.environ.get("EMOJI_QA_MODEL", "default"),
                        help="a name in checkpoints/, or a folder (default: %(default)s)")  # fmt: skip
    parser.add_argument("--host", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, help="port (default: the first free one from 7860)")
    parser.add_argument("--share", action="store_true", help="also open a public link, by way of Gradio's servers")
    return parser.parse_args()


def main() -> None:
    chosen = options()
    try:
        page = build(load(chosen.model))
        serve(page, server_name=chosen.host, server_port=chosen.port, share=chosen.share)
    except (ValueError, OSError) as error:  # a model that cannot be loaded, a port that is taken
        sys.exit(str(error))


if __name__ == "__main__":
    main()
