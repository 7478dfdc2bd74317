"""Learns the weights of the text scores from what the project ships; deterministic.

Each Chinese term of the bilingual list stands with its English one against others, hard ones among them, both ways.
`python -m matchmaker.engine.matching.learn` writes data/fusion.json anew after a change of the word lists.
"""

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from matchmaker.engine.matching.encoder import DictionaryEncoder, Encoder, UseEncoder
from matchmaker.engine.matching.features import NAMES, TextFeatures, shipped_terms
from matchmaker.engine.matching.similarity import word_lists_hash

RANDOM_NEGATIVES, HARD_NEGATIVES, SEED, REGULARISATION = 30, 6, 0, 1.0


def _pairs(scores: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Rows and labels from scores (n, n, 7) whose diagonal is right."""
    size, rows, labels = len(scores), [], []
    for i in range(size):
        others = np.delete(np.arange(size), i)
        drawn = rng.choice(others, RANDOM_NEGATIVES, replace=False)
        nearest = others[np.argsort(-(scores[i, others, 1] + scores[i, others, 3]), kind="stable")[:HARD_NEGATIVES]]
        rows.append(scores[i, [i, *drawn, *nearest]])
        labels += [1] + [0] * (len(drawn) + len(nearest))
    return np.concatenate(rows), np.array(labels)


def learn_weights(encoder: Encoder) -> dict:
    """Weights of the seven scores and the intercept."""
    chinese, english = ([row[side] for row in shipped_terms()] for side in (1, 2))
    rng, parts = np.random.default_rng(SEED), []
    for sources, targets in ((chinese, english), (english, chinese)):
        features = TextFeatures(encoder).fit(targets)
        matrices = features.compare(features.rows(sources), features.rows(targets))
        parts.append(_pairs(np.stack(list(matrices), -1), rng))
    rows, labels = (np.concatenate(part) for part in zip(*parts, strict=True))
    scaler = StandardScaler().fit(rows)
    fitted = LogisticRegression(C=REGULARISATION, max_iter=1000).fit(scaler.transform(rows), labels)
    weights = fitted.coef_[0] / scaler.scale_
    return {"weights": weights.tolist(), "intercept": float(fitted.intercept_[0] - weights @ scaler.mean_)}


def main() -> None:
    """Write the models of both packaged encoders with their provenance."""
    encoders: tuple[Encoder, ...] = (UseEncoder(), DictionaryEncoder())
    record = {"what": "logistic regression over seven text scores; log-odds = intercept + weights . scores",
              "learned_from": "bilingual_terms.tsv, both ways",
              "word_lists_sha256": word_lists_hash(), "scikit_learn": sklearn.__version__, "scores": NAMES,
              "models": {encoder.name: learn_weights(encoder) for encoder in encoders}}
    path = Path(__file__).parent / "data" / "fusion.json"
    path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
