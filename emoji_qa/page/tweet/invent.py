"""Answer number 0 of the tweet half: an emoji that is invented for the tweet. Its browser side: invent.js, invent.css."""

from collections.abc import Callable

from emoji_qa.answerer import Answerer
from emoji_qa.devices import on_gpu
from emoji_qa.page.emoji.emoji import rounded
from emoji_qa.page.server.drawing import drawing
from emoji_qa.page.server.rpc import text


def inventing(model: Answerer) -> Callable[[str], dict]:
    invent = on_gpu(model.invent, model)

    def invent_answer(tweet: str) -> dict:
        """A tweet → {"sliders", "score", "novelty", "nearest": names, "best": {"name", "score"}} and the `drawing` of the emoji
        that is invented for it. Both scores are of codes alone."""
        found = invent(text(tweet, "The tweet"))
        z, (best, *nearest) = found.z[None], map(name, (found.best, *found.nearest))
        return {
            "sliders": rounded(model.latent.from_z(z)[0]), "score": found.score, "novelty": round(found.novelty),
            "nearest": nearest, "best": {"name": best, "score": found.best_score}, **drawing(model, z),
        }  # fmt: skip

    def name(emoji: str) -> str:
        return model.emojis.names[model.emojis.index(emoji)]

    return invent_answer
