"""Answerer, what `emoji_qa.load` returns: the only place where tweets, codes and pictures meet, and are checked."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from numbers import Real
from pathlib import Path
from typing import Literal

import numpy as np
import torch

from emoji_qa import checkpoint, devices, hub
from emoji_qa.candidates import check_words, new_emoji
from emoji_qa.emojis.inline import InlineEmojis
from emoji_qa.emojis.table import EmojiTable
from emoji_qa.images.alpha import premultiply, unpremultiply
from emoji_qa.inputs import FAR, check_codes, check_k, check_tweets, readable
from emoji_qa.latent.space import Latent
from emoji_qa.models.qa import QAModel
from emoji_qa.models.vae import SIZE, EmojiVAE
from emoji_qa.precision import fastest
from emoji_qa.remix.compose import compose
from emoji_qa.remix.invent import Inventions, Inventor
from emoji_qa.remix.parts import FILE as PARTS
from emoji_qa.remix.parts import Parts
from emoji_qa.remix.recipes import Recipe, candidates
from emoji_qa.text.explain import WordEffect, attention, spans, without
from emoji_qa.text.languages import ENGLISH, Glossary
from emoji_qa.text.tokenizers import Vocabulary, WordPieces, tokenize

MAX_SIZE = 1024  # pixels along one edge of a decoded picture
BATCH = 256  # pictures of 36 pixels that are decoded at a time
TWEETS = (
    32  # at a time through the tower: 16 or 64 take about half the time of 256, which take 160 MB more for a moment
)
INLINE_SHARE = 0.3  # of the emojis that stand in a tweet, beside its words
PICTURES = 32  # at a time through the encoder: so few stay in the processor's cache, which is twice as fast as 256


@dataclass(frozen=True)
class Answer:
    """One ranked emoji: score = cosine + popularity · s · (log p(emoji) − mean)."""

    emoji: str
    name: str
    score: float
    cosine: float


class Unanswered(list):
    """An empty list in place of a tweet's answers, and .problem, a sentence that says why there are none."""

    def __init__(self, problem: str):
        super().__init__()
        self.problem = problem

    def __reduce__(self) -> tuple:
        return Unanswered, (self.problem,)

    def __repr__(self) -> str:
        return f"Unanswered({self.problem!r})"


