"""What of a match one side may be told: not what would tell a budget or a price that is kept back, nor how the other side answered others
before.

Pages, cards, requests and proposals read a match through here, so that none of them says more than another.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import waterfall

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """A match as one side reads it; ``asked`` is the other side, whose answer the chance is about. ``total`` is in log-odds."""

    asked: str
    base: float
    reasons: Sequence[Item]
    gaps: Sequence[Item]
    repairs: Sequence[Item]

    @property
    def total(self) -> float:
        """The log-odds that the asked side accepts: the base and all that is told."""
        return waterfall.log_odds(self.base, [*self.reasons, *self.gaps], self.asked)

    def lift(self, repair: Item) -> float:
        """What a repair adds to ``total``."""
        return float(repair["lift"][waterfall.SIDES.index(self.asked)])

    @property
    def by_lift(self) -> list[Item]:
        """The repairs, what the reader's own side can do and lifts most last."""
        ours = "demand" if self.asked == "exhibitor" else "supply"
        return sorted(self.repairs, key=lambda one: (one["side"] == ours, self.lift(one)))

    @property
    def best(self) -> Item | None:
        """The repair that lifts most, if one lifts at all."""
        found = max(self.repairs, key=self.lift, default=None)
        return found if found is not None and self.lift(found) > 0 else None


def told(row: Any, *, buyer: bool, open_money: bool) -> Told:
    """Return what the buyer (or the exhibitor) may be told of a stored match.

    Past answers of the other side stay in the starting point: they count, and nobody reads them. Where the other side keeps its money
    back (``open_money`` is false: the budget from the exhibitor, the price from the buyer), what compares the two is left out
    altogether, and the chance computed without it.
    """
    asked, base = ("exhibitor", row.base_exhibitor) if buyer else ("buyer", row.base_buyer)
    taste, hidden = f"taste_{asked}", set() if open_money else {"price"}
    theirs = math.fsum(item["weights"][waterfall.SIDES.index(asked)] for item in row.reasons if item["code"] == taste)
    return Told(
        asked, base + theirs, [item for item in row.reasons if item["code"] != taste and _about(item) not in hidden],
        [item for item in row.gaps if _about(item) not in hidden], [item for item in row.repairs if item["gap"] not in hidden])


def _about(item: Item) -> str:
    """What a reason or gap tells of: a taste its trait (that one refused such budgets before tells the budget, too)."""
    return item["params"].get("trait", "") if item["code"].startswith("taste_") else item["code"]
