"""Sheets as columns: what the signals and stops compare, as arrays that are built once and read for many pairs.

A name (a unit, a country, a certificate) is a number, the same in every process; 0 is "not said". A set is a row of such
numbers, filled up with 0. Amounts are floats in the base of their unit, nan where not said.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from matchmaker.engine.matching.records import Demand, Price, Quantity, Supply, Worth
from matchmaker.engine.matching.specification import SpecTable, wanted
from matchmaker.engine.matching.units import in_base, kind_of

NO_DAY, NO_END = np.iinfo(np.int32).min, np.iinfo(np.int32).max
CODE_DIGITS = (2, 4, 6)


@lru_cache(100_000)
def number_of(name: str) -> int:
    """A number for a name, without regard to case and space around it; 0 for an empty one."""
    written = name.strip().lower()
    return int.from_bytes(hashlib.blake2b(written.encode("utf-8", "replace"), digest_size=7).digest(), "big") + 1 if written else 0


def _names(values: Iterable[str | None]) -> np.ndarray:
    return np.array([number_of(value or "") for value in values], np.int64)


def _sets(rows: Sequence[Sequence[int]]) -> np.ndarray:
    """Rows of numbers, each filled up with 0 to the longest (at least one)."""
    out = np.zeros((len(rows), max(1, *map(len, rows)) if len(rows) else 1), np.int64)
    for at, row in enumerate(rows):
        out[at, :len(row)] = row
    return out


def _name_sets(rows: Iterable[Iterable[str]]) -> np.ndarray:
    return _sets([[number for number in dict.fromkeys(map(number_of, row)) if number] for row in rows])


def _floats(values: Iterable[Decimal | int | None]) -> np.ndarray:
    return np.array([np.nan if value is None else float(value) for value in values])


def _amounts(quantities: Iterable[Quantity | None]) -> tuple[np.ndarray, np.ndarray]:
    """Amounts in their base and the kinds of their units; nan and 0 where nothing compares."""
    based = [in_base(quantity) for quantity in quantities]
    return _floats(one and one[0] for one in based), _names(one and one[1] for one in based)


def _days(days: Iterable[date | None]) -> np.ndarray:
    return np.array([NO_DAY if day is None else day.toordinal() for day in days], np.int64)


def _codes(sheets: Sequence[Demand | Supply]) -> np.ndarray:
    """Customs codes as numbers of their first 2, 4 and 6 digits, 0 where the code is shorter, (n, 3)."""
    return np.array([[int(sheet.hs[:n]) if sheet.hs and len(sheet.hs) >= n and sheet.hs[:n].isascii() and sheet.hs[:n].isdigit() else 0
                      for n in CODE_DIGITS] for sheet in sheets], np.int64).reshape(-1, 3)


def counted_end(price: Price, *, least: bool) -> Decimal | None:
    """The end of a band that counts: the lower of a price (`least`), the upper of a budget; the other where that is open."""
    first, second = (price.low, price.high) if least else (price.high, price.low)
    return first if first is not None else second


def _money(prices: Sequence[Price | None], *, least: bool) -> tuple[np.ndarray, np.ndarray]:
    """The end of each band that counts, and what it is counted in."""
    amounts = _floats(None if price is None else counted_end(price, least=least) for price in prices)
    return amounts, _names(f"{price.currency}/{price.unit.strip()}" if price and price.currency.strip() and price.unit.strip() else ""
                           for price in prices)


def _worths(prices: Sequence[tuple[Price | None, Worth | None]], *, least: bool) -> tuple[np.ndarray, np.ndarray]:
    """The end of each band that counts in yuan at the border for one base of its unit, and that unit's kind; nan and 0 where not known."""
    amounts, kinds = [], []
    for price, worth in prices:
        end = counted_end(price, least=least) if price is not None and worth is not None else None
        kind, many = kind_of(price.unit) if price is not None and end is not None else ("", Decimal(1))
        amounts.append(worth.of(end) / many if worth is not None and end is not None and kind else None)
        kinds.append(kind)
    return _floats(amounts), _names(kinds)


