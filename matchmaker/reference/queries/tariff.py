"""Rates and exchange rates of the tables in use, as the pure records of ``trade``."""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import sqlalchemy as sa

from ...infra.db import db
from ...trade.rates import Basis, RateLine, Rates
from .. import stamps
from ..models import Edition, RateRow
from ..states import State

MOST_HEADINGS = 2000  # headings whose lines a process keeps; HS 2022 has 1,228
AT_ONCE = 400
_headings: OrderedDict[tuple[str, str], tuple[RateLine, ...]] = OrderedDict()
_whole: dict[str, Rates] = {}


class Exchange(NamedTuple):
    """What one unit of a currency is worth: ``yuan``, from ``day`` on, by ``source``."""

    yuan: Decimal
    day: date | None
    source: str
    sample: bool


def rates(codes: Iterable[str] | None = None, on: date | None = None) -> Rates:
    """Return the lines that concern ``codes`` (customs codes, digits), with those of shorter and of longer codes; None: all lines.

    With ``on`` only the lines that hold on that day. Kept in memory by heading until a table changes.
    """
    word = stamps.word(stamps.RATES)
    if not word:
        return Rates((), version="none")
    if codes is None:
        whole = _whole.get(word)
        if whole is None:
            _whole.clear()
            whole = _whole[word] = Rates(_lines(_query()), version=word, complete=_complete(word))
        return whole if on is None else Rates((line for line in whole if line.holds(on)), version=word, complete=whole.complete)
    found = _of_headings(word, {head for code in codes if code for head in (code[:2], code[:4])})
    return Rates((line for line in found if on is None or line.holds(on)), version=word, complete=_complete(word))


def _complete(word: str) -> frozenset[Basis]:
    """Return the bases of which a table is in use that somebody has compared with the official one: what it lacks, there is not."""
    key = word, "complete"
    lines = _headings.get(key)
    if lines is None:
        found = db.session.scalars(sa.select(RateRow.basis).join(Edition, Edition.id == RateRow.version_id).where(
            Edition.state == State.CURRENT, Edition.verified, ~Edition.sample).distinct())
        lines = _keep(key, tuple(RateLine("", Basis(basis)) for basis in found))
    return frozenset(line.basis for line in lines)


def exchange(on: date) -> dict[str, Exchange]:
    """Return {currency: what one unit is worth in yuan}, by the latest rate known on a day. A currency without one is not there.

    An official rate goes before a sample, whatever their days. The yuan itself is not in the list.
    """
    word = stamps.word(stamps.RATES)
    if not word:
        return {}
    found: dict[str, RateLine] = {}
    for line in sorted(_exchange_lines(word), key=lambda line: (not line.sample, line.valid_from or date.min)):
        if line.amount and line.holds(on):
            found[line.code] = line
    return {code: Exchange(line.amount or Decimal(0), line.valid_from, line.source, line.sample) for code, line in found.items()}


def _exchange_lines(word: str) -> tuple[RateLine, ...]:
    key = word, "exchange"
    lines = _headings.get(key)
    return lines if lines is not None else _keep(key, tuple(_lines(_query(exchange=True))))


def _of_headings(word: str, heads: set[str]) -> Iterator[RateLine]:
    found = {head: lines for head in heads if (lines := _headings.get((word, head))) is not None}
    missing = sorted(heads - set(found))
    for start in range(0, len(missing), AT_ONCE):
        several = missing[start:start + AT_ONCE]
        lines = defaultdict(list)
        for line in _lines(_query().where(RateRow.heading.in_(several))):
            lines[line.code[:4]].append(line)
        for head in several:
            found[head] = _keep((word, head), tuple(lines[head]))
    for head in sorted(found):
        yield from found[head]


def _keep(key: tuple[str, str], lines: tuple[RateLine, ...]) -> tuple[RateLine, ...]:
    while len(_headings) >= MOST_HEADINGS:
        _headings.popitem(last=False)
    _headings[key] = lines
    return lines


def _query(*, exchange: bool = False) -> sa.Select:
    """Return the rows of the tables in use, in the order in which the later goes before the earlier: samples first."""
    kind = Edition.kind == "exchange" if exchange else Edition.kind != "exchange"
    return sa.select(RateRow, Edition).join(Edition, Edition.id == RateRow.version_id).where(Edition.state == State.CURRENT, kind).order_by(
        Edition.sample.desc(), Edition.valid_from.nulls_first(), Edition.applied_at, RateRow.id)


def _lines(query: sa.Select) -> Iterator[RateLine]:
    for row, table in db.session.execute(query).yield_per(5000):
        yield RateLine(
            row.code, Basis(row.basis), row.share, row.amount, row.unit, row.scheme, row.origin, row.valid_from or table.valid_from,
            row.valid_to or table.valid_to, row.note, table.source, table.edition, table.verified, table.sample)
