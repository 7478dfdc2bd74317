"""Both sides, no crowd: the order of lists at one expo, from the chances of both sides and from what others compete for.

A whole refresh finds the equilibrium of all pairs that may be shown (``engine.matching.balance``) and orders them by it before the
first of each list are stored. Between two of them a new pair takes the potentials of its demand and exhibitor as they are: one addition.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from ..companies.models import Company
from ..infra.db import db
from ..trade.agreements import least_developed
from .models import Potential

if TYPE_CHECKING:
    import numpy as np

    from ..engine.matching.survey import Survey

FLOOR = 3  # places in the first ten of buyers' lists for an exhibitor that is small or from a least developed country
SMALL = ("micro", "small")
AT_ONCE = 500


def potentials(expo_id: int) -> tuple[dict[int, float], dict[int, float]]:
    """Return {demand id: what its pairs gain in lists of demands} and {exhibitor id: the same in lists of products}."""
    found: tuple[dict[int, float], dict[int, float]] = ({}, {})
    for row in db.session.execute(sa.select(Potential.side, Potential.subject_id, Potential.value).where(Potential.expo_id == expo_id)):
        found[row.side == "exhibitor"][row.subject_id] = row.value
    return found


class Balanced(NamedTuple):
    """(side, id) -> potential; how even the lists are."""

    potentials: dict[tuple[str, int], float]
    told: dict[str, float]


def balance(survey: "Survey", exhibitors: "np.ndarray") -> "tuple[Survey, Balanced]":
    """Find the potentials of an expo anew; return the survey in its new orders, too. Writes nothing.

    `exhibitors`: the exhibitor of each pair of the survey.
    An exhibitor stands for all its products: it holds the meetings. A pair of demand and exhibitor is worth its best product's chance
    that both accept.
    """
    if not len(survey.i):
        return survey, Balanced({}, {})
    market = _Market(survey, exhibitors)
    fitted = market.fit()
    of_demand = dict(zip(market.demands, (fitted.beta_ * fitted.log_a_).tolist(), strict=True))
    of_exhibitor = dict(zip(market.exhibitors, (fitted.beta_ * fitted.log_b_ + fitted.lift_).tolist(), strict=True))
    found = {(side, ident): value for side, some in (("buyer", of_demand), ("exhibitor", of_exhibitor)) for ident, value in some.items()}
    return survey.ordered(*market.orders(of_demand, of_exhibitor)), Balanced(found, market.told(fitted))


def keep(expo_id: int, found: Mapping[tuple[str, int], float]) -> None:
    """Write the potentials of an expo in the place of its old ones. Commits nothing."""
    db.session.execute(sa.delete(Potential).where(Potential.expo_id == expo_id))
    if found:
        db.session.execute(sa.insert(Potential), [
            {"expo_id": expo_id, "side": side, "subject_id": ident, "value": value} for (side, ident), value in found.items()])


class _Market:
    """The pairs of an expo as arrays: rows are demands, columns exhibitors."""

    def __init__(self, survey: "Survey", exhibitors: "np.ndarray"):
        import numpy as np

        from ..engine.matching.balance import worth

        chances = 1 / (1 + np.exp(-survey.odds))
        self.worth, self.bands = worth(chances[:, 0], chances[:, 1]), survey.level
        demands, self.row = np.unique(survey.i, return_inverse=True)
        columns, self.col = np.unique(exhibitors, return_inverse=True)
        self.demands, self.exhibitors = [survey.demands[at].id for at in demands.tolist()], columns.tolist()

    def fit(self) -> Any:
        import numpy as np

        from ..engine.matching.balance import Balance

        pair, at = np.unique(self.row.astype(np.int64) * len(self.exhibitors) + self.col, return_inverse=True)
        best = np.zeros(len(pair))
        np.maximum.at(best, at, self.worth)
        rows, cols = np.divmod(pair, len(self.exhibitors))
        return Balance(floor=FLOOR).fit(rows, cols, best, best, len(self.demands), len(self.exhibitors), protected=self._protected())

    def _protected(self) -> Any:
        import numpy as np

        least = least_developed()
        found = set()
        for start in range(0, len(self.exhibitors), AT_ONCE):
            some = self.exhibitors[start:start + AT_ONCE]
            found |= {row.id for row in db.session.execute(sa.select(Company.id, Company.size, Company.country).where(Company.id.in_(some)))
                      if row.size in SMALL or row.country in least}
        return np.array([ident in found for ident in self.exhibitors])

    def orders(self, of_demand: dict[int, float], of_exhibitor: dict[int, float]) -> "tuple[np.ndarray, np.ndarray]":
        """Return what the buyers' and the exhibitors' lists are sorted by, one entry a pair."""
        import numpy as np

        for_buyer = self.worth + np.array([of_exhibitor[ident] for ident in self.exhibitors])[self.col]
        for_exhibitor = self.worth + np.array([of_demand[ident] for ident in self.demands])[self.row]
        return _with_variety(for_buyer, self.row, self.col, self.bands), for_exhibitor

    def told(self, fitted: Any) -> dict[str, float]:
        """Return what the balance did: matches to expect, evenness and who is never shown, each with and without it."""
        plain, even, floor = (fitted.exposure(kind=kind) for kind in ("reciprocal", "balanced", "floor"))
        return {"matches_reciprocal": plain.matches, "matches": floor.matches, "gini_reciprocal": plain.gini, "gini": floor.gini,
                "without_reciprocal": plain.without, "without": floor.without, "price_of_floor": even.matches - floor.matches,
                "rounds": fitted.n_iter_, "floor": FLOOR, "protected": int(fitted.protected_.sum()),
                "protected_without_before": int(fitted.protected_[even.nothing].sum()),
                "protected_without": int(fitted.protected_[floor.nothing].sum()),
                "demands": len(self.demands), "exhibitors": len(self.exhibitors)}


def _with_variety(order: Any, owners: Any, companies: Any, bands: Any) -> Any:
    """Return the orders lowered just so far that sorting by them gives each owner's list with variety (``ranker.varied``)."""
    import numpy as np

    from ..engine.matching.ranker import varied

    out = order.copy()
    ranked = np.lexsort((np.arange(len(order)), -order, owners))
    for some in np.split(ranked, np.flatnonzero(np.diff(owners[ranked])) + 1):
        above = np.inf
        for at in some[varied(companies[some].tolist(), bands[some].tolist())]:
            out[at] = above = min(out[at], np.nextafter(above, -np.inf))
    return out
