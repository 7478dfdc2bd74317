"""Ranking metrics. A ranking is a sequence of ids, best first."""

import math
from collections.abc import Collection, Mapping, Sequence


def dcg(gains: Sequence[float]) -> float:
    """Discounted cumulative gain: gain at rank r (from 1) divided by log2(1 + r)."""
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def ndcg(ranking: Sequence, gains: Mapping, top: int = 10) -> float:
    """DCG of the first `top` over the best that these gains allow, in [0, 1]; 0 where nothing is relevant."""
    best = dcg(sorted(gains.values(), reverse=True)[:top])
    return dcg([gains.get(item, 0.0) for item in ranking[:top]]) / best if best else 0.0


def recall(ranking: Sequence, relevant: Collection, top: int = 10) -> float:
    """Share of the relevant that stand among the first `top`; 0 where nothing is relevant."""
    wanted = set(relevant)
    return len(wanted.intersection(ranking[:top])) / len(wanted) if wanted else 0.0


def reciprocal_rank(ranking: Sequence, relevant: Collection) -> float:
    """1 / rank of the first relevant, 0 if there is none."""
    wanted = set(relevant)
    return next((1 / rank for rank, item in enumerate(ranking, 1) if item in wanted), 0.0)
