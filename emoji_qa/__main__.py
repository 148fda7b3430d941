"""Ranked answers in a terminal: python -m emoji_qa "my flight got cancelled" """

import argparse
import sys

from emoji_qa import load
from emoji_qa.terminal import command


@command
def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m emoji_qa", description="Answer tweets with emojis.")
    parser.add_argument("tweets", nargs="+", metavar="TWEET", help="a tweet, in quotes")
    parser.add_argument("-k", type=int, default=5, help="how many answers (default: 5)")
    parser.add_argument("--model", help="as for app.py: a name, a folder, or a model of the Hub (default: “default”)")
    parser.add_argument("--emojis", nargs="+", help="rank only these")
    options = parser.parse_args()
    try:
        ranked = load(options.model).answer(options.tweets, k=options.k, emojis=options.emojis)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    for tweet, answers in zip(options.tweets, ranked, strict=True):
        print(tweet)
        for answer in answers:
            print(f"  {answer.score:6.3f}  {answer.emoji}  {answer.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
