"""For each gap the smallest change, by either side that can make it, that closes it; and how far it lifts the pair.

A change is what a proposal says: one field of one sheet, for this pair only. Its lift is not read off the gap's weight but computed
anew: the signals that read the field, on the changed sheets, through the same model.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from types import MappingProxyType
from typing import Any, cast

import numpy as np

from matchmaker.engine.matching.columns import NO_END, lasting, number_of, side_by_side
from matchmaker.engine.matching.dealability import DealModel
from matchmaker.engine.matching.records import Certificate, Change, Demand, Gap, Quantity, Repair, Supply, Weights
from matchmaker.engine.matching.signals import AT, READS, SIGNALS
from matchmaker.engine.matching.units import in_base, kind_of

FINEST = Decimal("0.0001")  # amounts are kept with four places


def _in_unit(base: Decimal, unit: str, rounding: str) -> Quantity | None:
    """An amount of the base in the unit of a company, rounded to the side that closes the gap; None where nothing would be left."""
    amount = (base / kind_of(unit)[1]).quantize(FINEST, rounding)
    return Quantity(amount, unit) if amount > 0 else None


def _minimum_order(demand: Demand, supply: Supply, gap: Gap, today: date | None) -> Iterator[Change]:
    first, moq = demand.quantity_first, supply.moq
    wanted, least = in_base(first), in_base(moq)
    if first and moq and wanted and least:
        yield Change("supply", "moq", _in_unit(wanted[0], moq.unit, ROUND_FLOOR))
        yield Change("demand", "quantity_first", _in_unit(least[0], first.unit, ROUND_CEILING))


def _capacity(demand: Demand, supply: Supply, gap: Gap, today: date | None) -> Iterator[Change]:
    year, month = demand.quantity_year, supply.monthly_capacity
    wanted, made = in_base(year), in_base(month)
    if year and month and wanted and made:
        yield Change("supply", "monthly_capacity", _in_unit(wanted[0] / 12, month.unit, ROUND_CEILING))
        yield Change("demand", "quantity_year", _in_unit(12 * made[0], year.unit, ROUND_FLOOR))


def _price(demand: Demand, supply: Supply, gap: Gap, today: date | None) -> Iterator[Change]:
    budget, asked = demand.budget, supply.price
    if budget and asked:
        most, least = gap.params["budget"], gap.params["price"]
        if gap.params.get("converted"):
            most, least = _across(demand, supply, most, least)
        yield Change("supply", "price", replace(asked, low=most) if most > 0 else None)
        yield Change("demand", "budget", replace(budget, high=least) if least > 0 else None)


def _across(demand: Demand, supply: Supply, most: Decimal, least: Decimal) -> tuple[Decimal, Decimal]:
    """The budget in the terms of the price, and the price in those of the budget, each rounded to the side that closes the gap."""
    ours, theirs, asked, budget = supply.worth, demand.worth, supply.price, demand.budget
    assert ours and theirs and asked and budget  # noqa: S101 (what was converted has them)
    many = kind_of(asked.unit)[1] / kind_of(budget.unit)[1]  # how many of the budget's unit are in one of the price's
    return (ours.back(theirs.of(most) * many).quantize(FINEST, ROUND_FLOOR),
            theirs.back(ours.of(least) / many).quantize(FINEST, ROUND_CEILING))


def _window(demand: Demand, supply: Supply, gap: Gap, today: date | None) -> Iterator[Change]:
    if today is not None and demand.window_to is not None:
        if (days := (demand.window_to - today).days) > 0:
            yield Change("supply", "lead_time_days", days)
        yield Change("demand", "window_to", gap.params["ready_on"])


def _missing(demand: Demand, supply: Supply, gap: Gap, today: date | None) -> Iterator[Change]:
    kinds = gap.params["kinds"]
    yield Change("supply", "certificates", (*supply.certificates, *(Certificate(kind) for kind in kinds)))
    missing = {number_of(kind) for kind in kinds}
    yield Change("demand", "certificates_must", tuple(kind for kind in demand.certificates_must if number_of(kind) not in missing))


def _expires(demand: Demand, supply: Supply, gap: Gap, today: date | None) -> Iterator[Change]:
    """Every required certificate that ends too early is renewed until it is needed."""
    until, must, ends = gap.params["needed_until"], {number_of(kind) for kind in demand.certificates_must}, lasting(supply)
    yield Change("supply", "certificates", tuple(
        replace(one, expires_on=until) if number_of(one.kind) in must and one.expires_on and one.expires_on < until
        and ends.get(number_of(one.kind), NO_END) < until.toordinal() else one for one in supply.certificates))


def _road(demand: Demand, supply: Supply, gap: Gap, today: date | None) -> Iterator[Change]:
    opened = [road for road in demand.roads if road not in supply.roads_closed]
    if opened:
        yield Change("supply", "roads", (*supply.roads, opened[0]))
    offered = [road for road in supply.roads if road not in supply.roads_closed]
    if offered:
        yield Change("demand", "roads", (*demand.roads, offered[0]))


def _entry(demand: Demand, supply: Supply, gap: Gap, today: date | None) -> Iterator[Change]:
    """The buyer takes another road that is open in time, or the goods later."""
    past = today is not None and today > gap.params["needed_by"]  # no road is in time any more
    sooner = [road for road, day in supply.entry.items() if not past and day <= gap.params["needed_by"] and road not in supply.roads_closed]
    if demand.roads and sooner:
        yield Change("demand", "roads", (*demand.roads, min(sooner, key=lambda road: (supply.entry[road], road))))
    if demand.window_to is not None:
        yield Change("demand", "window_to", gap.params["ready_on"])


def _evidence(demand: Demand, supply: Supply, gap: Gap, today: date | None) -> Iterator[Change]:
    yield Change("supply", "evidence", demand.evidence)
    yield Change("demand", "evidence", supply.evidence or None)


CHANGES: Mapping[str, Callable[[Demand, Supply, Gap, date | None], Iterator[Change]]] = MappingProxyType({
    "minimum_order": _minimum_order, "capacity": _capacity, "price": _price, "window": _window, "certificate_missing": _missing,
    "certificate_expires": _expires, "road": _road, "entry": _entry, "evidence": _evidence})


def changes_for(demand: Demand, supply: Supply, gap: Gap, today: date | None) -> list[Change]:
    """The changes that would close a gap, the exhibitor's first; none where nobody can."""
    make = CHANGES.get(gap.code)
    return [change for change in make(demand, supply, gap, today) if change.value is not None] if make else []


