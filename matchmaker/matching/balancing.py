"""Both sides, no crowd: the order of lists at one expo, from the chances of both sides and from what others compete for.

A whole refresh finds the equilibrium of all stored pairs (``engine.matching.balance``) and writes every pair's order. Between two of
them a new pair takes the potentials of its demand and exhibitor as they are: one addition.
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from ..companies.models import Company
from ..infra.db import db
from ..trade.agreements import least_developed
from .models import Potential, Recommendation

FLOOR = 3  # places in the first ten of buyers' lists for an exhibitor that is small or from a least developed country
SMALL = ("micro", "small")
AT_ONCE = 2000


def potentials(expo_id: int) -> tuple[dict[int, float], dict[int, float]]:
    """Return {demand id: what its pairs gain in lists of demands} and {exhibitor id: the same in lists of products}."""
    found: tuple[dict[int, float], dict[int, float]] = ({}, {})
    for row in db.session.execute(sa.select(Potential.side, Potential.subject_id, Potential.value).where(Potential.expo_id == expo_id)):
        found[row.side == "exhibitor"][row.subject_id] = row.value
    return found


def balance(expo_id: int, chunk: Callable[[], None]) -> dict[str, float]:
    """Find the potentials of an expo anew and write them and the order of its pairs; return how even the lists are.

    An exhibitor stands for all its products: it holds the meetings. A pair of demand and exhibitor is worth its best product's chance
    that both accept. ``chunk`` commits what is done so far, so that others are not kept waiting: orders of which a part is old do no harm.
    """
    market = _Market(expo_id)
    if not market.size:
        db.session.execute(sa.delete(Potential).where(Potential.expo_id == expo_id))
        return {}
    fitted = market.fit()
    of_demand = dict(zip(market.demands, (fitted.beta_ * fitted.log_a_).tolist(), strict=True))
    of_exhibitor = dict(zip(market.exhibitors, (fitted.beta_ * fitted.log_b_ + fitted.lift_).tolist(), strict=True))
    db.session.execute(sa.delete(Potential).where(Potential.expo_id == expo_id))
    db.session.execute(sa.insert(Potential), [
        {"expo_id": expo_id, "side": side, "subject_id": ident, "value": value}
        for side, found in (("buyer", of_demand), ("exhibitor", of_exhibitor)) for ident, value in found.items()])
    chunk()
    market.write(of_demand, of_exhibitor, chunk)
    return market.told(fitted)


class _Market:
    """The stored pairs of an expo as arrays: rows are demands, columns exhibitors."""

    def __init__(self, expo_id: int):
        import numpy as np

        from ..engine.matching.balance import worth

        rows = db.session.execute(
            sa.select(Recommendation.id, Recommendation.demand_id, Recommendation.exhibitor_id, Recommendation.odds_buyer,
                      Recommendation.odds_exhibitor, Recommendation.band)
            .where(Recommendation.expo_id == expo_id).order_by(Recommendation.id)).all()
        self.size, self.expo_id = len(rows), expo_id
        if not rows:
            return
        self.ids, demand, exhibitor, odds_buyer, odds_exhibitor, self.bands = (np.array(column) for column in zip(*rows, strict=True))
        self.worth = worth(1 / (1 + np.exp(-odds_buyer)), 1 / (1 + np.exp(-odds_exhibitor)))
        demands, self.row = np.unique(demand, return_inverse=True)
        exhibitors, self.col = np.unique(exhibitor, return_inverse=True)
        self.demands, self.exhibitors = demands.tolist(), exhibitors.tolist()

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
        found = {row.id for row in db.session.execute(
            sa.select(Company.id, Company.size, Company.country)
            .where(Company.id.in_(sa.select(Recommendation.exhibitor_id).where(Recommendation.expo_id == self.expo_id))))
            if row.size in SMALL or row.country in least}
        return np.array([ident in found for ident in self.exhibitors])

    def write(self, of_demand: dict[int, float], of_exhibitor: dict[int, float], chunk: Callable[[], None]) -> None:
        """Write the order of every pair, many at a time."""
        import numpy as np

        for_buyer = self.worth + np.array([of_exhibitor[ident] for ident in self.exhibitors])[self.col]
        for_exhibitor = self.worth + np.array([of_demand[ident] for ident in self.demands])[self.row]
        for_buyer = _with_variety(for_buyer, self.row, self.col, self.bands)
        rows = [{"id": ident, "order_buyer": first, "order_exhibitor": second}
                for ident, first, second in zip(self.ids.tolist(), for_buyer.tolist(), for_exhibitor.tolist(), strict=True)]
        for start in range(0, len(rows), AT_ONCE):
            db.session.execute(sa.update(Recommendation), rows[start:start + AT_ONCE])
            chunk()

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
