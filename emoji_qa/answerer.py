"""The Answerer, which `emoji_qa.load` returns: it joins tweets, codes and pictures, and checks what it is given."""

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
import torch

from emoji_qa import checkpoint, devices, hub
from emoji_qa.emojis.added import check_words, new_emoji
from emoji_qa.emojis.table import EmojiTable
from emoji_qa.images import codec
from emoji_qa.inputs import check_codes, check_k, check_tweets, check_vectors, readable
from emoji_qa.latent.space import Latent
from emoji_qa.models.qa import QAModel
from emoji_qa.models.vae import SIZE, EmojiVAE
from emoji_qa.ranking import Answer, Ranking, Unanswered
from emoji_qa.remix.compose import compose
from emoji_qa.remix.invent import Inventions, Inventor
from emoji_qa.remix.parts import FILE as PARTS
from emoji_qa.remix.parts import Parts
from emoji_qa.remix.recipes import Recipe, candidates
from emoji_qa.text.explain import WordEffect
from emoji_qa.text.questions import Questions


class Answerer:
    """A loaded checkpoint: answers tweets with emojis, and turns pictures into codes and back.

    .emojis: the table of bases (the emojis that are ranked), with their codes; .table: all emojis, with the variants;
    .latent: slider coordinates and samples; .config, .metrics: the checkpoint's config.json and metrics.json; .folder;
    .device; .precision: the number format of the question tower, "fp32", "bf16" or "int8", chosen for the processor.
    """

    def __init__(self, folder: Path, device: str | torch.device | None = None):
        self.folder = folder
        self.device = devices.choose(device)
        self.config = checkpoint.read_json(folder / "config.json")
        self.metrics = checkpoint.read_json(folder / "metrics.json")
        checkpoint.check_vae_hash(self.config, folder)
        checkpoint.check_keys(self.config, folder, ("vae", "qa", "popularity"))
        checkpoint.check_seal(folder, self.config)
        self.vae = checkpoint.build(EmojiVAE, self.config["vae"], folder / "vae.safetensors").to(self.device)
        self.qa = self._read_qa().to(self.device)
        self.precision = self._choose_precision()
        table = EmojiTable.load(folder)
        self._questions = Questions(self.qa, folder, table)
        self.latent = Latent.load(folder / "latent.safetensors", table.bases)
        answers = self._embed_codes(self.latent.emojis.codes, self.qa.meaning)
        prior, scale = self.qa.log_prior.cpu().numpy(), self.qa.prior_scale.item()
        self._ranking = Ranking(table, self.latent.emojis, answers, prior - prior.mean(), scale)

    @property
    def table(self) -> EmojiTable:
        return self._ranking.table

    @property
    def emojis(self) -> EmojiTable:
        return self._ranking.emojis

    def to(self, device: str | torch.device) -> "Answerer":
        """Move the model to another device, as if it had been loaded there, and return it.

        Raises ValueError for a device that does not exist. If the weights were reduced to bf16 or int8 for a CPU, the
        exact ones are read from the checkpoint's folder again; raises ValueError if that folder is gone.
        """
        device = devices.choose(device)
        if self.precision != "fp32" and device.type != "cpu":
            self.qa.question, self.precision = self._read_qa().question, "fp32"
        try:
            self.vae.to(device)
            self.qa.to(device)
        except NotImplementedError as error:
            raise ValueError(
                f"A model cannot leave the device “{self.device}”, which has no numbers. Load it again."
            ) from error
        self.device = device
        if self.precision == "fp32":
            self.precision = self._choose_precision()
        return self

    def _read_qa(self) -> QAModel:
        return checkpoint.build(QAModel, self.config["qa"], self.folder / "qa.safetensors")

    def _choose_precision(self) -> str:
        """Switch the question tower to the number format that is fastest on this device; returns the format's name."""
        return self.qa.question.speed_up() if self.device.type == "cpu" else "fp32"

    def answer(
        self,
        tweets: str | Sequence[str],
        k: int = 5,
        emojis: Sequence[str] | None = None,
        popularity: float | None = None,
        on_error: Literal["raise", "skip"] = "raise",
    ) -> list[list[Answer]]:
        """The k best emojis for each tweet, best first: a list of Answers per tweet.

        A single string counts as a list of one. emojis: rank only these (default: all bases; a variant counts as its
        base). popularity: weight of how often an emoji is used (default: the checkpoint's). Emojis in the tweet itself
        count too if the model has an encoder. Raises ValueError, with a sentence to act on, for an empty tweet, one
        without a word, one over 10,000 characters, an unknown emoji, k below 1 or a popularity that is not finite.

        on_error: with “skip”, a tweet that cannot be answered does not stop the others; its entry is an `Unanswered`,
        an empty list that says why. Other errors are still raised.
        """
        if on_error == "skip":
            tweets, problems = readable(tweets)
            answers = iter(self.answer(tweets, k, emojis, popularity))
            return [Unanswered(problem) if problem else next(answers) for problem in problems]
        if on_error != "raise":
            raise ValueError(f"on_error must be “raise” or “skip”, not {on_error!r}.")
        check_k(k)
        tweets = check_tweets(tweets)
        return self.rank(self._vectors(tweets), k, emojis, popularity) if tweets else []

    def rank(
        self, questions: np.ndarray, k: int = 5, emojis: Sequence[str] | None = None, popularity: float | None = None
    ) -> list[list[Answer]]:
        """As `answer`, for tweets that are encoded already: unit vectors (N, D), see `embed_tweet`.

        Raises ValueError for vectors of another shape, or not finite.
        """
        check_k(k)
        return self._ranking.best(self._vectors_of(questions), k, emojis, self._weight(popularity))

    def scores(self, question: np.ndarray, popularity: float | None = None) -> np.ndarray:
        """An encoded tweet, a unit vector (D,) → scores (E,) float32 of all bases, in `.emojis` order, as in `rank`.

        Raises ValueError as `rank` does.
        """
        [question] = self._vectors_of([question])
        return self._ranking.vectors @ question + self._ranking.added(self._weight(popularity))

    def score(
        self,
        tweets: str | Sequence[str],
        emojis: Sequence[str] | None = None,
        codes: np.ndarray | None = None,
        popularity: float = 0.0,
    ) -> np.ndarray:
        """Scores (N, M) float32 of N tweets with M emojis (default: all bases, in `.emojis` order) or M codes (M, 16).

        popularity: as for `answer`, but 0 by default: the cosine alone. Codes have none; for them only the cosine counts.
        Raises ValueError as `answer` does, for codes of a wrong shape or not finite, and when both are given.
        """
        tweets = check_tweets(tweets)
        if codes is None:
            rows = self._ranking.rows(emojis)
            return self._cosines(tweets, self._ranking.vectors[rows]) + self._ranking.added(popularity)[rows]
        if emojis is not None:
            raise ValueError("Give emojis or codes to score, not both.")
        self._ranking.added(popularity)
        return self._cosines(tweets, self._embed_codes(check_codes(codes, self.vae.latent_dim)))

    def read(self, tweet: str) -> str:
        """The text that is encoded for a tweet: known words of another language are replaced by English ones."""
        return self._questions.read(tweet)

    def language(self, tweet: str) -> str:
        """The language that a tweet is read in: a code of `languages.NAMES`, or "en"."""
        return self._questions.language(tweet)

    def confidence(self, scores: float | np.ndarray) -> np.ndarray | None:
        """The percentage of answers with these scores that people judged good, 0 to 100; for invented emojis, too.

        The scores are those of `answer`, with the checkpoint's popularity. None if the checkpoint has no calibration.
        """
        if not (curve := self.config.get("calibration")):
            return None
        return 100 / (1 + np.exp(-(curve["slope"] * np.asarray(scores) + curve["intercept"])))

    def unknown_share(self, tweet: str) -> float:
        """The share of a tweet's tokens that this model does not know, from 0 to 1. Raises as `answer` does.

        From 0.5 up the answers mean little: the tweet is in a script or in words that the model was not trained on.
        """
        [tweet] = check_tweets(tweet)
        return self._questions.unknown_share(tweet)

    def embed_tweet(self, tweet: str) -> np.ndarray:
        """A tweet → the unit vector (D,) whose dot product with an answer's is the cosine. Raises as `answer` does."""
        return self._vectors(check_tweets(tweet))[0]

    def embed_codes(self, codes: np.ndarray, meaning: str | Sequence[Sequence[str]] | None = None) -> np.ndarray:
        """Codes (M, 16) → unit vectors (M, D) of answers. Raises ValueError as `score` does.

        meaning: what the pictures show, used if the model has meanings: one text for all codes, with name and keywords,
        or for each code the emojis that its picture is put together from, whose meanings are averaged.
        """
        codes = check_codes(codes, self.vae.latent_dim)
        if meaning is None or self.qa.meaning is None:
            return self._embed_codes(codes)
        if not isinstance(meaning, str):
            if len(meaning) != len(codes) or not all(map(len, meaning)):
                raise ValueError("Name for each code the emojis that it is put together from, at least one.")
            rows = [self._ranking.rows(emojis) for emojis in meaning]
            return self._embed_codes(codes, torch.stack([self.qa.meaning[some].mean(dim=0) for some in rows]))
        vector = torch.from_numpy(self._vectors([meaning])).to(self.device)
        return self._embed_codes(codes, vector.expand(len(codes), -1))

    def explain(self, tweet: str, emoji: str | np.ndarray, question: np.ndarray | None = None) -> list[WordEffect]:
        """Each word of a tweet, in order, with its effect on the emoji's score (cosine) and its share of the attention.

        emoji: one of the bases or a variant, or the unit vector (D,) of an answer. question: the tweet's vector, if it
        was computed already, see `embed_tweet`. Deterministic. Raises ValueError as `answer` does.
        """
        if not isinstance(tweet, str) or not isinstance(emoji, str | np.ndarray):
            raise ValueError("One tweet and one emoji can be explained at a time; give both as texts.")
        [tweet] = check_tweets(tweet)
        answers = self._ranking.vectors
        answer = answers[self._ranking.rows(emoji)[0]] if isinstance(emoji, str) else self._vectors_of([emoji])[0]
        question = None if question is None else self._vectors_of([question])[0]
        return self._questions.explain(tweet, answer, answers, question)

    def similar(self, emoji: str, by: str = "meaning", k: int = 10) -> list[Answer]:
        """The k emojis most like a given one, which is left out, best first; a variant counts as its base.

        by: "meaning", the cosine of their answers, or "looks", 1 − the root mean squared difference of their pictures;
        the Answers' score is that likeness. Raises ValueError for an unknown emoji, another `by` or k below 1.
        """
        check_k(k)
        return self._ranking.similar(emoji, by, k)

    def add(
        self, image: np.ndarray, char: str | None = None, name: str | None = None, keywords: Sequence[str] = ()
    ) -> str:
        """Add a picture (36, 36, 4) uint8, straight alpha, as a new base; nothing is trained. Returns its char.

        char: by default a private-use character of Unicode, which no font shows. name, keywords: what the emoji means;
        without them only its picture counts. It counts as neither popular nor rare. `copy.copy(model).add(...)` leaves
        the model itself unchanged. Raises ValueError for a picture of another shape, a char that is taken, and a name
        or keywords that are not short texts.
        """
        emoji = new_emoji(self.table, char, name, keywords)
        [code] = self.encode(np.asarray(image)[np.newaxis])
        images, codes = np.concatenate([self.table.images, [image]]), np.concatenate([self.emojis.codes, [code]])
        table = EmojiTable([*self.table, emoji], images)
        vector = self.embed_codes(code[np.newaxis], check_words(name, keywords))
        self._ranking = self._ranking.with_new(table, table.bases.with_codes(codes), vector)
        self.__dict__.pop("_inventor", None)  # it was made for fewer emojis
        return emoji.char

    def encode(self, images: np.ndarray, *, quick: bool = False) -> np.ndarray:
        """Pictures (N, 36, 36, 4) uint8, straight alpha → their codes (N, 16) float32, not standardised: see `EmojiVAE.code`.

        Deterministic. quick: the encoder's output without refinement, many times as fast. Raises ValueError for another
        shape or type.
        """
        return codec.encode(self.vae, images, quick=quick)

    def decode(self, z: np.ndarray, size: int = SIZE) -> np.ndarray:
        """Codes (N, 16) → pictures (N, size, size, 4) uint8, straight alpha, ready for a PNG.

        size: 1 to 1024 pixels. Raises ValueError for another shape or size, or numbers that are not finite.
        """
        return codec.decode(self.vae, z, size)

    def embed_emojis(self) -> np.ndarray:
        """The unit vectors (E, D) of all bases as answers, in `.emojis` order; read only."""
        return _frozen(self._ranking.vectors)

    @property
    def popularity(self) -> np.ndarray:
        """What popularity adds to the bases' scores at the checkpoint's own weight, (E,)."""
        return self._ranking.added(self._weight(None))

    @property
    def has_parts(self) -> bool:
        """Whether the checkpoint has a table of parts, so that emojis can be put together."""
        return (self.folder / PARTS).is_file()

    @cached_property
    def parts(self) -> Parts:
        """The parts that emojis are put together from. Raises ValueError for a checkpoint without a table of parts."""
        if not self.has_parts:
            raise ValueError("This model cannot put emojis together: its checkpoint has no table of their parts.")
        return Parts.load(self.folder)

    @cached_property
    def _inventor(self) -> Inventor:
        return Inventor(self)

    def invent(self, tweet: str, k: int = 6, page: int = 0) -> Inventions:
        """At most k emojis put together for a tweet, few of them alike, best first: see `remix.invent`. Deterministic.

        page: 0 for the first k, 1 for the next k, and so on up to 19. Raises ValueError as `answer` does, for another
        page, and for a checkpoint without a table of parts.
        """
        [tweet] = check_tweets(tweet) if isinstance(tweet, str) else [_no_text(tweet)]
        return self._inventor.invent(tweet, k, page)

    def embed_recipes(self, recipes: list[Recipe]) -> tuple[np.ndarray, np.ndarray]:
        """One or more recipes → the codes (N, 16) of their pictures, not refined, and their answers as unit vectors
        (N, D), made from pictures and parts, by which `invent` scores them.

        Raises ValueError for a model without parts.
        """
        return self._inventor.codes(recipes), self._inventor.embed(recipes)

    def compose(self, *emojis: str | Recipe) -> str:
        """The SVG of two to four emojis put together the way that fits best, or of a Recipe: `model.compose("🏆", "🤩")`.

        Raises ValueError for emojis without parts, a recipe that cannot be made, and a checkpoint without a table of parts.
        """
        if len(emojis) == 1 and isinstance(emojis[0], Recipe):
            return compose(self.parts, emojis[0])
        return compose(self.parts, self.recipes(*map(_as_text, emojis))[0])

    def recipes(self, *emojis: str) -> list[Recipe]:
        """The ways to put two to four emojis together, one or more, best first. Raises ValueError as `compose` does."""
        parts = self.parts
        for emoji in emojis:
            parts[emoji]
        found = candidates(parts, emojis)
        if not found:
            raise ValueError(f"{' and '.join(emojis)} do not go together: none of them has room for the other.")
        return found

    def sample(self, n: int, temperature: float = 1.0, seed: int | None = None) -> np.ndarray:
        """n new codes (n, 16) float32: see `Latent.sample`."""
        return self.latent.sample(n, temperature, seed)

    def shapes(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Codes (N, 16) → the flat colours from which pictures of any size are drawn, as `render.to_svg` takes them:
        for each of K a map of logits, (N, K, 36, 36) float32, and its premultiplied value, (N, K, 4) float32 in [0, 1].

        Raises ValueError as `decode` does, and for a model whose pictures are not made of flat colours.
        """
        return codec.shapes(self.vae, z)

    def _cosines(self, tweets: list[str], answers: np.ndarray) -> np.ndarray:
        return self._vectors(tweets) @ answers.T if tweets else np.zeros((0, len(answers)), np.float32)  # (N, M)

    def _vectors(self, tweets: list[str]) -> np.ndarray:
        return self._questions.vectors(tweets, self._ranking.vectors)

    def _vectors_of(self, vectors: object) -> np.ndarray:
        return check_vectors(vectors, self._ranking.vectors.shape[1])

    def _weight(self, popularity: float | None) -> float:
        return self.config["popularity"] if popularity is None else popularity

    @torch.inference_mode()
    def _embed_codes(self, codes: np.ndarray, meaning: torch.Tensor | None = None) -> np.ndarray:
        return self.qa.encode_answer(torch.tensor(codes, device=self.device), meaning).cpu().numpy()


def _frozen(array: np.ndarray) -> np.ndarray:
    view = array.view()
    view.flags.writeable = False
    return view


def _as_text(emoji: str | Recipe) -> str:
    if not isinstance(emoji, str):
        raise ValueError(f"Give emojis or one Recipe to put together, not a {type(emoji).__name__} among others.")
    return emoji


def _no_text(tweet: object) -> str:
    raise ValueError(f"The tweet must be text, not {type(tweet).__name__}.")


def load(
    name_or_path: str | os.PathLike | None = None,
    *,
    revision: str | None = None,
    device: str | torch.device | None = None,
) -> Answerer:
    """Load a checkpoint: a folder, a name in `checkpoints/`, or a model OWNER/NAME of the Hugging Face Hub.

    By default the one that the environment variable EMOJI_QA_MODEL names, else “default”. revision: a commit, tag or branch
    of a Hub model; “OWNER/NAME@REVISION” says the same. device: by default CUDA if there is a GPU, else the CPU.
    Raises ValueError, with a sentence to act on, when it is missing, damaged, incomplete or inconsistent.
    """
    folder = hub.locate(name_or_path, revision)
    try:
        return Answerer(folder, device)
    except ValueError as error:
        raise ValueError(f"{error}{hub.remedy(folder)}") from error
