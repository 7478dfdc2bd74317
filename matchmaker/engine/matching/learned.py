"""Labels learned from labelled texts: short titles, many labels, some of them with a single example.

Three readings of character pieces are added: the nearest labelled text, the mean of a label's texts, and a linear
classifier. How far they are to be trusted is learned on texts held back, so that a caller who has another opinion
(labels in words, an encoder) can mix the two by `trust` and not blindly.
"""

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from scipy.special import softmax
from sklearn.base import BaseEstimator
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, SGDClassifier

from matchmaker.engine.text import normalize

SEED, HELD_BACK, ENOUGH = 0, 0.2, 40  # with fewer labelled texts only a text seen before is trusted
TEMPERATURES = (0.5, 0.7, 1.0, 1.4, 2.0, 3.0, 4.0)
KNOWN = 0.9  # trust in the label of a text that was labelled before; others are trusted less
SAME = 0.999  # similarity of a text that was labelled before, but for order of words and case
FEW = 50  # texts held back at which half of the learned trust counts
BLOCK = 512
NEAREST_POWER = 8  # a sum of powers lets several near texts of a label count a little more than one


def standardised(scores: np.ndarray) -> np.ndarray:
    """Scores of each row with mean 0 and spread 1; a row of equal scores becomes zeros."""
    spread = scores.std(axis=1, keepdims=True)
    return (scores - scores.mean(axis=1, keepdims=True)) / np.where(spread > 0, spread, 1)


class LearnedLabels(BaseEstimator):
    """Fit on texts and their labels. Deterministic. `probabilities` and `trust` never raise for any text."""

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> "LearnedLabels":
        """Learn. Raises ValueError where nothing is given or the lengths differ."""
        if not texts or len(texts) != len(labels):
            raise ValueError("as many labels as texts are needed, and at least one")
        texts, labels = list(texts), list(labels)
        self.gate_, self.caution_, self.usual_, self.temperature_ = None, 0.0, 0.0, 1.0
        if len(texts) >= ENOUGH:
            self._learn_trust(texts, labels)
        return self._fit(texts, labels)

    def _fit(self, texts: list[str], labels: list[str]) -> "LearnedLabels":
        self.classes_, known = np.unique(labels, return_inverse=True)
        self.vectorizer_ = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 3), sublinear_tf=True, dtype=np.float32,
                                           preprocessor=normalize, min_df=2 if len(texts) > 1000 else 1)
        try:
            rows = self.vectorizer_.fit_transform(texts)
        except ValueError:  # no text has a single character
            rows = self.vectorizer_.fit_transform([*texts, "-"])[:len(texts)]
        order = np.argsort(known, kind="stable")
        self.rows_, known = rows[order].tocsr(), known[order]
        self.starts_ = np.searchsorted(known, np.arange(len(self.classes_)))
        members = sparse.csr_matrix((np.ones(len(known), np.float32), (known, np.arange(len(known)))))
        means = members @ self.rows_
        lengths = np.sqrt(np.asarray(means.multiply(means).sum(axis=1)).ravel())
        self.means_ = sparse.diags(1 / np.where(lengths > 0, lengths, 1)).dot(means).tocsr()
        self.linear_ = None
        if len(self.classes_) > 2 and len(texts) >= ENOUGH:
            self.linear_ = SGDClassifier(alpha=1e-5, max_iter=8, tol=None, random_state=SEED).fit(self.rows_, known)
        return self

    def _scores(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Scores (len(texts), labels) and the similarity of the nearest labelled text."""
        rows = self.vectorizer_.transform(texts)
        near = (rows @ self.rows_.T).toarray()
        nearest = near.max(axis=1)
        voted = np.add.reduceat(near ** NEAREST_POWER, self.starts_, axis=1) ** (1 / NEAREST_POWER)
        scores = standardised(voted) + standardised((rows @ self.means_.T).toarray())
        if self.linear_ is not None:
            scores += standardised(self.linear_.decision_function(rows))
        return scores.astype(np.float32), nearest

    def _learn_trust(self, texts: list[str], labels: list[str]) -> None:
        """Hold texts back; see how often the best label is right given its lead and the nearest text."""
        held = np.zeros(len(texts), bool)
        held[np.random.default_rng(SEED).permutation(len(texts))[:max(10, min(2000, int(HELD_BACK * len(texts))))]] = True
        part = LearnedLabels()._fit([t for t, out in zip(texts, held, strict=True) if not out],
                                    [name for name, out in zip(labels, held, strict=True) if not out])
        scores, nearest = part._scores([t for t, out in zip(texts, held, strict=True) if out])
        wanted = np.array([name for name, out in zip(labels, held, strict=True) if out])
        right = part.classes_[scores.argmax(axis=1)] == wanted
        self.caution_ = len(right) / (len(right) + FEW)
        self.usual_ = (right.sum() + 1) / (len(right) + 2)
        if right.any() and not right.all():
            self.gate_ = LogisticRegression(C=1.0).fit(_evidence(scores, nearest), right)
        column = np.minimum(np.searchsorted(part.classes_, wanted), len(part.classes_) - 1)
        known = part.classes_[column] == wanted
        if known.any():
            self.temperature_ = min(TEMPERATURES, key=lambda t: -np.log(
                softmax(scores[known] / t, axis=1)[np.arange(known.sum()), column[known]] + 1e-9).sum())

    def judge(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Probabilities (len(texts), labels in the order of `classes_`) and trust in them, each in [0, 1], float32."""
        shares = np.empty((len(texts), len(self.classes_)), np.float32)
        trust = np.empty(len(texts), np.float32)
        for start in range(0, len(texts), BLOCK):
            part = slice(start, start + BLOCK)
            scores, nearest = self._scores(texts[part])
            shares[part] = softmax(scores / self.temperature_, axis=1)
            right = self.usual_ if self.gate_ is None else self.gate_.predict_proba(_evidence(scores, nearest))[:, 1]
            trust[part] = np.where(nearest >= SAME, KNOWN, np.where(nearest > 0, np.minimum(self.caution_ * right, KNOWN - 0.01), 0))
        return shares, trust


def _evidence(scores: np.ndarray, nearest: np.ndarray) -> np.ndarray:
    """What trust depends on: the lead of the best label over the second, and the nearest labelled text."""
    two = np.sort(scores, axis=1)[:, -2:]
    return np.column_stack([two[:, -1] - two[:, 0], two[:, -1], nearest])
