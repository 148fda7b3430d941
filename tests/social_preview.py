"""The picture that programs show for a link to the page: python -m tests.social_preview. Needs Chromium."""

import argparse
import html
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

import emoji_qa
from emoji_qa.page import FONTS, SOCIAL
from emoji_qa.page.server.png import EmojiPictures, to_png, to_uri
from emoji_qa.remix.raster import rasterise
from tests.conftest import FLAGS, find_chromium

TWEET = "Got the job! I start on Monday"
TOGETHER = (("🤩", "🏆"), ("😆", "🧀"), ("😋", "🍺"))  # an expression and a thing each
OUT = Path(__file__).parent.parent / "emoji_qa/page/shell/preview.png"

CARD = """<style>
  * { box-sizing: border-box; margin: 0; }
  body { width: 1200px; height: 630px; padding: 64px 72px; background: #fbfaf6; color: #1e1c17; font-family: FONTS; }
  .word { font-size: 28px; font-weight: 650; color: #8a6100; }
  h1 { margin: 8px 0 40px; font-size: 68px; font-weight: 700; letter-spacing: -.03em; line-height: 1.05; }
  .box { width: 660px; padding: 24px 28px; border: 2px solid #e5e1d6; border-radius: 20px; background: #fff; font-size: 36px; }
  .row { display: flex; gap: 24px; margin: 32px 0 0; }
  .row img { width: 112px; height: 112px; }
  .made { position: absolute; right: 72px; top: 64px; display: grid; gap: 18px; justify-items: center; }
  .made img { width: 156px; height: 156px; }
  .made p { font-size: 24px; color: #69655a; }
</style>
<p class="word">emoji-qa</p><h1>Tweet in, emoji out.</h1>
<div class="box">TWEET</div><div class="row">ANSWERS</div>
<div class="made">MADE<p>and those that are none yet</p></div>"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.social_preview", description=__doc__)
    parser.add_argument("--model", default="default", help="a name in checkpoints/, or a folder (default: %(default)s)")
    model = emoji_qa.load(parser.parse_args().model)
    pictures = EmojiPictures(model)
    answers = "".join(f'<img src="{pictures.uri(answer.emoji)}">' for answer in model.answer(TWEET)[0])
    made = "".join(f'<img src="{to_uri(to_png(rasterise(model.compose(*pair), 312)))}">' for pair in TOGETHER)
    card = CARD.replace("FONTS", ", ".join(FONTS)).replace("TWEET", html.escape(TWEET))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        size = {"width": int(SOCIAL["width"]), "height": int(SOCIAL["height"])}
        page = browser.new_page(viewport=size)
        page.set_content(card.replace("ANSWERS", answers).replace("MADE", made))
        page.screenshot(path=OUT)
        browser.close()
    Image.open(OUT).convert("RGB").quantize(255, dither=Image.Dither.NONE).save(OUT, optimize=True)
    print(f"{OUT.name}: {OUT.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
