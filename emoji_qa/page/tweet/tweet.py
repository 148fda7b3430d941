"""The tweet half: a box that answers while you type, the ranked answers, and why one of them ranks where it does."""

from collections.abc import Callable, Sequence
from textwrap import shorten

import numpy as np

from emoji_qa.answerer import Answer, Answerer
from emoji_qa.emojis.sensitive import HIDDEN
from emoji_qa.emojis.skin_tones import TONES, check_tone
from emoji_qa.inputs import check_k
from emoji_qa.page.search import find
from emoji_qa.page.server.cards import Cards, group_name, shown
from emoji_qa.page.server.drawing import to_base64
from emoji_qa.page.server.panel import Panel
from emoji_qa.page.server.png import EmojiPictures
from emoji_qa.page.server.rpc import fields, text, weight_of
from emoji_qa.page.tweet.invent.invent import AT_ONCE as INVENTED
from emoji_qa.page.tweet.invent.invent import inventing
from emoji_qa.page.tweet.yours.yours import MOST, Yours, ranked
from emoji_qa.text.explain import WordEffect
from emoji_qa.text.languages import ENGLISH, NAMES, fold
from emoji_qa.text.tokenizers import MAX_CHARACTERS

FEW, MANY = 5, 25
SIMILAR = 10  # emojis by meaning, and as many by looks
FOUND = 8  # emojis the search box shows
AT_ONCE = 60  # pictures the browser may ask for at a time
LINE = 90  # characters that are shown of a tweet's English reading
EXAMPLES = (  # the page opens with the first
    "Happy birthday to the best sister in the world",
    "Three hours of sleep and a full day of meetings ahead",
    "First snow of the year and the whole street is silent",
    "My suitcase is in Denver. I am not in Denver.",
    "Got the job! I start on Monday",
)


def tweet_panel(model: Answerer, pictures: EmojiPictures) -> Panel:
    """The tweet half. It opens with the first example answered. Its browser side: tweet.html, and tweet.js, which puts
    answers.js, choice.js, why.js, yours.js and invent.js together.

    A model that was trained on only a few answers ranks those at first, and all emojis on demand.
    """
    cards = Cards(model, pictures)
    learned = model.config.get("trained_answers")
    yours = Yours(model)
    answer_tweet, explain_answer = answering(model, cards, yours), explaining(model, cards, yours)
    question = {"tweet": EXAMPLES[0], "k": FEW, "among": "learned", "tone": 0}
    start = answer_tweet(question)
    why = explain_answer({**question, "emoji": start["answers"][0]["emoji"]})
    return Panel(
        "tweet-half",
        "The tweet",
        "tweet/tweet.html",
        ("tweet/tweet.css", "tweet/yours/yours.css", "tweet/invent/invent.css"),
        "tweet/tweet.js",
        (answer_tweet, explain_answer, finding(model, cards), picturing(pictures), inventing(model)),
        {
            "start": {**question, **start, "why": why},
            "examples": EXAMPLES,
            "tones": TONES,
            "inventions": INVENTED if model.has_parts else 0,
            "popularity": {"usual": model.config["popularity"], "steps": popularity_steps(model.config["popularity"])},
            "calibration": model.config.get("calibration"),
            "limits": {"few": FEW, "many": MANY, "characters": MAX_CHARACTERS, "pictures": AT_ONCE, "yours": MOST},
            "ranked": {
                "learned": len(learned or ()),
                "all": len(model.emojis),
                "hidden": hidden_among(model.emojis.chars),
            },
            "groups": [
                {"value": group, "name": group_name(group), "ranked": len(members), "hidden": hidden_among(members)}
                for group in cards.groups
                for members in [cards.of_group(group)]
            ],
        },
    )


def answering(model: Answerer, cards: Cards, yours: Yours) -> Callable[[object], dict]:
    def answer_tweet(asked: object) -> dict:
        """{"tweet": text, "k", "among": "learned" or "all", "group" (optional), "tone", "added" (optional, see
        `Yours`), "hidden": true to rank the hidden emojis, too, "popularity": its weight, or none for the model's} →
        {"answers": cards, best first, "ranks": of those added, "question", "unknown", "read"}.

        question: what the browser needs to compute the score and rank of any emoji for this tweet: {"vector": a unit
        vector, "scores": of all real emojis, by their rows, both float32 in base64, "yours": the scores of those
        added}. unknown: whether the model knows less than half of what was typed. read: see `reading`.
        Cards beyond the first 25 have no picture yet. For an emoji alone → {"similar": {"to", "meaning", "looks"}}.
        """
        question = fields(asked)
        tweet, tone = text(question.get("tweet"), "The tweet"), check_tone(question.get("tone", 0))
        if emoji := cards.emoji_alone(tweet):
            return {"similar": similar(emoji, tone)}
        emojis = model.config.get("trained_answers") if question.get("among") == "learned" else None
        emojis = cards.of_group(text(question["group"], "The group")) if question.get("group") else emojis
        brought = [] if question.get("group") else yours.read(question.get("added"))
        k = check_k(question.get("k"))
        most = len(model.emojis) if brought else k + len(HIDDEN)  # all for the ranks; else so that k are left
        vector = model.embed_tweet(tweet)
        popularity = weight_of(question)
        answers = shown(question, ranked(model, vector, emojis, brought, most, popularity))
        own = {one.emoji for one in brought}
        ranks = {answer.emoji: rank for rank, answer in enumerate(answers, start=1) if answer.emoji in own}
        return {
            "answers": [cards.card(a, tone, pictured=i < MANY) for i, a in enumerate(answers[:k])],
            "ranks": ranks,
            "question": {
                "vector": floats(vector),
                "scores": floats(model.scores(vector, popularity)),
                "yours": [round(float(one.answer @ vector), 4) for one in brought],
            },
            "unknown": model.unknown_share(tweet) > 0.5,
            "read": reading(model, tweet),
        }

    def similar(emoji: str, tone: int) -> dict:
        row = model.emojis.index(emoji)
        ranked = {by: model.similar(emoji, by=by, k=SIMILAR) for by in ("meaning", "looks")}
        return {
            "to": cards.card(Answer(emoji, model.emojis.names[row], 1.0, 1.0), tone),
            **{by: [cards.card(answer, tone) for answer in answers] for by, answers in ranked.items()},
        }

    return answer_tweet


