"""Editions of official tables: which are in use, and what a draft changes against them. One mechanism for all kinds of lines."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ...infra.db import db, one
from ...permissions import Actor, ensure
from ...trade.schema import Touch
from .. import goods
from ..models import Edition, HsLine, RateRow
from ..states import State
from .nomenclature import keeps

NEW, CHANGED, GONE, BAD = "new", "changed", "gone", "bad"
RATES = ("duty", "tax", "positive", "catalogue", "exchange")


@dataclass(frozen=True, slots=True)
class Lines:
    """How lines of a kind are compared: their table, what makes a line the same line, what it says, and what names it on a page."""

    model: Any
    key: str
    says: tuple[str, ...]
    named: tuple[str, ...]


HS = Lines(HsLine, "code", ("en", "zh"), ("code",))
RATE = Lines(RateRow, "key", ("share", "amount", "unit", "valid_to", "note"), ("code", "basis", "scheme", "origin", "valid_from"))


def lines_of(version: Edition) -> Lines:
    """Return how the lines of an edition are compared."""
    return HS if version.kind == "hs" else RATE


def in_use(kind: str, part: str = "") -> Edition | None:
    """Return the edition of a kind and part that is in use, if one is."""
    return db.session.scalar(sa.select(Edition).where(Edition.kind == kind, Edition.part == part, Edition.state == State.CURRENT))


def table_for(actor: Actor, version_id: int) -> Edition:
    """Return a table of any kind for who keeps the reference; raise ``NotFound``."""
    ensure(keeps(actor))
    return one(sa.select(Edition).where(Edition.id == version_id))


def tables(actor: Actor) -> list[Edition]:
    """Return the rate tables, those in use first, then the newest. Raises ``NotFound`` for strangers."""
    ensure(keeps(actor))
    place = sa.case((Edition.state == State.CURRENT, 0), (Edition.state.in_((State.DRAFT, State.READING, State.REFUSED)), 1), else_=2)
    return list(db.session.scalars(sa.select(Edition).where(Edition.kind.in_(RATES)).order_by(place, Edition.id.desc()).limit(200)))


def parts_in_use() -> list[str]:
    """Return the names of the parts that have a table, for whoever loads the next one."""
    query = sa.select(Edition.part).where(Edition.kind.in_(RATES), Edition.part != "").distinct()
    return list(db.session.scalars(query.order_by(Edition.part)))


def differences(version: Edition, kind: str) -> sa.Select:
    """Return the query of what ``version`` brings against the edition of its part that is in use.

    Rows have what names a line, what it says, and as ``<name>_before`` what it said. ``kind`` is ``new``, ``changed`` or ``gone`` (in use,
    and not in ``version``).
    """
    how = lines_of(version)
    ours, theirs = aliased(how.model), aliased(how.model)
    present = sa.select(Edition.id).where(
        Edition.kind == version.kind, Edition.part == version.part, Edition.state == State.CURRENT).scalar_subquery()
    mine, other = getattr(ours, how.key), getattr(theirs, how.key)
    names = [getattr(theirs if kind == GONE else ours, name).label(name) for name in how.named]
    now = [(sa.null() if kind == GONE else getattr(ours, name)).label(name) for name in how.says]
    before = [getattr(theirs, name).label(f"{name}_before") for name in how.says]
    if kind == GONE:
        missing = ~sa.exists().where(ours.version_id == version.id, mine == other)
        return sa.select(*names, *now, *before).where(theirs.version_id == present, missing).order_by(other)
    query = sa.select(*names, *now, *before).where(ours.version_id == version.id)
    same = sa.and_(theirs.version_id == present, other == mine)
    if kind == NEW:
        return query.outerjoin(theirs, same).where(theirs.id.is_(None)).order_by(mine)
    differs = sa.or_(*(getattr(ours, name).is_distinct_from(getattr(theirs, name)) for name in how.says))
    return query.join(theirs, same).where(differs).order_by(mine)


def table_lines(version: Edition) -> sa.Select:
    """Return the query of the lines of a table as they stand, in the shape of ``differences``."""
    how = lines_of(version)
    names = [getattr(how.model, name) for name in (*how.named, *how.says)]
    return sa.select(*names).where(how.model.version_id == version.id).order_by(getattr(how.model, how.key))


def counts(version: Edition) -> dict[str, int]:
    """Return how many lines are new, changed and gone, and how many rows are bad."""
    found = {kind: db.session.scalar(sa.select(sa.func.count()).select_from(differences(version, kind).order_by(None).subquery())) or 0
             for kind in (NEW, CHANGED, GONE)}
    return found | {BAD: version.bad_count}


def touched_by(version: Edition, expo_ids: Collection[int] | None) -> list[goods.Goods]:
    """Return the products that putting ``version`` in use, or out of it, concerns: by customs code, and by origin where lines name one.

    For a table that is in use these are the products that any of its lines concerns. Exchange rates concern all products.
    """
    shown = goods.shown(expo_ids) if version.kind != "hs" else []
    if version.kind == "exchange":
        return shown
    heads = {product.hs[:4] for product in shown if len(product.hs) >= 4}
    lines = _concerned(version, heads) if heads else []
    by_origin: dict[str, set[str]] = {}
    for code, origin in lines:
        by_origin.setdefault(origin, set()).add(code)
    touches = [Touch(frozenset({origin}) if origin else None, frozenset(codes)) for origin, codes in by_origin.items()]
    return [product for product in shown if any(touch.concerns(product.hs, product.origin) for touch in touches)]


def _concerned(version: Edition, heads: set[str]) -> list[tuple[str, str]]:
    """Return (code, origin) of the lines that differ, or of all when the table is in use, under some headings."""
    wanted = sorted(heads)[:1500]
    if version.state == State.CURRENT:
        query = sa.select(RateRow.code, RateRow.origin).where(RateRow.version_id == version.id, RateRow.heading.in_(wanted)).distinct()
        return [tuple(row) for row in db.session.execute(query)]
    found: set[tuple[str, str]] = set()
    for kind in (NEW, CHANGED, GONE):
        rows = differences(version, kind).order_by(None).subquery()
        found |= {tuple(row) for row in db.session.execute(
            sa.select(rows.c.code, rows.c.origin).where(sa.func.substr(rows.c.code, 1, 4).in_(wanted)).distinct())}
    return sorted(found)
