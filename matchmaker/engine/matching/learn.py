"""`python -m matchmaker.engine.matching.learn` learns data/fusion.json anew from the shipped terms. Deterministic."""

import json
from pathlib import Path

import sklearn

from matchmaker.engine.matching.encoder import DictionaryEncoder, UseEncoder
from matchmaker.engine.matching.features import NAMES, shipped_terms
from matchmaker.engine.matching.similarity import learn_weights, terms_hash


def main() -> None:
    """Write the weights of both packaged encoders with their provenance."""
    models = {encoder.name: learn_weights(encoder) for encoder in (UseEncoder(), DictionaryEncoder())}
    record = {"what": "logistic regression over seven text scores; log-odds = intercept + weights . scores",
              "learned_from": "data/bilingual_terms.tsv, both ways", "terms": len(shipped_terms()),
              "terms_sha256": terms_hash(), "scikit_learn": sklearn.__version__, "scores": NAMES, "models": models}
    path = Path(__file__).parent / "data" / "fusion.json"
    path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