def explaining(model: Answerer, cards: Cards, yours: Yours) -> Callable[[object], dict]:
    def explain_answer(asked: object) -> dict:
        """{"tweet", "emoji", "among", "tone", "added", "hidden", "popularity"} → {"chosen": its card, "rank", "of", "parts"}.

        parts: the tweet, cut into {"text"} and, for a word, {"text", "effect": the score minus that without the word}.
        """
        question = fields(asked)
        tweet, tone = text(question.get("tweet"), "The tweet"), check_tone(question.get("tone", 0))
        emoji, brought = text(question.get("emoji"), "The emoji"), yours.read(question.get("added"))
        own = next((one.answer for one in brought if one.emoji == emoji), None)
        if own is None:
            emoji = model.emojis.chars[model.table.base_index(emoji)]
        learned = model.config.get("trained_answers") if question.get("among") == "learned" else None
        among = learned if learned and (own is not None or emoji in learned) else None
        vector = model.embed_tweet(tweet)
        every = ranked(model, vector, among, brought, len(model.emojis), weight_of(question))
        answers = shown(question, every, emoji)
        rank = next(i for i, answer in enumerate(answers) if answer.emoji == emoji)
        chosen = {"chosen": cards.card(answers[rank], tone), "rank": rank + 1, "of": len(answers)}
        return {**chosen, "parts": in_parts(tweet, model.explain(tweet, emoji if own is None else own, vector))}

    return explain_answer


def finding(model: Answerer, cards: Cards) -> Callable[[object], dict]:
    def find_answers(asked: object) -> dict:
        """{"query": what was typed, "tone"} → {"found": cards of the bases that fit, best first}."""
        search = fields(asked)
        query, tone = text(search.get("query"), "The search"), check_tone(search.get("tone", 0))
        rows = find(model, model.emojis, query, FOUND)
        return {
            "found": [cards.card(Answer(model.emojis.chars[r], model.emojis.names[r], 0.0, 0.0), tone) for r in rows]
        }

    return find_answers


def picturing(pictures: EmojiPictures) -> Callable[[object], dict]:
    def show_emojis(emojis: object) -> dict:
        """Up to 60 emojis → {"pictures": data URIs, in this order}."""
        if not isinstance(emojis, list) or len(emojis) > AT_ONCE:
            raise ValueError(f"Send a list of at most {AT_ONCE} emojis.")
        return {"pictures": [pictures.uri(text(emoji, "An emoji")) for emoji in emojis]}

    return show_emojis


def reading(model: Answerer, tweet: str) -> dict | None:
    """How a tweet in another language is read: {"language": its name, "words": in English}; None if read unchanged."""
    language = model.language(tweet)
    if language == ENGLISH or fold(read := model.read(tweet)) == fold(tweet):  # unchanged if no word is known
        return None
    return {"language": NAMES[language], "words": shorten(read, LINE, placeholder=" …")}


def floats(numbers: np.ndarray) -> str:
    """Numbers as the browser unpacks them: float32 in base64."""
    return to_base64(numbers.astype("<f4"))


def popularity_steps(usual: float) -> list[dict]:
    """The weights of popularity that the visitor may choose, as {"name", "value"}, each value once."""
    steps = {usual: "Balanced", 0.0: "Specific first", max(1.0, 2 * usual): "Popular first"}
    if usual == 0:
        steps[0.0] = "Specific first"
    return [{"name": name, "value": value} for value, name in sorted(steps.items(), reverse=True)]


def hidden_among(emojis: Sequence[str]) -> int:
    return len(HIDDEN.intersection(emojis))


def in_parts(tweet: str, words: list[WordEffect]) -> list[dict]:
    """The tweet cut at its words: what stands between them has no effect."""
    parts: list[dict] = []
    end = 0
    for word in sorted(words, key=lambda word: word.start):
        parts += [
            {"text": tweet[end : word.start]},
            {"text": tweet[word.start : word.end], "effect": round(word.effect, 4)},
        ]
        end = word.end
    return [part for part in [*parts, {"text": tweet[end:]}] if part["text"]]
