"""What people do with matches, kept for learning: one row for each company, pair and kind."""

import logging
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from .. import clock
from ..infra.db import apart, db, insert
from .models import Feedback, Recommendation

PATIENCE = 0.2  # seconds
ONCE = frozenset({"shown", "opened"})  # the first counts; of anything else the last
_PAIR = ("company_id", "demand_id", "product_id", "kind")


def note(company_id: int, kind: str, *, demand_id: int, product_id: int, expo_id: int, reason: str = "",
         value: float | None = None) -> None:
    """Keep what the company did with a stored match. Of a pair without a stored match nothing can be learned: it is left out."""
    row = _stored(expo_id, demand_id, product_id)
    if row is None or company_id not in (row.buyer_id, row.exhibitor_id):
        return
    _write([_values(company_id, row, kind, expo_id, demand_id, product_id) | {"reason": reason, "value": value}], kind)


def shown(company_id: int, expo_id: int, rows: Iterable[Any], first: int) -> None:
    """Keep that the rows of a list were shown, the first at position ``first``. The first time counts.

    Called by pages that are read (GET): a named exception of the rule that they write nothing.
    """
    places = {(row.demand_id, row.product_id): place for place, row in enumerate(rows, first)}
    for pair in _pairs_among(Feedback, places, Feedback.company_id == company_id, Feedback.kind == "shown"):
        places.pop((pair.demand_id, pair.product_id), None)
    found = _pairs_among(Recommendation, places, Recommendation.expo_id == expo_id) if places else []
    values = [_values(company_id, row, "shown", expo_id, *pair) | {"position": places[pair]}
              for row in found if (pair := (row.demand_id, row.product_id)) in places]
    if values:
        _write_apart(values, "shown")


def opened(company_id: int, expo_id: int, demand_id: int, product_id: int) -> None:
    """Keep that a match was opened; the first time counts. Called by a page that is read, as ``shown`` is."""
    row = _stored(expo_id, demand_id, product_id)
    if row is not None:
        _write_apart([_values(company_id, row, "opened", expo_id, demand_id, product_id)], "opened")


def forget_hidden(company_id: int, demand_id: int, product_id: int) -> None:
    """Take back a refusal that was taken back."""
    db.session.execute(sa.delete(Feedback).where(
        Feedback.company_id == company_id, Feedback.demand_id == demand_id, Feedback.product_id == product_id, Feedback.kind == "hidden"))


def forget_reason(company_id: int, expo_id: int, reason: str) -> int:
    """Take back all refusals of a company at an expo that had this reason; return how many there were."""
    return db.session.execute(sa.delete(Feedback).where(
        Feedback.company_id == company_id, Feedback.expo_id == expo_id, Feedback.kind == "hidden", Feedback.reason == reason)).rowcount


def refusals(company_id: int, expo_id: int) -> dict[str, int]:
    """Return {reason: how many matches the company hid for it at the expo}, the most frequent first."""
    count = sa.func.count()
    rows = db.session.execute(
        sa.select(Feedback.reason, count).where(
            Feedback.company_id == company_id, Feedback.expo_id == expo_id, Feedback.kind == "hidden")
        .group_by(Feedback.reason).order_by(count.desc(), Feedback.reason))
    return dict(rows.all())


def _stored(expo_id: int, demand_id: int, product_id: int) -> Any:
    return db.session.execute(
        sa.select(Recommendation.buyer_id, Recommendation.exhibitor_id, Recommendation.signals, Recommendation.model)
        .where(Recommendation.demand_id == demand_id, Recommendation.product_id == product_id, Recommendation.expo_id == expo_id)).first()


def _pairs_among(table: Any, pairs: Iterable[tuple[int, int]], *more: sa.ColumnElement[bool]) -> list[Any]:
    """Return rows of a table whose demand and product are among those of ``pairs`` (crossed: callers look the pair up)."""
    columns = [table.demand_id, table.product_id]
    if table is Recommendation:
        columns += [Recommendation.buyer_id, Recommendation.exhibitor_id, Recommendation.signals, Recommendation.model]
    return list(db.session.execute(sa.select(*columns).where(
        table.demand_id.in_({pair[0] for pair in pairs}), table.product_id.in_({pair[1] for pair in pairs}), *more)))


def _values(company_id: int, row: Any, kind: str, expo_id: int, demand_id: int, product_id: int) -> dict[str, Any]:
    buyer = company_id == row.buyer_id
    return {"expo_id": expo_id, "company_id": company_id, "other_id": row.exhibitor_id if buyer else row.buyer_id, "demand_id": demand_id,
            "product_id": product_id, "side": "buyer" if buyer else "exhibitor", "kind": kind, "reason": "", "value": None,
            "position": None, "signals": row.signals, "model": row.model, "at": clock.now()}


def _write_apart(values: list[dict[str, Any]], kind: str) -> None:
    """Write in a transaction of its own: a page reads one snapshot, which on SQLite cannot turn into a write while others write.

    One sight more or less is not worth a reader's wait: where another writer does not let us in soon, it is left out.
    """
    try:
        with apart(patience=PATIENCE) as session:
            _write(values, kind, session)
    except OperationalError:
        logging.getLogger(__name__).info("a sight was not kept: the database is busy")


def _write(values: list[dict[str, Any]], kind: str, session: Session | None = None) -> None:
    row = insert(Feedback, session)
    if kind in ONCE:
        statement = row.on_conflict_do_nothing()
    else:
        new = {name: row.excluded[name] for name in ("reason", "value", "signals", "model", "at")}
        statement = row.on_conflict_do_update(index_elements=_PAIR, set_=new)
    (session or db.session).execute(statement, values)
