"""Answer number 0 of the tweet half: emojis put together for the tweet. Its browser side: invent.js, invent.css."""

from collections.abc import Callable

from emoji_qa.answerer import Answerer
from emoji_qa.devices import on_gpu
from emoji_qa.page.emoji.emoji import rounded
from emoji_qa.page.server.rpc import fields, text

AT_ONCE = 6


def inventing(model: Answerer) -> Callable[[object], dict]:
    invent = on_gpu(model.invent, model)

    def invent_answers(asked: object) -> dict:
        """{"tweet", "page": 0 for the best six, 1 for the next} → {"found": [{"recipe", "made_of", "svg", "score", "sliders"}],
        best first, "best": {"emoji", "name", "score"} of the real ones, "beats", "last": there are no more}."""
        question = fields(asked)
        some = invent(text(question.get("tweet"), "The tweet"), AT_ONCE, question.get("page", 0))
        return {
            "found": [
                {
                    "recipe": str(one.recipe),
                    "made_of": one.made_of,
                    "svg": one.svg,
                    "score": one.score,
                    "sliders": rounded(model.latent.from_z(one.z[None])[0]),
                }
                for one in some
            ],
            "best": {
                "emoji": some.best,
                "name": model.emojis.names[model.emojis.index(some.best)],
                "score": some.best_score,
            },
            "beats": some.beats,
            "last": some.is_last,
        }

    return invent_answers