class Answerer:
    """A loaded checkpoint: answers tweets with emojis, and turns pictures into codes and back.

    .emojis: the table of bases, those that are ranked, with their codes; .table: all emojis, variants too;
    .latent: slider coordinates and samples; .config, .metrics: what the checkpoint says of itself; .folder, .device;
    .precision: of the numbers that tweets are encoded in, "fp32", "bf16" or "int8", chosen for the processor.
    """

    def __init__(self, folder: Path, device: str | torch.device | None = None):
        self.folder = folder
        self.device = devices.choose(device)
        self.config = checkpoint.read_json(folder / "config.json")
        self.metrics = checkpoint.read_json(folder / "metrics.json")
        check_vae_hash(self.config, folder)
        checkpoint.check_seal(folder, self.config)
        self.vae = checkpoint.build(EmojiVAE, self.config["vae"], folder / "vae.safetensors").to(self.device)
        self.qa = self._read_qa().to(self.device)
        self._choose_precision()
        self.tokenizer = (WordPieces if self.qa.arch == "encoder" else Vocabulary).load(folder / "vocab.txt")
        self.table = EmojiTable.load(folder)
        self._inline = InlineEmojis(self.table) if self.qa.arch == "encoder" else None
        words = folder / "words.tsv"
        self.glossary = Glossary.load(words) if words.is_file() else None
        self.latent = Latent.load(folder / "latent.safetensors", self.table.bases)
        self.emojis = self.latent.emojis
        self._answers = self._embed_codes(self.emojis.codes, self.qa.meaning)
        prior = self.qa.log_prior.cpu().numpy()
        self._prior = prior - prior.mean()

    def to(self, device: str | torch.device) -> "Answerer":
        """Compute on another device from now on, as a model that was loaded there; itself.

        Raises ValueError for a device that there is not and, where numbers were made coarser for a CPU, when the checkpoint's
        folder, which has the exact ones, is gone.
        """
        device = devices.choose(device)
        if self.precision != "fp32" and device.type != "cpu":
            self.qa.question.encoder, self.precision = self._read_qa().question.encoder, "fp32"
        try:
            self.vae.to(device)
            self.qa.to(device)
        except NotImplementedError as error:
            raise ValueError(
                f"A model cannot leave the device “{self.device}”, which has no numbers. Load it again."
            ) from error
        self.device = device
        if self.precision == "fp32":
            self._choose_precision()
        return self

    def _read_qa(self) -> QAModel:
        return checkpoint.build(QAModel, self.config["qa"], self.folder / "qa.safetensors")

    def _choose_precision(self) -> None:
        """Encode tweets in the numbers that are fastest on this device."""
        self.precision = "fp32"
        if self.qa.arch == "encoder" and self.device.type == "cpu":
            self.qa.question.encoder, self.precision = fastest(self.qa.question.encoder)

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
        base). popularity: weight of how often an emoji is used (default: the checkpoint's). A tweet's own emojis count,
        where the model has an encoder. Raises ValueError, with a sentence to act on, for an empty tweet, one without a word,
        one over 10,000 characters, an unknown emoji, k below 1 or a popularity that is not finite.

        on_error: with “skip”, a tweet that cannot be answered refuses no other; in its place stands an `Unanswered`, an empty
        list that says why. Other errors are raised all the same.
        """
        if on_error == "skip":
            tweets, problems = readable(tweets)
            answers = iter(self.answer(tweets, k, emojis, popularity))
            return [Unanswered(problem) if problem else next(answers) for problem in problems]
        if on_error != "raise":
            raise ValueError(f"on_error must be “raise” or “skip”, not {on_error!r}.")
        check_k(k)
        tweets = check_tweets(tweets)
        return self.rank(self._questions(tweets), k, emojis, popularity) if tweets else []

    def rank(
        self, questions: np.ndarray, k: int = 5, emojis: Sequence[str] | None = None, popularity: float | None = None
    ) -> list[list[Answer]]:
        """As `answer`, for tweets that are encoded already: unit vectors (N, D), see `embed_tweet`."""
        check_k(k)
        popularity = self.config["popularity"] if popularity is None else popularity
        rows = np.unique(self._rows(emojis))
        cosines = questions @ self._answers[rows].T
        scores = cosines + self._popularity_term(popularity)[rows]
        order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        return [
            [
                Answer(
                    self.emojis.chars[rows[j]], self.emojis.names[rows[j]], float(scores[i, j]), float(cosines[i, j])
                )
                for j in best
            ]
            for i, best in enumerate(order)
        ]

    def scores(self, question: np.ndarray, popularity: float | None = None) -> np.ndarray:
        """Scores (N,) float32 of all bases, in `.emojis` order, as `rank` has them: for one encoded tweet, a unit vector (D,)."""
        popularity = self.config["popularity"] if popularity is None else popularity
        return self._answers @ question + self._popularity_term(popularity)

    def score(
        self,
        tweets: str | Sequence[str],
        emojis: Sequence[str] | None = None,
        codes: np.ndarray | None = None,
        popularity: float = 0.0,
    ) -> np.ndarray:
        """Scores (N, M) float32 of N tweets with M emojis (default: all bases, in `.emojis` order) or M codes (M, 16).

        Codes have no popularity; for them only the cosine counts.
        Raises ValueError as `answer` does, for codes of a wrong shape or not finite, and when both are given.
        """
        tweets = check_tweets(tweets)
        if codes is None:
            rows = self._rows(emojis)
            return self._cosines(tweets, self._answers[rows]) + self._popularity_term(popularity)[rows]
        if emojis is not None:
            raise ValueError("Give emojis or codes to score, not both.")
        self._popularity_term(popularity)
        return self._cosines(tweets, self._embed_codes(check_codes(codes, self.vae.latent_dim)))

    def read(self, tweet: str) -> str:
        """A tweet as it is read: one in another language that the model knows words of, in English ones for them."""
        return self.glossary.read(self.tokenizer.seen(tweet)) if self.glossary else tweet

    def language(self, tweet: str) -> str:
        """The language that a tweet is read in: a code of `languages.NAMES`, or "en"."""
        return self.glossary.language(self.tokenizer.seen(tweet)) if self.glossary else ENGLISH

    def confidence(self, scores: float | np.ndarray) -> np.ndarray | None:
        """How many of a hundred answers with these scores people judged good, in [0, 100]; of a real or an invented emoji alike.

        The scores are those of `answer` or of `score`, popularity included. None where the checkpoint does not tell.
        """
        if not (curve := self.config.get("calibration")):
            return None
        return 100 / (1 + np.exp(-(curve["slope"] * np.asarray(scores) + curve["intercept"])))

    def unknown_share(self, tweet: str) -> float:
        """The share of a tweet's pieces of words that this model does not know, from 0 to 1. Raises as `answer` does.

        From a half up the answers say little: it is in a script, or in words, that the model was not trained on.
        """
        [tweet] = check_tweets(tweet)
        return self.tokenizer.unknown_share(self.read(tweet))

    def embed_tweet(self, tweet: str) -> np.ndarray:
        """A tweet → the unit vector (D,) whose dot product with an answer's is the cosine. Raises as `answer` does."""
        return self._questions(check_tweets(tweet))[0]

    def embed_codes(self, codes: np.ndarray, meaning: str | Sequence[Sequence[str]] | None = None) -> np.ndarray:
        """Codes (M, 16) → unit vectors (M, D) of answers. Raises ValueError as `score` does.

        meaning: what they show, which counts where the model has meanings: name and keywords as one text, or for each code
        the emojis that its picture is put together from; it means what they mean, in equal parts.
        """
        codes = check_codes(codes, self.vae.latent_dim)
        if meaning is None or self.qa.meaning is None:
            return self._embed_codes(codes)
        if not isinstance(meaning, str):
            meanings = self.qa.meaning
            return self._embed_codes(
                codes, torch.stack([meanings[self._rows(emojis)].mean(dim=0) for emojis in meaning])
            )
        vector = torch.from_numpy(self._questions([meaning])).to(self.device)
        return self._embed_codes(codes, vector.expand(len(codes), -1))

    def explain(self, tweet: str, emoji: str | np.ndarray, question: np.ndarray | None = None) -> list[WordEffect]:
        """Each word of a tweet, in order, with its effect on the emoji's score (cosine) and its share of the attention.

        emoji: one of the bases or a variant, or the unit vector (D,) of an answer. question: the tweet's own, where it is
        known, see `embed_tweet`. Deterministic. Raises ValueError as `answer` does.
        """
        if not isinstance(tweet, str) or not isinstance(emoji, str | np.ndarray):
            raise ValueError("One tweet and one emoji can be explained at a time; give both as texts.")
        [tweet] = check_tweets(tweet)
        answer = self._answers[self._rows(emoji)[0]] if isinstance(emoji, str) else emoji
        words = spans(tweet)
        cosines = self._cosines_of_seen(chain([tweet], (without(tweet, *span) for span in words)), answer, question)
        shares = attention(self.qa, self.tokenizer, tweet) if self.read(tweet) == tweet else [None] * len(words)
        return [
            WordEffect(tweet[start:end], start, end, float(cosines[0] - without_it), share)
            for (start, end), without_it, share in zip(words, cosines[1:], shares, strict=True)
        ]

    def similar(self, emoji: str, by: str = "meaning", k: int = 10) -> list[Answer]:
        """The k emojis most like another, itself left out, best first; a variant counts as its base.

        by: "meaning", the cosine of their answers, or "looks", 1 − the root of the mean squared difference of their pictures;
        the Answers' score is that likeness. Raises ValueError for an unknown emoji, another `by` or k below 1.
        """
        check_k(k)
        [row] = self._rows(emoji)
        cosines = self._answers @ self._answers[row]
        if by == "meaning":
            likeness = cosines
        elif by == "looks":
            x = premultiply(self.emojis.images).flatten(1)
            likeness = 1 - (x - x[row]).square().mean(dim=1).sqrt().numpy()
        else:
            raise ValueError(f"by must be “meaning” or “looks”, not {by!r}.")
        order = [i for i in np.argsort(-likeness, kind="stable") if i != row][:k]
        return [
            Answer(self.emojis.chars[i], self.emojis.names[i], float(likeness[i]), float(cosines[i])) for i in order
        ]

    def add(
        self, image: np.ndarray, char: str | None = None, name: str | None = None, keywords: Sequence[str] = ()
    ) -> str:
        """Make a picture (36, 36, 4) uint8, straight alpha, a candidate like the others; nothing is trained. Returns its char.

        char: by default one of Unicode's private ones, that no font shows. Name and keywords, where there are any, tell what
        it means; without them its looks decide alone. It counts as neither popular nor rare. `copy.copy(model).add(...)`
        leaves the model itself as it was. Raises ValueError for another shape, a char that is taken, and words that are not.
        """
        emoji = new_emoji(self.table, char, name, keywords)
        [code] = self.encode(np.asarray(image)[np.newaxis])
        images, codes = np.concatenate([self.table.images, [image]]), np.concatenate([self.emojis.codes, [code]])
        self.table = EmojiTable([*self.table, emoji], images)
        self.emojis = self.table.bases.with_codes(codes)
        answer = self.embed_codes(code[np.newaxis], check_words(name, keywords))
        self._answers = np.concatenate([self._answers, answer])
        self._prior = np.append(self._prior, np.float32(0))
        self.__dict__.pop("_inventor", None)  # it knew fewer
        return emoji.char

    @torch.inference_mode()
    def encode(self, images: np.ndarray, *, quick: bool = False) -> np.ndarray:
        """Pictures (N, 36, 36, 4) uint8, straight alpha → their codes (N, 16) float32, not standardised: see `EmojiVAE.code`.

        Deterministic. quick: the encoder's guesses, many times as fast. Raises ValueError for another shape or type.
        """
        images = np.asarray(images)
        if images.dtype != np.uint8 or images.ndim != 4 or images.shape[1:] != (SIZE, SIZE, 4):
            raise ValueError(
                f"Pictures must be uint8 of shape (N, {SIZE}, {SIZE}, 4), not {images.dtype} {images.shape}."
            )
        batches = [
            self.vae.code(premultiply(images[i : i + PICTURES]).to(self.device), quick=quick).cpu().numpy()
            for i in range(0, len(images), PICTURES)
        ]
        return np.concatenate(batches) if batches else np.zeros((0, self.vae.latent_dim), np.float32)

    @torch.inference_mode()
    def decode(self, z: np.ndarray, size: int = SIZE) -> np.ndarray:
        """Codes (N, 16) → pictures (N, size, size, 4) uint8, straight alpha, ready for a PNG.

        size: 1 to 1024 pixels. Raises ValueError for another shape or size, or numbers that are not finite.
        """
        z = check_codes(z, self.vae.latent_dim)
        if isinstance(size, bool) or not isinstance(size, int | np.integer) or not 1 <= size <= MAX_SIZE:
            raise ValueError(f"size must be a whole number of pixels from 1 to {MAX_SIZE}, not {size!r}.")
        batch = max(1, BATCH * SIZE * SIZE // (size * size))
        pictures = [
            unpremultiply(self.vae.decode(torch.from_numpy(z[i : i + batch]).to(self.device), int(size)))
            for i in range(0, len(z), batch)
        ]
        return np.concatenate(pictures) if pictures else np.zeros((0, size, size, 4), np.uint8)

    def embed_emojis(self) -> np.ndarray:
        """The unit vectors (E, D) of all bases as answers, in `.emojis` order; read only."""
        return _frozen(self._answers)

    @property
    def popularity(self) -> np.ndarray:
        """What popularity adds to the bases' scores, (E,), by the checkpoint's own weight."""
        return self._popularity_term(self.config["popularity"])

    @property
    def has_parts(self) -> bool:
        """Whether the checkpoint has a table of parts, so that emojis can be put together."""
        return (self.folder / PARTS).is_file()

    @cached_property
    def parts(self) -> Parts:
        """The parts that emojis are put together from. Raises ValueError for a checkpoint without."""
        if not self.has_parts:
            raise ValueError("This model cannot put emojis together: its checkpoint has no table of their parts.")
        return Parts.load(self.folder)

    @cached_property
    def _inventor(self) -> Inventor:
        return Inventor(self)

    def invent(self, tweet: str, k: int = 6, page: int = 0) -> Inventions:
        """Emojis put together for a tweet, the k best, no two alike: see `remix.invent`. Deterministic.

        page: 1 for the k after those, and so on up to 19. Raises ValueError as `answer` does, for another page, and for a
        checkpoint without a table of parts.
        """
        [tweet] = check_tweets(tweet) if isinstance(tweet, str) else [_no_text(tweet)]
        return self._inventor.invent(tweet, k, page)

    def compose(self, *emojis: str | Recipe) -> str:
        """The SVG of two to four emojis put together the way that fits best, or of a Recipe: `model.compose("🏆", "🤩")`.

        Raises ValueError for emojis without parts, a recipe that cannot be made, and a checkpoint without a table of parts.
        """
        if len(emojis) == 1 and isinstance(emojis[0], Recipe):
            return compose(self.parts, emojis[0])
        return compose(self.parts, self.recipes(*emojis)[0])

    def recipes(self, *emojis: str) -> list[Recipe]:
        """The ways to put two to four emojis together, best first, one at least. Raises ValueError as `compose` does."""
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

    @torch.inference_mode()
    def shapes(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Codes (N, 16) → what pictures of any size are drawn from, and `render.to_svg` takes: for each of K flat colours a
        map of logits, (N, K, 36, 36) float32, and its premultiplied value, (N, K, 4) float32 in [0, 1].

        Raises ValueError as `decode` does, and for a model whose pictures are not made of flat colours.
        """
        if not hasattr(self.vae.decoder, "shapes"):
            raise ValueError(
                f"The architecture “{self.config['vae']['arch']}” has no flat colours; only “palette” has."
            )
        z = torch.from_numpy(check_codes(z, self.vae.latent_dim)).to(self.device)
        logits, colours = self.vae.decoder.shapes(z)
        return logits.cpu().numpy(), colours.cpu().numpy()

    def _cosines(self, tweets: list[str], answers: np.ndarray) -> np.ndarray:
        return self._questions(tweets) @ answers.T if tweets else np.zeros((0, len(answers)), np.float32)  # (N, M)

    def _cosines_of_seen(self, tweets: Iterable[str], answer: np.ndarray, first_one: np.ndarray | None) -> np.ndarray:
        """Cosines (N,) of tweets that are mostly alike: those that read alike are computed once, those that read like the first
        one not at all where its vector is given."""
        seen = [self.tokenizer.seen(tweet) for tweet in tweets]
        texts = {text: i for i, text in enumerate(dict.fromkeys(seen))}
        ids = self.tokenizer.encode([self.read(text) for text in texts], self.qa.question.length)
        _, first, which = np.unique(ids, axis=0, return_index=True, return_inverse=True)
        which = which.reshape(-1)
        is_new = np.ones(len(first), bool) if first_one is None else np.arange(len(first)) != which[0]
        cosines = np.full(len(first), 0 if first_one is None else first_one @ answer, np.float32)
        if is_new.any():
            cosines[is_new] = self._questions([list(texts)[i] for i in first[is_new]]) @ answer
        return cosines[which][[texts[text] for text in seen]]

    def _questions(self, tweets: list[str]) -> np.ndarray:
        """Unit vectors (N, D) of tweets; one with emojis lies between what its words say and what these emojis answer."""
        vectors = self._worded([self.read(tweet) for tweet in tweets])
        if self._inline:
            for i, tweet in enumerate(tweets):
                if rows := self._inline(tweet):
                    mean = self._answers[rows].mean(axis=0)
                    vector = vectors[i] + INLINE_SHARE * mean if tokenize(tweet) else mean
                    vectors[i] = vector / np.linalg.norm(vector)
        return vectors

    @torch.inference_mode()
    def _worded(self, tweets: list[str]) -> np.ndarray:
        order = sorted(range(len(tweets)), key=lambda i: len(tweets[i]))  # tweets of like length leave little to pad
        parts = []
        for i in range(0, len(tweets), TWEETS):
            ids = self.tokenizer.encode([tweets[j] for j in order[i : i + TWEETS]], self.qa.question.length)
            parts.append(self.qa.encode_question(torch.from_numpy(ids).to(self.device)).float().cpu().numpy())
        return np.concatenate(parts)[np.argsort(order)]  # (N, D)

    @torch.inference_mode()
    def _embed_codes(self, codes: np.ndarray, meaning: torch.Tensor | None = None) -> np.ndarray:
        return self.qa.encode_answer(torch.tensor(codes, device=self.device), meaning).cpu().numpy()

    def _rows(self, emojis: Sequence[str] | None) -> np.ndarray:
        if emojis is None:
            return np.arange(len(self.emojis))
        emojis = [emojis] if isinstance(emojis, str) else list(emojis)
        return np.array([self.table.base_index(emoji) for emoji in emojis], dtype=np.intp)

    def _popularity_term(self, popularity: float) -> np.ndarray:
        if isinstance(popularity, bool) or not isinstance(popularity, Real) or not abs(popularity) <= FAR:
            raise ValueError(f"popularity must be a finite number such as 0 or 1, not {popularity!r}.")
        return np.float32(popularity) * self.qa.prior_scale.item() * self._prior


def _frozen(array: np.ndarray) -> np.ndarray:
    view = array.view()
    view.flags.writeable = False
    return view


def _no_text(tweet: object) -> str:
    raise ValueError(f"The tweet must be text, not {type(tweet).__name__}.")


def check_vae_hash(config: dict, folder: Path) -> None:
    """Raise ValueError unless the question–answer part was trained on codes of the VAE that lies beside it."""
    if not (folder / "qa.safetensors").exists() and "qa" not in config:
        raise ValueError(
            f"{folder} holds a VAE without a question–answer part, so it cannot answer. Load another checkpoint."
        )
    if config.get("qa_vae_sha256") != checkpoint.file_hash(folder / "vae.safetensors"):
        raise ValueError(
            f"{folder / 'qa.safetensors'} was trained on the codes of another VAE than {folder / 'vae.safetensors'}. "
            "Train it again: python -m train.qa.sqam"
        )


def load(
    name_or_path: str | os.PathLike | None = None,
    *,
    revision: str | None = None,
    device: str | torch.device | None = None,
) -> Answerer:
    """Load a checkpoint: a folder, a name in `checkpoints/`, or a model OWNER/NAME of the Hugging Face Hub.

    By default the one that the environment variable EMOJI_QA_MODEL names, else “default”. revision: a commit, tag or branch
    of a Hub model; “OWNER/NAME@REVISION” says the same. device: CUDA where there is one, else CPU, unless given.
    Raises ValueError, with a sentence to act on, when it is missing, damaged, incomplete or inconsistent.
    """
    folder = hub.locate(name_or_path, revision)
    try:
        return Answerer(folder, device)
    except ValueError as error:
        raise ValueError(f"{error}{hub.remedy(folder)}") from error
