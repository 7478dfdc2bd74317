"""One number for how near two texts are in meaning, across languages: a logistic regression over the seven scores.

Its weights come from the bilingual terms that this project ships (each Chinese term with its English one against
others, hard ones among them, both ways) and are kept in data/fusion.json with what they were learned from. With another
encoder or changed terms they are learned when loaded, which takes less than a second after encoding.
"""

import functools
import hashlib
import json
from collections.abc import Sequence
from importlib import resources

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from matchmaker.engine.matching.encoder import Encoder
from matchmaker.engine.matching.features import NAMES, Rows, TextFeatures, shipped_terms

RANDOM_NEGATIVES, HARD_NEGATIVES, SEED, REGULARISATION = 30, 6, 0, 1.0
BLOCK = 256  # rows of the left side at a time: 256 x 100,000 float32 is 100 MB


def terms_hash() -> str:
    """SHA-256 of the shipped terms, as learned from."""
    return hashlib.sha256("\n".join("\t".join(row) for row in shipped_terms()).encode()).hexdigest()


def _examples(scores: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Rows and labels from scores (n, n, 7) whose diagonal is right."""
    size, rows, labels = len(scores), [], []
    for i in range(size):
        others = np.delete(np.arange(size), i)
        drawn = rng.choice(others, RANDOM_NEGATIVES, replace=False)
        nearest = others[np.argsort(-(scores[i, others, 1] + scores[i, others, 3]), kind="stable")[:HARD_NEGATIVES]]
        rows.append(scores[i, [i, *drawn, *nearest]])
        labels += [1] + [0] * (len(drawn) + len(nearest))
    return np.concatenate(rows), np.array(labels)


def learn_weights(encoder: Encoder) -> dict[str, list[float] | float]:
    """Weights of the seven scores and the intercept, learned from the shipped terms; deterministic."""
    chinese, english = ([row[side] for row in shipped_terms()] for side in (1, 2))
    rng, parts = np.random.default_rng(SEED), []
    for sources, targets in ((chinese, english), (english, chinese)):
        features = TextFeatures(encoder).fit(targets)
        parts.append(_examples(np.stack(list(features.compare(features.rows(sources), features.rows(targets))), -1), rng))
    rows, labels = (np.concatenate(part) for part in zip(*parts, strict=True))
    scaler = StandardScaler().fit(rows)
    model = LogisticRegression(C=REGULARISATION, max_iter=1000).fit(scaler.transform(rows), labels)
    weights = model.coef_[0] / scaler.scale_
    return {"weights": weights.tolist(), "intercept": float(model.intercept_[0] - weights @ scaler.mean_)}


def shipped_weights(encoder: Encoder) -> dict | None:
    """The stored weights for this encoder, or None where they are not for it or for these terms."""
    stored = json.loads(resources.files(__package__).joinpath("data/fusion.json").read_text(encoding="utf-8"))
    return stored["models"].get(encoder.name) if stored["terms_sha256"] == terms_hash() else None


@functools.lru_cache(8)
def _learned(name: str, encoder: Encoder) -> dict:
    return learn_weights(encoder)


class TextSimilarity(BaseEstimator):
    """Fit on the texts that will be compared; `scores` gives log-odds that two texts name the same thing."""

    def __init__(self, encoder: Encoder):
        self.encoder = encoder

    def fit(self, texts: Sequence[str], pool: Sequence[str] = ()) -> "TextSimilarity":
        """Learn word statistics from `texts` and hubs from `pool` (past demands)."""
        model = shipped_weights(self.encoder) or _learned(self.encoder.name, self.encoder)
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
