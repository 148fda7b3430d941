"""Answerer, what `emoji_qa.load` returns: the only place where tweets, codes and pictures meet, and are checked."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from emoji_qa import checkpoint
from emoji_qa.emojis import EmojiTable
from emoji_qa.latent import Latent
from emoji_qa.pictures import premultiply, unpremultiply
from emoji_qa.qa import QAModel
from emoji_qa.text import MAX_CHARACTERS, Vocabulary, tokenize
from emoji_qa.vae import SIZE, EmojiVAE

MAX_SIZE = 1024  # pixels along one edge of a decoded picture
BATCH = 256
FAR = 1e4  # codes beyond this are cut off: no picture and no score changes any more, and no sum overflows


@dataclass(frozen=True)
class Answer:
    """One ranked emoji: score = cosine + popularity · s · (log p(emoji) − mean)."""

    emoji: str
    name: str
    score: float
    cosine: float


class Answerer:
    """A loaded checkpoint: answers tweets with emojis, and turns pictures into codes and back.

    .emojis: the table of bases, those that are ranked, with their codes; .table: all emojis, variants too;
    .latent: slider coordinates and samples; .config, .metrics: what the checkpoint says of itself; .folder, .device.
    """

    def __init__(self, folder: Path, device: str | torch.device | None = None):
        self.folder = folder
        self.device = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        self.config = checkpoint.read_json(folder / "config.json")
        self.metrics = checkpoint.read_json(folder / "metrics.json")
        check_vae_hash(self.config, folder)
        self.vae = checkpoint.build(EmojiVAE, self.config["vae"], folder / "vae.safetensors").to(self.device)
        self.qa = checkpoint.build(QAModel, self.config["qa"], folder / "qa.safetensors").to(self.device)
        self.vocabulary = Vocabulary.load(folder / "vocab.txt")
        self.table = EmojiTable.load(folder)
        self.emojis = self.table.bases.with_codes(self.encode(self.table.bases.images))
        self.latent = Latent.load(folder / "latent.safetensors", self.emojis)
        self._answers = self._embed_codes(self.emojis.codes)
        prior = self.qa.log_prior.cpu().numpy()
        self._prior = prior - prior.mean()

    def answer(
        self, tweets: str | Sequence[str], k: int = 5, emojis: Sequence[str] | None = None, popularity: float | None = None
    ) -> list[list[Answer]]:
        """The k best emojis for each tweet, best first: a list of Answers per tweet.

        A single string counts as a list of one. emojis: rank only these (default: all bases; a variant counts as its
        base). popularity: weight of how often an emoji is used (default: the checkpoint's). A tweet's own emojis are
        ignored in this model. Raises ValueError, with a sentence to act on, for an empty tweet, one without a word,
        one over 10,000 characters, an unknown emoji, k below 1 or a popularity that is not finite.
        """
        if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 1:
            raise ValueError(f"k must be a whole number from 1 up, not {k!r}.")
        popularity = self.config["popularity"] if popularity is None else popularity
        rows = np.unique(self._rows(emojis))
        cosines = self._cosines(check_tweets(tweets), self._answers[rows])
        scores = cosines + self._popularity_term(popularity)[rows]
        order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        return [
            [Answer(self.emojis.chars[rows[j]], self.emojis.names[rows[j]], float(scores[i, j]), float(cosines[i, j]))
             for j in best]
            for i, best in enumerate(order)
        ]  # fmt: skip

    def score(
        self,
        tweets: str | Sequence[str],
        emojis: Sequence[str] | None = None,
        codes: np.ndarray | None = None,
        popularity: float = 0.0,
    ) -> np.ndarray:
        """Scores (N, M) float32 of N tweets with M emojis (default: all bases, in `.emojis` order) or M codes (M, 16).

        Codes have no popularity; for them only the cosine counts. A tweet's own emojis are ignored in this model.
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

    def embed_tweet(self, tweet: str) -> np.ndarray:
        """A tweet → the unit vector (D,) whose dot product with an answer's is the cosine. Raises as `answer` does."""
        return self._questions(check_tweets(tweet))[0]

    def embed_codes(self, codes: np.ndarray) -> np.ndarray:
        """Codes (M, 16) → unit vectors (M, D) of answers. Raises ValueError as `score` does."""
        return self._embed_codes(check_codes(codes, self.vae.latent_dim))

    @torch.inference_mode()
    def encode(self, images: np.ndarray) -> np.ndarray:
        """Pictures (N, 36, 36, 4) uint8, straight alpha → their codes (N, 16) float32: means, not standardised.

        Deterministic. Raises ValueError for another shape or type.
        """
        images = np.asarray(images)
        if images.dtype != np.uint8 or images.ndim != 4 or images.shape[1:] != (SIZE, SIZE, 4):
            raise ValueError(
                f"Pictures must be uint8 of shape (N, {SIZE}, {SIZE}, 4), not {images.dtype} {images.shape}."
            )
        batches = [self.vae.encode(premultiply(images[i : i + BATCH]).to(self.device))[0].cpu().numpy()
                   for i in range(0, len(images), BATCH)]  # fmt: skip
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
        pictures = [unpremultiply(self.vae.decode(torch.from_numpy(z[i : i + batch]).to(self.device), int(size)))
                    for i in range(0, len(z), batch)]  # fmt: skip
        return np.concatenate(pictures) if pictures else np.zeros((0, size, size, 4), np.uint8)

    def _cosines(self, tweets: list[str], answers: np.ndarray) -> np.ndarray:
        return self._questions(tweets) @ answers.T if tweets else np.zeros((0, len(answers)), np.float32)  # (N, M)

    @torch.inference_mode()
    def _questions(self, tweets: list[str]) -> np.ndarray:
        return np.concatenate([self.qa.encode_question(torch.from_numpy(ids).to(self.device)).cpu().numpy()
                               for ids in self._batches(tweets)])  # (N, D)  # fmt: skip

    def _batches(self, tweets: list[str]):
        for i in range(0, len(tweets), BATCH):
            yield self.vocabulary.encode(tweets[i : i + BATCH], self.qa.question.length)

    @torch.inference_mode()
    def _embed_codes(self, codes: np.ndarray) -> np.ndarray:
        return self.qa.encode_answer(torch.tensor(codes, device=self.device)).cpu().numpy()

    def _rows(self, emojis: Sequence[str] | None) -> np.ndarray:
        if emojis is None:
            return np.arange(len(self.emojis))
        emojis = [emojis] if isinstance(emojis, str) else list(emojis)
        return np.array([self.table.base_index(emoji) for emoji in emojis], dtype=np.intp)

    def _popularity_term(self, popularity: float) -> np.ndarray:
        if isinstance(popularity, bool) or not isinstance(popularity, int | float) or not np.isfinite(popularity):
            raise ValueError(f"popularity must be a finite number such as 0 or 1, not {popularity!r}.")
        return np.float32(popularity) * self.qa.prior_scale.item() * self._prior


def check_tweets(tweets: str | Sequence[str]) -> list[str]:
    """Tweets as a list of str; a single one counts as a list of one. Raises ValueError naming the one that is amiss."""
    if isinstance(tweets, str):
        tweets = [tweets]
    elif isinstance(tweets, bytes) or not hasattr(tweets, "__iter__"):
        raise ValueError(f"Tweets must be text or a list of texts, not {type(tweets).__name__}.")
    tweets = list(tweets)
    for i, tweet in enumerate(tweets):
        where = f"Tweet {i + 1}" if len(tweets) > 1 else "The tweet"
        if not isinstance(tweet, str):
            raise ValueError(f"{where} is not text but {type(tweet).__name__}.")
        if len(tweet) > MAX_CHARACTERS:
            raise ValueError(f"{where} has {len(tweet):,} characters; {MAX_CHARACTERS:,} are the most. Shorten it.")
        if not tweet.strip():
            raise ValueError(f"{where} is empty. Type a few words.")
        if not tokenize(tweet):
            raise ValueError(f"{where} has no words to answer. Type a few.")
    return tweets


def check_codes(codes: np.ndarray, latent_dim: int) -> np.ndarray:
    """Codes as (M, latent_dim) float32. Raises ValueError for another shape, or numbers that are not finite."""
    try:
        codes = np.asarray(codes, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"Codes must be numbers in the shape (N, {latent_dim}).") from error
    if codes.ndim != 2 or codes.shape[1] != latent_dim:
        raise ValueError(f"Codes must have the shape (N, {latent_dim}), not {codes.shape}.")
    if not np.isfinite(codes).all():
        raise ValueError("Codes must be finite numbers; at least one is NaN or infinite.")
    return np.clip(codes, -FAR, FAR).astype(np.float32)


def check_vae_hash(config: dict, folder: Path) -> None:
    """Raise ValueError unless the question–answer part was trained on codes of the VAE that lies beside it."""
    if config.get("qa_vae_sha256") != checkpoint.file_hash(folder / "vae.safetensors"):
        raise ValueError(
            f"{folder / 'qa.safetensors'} was trained on the codes of another VAE than {folder / 'vae.safetensors'}. "
            "Train it again: python -m train.qa"
        )


def load(name_or_path: str | os.PathLike = "default", *, device: str | torch.device | None = None) -> Answerer:
    """Load a checkpoint: a path, or a name in `checkpoints/`. device: CUDA where there is one, else CPU, unless given.

    Raises ValueError, with a sentence to act on, when it is missing, damaged, incomplete or inconsistent.
    """
    return Answerer(checkpoint.locate(name_or_path), device)