class _Changed:
    """A sheet that reads otherwise in one field: to make columns of, many times cheaper than another record."""

    __slots__ = ("_change", "_sheet")

    def __init__(self, sheet: Any, change: Change):
        self._sheet, self._change = sheet, change

    def __getattr__(self, name: str) -> Any:
        return self._change.value if name == self._change.field else getattr(self._sheet, name)


def changed_values(sheets: Sequence[tuple[Demand, Supply]], changes: Sequence[Sequence[Change]], values: np.ndarray,
                   today: date | None) -> np.ndarray:
    """The signals of pairs after their changes: those that read a changed field are computed anew, (n, k)."""
    after = []
    for (demand, supply), some in zip(sheets, changes, strict=True):
        for change in some:
            if change.side == "demand":
                demand = cast(Demand, _Changed(demand, change))
            else:
                supply = cast(Supply, _Changed(supply, change))
        after.append((demand, supply))
    fields = [{change.field for change in some} for some in changes]
    out = values.copy()
    for name, reads in READS.items():
        touched = [at for at, some in enumerate(fields) if not reads.isdisjoint(some)]
        if touched:
            sheets_after = [after[at] for at in touched]
            pairs = side_by_side([demand for demand, _ in sheets_after], [supply for _, supply in sheets_after], today)
            out[touched, AT[name]] = SIGNALS[name](pairs)
    return out


def repairs_of(found: Sequence[tuple[Demand, Supply, Sequence[Gap]]], values: np.ndarray, model: DealModel,
               today: date | None) -> list[tuple[Repair, ...]]:
    """The repairs of many pairs at once, with what each lifts; those that lift neither side are left out."""
    tried: list[tuple[int, Gap, Change, Any]] = []
    for row, (demand, supply, gaps) in enumerate(found):
        tried += [(row, gap, change, getattr(demand if change.side == "demand" else supply, change.field))
                  for gap in gaps for change in changes_for(demand, supply, gap, today)]
    out: list[list[Repair]] = [[] for _ in found]
    if not tried:
        return [() for _ in found]
    rows = np.array([row for row, *_ in tried])
    after = changed_values([found[row][:2] for row, *_ in tried], [[change] for _, _, change, _ in tried], values[rows], today)
    lifts = model.log_odds(after) - model.log_odds(values[rows])
    for (row, gap, change, before), lift in zip(tried, lifts, strict=True):
        if lift.max() > 0:
            out[row].append(Repair(gap.code, change, before, Weights(float(lift[0]), float(lift[1]))))
    return [tuple(some) for some in out]
