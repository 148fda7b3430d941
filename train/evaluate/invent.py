"""Measure the emojis put together for tweets: python -m train.evaluate invent [--sheet FILE]

For airline tweets, half of them positive and half negative, it prints by kind of recipe how often an emoji put together
scores higher than the best real emoji, and how far decode(encode(picture)) is from the picture that was put together.
--sheet draws the six emojis invented for each of forty tweets of our own, so that a person can judge them.
"""

import argparse
import textwrap
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from tqdm import tqdm

import emoji_qa
from emoji_qa import checkpoint
from emoji_qa.images.alpha import premultiply
from emoji_qa.remix.invent import SIZE, Invention, Inventions
from emoji_qa.remix.moods import MOODS, sign
from emoji_qa.remix.raster import rasterise
from train.data.tweets import airline
from train.evaluate import FOUR_DIGITS, rounded

TWEETS = 200  # half of them positive, half negative
SIX = 6
OURS = """Got the job! I start on Monday
Three hours of sleep and a full day of meetings ahead
First snow of the year and the whole street is silent
My suitcase is in Denver. I am not in Denver.
Happy birthday to the best sister in the world
we won the cup!!!
my flight got cancelled again
I love pizza so much
my dog died this morning
the exam went terribly
so much homework and it is already midnight
coffee is the only thing keeping me alive
he broke up with me by text
it is 38 degrees and the fan just broke
just finished reading the saddest book
finally friday, beers on me
my phone fell in the toilet
the neighbours are drilling again, on a sunday
look at this sunset over the sea
the baby is asleep at last
I burned dinner again
rent is due and I am broke
stuck in traffic for two hours
who ate my sandwich from the office fridge?
got my second vaccine, arm hurts
our team lost in the last minute
the wifi is down and my boss is calling
new guitar arrived today!
halloween party at our place tonight
I have the flu, staying in bed
my cat knocked over the christmas tree
we are having a baby!
the stock market crashed and so did my savings
passed my driving test on the fourth try
this rain will never stop
I can't believe I forgot my keys again
missing my grandma's cookies
she said yes!!
my computer ate my thesis
this new song has been stuck in my head all week""".splitlines()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m train.evaluate invent", description=__doc__.split("\n")[0])
    parser.add_argument("--checkpoint", default="default", help="a name in checkpoints/, or a folder")
    parser.add_argument("--data", type=Path, default=Path("data"), help="the folder of corpora (default: data)")
    parser.add_argument("--tweets", type=int, default=TWEETS, help="how many (default: %(default)s)")
    parser.add_argument(
        "--sheet", type=Path, help="draw six for each of forty tweets into this PNG, and measure nothing"
    )
    options = parser.parse_args()
    model = emoji_qa.load(options.checkpoint)
    if options.sheet:
        sheet([(tweet, model.invent(tweet)) for tweet in tqdm(OURS, mininterval=1)]).save(options.sheet)
        return
    figures = measure(model, options.data, options.tweets)
    if options.tweets == TWEETS:
        checkpoint.update_json(model.folder / "metrics.json", invent=rounded(figures, FOUR_DIGITS))
    print(report(figures))


def measure(model: emoji_qa.Answerer, data: Path, count: int) -> dict:
    """Figures of `count` tweets, half of them positive."""
    tweets = airline(data)
    tweets = tweets[tweets["part"] == "test"]
    halves = [tweets[tweets["sentiment"] == one].sample(count // 2, random_state=0) for one in ("positive", "negative")]
    texts = [text for half in halves for text in half["text"]]
    positive = np.repeat([True, False], count // 2)
    found = [model.invent(text) for text in tqdm(texts, mininterval=1)]
    kinds = sorted({one.recipe.kind for six in found for one in six})
    rows = {"all": summary(model, found, positive, None)}
    rows |= {kind: summary(model, found, positive, kind) for kind in kinds}
    return {"tweets": len(texts), "rows": rows}


def summary(
    model: emoji_qa.Answerer, found: list[Inventions], positive: np.ndarray, kind: str | None
) -> dict[str, float]:
    """For the inventions of one kind, or of all: their share; the mean score of a tweet's best one and of the best real
    emoji, and how often the former is higher; how often a face's mood fits the tweet; PSNR of pictures decoded from
    their codes."""
    of_kind = [[one for one in six if kind in (None, one.recipe.kind)] for six in found]
    has = [i for i, some in enumerate(of_kind) if some]
    best = np.array([max(one.score for one in of_kind[i]) for i in has])
    real = np.array([found[i].best_score for i in has])
    moods = [(mood(one), positive[i]) for i in has for one in of_kind[i] if mood(one)]
    pictures = [one for i in has for one in of_kind[i][:1]]
    return {
        "share": sum(map(len, of_kind)) / sum(map(len, found)),
        "score": best.mean(),
        "real": real.mean(),
        "beats": (best > real).mean(),
        "mood": np.mean([(value > 0) == is_positive for value, is_positive in moods]) if moods else float("nan"),
        "psnr": float(np.mean(psnr(model, pictures))),
    }


def mood(one: Invention) -> float:
    """The sign of the mood of an invention's expression; 0 for none."""
    face = one.recipe.eyes or one.recipe.body
    return sign(face) if face in MOODS else 0.0


def psnr(model: emoji_qa.Answerer, some: list[Invention]) -> np.ndarray:
    """PSNR in decibels (N,) of decode(z) against the picture that was put together, both premultiplied."""
    made = np.stack([rasterise(one.svg, SIZE) for one in some])
    drawn = model.decode(np.stack([one.z for one in some]))
    error = (premultiply(made) - premultiply(drawn)).square().flatten(1).mean(dim=1).numpy()
    return -10 * np.log10(np.maximum(error, 1e-10))


def sheet(rows: list[tuple[str, Inventions]], size: int = 72, columns: int = 2) -> Image.Image:
    """Tweets, each with its inventions below it, on white."""
    wide, high = SIX * (size + 6) + 20, size + 24
    ground = Image.new("RGB", (columns * wide, -(-len(rows) // columns) * high), "white")
    write, font = ImageDraw.Draw(ground), ImageFont.load_default(14)
    for i, (tweet, some) in enumerate(rows):
        x, y = i % columns * wide, i // columns * high
        write.text((x + 2, y + 1), f"{i + 1} {textwrap.shorten(tweet, 60)}", fill="black", font=font)
        for j, one in enumerate(some):
            picture = Image.fromarray(rasterise(one.svg, size))
            ground.paste(picture, (x + j * (size + 6), y + 20), picture)
    return ground


COLUMNS = {  # key → heading, format, width
    "share": ("share", ".0%", 7),
    "score": ("score", ".3f", 8),
    "real": ("best real", ".3f", 11),
    "beats": ("beats it", ".0%", 10),
    "mood": ("mood fits", ".0%", 11),
    "psnr": ("decoded, dB", ".1f", 13),
}


def report(figures: dict) -> str:
    headings = "".join(f"{name:>{wide}}" for name, _, wide in COLUMNS.values())
    lines = [f"{figures['tweets']} airline tweets, six for each{headings}"]
    for name, row in figures["rows"].items():
        cells = [f"{format(row[key], spec):>{wide}}" for key, (_, spec, wide) in COLUMNS.items()]
        lines.append(f"  {name:29}" + "".join(cells))
    lines.append("Score: the best of a kind, of picture and parts; the real emoji's is that of the answers.")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
