"""The tweet half: a box that answers while you type, and the ranked answers."""

import gradio as gr

from emoji_qa.answer import Answerer
from emoji_qa.page.browser import beside, for_browser, text
from emoji_qa.page.png import EmojiPictures
from emoji_qa.text import MAX_CHARACTERS

FEW, MANY = 5, 25
EXAMPLES = (
    "Four hours on hold and then the line went dead. Amazing.",
    "Landed early and our bags were already waiting. Thank you!",
    "My suitcase is in Denver. I am not in Denver.",
    "Can I bring my guitar on board?",
    "Shoutout to the crew, best flight in years",
)


def tweet_half(model: Answerer, pictures: EmojiPictures) -> gr.HTML:
    """Opens with the first example answered. Its browser side: tweet.html, tweet.js.

    A model that was trained on a few answers only ranks those at first, and all emojis on demand.
    """
    learned = model.config.get("trained_answers")

    def answer_tweet(question: dict) -> dict:
        """{"tweet": text, "k": how many, "among": "learned" or "all"} → {"answers": [...]}, best first, see `card`."""
        question = question if isinstance(question, dict) else {}
        among = learned if question.get("among") == "learned" else None
        (answers,) = model.answer(text(question.get("tweet"), "The tweet"), k=question.get("k"), emojis=among)
        return {"answers": [card(answer) for answer in answers[:MANY]]}

    def card(answer) -> dict:
        return {
            "emoji": answer.emoji,
            "name": answer.name,
            "score": round(answer.score, 4),
            "picture": pictures.uri(answer.emoji),
        }

    return gr.HTML(
        html_template=beside("tweet.html"),
        js_on_load=beside("shared.js", "tweet.js"),
        server_functions=[for_browser(answer_tweet)],
        apply_default_css=False,
        elem_id="tweet-half",
        start={"tweet": EXAMPLES[0], **answer_tweet({"tweet": EXAMPLES[0], "k": FEW, "among": "learned"})},
        examples=EXAMPLES,
        limits={"few": FEW, "many": MANY, "characters": MAX_CHARACTERS},
        ranked={"learned": len(learned or ()), "all": len(model.emojis)},
    )
