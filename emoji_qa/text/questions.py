"""Tweets as a checkpoint reads them: in English words that it knows, as tokens, and as unit vectors."""

from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import numpy as np
import torch

from emoji_qa.emojis.inline import InlineEmojis
from emoji_qa.emojis.table import EmojiTable
from emoji_qa.models.qa import QAModel
from emoji_qa.text.explain import WordEffect, attention, spans, without
from emoji_qa.text.languages import ENGLISH, Glossary
from emoji_qa.text.tokenizers import tokenize

BATCH = 32  # tweets at a time through the tower: 16 or 64 take about half the time of 256, which take 160 MB more for a moment
INLINE_SHARE = 0.3  # weight of the emojis in a tweet, beside its words


class Questions:
    """A model's question tower with its preprocessing: the tokenizer, and the words it knows of other languages.

    Tweets are not checked here; `inputs.check_tweets` does that.
    """

    def __init__(self, qa: QAModel, folder: Path, table: EmojiTable):
        self._qa = qa
        self._tokenizer = qa.question.Tokenizer.load(folder / "vocab.txt")
        self._inline = InlineEmojis(table) if qa.question.heeds_emojis else None
        words = folder / "words.tsv"
        self._glossary = Glossary.load(words) if words.is_file() else None

    def read(self, tweet: str) -> str:
        """A tweet as it is read: see `Answerer.read`."""
        return self._glossary.read(self._tokenizer.seen(tweet)) if self._glossary else tweet

    def language(self, tweet: str) -> str:
        """The language that a tweet is read in: see `Answerer.language`."""
        return self._glossary.language(self._tokenizer.seen(tweet)) if self._glossary else ENGLISH

    def unknown_share(self, tweet: str) -> float:
        """The share of a tweet's pieces of words that the tokenizer does not know, from 0 to 1."""
        return self._tokenizer.unknown_share(self.read(tweet))

    def vectors(self, tweets: list[str], answers: np.ndarray) -> np.ndarray:
        """Unit vectors (N, D) of tweets; one with emojis lies between what its words say and what these emojis answer.

        answers: the unit vectors (E, D) of the bases.
        """
        vectors = self._worded([self.read(tweet) for tweet in tweets])
        if self._inline:
            for i, tweet in enumerate(tweets):
                if rows := self._inline(tweet):
                    mean = answers[rows].mean(axis=0)
                    vector = vectors[i] + INLINE_SHARE * mean if tokenize(tweet) else mean
                    vectors[i] = vector / np.linalg.norm(vector)
        return vectors

    def explain(
        self, tweet: str, answer: np.ndarray, answers: np.ndarray, question: np.ndarray | None
    ) -> list[WordEffect]:
        """What each word of a tweet does to its cosine with an answer, a unit vector (D,): see `Answerer.explain`."""
        words = spans(tweet)
        cosines = self._cosines(chain([tweet], (without(tweet, *span) for span in words)), answer, answers, question)
        shares = attention(self._qa, self._tokenizer, tweet) if self.read(tweet) == tweet else [None] * len(words)
        return [
            WordEffect(tweet[start:end], start, end, float(cosines[0] - without_it), share)
            for (start, end), without_it, share in zip(words, cosines[1:], shares, strict=True)
        ]

    def _cosines(
        self, tweets: Iterable[str], answer: np.ndarray, answers: np.ndarray, first_one: np.ndarray | None
    ) -> np.ndarray:
        """Cosines (N,) of tweets that are mostly alike: tweets with the same tokens are computed once, those with the
        tokens of the first not at all if its vector `first_one` is given."""
        seen = [self._tokenizer.seen(tweet) for tweet in tweets]
        texts = {text: i for i, text in enumerate(dict.fromkeys(seen))}
        ids = self._tokenizer.encode([self.read(text) for text in texts], self._qa.question.length)
        _, first, which = np.unique(ids, axis=0, return_index=True, return_inverse=True)
        which = which.reshape(-1)
        is_new = np.ones(len(first), bool) if first_one is None else np.arange(len(first)) != which[0]
        cosines = np.full(len(first), 0 if first_one is None else first_one @ answer, np.float32)
        if is_new.any():
            cosines[is_new] = self.vectors([list(texts)[i] for i in first[is_new]], answers) @ answer
        return cosines[which][[texts[text] for text in seen]]

    @torch.inference_mode()
    def _worded(self, tweets: list[str]) -> np.ndarray:
        order = sorted(range(len(tweets)), key=lambda i: len(tweets[i]))  # tweets of like length leave little to pad
        device, parts = self._qa.log_prior.device, []
        for i in range(0, len(tweets), BATCH):
            ids = self._tokenizer.encode([tweets[j] for j in order[i : i + BATCH]], self._qa.question.length)
            parts.append(self._qa.encode_question(torch.from_numpy(ids).to(device)).float().cpu().numpy())
        return np.concatenate(parts)[np.argsort(order)]  # (N, D)