class Members:
    """Sets of company ids of any size, one a row, for `has`."""

    def __init__(self, rows: Iterable[Iterable[int]]):
        self.keys = np.unique(np.array([_key(at, member) for at, row in enumerate(rows) for member in row], np.int64))

    def has(self, rows: np.ndarray, members: np.ndarray) -> np.ndarray:
        """Whether the set of each row holds the member beside it."""
        if not len(self.keys):
            return np.zeros(len(rows), bool)
        keys = (rows.astype(np.int64) << 32) | members
        at = np.searchsorted(self.keys, keys)
        return self.keys[np.minimum(at, len(self.keys) - 1)] == keys


def _key(row: int, member: int) -> int:
    return (row << 32) | member


class SupplyColumns:
    """Products as columns, each made when it is first read."""

    def __init__(self, supplies: Sequence[Supply]):
        self.sheets = list(supplies)

    company = cached_property(lambda self: np.array([supply.company_id for supply in self.sheets], np.int64))
    expo = cached_property(lambda self: np.array([supply.expo_id for supply in self.sheets], np.int64))
    blocked = cached_property(lambda self: Members(supply.blocked_company_ids for supply in self.sheets))
    section = cached_property(lambda self: _names(supply.section for supply in self.sheets))
    hs = cached_property(lambda self: _codes(self.sheets))
    origin = cached_property(lambda self: _names(supply.origin for supply in self.sheets))
    _moq = cached_property(lambda self: _amounts(supply.moq for supply in self.sheets))
    moq, moq_kind = property(lambda self: self._moq[0]), property(lambda self: self._moq[1])
    _monthly = cached_property(lambda self: _amounts(supply.monthly_capacity for supply in self.sheets))
    monthly, monthly_kind = property(lambda self: self._monthly[0]), property(lambda self: self._monthly[1])
    _price = cached_property(lambda self: _money([supply.price for supply in self.sheets], least=True))
    price, price_in = property(lambda self: self._price[0]), property(lambda self: self._price[1])
    incoterm = cached_property(lambda self: _names(supply.incoterm for supply in self.sheets))
    _worth = cached_property(lambda self: _worths([(supply.price, supply.worth) for supply in self.sheets], least=True))
    worth, worth_in = property(lambda self: self._worth[0]), property(lambda self: self._worth[1])
    saving = cached_property(lambda self: _floats(supply.saving for supply in self.sheets))
    lead_days = cached_property(lambda self: _floats(supply.lead_time_days for supply in self.sheets))
    roads = cached_property(lambda self: _name_sets(supply.roads for supply in self.sheets))
    roads_closed = cached_property(lambda self: _name_sets(sorted(supply.roads_closed) for supply in self.sheets))
    entry_roads = cached_property(lambda self: _sets([[number_of(road) for road in supply.entry] for supply in self.sheets]))
    entry_days = cached_property(lambda self: _sets([[day.toordinal() for day in supply.entry.values()] for supply in self.sheets]))
    evidence = cached_property(lambda self: _floats(supply.evidence for supply in self.sheets))
    languages = cached_property(lambda self: _name_sets(supply.languages for supply in self.sheets))
    _held = cached_property(lambda self: [lasting(supply) for supply in self.sheets])
    certificates = cached_property(lambda self: _sets([list(one) for one in self._held]))
    certified_until = cached_property(lambda self: _sets([list(one.values()) for one in self._held]))
    specs = cached_property(lambda self: SpecTable(self.sheets))

    def read(self) -> None:
        """Make all columns now."""
        for name, made in vars(SupplyColumns).items():
            if isinstance(made, cached_property):
                getattr(self, name)

    def __len__(self) -> int:
        return len(self.sheets)


def lasting(supply: Supply) -> dict[int, int]:
    """{certificate: the last day on which one of that kind is valid}; without a day it is taken to last."""
    out: dict[int, int] = {}
    for certificate in supply.certificates:
        number = number_of(certificate.kind)
        ends = certificate.expires_on.toordinal() if certificate.expires_on else NO_END
        out[number] = max(ends, out.get(number, 0))
    out.pop(0, None)
    return out


