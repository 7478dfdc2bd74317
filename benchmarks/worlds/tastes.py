"""Everybody has a taste: companies lie in a space that no sheet shows, and what they gain saturates.

Stresses: half of what decides is latent (style, reputation, old ties), shared by the sheets of a company; a bargain twice as good is
not twice as welcome; the chance is 1 - exp(-exp(utility)), skewed where the logistic is symmetric; exhibitors that everybody wants.
"""

import numpy as np

from benchmarks.worlds import Answers, Records
from benchmarks.worlds.sheets import Truth, expo

SPACE = 6


def world(seed: int) -> tuple[Records, Answers]:
    """Latent factors and saturating utilities."""
    records, truth = expo(seed)
    rng = np.random.default_rng([seed, 3])
    affinity = _affinity(truth, rng)
    return records, Answers(_chance(_buyer(truth, affinity)), _chance(_exhibitor(truth, affinity, rng)), _deal(truth, affinity))


def _chance(utility: np.ndarray) -> np.ndarray:
    return np.clip(1 - np.exp(-np.exp(np.clip(utility, -6, 1.2))), 0.003, 0.97)


def _affinity(truth: Truth, rng: np.random.Generator) -> np.ndarray:
    """How near the tastes of two companies are, about standard normal; a sheet differs from its company by a little."""
    sides = []
    for companies in (truth.buyer, truth.maker):
        of_company = rng.normal(size=(companies.max() + 1, SPACE))
        sides.append(0.85 * of_company[companies] + 0.5 * rng.normal(size=(len(companies), SPACE)))
    return sides[0] @ sides[1].T / np.sqrt(SPACE)


def _gain(value: np.ndarray, half: float) -> np.ndarray:
    """From -1 to 1, saturating: half of the way at `half`."""
    return value / (np.abs(value) + half)


def _buyer(truth: Truth, affinity: np.ndarray) -> np.ndarray:
    pair = truth.pair
    goods = 2.4 * np.log(pair.kind + 0.03)
    terms = 1.1 * _gain(-pair.price + 0.1, 0.4) + 0.6 * _gain(pair.spare, 25) + 0.5 * _gain(pair.order + 0.7, 0.8) + 0.4 * (pair.spec - 0.5)
    return goods - 1.0 + terms - 0.8 * np.minimum(pair.lacking, 2) + 0.7 * (pair.origin - 0.5) + 0.55 * affinity + 0.75 * truth.fame[None]


def _exhibitor(truth: Truth, affinity: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    pair = truth.pair
    busy = 0.4 * rng.normal(size=len(truth.maker)) - 0.3 * truth.fame
    terms = 1.2 * _gain(pair.order + 0.4, 0.7) + 0.7 * _gain(-pair.price + 0.3, 0.5) + 0.4 * _gain(pair.capacity, 1.0) + 0.3 * pair.language
    return 1.8 * np.log(pair.kind + 0.03) - 0.8 + terms + 0.4 * affinity + 0.55 * truth.size[:, None] + busy[None]


def _deal(truth: Truth, affinity: np.ndarray) -> np.ndarray:
    pair = truth.pair
    surplus = 1.2 * _gain(-pair.price, 0.4) + 0.6 * _gain(pair.order, 1.0) + 0.4 * affinity
    return np.clip(0.75 * pair.kind / (1 + np.exp(-surplus)) ** 1.5, 0.005, 0.9)
