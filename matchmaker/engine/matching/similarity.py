"""One number for how near two texts are in meaning, across languages: a logistic regression over the seven scores.

Its weights come from what this project ships (see learn.py) and are kept in data/fusion.json with what they were
learned from. With another encoder or changed word lists they are learned when loaded, which takes a few seconds, most
of them encoding.
"""

import functools
import hashlib
import json
from collections.abc import Sequence
from importlib import resources

import numpy as np
from sklearn.base import BaseEstimator

from matchmaker.engine.matching.encoder import Encoder
from matchmaker.engine.matching.features import NAMES, Rows, TextFeatures

WORD_LISTS = ("bilingual_terms.tsv", "colloquial.tsv", "trade_words.tsv")
PAIR_BLOCK = 4096  # pairs at a time: two float32 matrices of 512 columns a side, 32 MB
BLOCK = 256  # rows of the left side at a time: 256 x 100,000 float32 is 100 MB


@functools.lru_cache(1)
def word_lists_hash() -> str:
    """SHA-256 over the shipped word lists, which weights are learned from and depend on."""
    data = resources.files(__package__).joinpath("data")
    parts = (hashlib.sha256(data.joinpath(name).read_bytes()).hexdigest() for name in WORD_LISTS)
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def shipped_model(name: str) -> dict | None:
    """The stored weights for the encoder of that name, or None where there are none for it and for these word lists."""
    stored = json.loads(resources.files(__package__).joinpath("data/fusion.json").read_text(encoding="utf-8"))
    return stored["models"].get(name) if stored["word_lists_sha256"] == word_lists_hash() else None


_learned: dict[tuple[str, str], dict] = {}


def model_for(encoder: Encoder) -> dict:
    """Weights and intercept for an encoder: shipped, else learned once a process."""
    model = shipped_model(encoder.name) or _learned.get((encoder.name, word_lists_hash()))
    if model is None:
        from matchmaker.engine.matching.learn import learn_weights  # imports this module

        model = _learned[encoder.name, word_lists_hash()] = learn_weights(encoder)
    return model


class TextSimilarity(BaseEstimator):
    """Fit on the texts that will be compared; `scores` gives log-odds that two texts name the same thing."""

    def __init__(self, encoder: Encoder):
        self.encoder = encoder

    def fit(self, texts: Sequence[str], pool: Sequence[str] = ()) -> "TextSimilarity":
        """Learn word statistics from `texts` and hubs from `pool` (past demands)."""
        model = model_for(self.encoder)
        self.weights_ = dict(zip(NAMES, model["weights"], strict=True))
        self.intercept_ = model["intercept"]
        self.features_ = TextFeatures(self.encoder).fit(texts, pool)
        return self

    def rows(self, texts: Sequence[str]) -> Rows:
        """What `scores` compares; keep it for texts that are compared often."""
        return self.features_.rows(texts)

    def scores(self, left: Rows, right: Rows) -> np.ndarray:
        """Log-odds, float32 (len(left), len(right)); symmetric in its arguments."""
        out = np.empty((len(left), len(right)), np.float32)
        for start in range(0, len(left), BLOCK):
            part = slice(start, start + BLOCK)
            total = np.full(out[part].shape, self.intercept_, np.float32)
            for weight, matrix in zip(self.weights_.values(), self.features_.compare(left.take(part), right), strict=True):
                total += np.float32(weight) * matrix
            out[part] = total
        return out

    def pair_scores(self, left: Rows, i: np.ndarray, right: Rows, j: np.ndarray) -> np.ndarray:
        """The same log-odds for left row i[n] with right row j[n] only, float32 (n,)."""
        out = np.full(len(i), self.intercept_, np.float32)
        for start in range(0, len(i), PAIR_BLOCK):
            part = slice(start, start + PAIR_BLOCK)
            scores = self.features_.compare_pairs(left.take(i[part]), right.take(j[part]))
            for weight, values in zip(self.weights_.values(), scores, strict=True):
                out[part] += np.float32(weight) * values
        return out
