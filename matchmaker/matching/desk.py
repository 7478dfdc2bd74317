"""What the trade desk knows of products and demands, for the engine's records: cost, entry, evidence. Asked once for all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from ..engine.matching.records import Evidence, Worth
from ..green import queries as green
from ..landed import queries as landed
from ..passports import queries as passports
from ..reference import queries as reference
from ..trade import carriage, codes
from ..trade.bills import Yuan
from ..trade.entry import CUSTOMS_MODES, Passport, roads_closed
from ..trade.gates import State
from ..trade.rulebook import Rulebook

ONE = Decimal(1)
AT_ONCE = 1000  # products whose costs and passports are in memory


@dataclass(frozen=True, slots=True)
class Desk:
    """Rules and exchange rates of a day."""

    on: date
    book: Rulebook
    exchange: Mapping[str, Yuan]

    def worth(self, currency: str, incoterm: str, origin: str = "") -> Worth | None:
        """Return what amounts in a currency under an Incoterm are worth at the border; None where rate or terms are not known.

        A price with duties paid (DDP) holds taxes that are not known apart, so it compares with none.
        """
        rate = ONE if currency == "CNY" else getattr(self.exchange.get(currency), "yuan", None)
        if rate is None or incoterm not in carriage.LACKS or incoterm == carriage.DUTY_PAID:
            return None
        assumed = carriage.shares(incoterm, origin, "", self.on, self.book)
        return Worth(rate * carriage.factor(assumed))


def of_day(on: date) -> Desk:
    """Return the desk of a day."""
    return Desk(on, reference.rulebook(), landed.yuan(on))


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a product; see ``engine.matching.records.Supply``."""

    worth: Worth | None
    saving: float | None
    entry: Mapping[str, date]
    roads_closed: frozenset[str]
    evidence: Evidence | None


def of_products(rows: Sequence[Any], on: date) -> dict[int, Known]:
    """Return what is known of products, by id; ``rows`` have their id, currency, Incoterm and origin.

    A great expo has 100,000 of them and few kinds: passports are in memory for ``AT_ONCE``, and what is equal is kept once.
    """
    here, found = of_day(on), {}
    once: dict[Any, Any] = {}
    for start in range(0, len(rows), AT_ONCE):
        for ident, known in _known(rows[start:start + AT_ONCE], here).items():
            entry = once.setdefault(tuple(known.entry.items()), known.entry)
            found[ident] = replace(known, worth=once.setdefault(known.worth, known.worth), entry=entry)
    return found


def _known(rows: Sequence[Any], here: Desk) -> dict[int, Known]:
    ids, on = [row.id for row in rows], here.on
    costs, levels = landed.costs(ids, on), green.levels(ids, on)
    goods = passports.goods(ids, on)
    papers = passports.of_goods(goods, on)
    return {row.id: Known(
        here.worth(row.currency, row.incoterm, row.origin), _saving(costs.get(row.id)), _entry(papers[row.id], on),
        roads_closed(papers[row.id], goods[row.id].listing), _evidence(levels.get(row.id))) for row in rows}


def _saving(cost: landed.UnitCost | None) -> float | None:
    """Return the share of the landed cost by the MFN rate that the best scheme spares."""
    if cost is None or cost.saving is None or cost.high is None or cost.saving <= 0:
        return None
    return float(cost.saving / (cost.high + cost.saving))


def _entry(passport: Passport, on: date) -> dict[str, date]:
    """Return, for customs modes whose day is known, the first day from which the goods may typically be sold by them."""
    found: dict[str, date] = {}
    for road, modes in CUSTOMS_MODES.items():
        view = passport.roads[road]
        day = on if view.state is State.YES else max(on, view.latest) if view.state is State.NOT_YET and view.latest else None
        if day is not None:
            found |= dict.fromkeys(modes, day)
    return found


def asked(level: str) -> Evidence | None:
    """Return the level of evidence that a demand asks for; None where it asks for none."""
    return _evidence(codes.green_rank(level))


def _evidence(level: int | None) -> Evidence | None:
    """Nothing said is unknown, not bad."""
    return Evidence(level) if level else None
