"""Both sides, no crowd: the order of lists at one expo, from the chances of both sides and from what others compete for.

A whole refresh balances all pairs that may be shown (``engine.matching.market``) before the first of each list are stored. Between two
of them a new pair takes the potentials of its demand and exhibitor as they are: one addition.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

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
    """
    if not len(survey.i):
        return survey, Balanced({}, {})
    from ..engine.matching.market import Market

    market = Market(survey, exhibitors)
    market.fit(_protected(market.exhibitors), FLOOR)
    found = {("buyer", ident): value for ident, value in market.of_demand_.items()}
    found |= {("exhibitor", ident): value for ident, value in market.of_exhibitor_.items()}
    return market.survey_, Balanced(found, market.told())


def keep(expo_id: int, found: Mapping[tuple[str, int], float]) -> None:
    """Write the potentials of an expo in the place of its old ones. Commits nothing."""
    db.session.execute(sa.delete(Potential).where(Potential.expo_id == expo_id))
    if found:
        db.session.execute(sa.insert(Potential), [
            {"expo_id": expo_id, "side": side, "subject_id": ident, "value": value} for (side, ident), value in found.items()])


def _protected(exhibitors: list[int]) -> "np.ndarray":
    """Return which of the exhibitors the floor is for."""
    import numpy as np

    least, found = least_developed(), set()
    for start in range(0, len(exhibitors), AT_ONCE):
        some = exhibitors[start:start + AT_ONCE]
        found |= {row.id for row in db.session.execute(sa.select(Company.id, Company.size, Company.country).where(Company.id.in_(some)))
                  if row.size in SMALL or row.country in least}
    return np.array([ident in found for ident in exhibitors])
