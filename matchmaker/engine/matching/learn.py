"""Learns the weights of the text scores from what the project ships; deterministic.

Each Chinese term of the bilingual list stands with its English one against others, hard ones among them, both ways.
With labels of headings, noisy titles are made of their search words too (a brand, a size, words in any order), and
stand with the heading's English name against others; the classifier then knows neither that word nor that name.

`python -m matchmaker.engine.matching.learn LABELS.json` writes data/fusion.json anew after a change of the word lists.
"""

import hashlib
import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from matchmaker.engine.matching.encoder import CachedEncoder, DictionaryEncoder, Encoder, UseEncoder
from matchmaker.engine.matching.features import NAMES, TextFeatures, shipped_terms
from matchmaker.engine.matching.headings import HeadingClassifier, Label, read_labels
from matchmaker.engine.matching.similarity import word_lists_hash
from matchmaker.engine.text import chinese_words, script_language

RANDOM_NEGATIVES, HARD_NEGATIVES, SEED, REGULARISATION, TITLES = 30, 6, 0, 1.0, 700
_PACKED = tuple(re.findall(r"\w+", "盒 瓶 袋 装 片 件 支 进口 原装 正品 新款 套装 组合 正宗 特价 系列 专用 家用 升级 经典 批发 品质"))
_SYLLABLES = tuple(re.findall(r"\w+", "ba co del fer gan hol lin mar nor pel quo ras sin tor ula ven wex yol zen"))


class Memory(dict):
    """A cache of vectors for one run."""

    def get_many(self, keys: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], bytes]:
        """The vectors that are known."""
        return {key: self[key] for key in keys if key in self}

    def put_many(self, vectors: Mapping[tuple[str, str], bytes]) -> None:
        """Keep vectors."""
        self.update(vectors)


def _pairs(scores: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Rows and labels from scores (n, n, 8) whose diagonal is right."""
    size, rows, labels = len(scores), [], []
    for i in range(size):
        others = np.delete(np.arange(size), i)
        drawn = rng.choice(others, RANDOM_NEGATIVES, replace=False)
        nearest = others[np.argsort(-(scores[i, others, 1] + scores[i, others, 3]), kind="stable")[:HARD_NEGATIVES]]
        rows.append(scores[i, [i, *drawn, *nearest]])
        labels += [1] + [0] * (len(drawn) + len(nearest))
    return np.concatenate(rows), np.array(labels)


def noisy_title(word: str, rng: np.random.Generator) -> str:
    """A shop's line about a thing: its word cut up, a made-up brand, a size, packing words, in any order."""
    brand = "".join(rng.choice(_SYLLABLES, rng.integers(2, 4))).title()
    size = f"{rng.integers(1, 60) * 10}{rng.choice(['g', 'ml', 'kg', 'cm', '片', 'W'])}"
    parts = [*chinese_words(word), brand, size, *rng.choice(_PACKED, rng.integers(1, 4), replace=False)]
    return " ".join(rng.permutation(parts))


def _titles(labels: Sequence[Label], rng: np.random.Generator) -> tuple[list[str], list[str], list[Label]]:
    """Titles, the English names of their headings, and labels without those words and names."""
    titles, names, rest = [], [], []
    for label in labels:
        chinese = [word for word in label.words if script_language(word) == "zh"]
        hidden = set(rng.choice(chinese, len(chinese) // 2, replace=False)) if len(chinese) > 1 else set()
        rest.append(label._replace(en="", words=tuple(word for word in label.words if word not in hidden)))
        if hidden:
            titles.append(noisy_title(min(hidden), rng))
            names.append(label.en)
    kept = sorted(rng.permutation(len(titles))[:TITLES])
    return [titles[at] for at in kept], [names[at] for at in kept], rest


def learn_weights(encoder: Encoder, labels: Sequence[Label] = ()) -> dict:
    """Weights of the eight scores for names, what a crowded line adds to them, and the intercepts.

    Two regressions: one weight for both kinds of text made names worse (see docs/matching.md). Without labels the
    heading's weight is 0 and lines are read as names.
    """
    encoder, rng, classifier = CachedEncoder(encoder, Memory()), np.random.default_rng(SEED), None
    chinese, english = ([row[side] for row in shipped_terms()] for side in (1, 2))
    if labels:
        titles, headings, rest = _titles(labels, rng)
        classifier = HeadingClassifier(rest, encoder).fit()
    names = [_task(encoder, classifier, *pair, rng) for pair in ((chinese, english), (english, chinese))]
    weights, intercept = _weights(names)
    lines = _weights([_task(encoder, classifier, titles, headings, rng)]) if labels else (weights, intercept)
    return {"weights": weights.tolist(), "intercept": intercept,
            "crowded_weights": (lines[0] - weights).tolist(), "crowded_intercept": lines[1] - intercept}


def _task(encoder: Encoder, classifier: HeadingClassifier | None, sources: Sequence[str], targets: Sequence[str],
          rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    features = TextFeatures(encoder, classifier).fit(targets)
    matrices = features.compare(features.rows(sources), features.rows(targets))
    return _pairs(np.stack(list(matrices), -1), rng)


def _weights(tasks: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, float]:
    rows, right = (np.concatenate(part) for part in zip(*tasks, strict=True))
    scaler = StandardScaler().fit(rows)
    fitted = LogisticRegression(C=REGULARISATION, max_iter=1000).fit(scaler.transform(rows), right)
    weights = fitted.coef_[0] / scaler.scale_
    return weights, float(fitted.intercept_[0] - weights @ scaler.mean_)


def main(path: Path) -> None:
    """Write the models of both packaged encoders with their provenance, with headings and without."""
    labels = read_labels(path)
    encoders: tuple[Encoder, ...] = (UseEncoder(), DictionaryEncoder())
    models = {encoder.name: learn_weights(encoder) for encoder in encoders}
    models |= {f"{encoder.name}+headings": learn_weights(encoder, labels) for encoder in encoders}
    record = {"what": "two logistic regressions; log-odds = intercept + weights . scores "
                      "+ crowd * (crowded_intercept + crowded_weights . scores)",
              "learned_from": "bilingual_terms.tsv, both ways; with headings also noisy titles made of the headings' search words",
              "word_lists_sha256": word_lists_hash(), "labels_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
              "scikit_learn": sklearn.__version__, "scores": NAMES, "models": models}
    out = Path(__file__).parent / "data" / "fusion.json"
    out.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
