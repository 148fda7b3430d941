"""The baselines of the question–answer model, each fitted in the same run on the same training texts."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from emoji_qa.text.tokenizers import tokenize


def svm():
    """A linear SVM on 1–3-grams of words and 2–5-grams of characters."""
    words = TfidfVectorizer(ngram_range=(1, 3), sublinear_tf=True, min_df=2)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)
    return make_pipeline(make_union(words, characters), LinearSVC(C=0.1, class_weight="balanced"))


class NaiveBayes:
    """Multinomial naive Bayes over words and pairs of words. The n right answers of a text count 1 / n each."""

    def __init__(self, texts: Sequence[str], rows: Sequence[Sequence[int]], n_classes: int, *, features: int = 60_000):
        self.vectorizer = CountVectorizer(
            analyzer=_words_and_pairs, min_df=5, max_features=features, binary=True, dtype=np.float32
        )
        counts = self.vectorizer.fit_transform(texts)  # (N, F)
        lengths = [len(some) for some in rows]
        right = csr_matrix(
            (np.repeat(1 / np.array(lengths, np.float32), lengths), np.concatenate(rows), np.cumsum([0, *lengths])),
            shape=(len(rows), n_classes),
        )
        told = (right.T @ counts).toarray() + np.float32(0.1)  # (n_classes, F), smoothed
        self.log_word = np.log(told / told.sum(axis=1, keepdims=True)).T.copy()
        share = np.asarray(right.sum(axis=0))[0] + 0.5
        self.log_prior = np.log(share / share.sum()).astype(np.float32)

    def scores(self, texts: Sequence[str], popularity: float = 1.0) -> np.ndarray:
        """(N, n_classes): log posterior up to a constant per text, with the log prior multiplied by `popularity`."""
        return self.vectorizer.transform(texts) @ self.log_word + np.float32(popularity) * self.log_prior


class KeywordSearch:
    """TF-IDF over each emoji's name and keywords: whole words, and 3–5-grams of characters."""

    def __init__(self, documents: Sequence[str]):
        words = TfidfVectorizer(analyzer=tokenize, sublinear_tf=True)
        pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
        self.vectorizer = make_union(words, pieces)
        self.documents = self.vectorizer.fit_transform(documents)

    def scores(self, texts: Sequence[str]) -> np.ndarray:
        """Cosines (N, documents)."""
        return (self.vectorizer.transform(texts) @ self.documents.T).toarray()


def _words_and_pairs(text: str) -> list[str]:
    words = tokenize(text)
    return [*words, *map(" ".join, zip(words, words[1:], strict=False))]
