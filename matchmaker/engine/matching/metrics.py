"""Metrics: of rankings (a ranking is a sequence of ids, best first), of predicted chances, of exposure, of markets."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np


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


class Bin(NamedTuple):
    """A bin of predictions: their mean, the mean of what came true, how many there are."""

    chance: float
    rate: float
    size: int


def reliability(chances: Sequence[float] | np.ndarray, labels: Sequence[float] | np.ndarray, bins: int = 10) -> list[Bin]:
    """The reliability curve: predictions in ascending order, cut into `bins` of equal size (differing by one at most).

    Ties stay in the order given. Fewer bins where there are fewer predictions; none for none. Raises ValueError for unequal lengths.
    """
    predicted, true = np.asarray(chances, float), np.asarray(labels, float)
    if predicted.shape != true.shape:
        raise ValueError(f"{predicted.size} chances for {true.size} labels")
    order = np.argsort(predicted, kind="stable")
    parts = np.array_split(order, max(min(bins, len(order)), 1))
    return [Bin(float(predicted[part].mean()), float(true[part].mean()), len(part)) for part in parts if len(part)]


def calibration_error(chances: Sequence[float] | np.ndarray, labels: Sequence[float] | np.ndarray, bins: int = 10) -> float:
    """Mean distance of predicted chance and observed rate over bins of equal mass (ECE); 0 for nothing.

    Chance alone gives about sqrt(p(1 - p) / (observations a bin)) x 0.8, so read it with thousands of observations.
    """
    curve = reliability(chances, labels, bins)
    total = sum(one.size for one in curve)
    return sum(one.size * abs(one.chance - one.rate) for one in curve) / total if total else 0.0


def gini(values: Sequence[float] | np.ndarray) -> float:
    """Inequality of non-negative values: 0 where all have the same (or nobody has anything), towards 1 where one has all."""
    ordered = np.sort(np.asarray(values, float))
    size, total = len(ordered), ordered.sum()
    return float((2 * np.arange(1, size + 1) - size - 1) @ ordered / (size * total)) if total > 0 else 0.0


def coverage(rankings: Iterable[Sequence], catalogue: Collection, top: int = 10) -> float:
    """Share of the catalogue that stands among the first `top` of at least one ranking; 0 for an empty catalogue."""
    everything = set(catalogue)
    shown = {item for ranking in rankings for item in ranking[:top]}
    return len(everything & shown) / len(everything) if everything else 0.0


def examination(ranks: np.ndarray, top: int = 10) -> np.ndarray:
    """The chance that a reader looks at a rank (from 1): 1 / log2(1 + rank) in a list of `top` lines, 0 below it."""
    places = np.asarray(ranks, float)
    return np.where((places >= 1) & (places <= top), 1 / np.log2(1 + np.maximum(places, 1)), 0.0)


def expected_matches(chances: np.ndarray, ranks_for_rows: np.ndarray, ranks_for_cols: np.ndarray, top: int = 10) -> float:
    """Matches to expect where both sides look at their lists: sum over pairs of examination(rank in the row's list) x
    examination(rank in the column's list) x chance that both accept.

    Arrays over the same pairs; ranks from 1. The measure of Su, Bayoumi and Joachims (WWW 2022) and Tomita et al. (RecSys 2023).
    """
    return float((examination(ranks_for_rows, top) * examination(ranks_for_cols, top) * chances).sum())


def expected_deals(deals: np.ndarray, ranks: np.ndarray, top: int = 10) -> float:
    """Deals to expect from one side's lists: sum over pairs of examination(rank) x chance of a deal if the pair meets."""
    return float((examination(ranks, top) * deals).sum())
