"""The lists of one expo: from the chances of both sides and what others compete for to the orders that are stored.

An exhibitor stands for all its products: it holds the meetings. A pair of demand and exhibitor is worth its best product's chance that
both accept; other products of the exhibitor stand below it by as much as they are worth less. Then variety: of the first ten of a list
at most three are of one company, while others of its band are there.
"""

import numpy as np

from matchmaker.engine.matching.balance import Balance, worth
from matchmaker.engine.matching.survey import Survey
from matchmaker.engine.matching.variety import with_variety


class Market:
    """The pairs of a survey as arrays: rows are demands, columns exhibitors. `exhibitors`: the exhibitor of each pair.

    `demands` and `exhibitors` are the ids of rows and columns. After `fit`: `balance_`, `best_` (of each of its pairs the place of the
    best product in the survey), `of_demand_` and `of_exhibitor_` (id -> what a pair that comes later gains in the lists of products and
    of demands), `survey_` (in its new orders).
    """

    def __init__(self, survey: Survey, exhibitors: np.ndarray):
        self.survey = survey
        chances = 1 / (1 + np.exp(-survey.odds))
        self.worth = worth(chances[:, 0], chances[:, 1])
        demands, self.row = np.unique(survey.i, return_inverse=True)
        columns, self.col = np.unique(exhibitors, return_inverse=True)
        self.demands, self.exhibitors = [survey.demands[at].id for at in demands.tolist()], columns.tolist()

    def fit(self, protected: np.ndarray | None = None, floor: int = 0) -> "Market":
        """Balance the lists. `protected`: bool, the exhibitors that get at least `floor` places."""
        pair, at = np.unique(self.row.astype(np.int64) * len(self.exhibitors) + self.col, return_inverse=True)
        order = np.lexsort((-self.worth, at))
        self.best_ = order[np.searchsorted(at[order], np.arange(len(pair)))]
        best = self.worth[self.best_]
        rows, cols = np.divmod(pair, len(self.exhibitors))
        fitted = Balance(floor=floor).fit(rows, cols, best, best, len(self.demands), len(self.exhibitors), protected=protected)
        self.balance_ = fitted
        self.of_demand_ = dict(zip(self.demands, (fitted.beta_ * fitted.log_a_).tolist(), strict=True))
        self.of_exhibitor_ = dict(zip(self.exhibitors, (fitted.beta_ * fitted.log_b_ + fitted.lift_).tolist(), strict=True))
        below = self.worth - best[at]
        for_buyer = fitted.for_row_[at] + fitted.lift_[self.col] + below
        self.survey_ = self.survey.ordered(with_variety(for_buyer, self.row, self.col, self.survey.level), fitted.for_col_[at] + below)
        return self

    def told(self) -> dict[str, float]:
        """What the balance did: matches to expect, evenness and who is never shown, each with and without it."""
        fitted = self.balance_
        plain, even, floor = (fitted.exposure(kind=kind) for kind in ("reciprocal", "balanced", "floor"))
        return {"matches_reciprocal": plain.matches, "matches": floor.matches, "gini_reciprocal": plain.gini, "gini": floor.gini,
                "without_reciprocal": plain.without, "without": floor.without, "price_of_floor": even.matches - floor.matches,
                "rounds": fitted.n_iter_, "floor": fitted.floor, "protected": int(fitted.protected_.sum()),
                "protected_without_before": int(fitted.protected_[even.nothing].sum()),
                "protected_without": int(fitted.protected_[floor.nothing].sum()),
                "demands": len(self.demands), "exhibitors": len(self.exhibitors)}
