"""The command `emoji-qa` or python -m emoji_qa: answers tweets in a terminal or in files (bulk), or serves the page."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from emoji_qa.terminal import command

COMMANDS = {  # subcommands, and the module whose `main` runs each
    "bulk": "emoji_qa.bulk.command",
    "serve": "emoji_qa.page.command",
}
DESCRIPTION = (
    "Answer tweets with emojis. “%(prog)s bulk” answers files of them, “%(prog)s serve” serves the page; "
    "with --help each tells how."
)


def options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="emoji-qa", description=DESCRIPTION)
    parser.add_argument("tweets", nargs="+", metavar="TWEET", help="a tweet, in quotes")
    parser.add_argument("-k", type=int, default=5, help="how many answers (default: 5)")
    parser.add_argument("--model", help="a name, a folder, or a model of the Hub, as for “serve” (default: “default”)")
    parser.add_argument("--emojis", nargs="+", help="rank only these")
    return parser.parse_args(arguments)


@command
def main(arguments: Sequence[str] | None = None) -> int | None:
    """Answer tweets, or run one of COMMANDS with the other arguments. arguments: by default those of the process."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments and arguments[0] in COMMANDS:
        return import_module(COMMANDS[arguments[0]]).main(arguments[1:], prog=f"emoji-qa {arguments[0]}")
    chosen = options(arguments)
    from emoji_qa import load  # takes seconds to import, and --help needs none of it

    try:
        ranked = load(chosen.model).answer(chosen.tweets, k=chosen.k, emojis=chosen.emojis)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    for tweet, answers in zip(chosen.tweets, ranked, strict=True):
        print(tweet)
        for answer in answers:
            print(f"  {answer.score:6.3f}  {answer.emoji}  {answer.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
