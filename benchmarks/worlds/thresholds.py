"""Everybody has limits: acceptance is a product of conditions, each met or paid for.

Stresses: factors multiply, so that one failed condition ruins a pair that the rest speaks for (a sum in log-odds forgives); limits and
patience differ from company to company and stand on no sheet; what a company does not care about leaves no trace.
"""

import numpy as np

from benchmarks.worlds import Answers, Records
from benchmarks.worlds.sheets import Truth, expo


def _met(value: np.ndarray, limit: np.ndarray, width: float) -> np.ndarray:
    """A soft threshold: 0 well below the limit, 1 well above, straight between."""
    return np.clip((value - limit) / width + 0.5, 0, 1)


def _factor(met: np.ndarray, cares: np.ndarray) -> np.ndarray:
    """1 where met; where not, what is left for one who cares that much."""
    return 1 - cares * (1 - met)


def world(seed: int) -> tuple[Records, Answers]:
    """Multiplicative thresholds with limits of each company's own."""
    records, truth = expo(seed)
    rng = np.random.default_rng([seed, 1])
    return records, Answers(buyer(truth, rng), exhibitor(truth, rng), deal(truth, rng))


def buyer(truth: Truth, rng: np.random.Generator) -> np.ndarray:
    """The chance that the buyer accepts."""
    pair, n = truth.pair, len(truth.buyer)
    strict = rng.beta(4, 2, (6, n, 1))
    price = _factor(_met(-pair.price, rng.normal(-0.2, 0.2, (n, 1)), 0.6), strict[0])
    time = _factor(_met(pair.spare, rng.normal(-5, 15, (n, 1)), 30), strict[1])
    certificates = _factor(np.where(pair.lacking > 0, 0.0, 1.0), strict[2])
    origin = _factor(np.minimum(pair.origin * 2, 1), 0.8 * strict[3])
    spec = _factor(pair.spec, 0.7 * strict[4])
    moq = _factor(_met(pair.order, rng.normal(-0.7, 0.3, (n, 1)), 1.0), 0.7 * strict[5])
    name = np.clip(0.62 + 0.22 * truth.fame, 0.08, 1.0)[None]
    return np.clip(0.95 * pair.kind ** 1.5 * price * time * certificates * origin * spec * moq * name, 0.004, 0.97)


def exhibitor(truth: Truth, rng: np.random.Generator) -> np.ndarray:
    """The chance that the exhibitor accepts."""
    pair, m = truth.pair, len(truth.maker)
    strict = rng.beta(4, 2, (4, 1, m))
    order = _factor(_met(pair.order, rng.normal(-0.3, 0.3, (1, m)), 1.0), strict[0])
    price = _factor(_met(-pair.price, rng.normal(-0.4, 0.2, (1, m)), 0.6), 0.8 * strict[1])
    capacity = _factor(_met(pair.capacity, np.full((1, m), -0.5), 1.0), 0.6 * strict[2])
    language = _factor(pair.language, 0.5 * strict[3])
    size = np.clip(0.7 + 0.18 * truth.size, 0.1, 1.0)[:, None]
    return np.clip(0.95 * pair.kind * order * price * capacity * language * size, 0.004, 0.97)


def deal(truth: Truth, rng: np.random.Generator) -> np.ndarray:
    """The chance of a deal once the two met."""
    pair = truth.pair
    return np.clip(0.7 * _met(-pair.price, np.full((1, 1), -0.1), 0.8) * _met(pair.order, np.full((1, 1), -0.5), 1.5) * pair.kind
                   * np.where(pair.lacking > 0, 0.3, 1.0), 0.01, 0.9)
