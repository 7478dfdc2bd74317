"""How the parts of a match add up: steps in a fixed order, from what is true of any pair to this one.

Weights are log-odds and add up exactly; each step is drawn as the probability that is reached so far, so that the steps add up by
construction. What the match would be without one reason is computed anew (an unknown value weighs nothing), not read off a bar.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

# what is the same kind of product first, then the terms in the order in which people talk of them, then habits
ORDER = (
    "text", "hs", "hs_other", "section", "section_other", "specification", "specification_missing", "price", "quantity", "minimum_order",
    "capacity", "window", "certificate", "certificate_missing", "certificate_expires", "road", "origin_wanted", "origin_other",
    "language", "language_other", "taste_buyer", "taste_exhibitor")
_PLACE = {code: place for place, code in enumerate(ORDER)}
SIDES = ("buyer", "exhibitor")


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a match: what is said, and the probability before and after it, each in [0, 1]."""

    code: str
    params: Mapping[str, Any]
    is_gap: bool
    before: float
    after: float
    without: float  # of the whole match, were this not known


def chance(log_odds: float) -> float:
    """Return the probability of log-odds."""
    return 1 / (1 + math.exp(-log_odds)) if log_odds >= 0 else math.exp(log_odds) / (1 + math.exp(log_odds))


def log_odds(base: float, said: Iterable[Mapping[str, Any]], side: str) -> float:
    """Return the log-odds that ``side`` accepts when it is asked: the base and all that is said."""
    return math.fsum((base, *(item["weights"][SIDES.index(side)] for item in said)))


def percent(probability: float) -> int:
    """Return a probability as a number of a hundred."""
    return math.floor(100 * probability + 0.5)


def points(base: float, made: Sequence[Step]) -> list[int]:
    """Return the points of the steps: differences of rounded sums, so that with the base they add up to the whole."""
    reached = [percent(chance(base)), *(percent(step.after) for step in made)]
    return [after - before for before, after in pairwise(reached)]


def steps(base: float, reasons: Sequence[Mapping[str, Any]], gaps: Sequence[Mapping[str, Any]], side: str) -> list[Step]:
    """Return the steps of a match for the side that is asked, in the fixed order; what weighs nothing has none."""
    at = SIDES.index(side)
    said = [(item, is_gap) for items, is_gap in ((reasons, False), (gaps, True)) for item in items if item["weights"][at]]
    said.sort(key=lambda one: (_PLACE.get(one[0]["code"], len(ORDER)), one[1]))
    total, reached, out = log_odds(base, (item for item, _gap in said), side), base, []
    for item, is_gap in said:
        weight = item["weights"][at]
        out.append(Step(item["code"], item["params"], is_gap, chance(reached), chance(reached + weight), chance(total - weight)))
        reached += weight
    return out
