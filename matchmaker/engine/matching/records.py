"""What the matcher is told and what it says: plain records, unknown is None or empty. Imports nothing heavy."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

Band = Literal["strong", "good", "possible"]
BANDS: tuple[Band, ...] = ("strong", "good", "possible")


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount in a unit as the company wrote it (`kg`, `pcs`, `carton`, `箱`)."""

    amount: Decimal
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Price:
    """A price or budget band per unit. Either end may be open; without currency and unit it compares with nothing."""

    low: Decimal | None = None
    high: Decimal | None = None
    currency: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A kind of certificate (`MSC`, `FSC`, `GACC`) and the last day it is valid, if known."""

    kind: str
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Supply:
    """A product card. `roads` are the roads to market it offers, `roads_closed` those that the law closes to it."""

    id: int
    company_id: int
    expo_id: int
    title: str
    section: str | None = None
    hs: str | None = None
    text: str = ""
    lang: str = ""
    translations: Mapping[str, str] = field(default_factory=dict)
    specs: tuple[tuple[str, str], ...] = ()
    brand: str | None = None
    origin: str | None = None
    moq: Quantity | None = None
    price: Price | None = None
    incoterm: str | None = None
    port: str | None = None
    lead_time_days: int | None = None
    monthly_capacity: Quantity | None = None
    channels: tuple[str, ...] = ()
    roads: tuple[str, ...] = ()
    roads_closed: frozenset[str] = frozenset()
    certificates: tuple[Certificate, ...] = ()
    languages: tuple[str, ...] = ()
    blocked_company_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Demand:
    """A demand sheet. `roads` are those the buyer can take; empty means any."""

    id: int
    company_id: int
    expo_id: int
    title: str
    section: str | None = None
    hs: str | None = None
    text: str = ""
    lang: str = ""
    translations: Mapping[str, str] = field(default_factory=dict)
    specs: tuple[tuple[str, str], ...] = ()
    quantity_first: Quantity | None = None
    quantity_year: Quantity | None = None
    budget: Price | None = None
    incoterm: str | None = None
    port: str | None = None
    origins_wanted: tuple[str, ...] = ()
    origins_excluded: tuple[str, ...] = ()
    certificates_must: tuple[str, ...] = ()
    certificates_nice: tuple[str, ...] = ()
    window_from: date | None = None
    window_to: date | None = None
    channels: tuple[str, ...] = ()
    roads: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    blocked_company_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Reason:
    """Something known about the pair. `weight` is its share of the score in log-odds.

    Above 0 it speaks for the pair, 0 is said and not counted (`shared_words`), below 0 it speaks against; pages list
    those of at least 0.
    """

    code: str
    weight: float
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gap:
    """Something known that stands between the two sides and could be closed. `weight` is at most 0."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Match:
    """A pair worth showing.

    `score` (0 to 100) orders matches and is no probability: before there is feedback only `band` is shown.
    Ranks count from 1; None where that side's list was not asked for or does not reach the pair.
    """

    supply_id: int
    demand_id: int
    score: float
    band: Band
    reasons: tuple[Reason, ...] = ()
    gaps: tuple[Gap, ...] = ()
    rank_for_demand: int | None = None
    rank_for_supply: int | None = None