class DemandColumns:
    """Demands as columns, each made when it is first read."""

    def __init__(self, demands: Sequence[Demand]):
        self.sheets = list(demands)

    company = cached_property(lambda self: np.array([demand.company_id for demand in self.sheets], np.int64))
    expo = cached_property(lambda self: np.array([demand.expo_id for demand in self.sheets], np.int64))
    blocked = cached_property(lambda self: Members(demand.blocked_company_ids for demand in self.sheets))
    section = cached_property(lambda self: _names(demand.section for demand in self.sheets))
    hs = cached_property(lambda self: _codes(self.sheets))
    origins_wanted = cached_property(lambda self: _name_sets(demand.origins_wanted for demand in self.sheets))
    origins_excluded = cached_property(lambda self: _name_sets(demand.origins_excluded for demand in self.sheets))
    _first = cached_property(lambda self: _amounts(demand.quantity_first for demand in self.sheets))
    first, first_kind = property(lambda self: self._first[0]), property(lambda self: self._first[1])
    _year = cached_property(lambda self: _amounts(demand.quantity_year for demand in self.sheets))
    year, year_kind = property(lambda self: self._year[0]), property(lambda self: self._year[1])
    _budget = cached_property(lambda self: _money([demand.budget for demand in self.sheets], least=False))
    budget, budget_in = property(lambda self: self._budget[0]), property(lambda self: self._budget[1])
    incoterm = cached_property(lambda self: _names(demand.incoterm for demand in self.sheets))
    _worth = cached_property(lambda self: _worths([(demand.budget, demand.worth) for demand in self.sheets], least=False))
    worth, worth_in = property(lambda self: self._worth[0]), property(lambda self: self._worth[1])
    evidence = cached_property(lambda self: _floats(demand.evidence for demand in self.sheets))
    window_to = cached_property(lambda self: _days(demand.window_to for demand in self.sheets))
    needed_until = cached_property(lambda self: _days(demand.window_to or demand.window_from for demand in self.sheets))
    roads = cached_property(lambda self: _name_sets(demand.roads for demand in self.sheets))
    languages = cached_property(lambda self: _name_sets(demand.languages for demand in self.sheets))
    must = cached_property(lambda self: _name_sets(demand.certificates_must for demand in self.sheets))
    nice = cached_property(lambda self: _name_sets(
        [kind for kind in demand.certificates_nice if kind not in demand.certificates_must] for demand in self.sheets))
    wanted = cached_property(lambda self: [wanted(demand.specs) for demand in self.sheets])

    def __len__(self) -> int:
        return len(self.sheets)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Rows `i` of demands with rows `j` of products; `today` is None where time is not to count."""

    demands: DemandColumns
    supplies: SupplyColumns
    i: np.ndarray
    j: np.ndarray
    today: date | None = None

    def __len__(self) -> int:
        return len(self.i)

    def of(self, demand_column: str, supply_column: str) -> tuple[np.ndarray, np.ndarray]:
        """A column of each side, one entry a pair."""
        return getattr(self.demands, demand_column).take(self.i, 0), getattr(self.supplies, supply_column).take(self.j, 0)

    def take(self, mask: np.ndarray) -> "Pairs":
        """The pairs of a mask or an index."""
        return Pairs(self.demands, self.supplies, self.i[mask], self.j[mask], self.today)

    def sheets(self, at: int) -> tuple[Demand, Supply]:
        """The two sheets of one pair."""
        return self.demands.sheets[self.i[at]], self.supplies.sheets[self.j[at]]


def side_by_side(demands: Sequence[Demand], supplies: Sequence[Supply], today: date | None = None) -> Pairs:
    """The first demand with the first product, the second with the second, and so on."""
    each = np.arange(len(demands))
    return Pairs(DemandColumns(demands), SupplyColumns(supplies), each, each, today)


Compare = Callable[[Pairs], np.ndarray]
Facts = dict[str, Any]
