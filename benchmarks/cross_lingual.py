"""Match quality across languages through the product's own encoder and similarity.

    PYTHONPATH=. python EVALUATE.py --system benchmarks.cross_lingual:score_as_shipped --tasks zh-en,en-zh

`score_as_shipped` sees what a page sees before anybody has used the product: the shipped terms and weights, and no
past demands. The pairs that the evaluation offers are not used. `score` sees them as an organizer's data: their left
sides are past demands; where the same right sides come again and again they are labels, which are learned.
"""

import functools

import numpy as np
from scipy.special import softmax

from matchmaker.engine.matching.encoder import Encoder, load_encoder
from matchmaker.engine.matching.headings import HeadingClassifier, Label
from matchmaker.engine.matching.learned import LearnedLabels
from matchmaker.engine.matching.similarity import TextSimilarity
from matchmaker.trade import hs

POOL = 3000  # past demands in the pool of hubs
REPEATED = 2  # examples a label on average, from which right sides are labels and no translations


@functools.lru_cache(2)
def _encoder(name: str) -> Encoder:
    return load_encoder(name)


@functools.lru_cache(2)
def classifier(encoder: str) -> HeadingClassifier:
    """The shipped headings, with no labelled title."""
    labels = [Label(row.code, row.en, row.zh, (*row.words_en, *row.words_zh)) for row in hs.headings().values()]
    return HeadingClassifier(labels, _encoder(encoder)).fit()


def score_as_shipped(queries, candidates, *, qlang, clang, train_pairs=None, encoder: str = "auto") -> np.ndarray:
    """Scores (len(queries), len(candidates)), higher is better; languages are detected, the pairs are not used."""
    similarity = TextSimilarity(_encoder(encoder), classifier(encoder)).fit(candidates)
    return similarity.scores(similarity.rows(queries), similarity.rows(candidates))


def score(queries, candidates, *, qlang, clang, train_pairs) -> np.ndarray:
    """Scores after the given pairs were seen. What was learned counts as far as it is to be trusted for each query."""
    past = sorted({text for text, _ in train_pairs})[:POOL]
    similarity = TextSimilarity(_encoder("auto"), classifier("auto")).fit(candidates, past)
    scores = similarity.scores(similarity.rows(queries), similarity.rows(candidates))
    return with_labels(scores, queries, candidates, train_pairs)


def with_labels(scores: np.ndarray, queries, candidates, pairs) -> np.ndarray:
    """Mix scores without labels and labels learned from pairs, where right sides repeat; else the scores as they are."""
    place: dict[str, list[int]] = {}
    for column, text in enumerate(candidates):
        place.setdefault(text, []).append(column)
    known = [(text, label) for text, label in pairs if label in place]
    if len(known) < REPEATED * len({label for _, label in known}) or not known:
        return scores
    learned = LearnedLabels().fit(*map(list, zip(*known, strict=True)))
    shares, trust = learned.judge(queries)
    mixed = (1 - trust[:, None]) * softmax(scores, axis=1)
    for column, label in enumerate(learned.classes_):
        mixed[:, place[label]] += (trust * shares[:, column])[:, None]
    return mixed


def score_without_encoder(queries, candidates, *, qlang, clang, train_pairs=None) -> np.ndarray:
    """The same with the dictionary alone, as the product runs where the encoder cannot be had."""
    return score_as_shipped(queries, candidates, qlang=qlang, clang=clang, encoder="dictionary")
