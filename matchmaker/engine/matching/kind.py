"""Whether a product is of the kind that is wanted: what text, customs codes and section say of it, before any terms.

    log-odds(kind) = text + codes + section

What is not known adds nothing. Pages show only pairs whose kind is likely enough, and a band stands at most one above what the kind
alone would give. The model of acceptance (dealability.py) weighs the same three by weights of its own.
"""

from typing import Self

import numpy as np
from scipy.optimize import minimize
from sklearn.base import BaseEstimator

from matchmaker.engine.matching.columns import Pairs

# By common digits 0, 2, 4, 6: of two sheets that state one heading nearly all mean the same kind of goods, whatever their words; another
# chapter is no proof, people choose codes. Looked at in the demo's sheets: of pairs with one code and far words about half belong
# together, of pairs with one heading and another subheading one in seven.
CODES = np.array([-2.0, 0.2, 4.0, 4.5])
OTHER_SUBHEADING = 2.0  # the same heading, but both state six digits and they differ
SECTIONS = (0.3, -0.6)  # the same section is common, another one tells more
OFFSET_SPREAD, SLOPE_SPREAD, SLOPES = 2.0, 0.25, (0.3, 3.0)  # of a text scale around "as it is"


def codes(wanted: np.ndarray, offered: np.ndarray) -> np.ndarray:
    """Log-odds from customs codes (n, 3) of two, four and six digits, 0 where they are not stated; 0 for what is not known."""
    agree = ((wanted == offered) & (wanted > 0)).sum(axis=1)
    differ = (wanted[:, 2] > 0) & (offered[:, 2] > 0) & (wanted[:, 2] != offered[:, 2])
    told = np.where((agree == 2) & differ, OTHER_SUBHEADING, CODES[agree])
    return np.where((wanted[:, 0] > 0) & (offered[:, 0] > 0), told, 0.0)


def sections(wanted: np.ndarray, offered: np.ndarray) -> np.ndarray:
    """Log-odds from the sections of the expo."""
    return np.where((wanted > 0) & (offered > 0), np.where(wanted == offered, *SECTIONS), 0.0)


def kind(pairs: Pairs, text: np.ndarray) -> np.ndarray:
    """Log-odds that the products of pairs are of the kind wanted; `text` are those of their texts."""
    return text + codes(*pairs.of("hs", "hs")) + sections(*pairs.of("section", "section"))


class TextScale(BaseEstimator):
    """How nearness of texts is to be read at one expo: log-odds(kind) = offset + slope · nearness.

    Expos differ: among tools of one trade far words may still mean the same, among goods of all kinds near words may not. The sheets that
    state their customs heading tell: over pairs of them, a logistic regression of "the same heading" on the nearness, close to offset 0
    and slope 1 (which hold at a broad expo) while there are few. All pairs of a demand count as one answer, however many agree.
    """

    def __init__(self, offset_spread: float = OFFSET_SPREAD, slope_spread: float = SLOPE_SPREAD):
        self.offset_spread = offset_spread
        self.slope_spread = slope_spread

    @classmethod
    def as_it_is(cls) -> Self:
        """The scale that changes nothing."""
        scale = cls()
        scale.offset_, scale.slope_ = 0.0, 1.0
        return scale

    def fit(self, nearness: np.ndarray, same: np.ndarray) -> Self:
        """Learn from demands and products that state a heading: nearness and whether the heading is the same, both (demands, products)."""
        self.offset_, self.slope_ = 0.0, 1.0
        if not same.any() or same.all():
            return self
        x, y = nearness.astype(float).ravel(), same.ravel().astype(float)
        weight = float(same.any(axis=1).sum() / same.sum())
        means, spreads = np.array([0.0, 1.0]), np.array([self.offset_spread, self.slope_spread])

        def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
            z = theta[0] + theta[1] * x
            wrong = weight * (1 / (1 + np.exp(-np.clip(z, -30, 30))) - y)
            back = (theta - means) / spreads
            total = weight * (np.logaddexp(0, z) - y * z).sum() + 0.5 * (back ** 2).sum()
            return float(total), np.array([wrong.sum(), wrong @ x]) + back / spreads

        found = minimize(loss, means, jac=True, method="L-BFGS-B", bounds=[(None, None), SLOPES]).x
        self.offset_, self.slope_ = float(found[0]), float(found[1])
        return self

    def read(self, nearness: np.ndarray) -> np.ndarray:
        """Log-odds of the kind, float32."""
        return (self.offset_ + self.slope_ * nearness).astype(np.float32)
