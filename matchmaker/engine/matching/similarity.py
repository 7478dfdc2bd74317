"""One number for how near two texts are in meaning, across languages: a logistic regression over the eight scores.

Its weights come from what this project ships (see learn.py) and are kept in data/fusion.json with what they were
learned from. With another encoder or changed word lists they are learned when loaded, which takes a few seconds, most
of them encoding.
"""

import functools
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from typing import Literal, NamedTuple

import numpy as np
from sklearn.base import BaseEstimator

from matchmaker.engine.matching.encoder import Encoder
from matchmaker.engine.matching.features import NAMES, Rows, TextFeatures, shipped_terms
from matchmaker.engine.matching.headings import HeadingClassifier

WORD_LISTS = ("bilingual_terms.tsv", "colloquial.tsv", "trade_words.tsv")
ENOUGH_KEPT = 0.75  # share of the squared length that the main axes of a real encoder keep
BIAS_LIMIT = 4  # spreads of hubness that a short vector can hold
PAIR_BLOCK = 4096  # pairs at a time: two float32 matrices of 512 columns a side, 32 MB
BLOCK = 256  # rows of the left side at a time: 256 x 100,000 float32 is 100 MB


@functools.lru_cache(1)
def word_lists_hash() -> str:
    """SHA-256 over the shipped word lists, which weights are learned from and depend on."""
    data = resources.files(__package__).joinpath("data")
    parts = (hashlib.sha256(data.joinpath(name).read_bytes()).hexdigest() for name in WORD_LISTS)
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def shipped_model(encoder: str, headings: bool = False) -> dict | None:
    """The stored weights for the encoder of that name, with or without headings; None where there are none for it and
    for these word lists."""
    stored = json.loads(resources.files(__package__).joinpath("data/fusion.json").read_text(encoding="utf-8"))
    known = stored["word_lists_sha256"] == word_lists_hash()
    return stored["models"].get(f"{encoder}+headings" if headings else encoder) if known else None


_learned: dict[tuple[str, bool], dict] = {}


def model_for(encoder: Encoder, classifier: HeadingClassifier | None = None) -> dict:
    """Weights and intercept for an encoder: shipped, else learned once a process."""
    key = encoder.name, classifier is not None
    model = shipped_model(*key) or _learned.get(key)
    if model is None:
        from matchmaker.engine.matching.learn import learn_weights  # imports this module

        model = _learned[key] = learn_weights(encoder, classifier.labels if classifier else ())
    return model


class Compact(NamedTuple):
    """How rows become short vectors: a projection, the size of the two biases, and the length before scaling to 1."""

    basis: np.ndarray
    middle: float
    spread: float
    length: float


def _random_basis(size: int, dim: int) -> np.ndarray:
    """A fixed random projection that keeps dot products on average."""
    return np.random.default_rng(0).choice([-1.0, 1.0], (size, dim)).astype(np.float32) / np.float32(np.sqrt(dim))


