"""Print twenty tweets of our own with a model's five answers, unselected: python -m train.evaluate shown"""

import argparse

import emoji_qa

TWEETS = [
    "Got the job!!! I start on Monday",
    "three hours of sleep and a full day of meetings ahead",
    "my grandmother passed away this morning, I already miss her voice",
    "Who ate the last slice of pizza? I want names",
    "this heat is unbearable, I am melting",
    "first snow of the year and the whole street is silent",
    "he said he'd call. he did not call.",
    "Happy birthday to the best sister in the world",
    "stuck on the runway for two hours and nobody tells us anything",
    "new puppy, no sleep, zero regrets",
    "I can't stop laughing at this video, send help",
    "the exam was so much worse than I thought",
    "We won the cup! Drinks are on me tonight",
    "just boarded, next stop Lisbon",
    "oh great, another password reset. love that for me",
    "thank you all for the kind messages, it means a lot",
    "walked into a spider web with my mouth open",
    "finally fixed the bug that ate my weekend",
    "good morning, coffee first, then people",
    "is anyone else scared of what comes next?",
]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m train.evaluate shown", description=__doc__)
    parser.add_argument("--checkpoint", default="default", help="a name in checkpoints/, or a folder")
    print(report(emoji_qa.load(parser.parse_args().checkpoint)))


def report(model: emoji_qa.Answerer) -> str:
    """A Markdown table of the tweets and their answers, for docs/results.md."""
    lines = ["| tweet | top 5 |", "|---|---|"]
    for tweet, answers in zip(TWEETS, model.answer(TWEETS, k=5), strict=True):
        lines.append(f"| {tweet} | {' '.join(answer.emoji for answer in answers)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
