"""Match quality across languages through the product's own encoder and similarity.

    PYTHONPATH=. python EVALUATE.py --system benchmarks.cross_lingual:score_as_shipped --tasks zh-en,en-zh

`score_as_shipped` sees what a page sees before anybody has used the product: the shipped terms and weights, and no
past demands. The pairs that the evaluation offers are not used.
"""

import functools

import numpy as np

from matchmaker.engine.matching.encoder import Encoder, load_encoder
from matchmaker.engine.matching.similarity import TextSimilarity


@functools.lru_cache(2)
def _encoder(name: str) -> Encoder:
    return load_encoder(name)


def score_as_shipped(queries, candidates, *, qlang, clang, train_pairs=None, encoder: str = "auto") -> np.ndarray:
    """Scores (len(queries), len(candidates)), higher is better; languages are detected, the pairs are not used."""
    similarity = TextSimilarity(_encoder(encoder)).fit(candidates)
    return similarity.scores(similarity.rows(queries), similarity.rows(candidates))


def score_without_encoder(queries, candidates, *, qlang, clang, train_pairs=None) -> np.ndarray:
    """The same with the dictionary alone, as the product runs where the encoder cannot be had."""
    return score_as_shipped(queries, candidates, qlang=qlang, clang=clang, encoder="dictionary")