class TextSimilarity(BaseEstimator):
    """Fit on the texts that will be compared; `scores` gives log-odds that two texts name the same thing.

    With a fitted `classifier` one of the scores says whether both likely belong to the same customs heading.
    """

    def __init__(self, encoder: Encoder, classifier: HeadingClassifier | None = None):
        self.encoder = encoder
        self.classifier = classifier

    def fit(self, texts: Sequence[str], pool: Sequence[str] = ()) -> "TextSimilarity":
        """Learn word statistics from `texts` and hubs from `pool` (past demands)."""
        self._begin().fit(texts, pool)
        return self

    def fit_rows(self, texts: Mapping[str, int], pool: Sequence[str] = ()) -> Rows:
        """Fit on texts that stand so many times each, and give their rows, each text once."""
        return self._begin().fit_rows(texts, pool)

    def _begin(self) -> TextFeatures:
        model = model_for(self.encoder, self.classifier)
        self.weights_ = dict(zip(NAMES, model["weights"], strict=True))
        self.crowded_ = dict(zip(NAMES, model["crowded_weights"], strict=True))
        self.intercept_, self.crowded_intercept_ = model["intercept"], model["crowded_intercept"]
        self.compact_: dict[int, Compact] = {}
        self.features_ = TextFeatures(self.encoder, self.classifier)
        return self.features_

    def rows(self, texts: Sequence[str]) -> Rows:
        """What `scores` compares; keep it for texts that are compared often."""
        return self.features_.rows(texts)

    def scores(self, left: Rows, right: Rows) -> np.ndarray:
        """Log-odds, float32 (len(left), len(right)); symmetric in its arguments."""
        out = np.empty((len(left), len(right)), np.float32)
        for start in range(0, len(left), BLOCK):
            part = slice(start, start + BLOCK)
            some = left.take(part)
            crowd = np.minimum(some.crowd[:, None], right.crowd)
            out[part] = self._sum(self.features_.compare(some, right), crowd)
        return out

    def _sum(self, scores: Iterable[np.ndarray], crowd: np.ndarray) -> np.ndarray:
        """Log-odds from the eight scores: the weights of names where one side is a name, going over to those of lines."""
        total = np.float32(self.intercept_) + np.float32(self.crowded_intercept_) * crowd
        for plain, extra, values in zip(self.weights_.values(), self.crowded_.values(), scores, strict=True):
            total += (np.float32(plain) + np.float32(extra) * crowd) * values
        return total

    def pair_scores(self, left: Rows, i: np.ndarray, right: Rows, j: np.ndarray) -> np.ndarray:
        """The same log-odds for left row i[n] with right row j[n] only, float32 (n,)."""
        out = np.empty(len(i), np.float32)
        for start in range(0, len(i), PAIR_BLOCK):
            part = slice(start, start + PAIR_BLOCK)
            one, other = left.take(i[part]), right.take(j[part])
            out[part] = self._sum(self.features_.compare_pairs(one, other), np.minimum(one.crowd, other.crowd))
        return out

    def compact(self, rows: Rows, side: Literal["left", "right"], dim: int = 128) -> np.ndarray:
        """One unit vector a text, float32 (n, dim): left . right orders pairs nearly as `scores` does.

        For finding candidates. The encoder's two views lie on their main axes, and each side carries its hub
        correction for the other; the words are left out. The two sides compare with each other, not among themselves.
        """
        how = self._compact(dim)
        out = np.empty((len(rows), dim), np.float32)
        for start in range(0, len(rows), PAIR_BLOCK):
            part = slice(start, start + PAIR_BLOCK)
            out[part] = self._short(rows.take(part), side, how)
        return out

    def _short(self, rows: Rows, side: Literal["left", "right"], how: Compact) -> np.ndarray:
        bias = np.clip(self._hub(rows) - how.middle, -BIAS_LIMIT * how.spread, BIAS_LIMIT * how.spread)
        scale = np.sqrt(2 * how.spread)
        biases = np.column_stack([-bias / scale, np.full(len(rows), scale)])
        seen = self._views(rows) @ how.basis
        filled = (seen ** 2).sum(axis=1) + (biases ** 2).sum(axis=1)
        padding = np.column_stack([np.sqrt(np.maximum(how.length ** 2 - filled, 0)), np.zeros(len(rows))])
        order = slice(None) if side == "left" else slice(None, None, -1)
        lengths = np.sqrt(np.maximum(filled, how.length ** 2))[:, None]
        return (np.hstack([seen, biases[:, order], padding[:, order]]) / lengths).astype(np.float32)

    def _slopes(self) -> tuple[float, float]:
        """What a cosine of the text and one of its English view add to the log-odds."""
        weights = self.weights_
        return (max(weights["cosine"] + 2 * weights["cosine_hub"], 0.0),
                max(weights["gloss_cosine"] + 2 * weights["gloss_cosine_hub"], 0.0))

    def _views(self, rows: Rows) -> np.ndarray:
        text, english = np.sqrt(self._slopes()).astype(np.float32)
        return np.hstack([text * rows.vectors, english * rows.gloss_vectors])

    def _hub(self, rows: Rows) -> np.ndarray:
        return self.weights_["cosine_hub"] * rows.hub + self.weights_["gloss_cosine_hub"] * rows.gloss_hub

    def _compact(self, dim: int) -> Compact:
        """The main axes of the shipped terms, which are the same in every process.

        Hashed words of the dictionary have no main axes; a random projection loses least of them, and wants 1,024.
        """
        if dim not in self.compact_:
            terms = self.rows([text for _, chinese, english in shipped_terms() for text in (chinese, english)])
            views = self._views(terms)
            _, singular, axes = np.linalg.svd(views, full_matrices=False)
            kept = (singular[:124] ** 2).sum() / (singular ** 2).sum()
            basis = axes[:dim - 4].T if kept > ENOUGH_KEPT else _random_basis(views.shape[1], dim - 4)
            hub = self._hub(terms)
            spread = float(hub.std()) or 1.0
            length = np.sqrt(sum(self._slopes()) + (2 + BIAS_LIMIT ** 2 / 2) * spread)
            self.compact_[dim] = Compact(basis, float(hub.mean()), spread, float(length))
        return self.compact_[dim]
