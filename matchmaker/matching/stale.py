"""What is to be matched anew: rows that changes left in their own transactions, read at one moment."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from ..demands.models import Demand
from ..infra.db import db
from . import load
from .models import Recommendation, StaleMatch
from .rules import is_most


@dataclass(slots=True)
class Todo:
    """What is stale at one moment: demands and products with the ids of the rows that say so."""

    demands: dict[int, list[int]] = field(default_factory=dict)
    products: dict[int, list[int]] = field(default_factory=dict)
    whole: list[int] = field(default_factory=list)
    spreading: set[tuple[str, int]] = field(default_factory=set)  # ("demand" | "product", id): changed itself

    def __bool__(self) -> bool:
        return bool(self.demands or self.products or self.whole)

    def rows(self) -> list[int]:
        """Return the ids of all rows read."""
        return [*self.whole, *(ident for ids in (*self.demands.values(), *self.products.values()) for ident in ids)]


def todo(expo_id: int) -> Todo:
    """Return what is stale at the expo now."""
    found = Todo()
    for row in db.session.execute(sa.select(StaleMatch.id, StaleMatch.demand_id, StaleMatch.product_id, StaleMatch.spreads)
                                  .where(StaleMatch.expo_id == expo_id).order_by(StaleMatch.id)):
        for side, ident, named in (("demand", row.demand_id, found.demands), ("product", row.product_id, found.products)):
            if ident is not None:
                named.setdefault(ident, []).append(row.id)
                if row.spreads:
                    found.spreading.add((side, ident))
        if row.demand_id is None and row.product_id is None:
            found.whole.append(row.id)
    return found


def is_whole(expo_id: int, todo: Todo, model: str) -> bool:
    """Tell whether the whole expo is to be matched: asked for, most of it changed, or stored matches are not of this model."""
    sheets = sum(db.session.scalar(sa.select(sa.func.count()).select_from(ids(expo_id).subquery())) or 0
                 for ids in (load.published_demands, load.published_products))
    if todo.whole or is_most(len(todo.spreading), sheets):
        return True
    marked = sa.select(StaleMatch.demand_id).where(StaleMatch.expo_id == expo_id, StaleMatch.demand_id.is_not(None))
    return db.session.scalar(sa.select(Recommendation.id).where(
        Recommendation.expo_id == expo_id, Recommendation.model != model, Recommendation.demand_id.not_in(marked)).limit(1)) is not None


def mark_all_demands(expo_id: int, todo: Todo) -> None:
    """Turn the wish for a whole refresh into one row per demand, so that a run that is killed goes on where it was."""
    published = load.published_demands(expo_id)
    forget(todo.rows())
    db.session.execute(sa.delete(Recommendation).where(Recommendation.expo_id == expo_id, Recommendation.demand_id.not_in(published)))
    if wanted := db.session.scalars(published.order_by(Demand.id)).all():
        db.session.execute(sa.insert(StaleMatch), [
            {"expo_id": expo_id, "demand_id": ident, "product_id": None, "spreads": False} for ident in wanted])


def forget(rows: Sequence[int]) -> None:
    """Delete these rows: what they named is matched, or named by others."""
    for start in range(0, len(rows), 500):
        db.session.execute(sa.delete(StaleMatch).where(StaleMatch.id.in_(rows[start:start + 500])))
