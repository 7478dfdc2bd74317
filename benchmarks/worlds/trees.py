"""Everybody has rules in an order: the first that applies decides, and what matters depends on what came before.

Stresses: interactions (price counts only in large orders, lead time only for goods of the season, a famous name excuses a missing
certificate), few distinct chances, no trade-off between terms; a weight that is right in one branch is wrong in another.
"""

import numpy as np

from benchmarks.worlds import Answers, Records
from benchmarks.worlds.sheets import Truth, expo


def world(seed: int) -> tuple[Records, Answers]:
    """Lexicographic rules with interactions, and one pair in twelve that goes its own way."""
    records, truth = expo(seed)
    rng = np.random.default_rng([seed, 2])
    return records, Answers(_odd(_buyer(truth, rng), rng), _odd(_exhibitor(truth, rng), rng), _deal(truth))


def _odd(chances: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One pair in twelve has reasons that no sheet and no rule knows."""
    return np.where(rng.random(chances.shape) < 1 / 12, np.clip(chances * rng.uniform(0.2, 2.5, chances.shape), 0.01, 0.95), chances)


def _first(rules: list[tuple[np.ndarray, np.ndarray | float]], otherwise: np.ndarray | float) -> np.ndarray:
    """The value of the first condition that holds."""
    return np.select([np.broadcast_to(holds, rules[0][0].shape) for holds, _ in rules],
                     [np.broadcast_to(value, rules[0][0].shape) for _, value in rules], otherwise)


def _buyer(truth: Truth, rng: np.random.Generator) -> np.ndarray:
    pair, (wanted, _) = truth.pair, truth.heading
    famous = (truth.fame > 0.8)[None]
    large, season = (truth.size > 0.3)[:, None], rng.random(wanted.max() + 1)[wanted][:, None] < 0.4
    dear, late = pair.price > 0.25, pair.spare < 0
    return _first([
        (pair.kind < 0.1, 0.01),
        (pair.kind < 0.9, np.where(famous, 0.15, 0.05)),
        ((pair.lacking > 0) & ~famous, 0.06),
        (season & late, 0.05),
        ((pair.origin == 0) & (truth.fame < 1.2)[None], 0.14),
        (large & dear, 0.10),
        (large & (pair.capacity < 0), 0.2),
        (~large & (pair.order < -1.0), 0.12),
        (pair.spec == 0, np.where(famous, 0.5, 0.25)),
        (famous, 0.85)], np.where(pair.price < -0.3, 0.7, np.where((truth.fame > 0)[None], 0.55, 0.4)))


def _exhibitor(truth: Truth, rng: np.random.Generator) -> np.ndarray:
    pair = truth.pair
    proud = (truth.fame > 0.8)[None]
    important = (truth.size > 0.8)[:, None]
    picky = rng.random(len(truth.maker))[None] < 0.5
    return _first([
        (pair.kind < 0.1, 0.02),
        (pair.kind < 0.9, np.where(proud, 0.04, 0.18)),
        ((pair.order < -0.5) & ~important, np.where(picky, 0.06, 0.22)),
        (proud & (pair.price > 0), 0.12),
        ((pair.language == 0) & ~important, 0.25),
        (pair.price > 0.6, 0.2),
        (important, 0.9)], np.where(proud, 0.45, 0.68))


def _deal(truth: Truth) -> np.ndarray:
    pair = truth.pair
    return _first([(pair.kind < 0.9, 0.04), (pair.lacking > 0, 0.1), (pair.price > 0.4, 0.12), (pair.order < -0.5, 0.2),
                   (pair.spare < 0, 0.25)], np.where(pair.price < 0, 0.7, 0.5))
