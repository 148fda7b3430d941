"""Answer number 0 of the tweet half: an emoji that is invented for the tweet. Its browser side: invent.js, invent.css."""

from collections.abc import Callable

from emoji_qa.answer import Answerer
from emoji_qa.devices import on_gpu
from emoji_qa.page.browser import text
from emoji_qa.page.drawing import drawing
from emoji_qa.page.png import EmojiPictures


def inventing(model: Answerer, pictures: EmojiPictures) -> Callable[[str], dict]:
    invent = on_gpu(model.invent, model)

    def invent_answer(tweet: str) -> dict:
        """A tweet → {"sliders", "score", "novelty", "nearest": names, "best": {"emoji", "name", "score", "picture"}} and the
        `drawing` of the emoji that is invented for it. Both scores are of codes alone."""
        found = invent(text(tweet, "The tweet"))
        names = [model.emojis.names[model.emojis.index(emoji)] for emoji in (found.best, *found.nearest)]
        best = {"emoji": found.best, "name": names[0], "score": found.best_score, "picture": pictures.uri(found.best)}
        sliders = [round(float(s), 4) for s in model.latent.from_z(found.z[None])[0]]
        return {"sliders": sliders, "score": found.score, "novelty": round(found.novelty), "nearest": names[1:], "best": best,
                **drawing(model, found.z[None])}  # fmt: skip

    return invent_answer
