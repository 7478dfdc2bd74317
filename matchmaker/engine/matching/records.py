"""What the matcher is told and what it says: plain records, unknown is None or empty. Imports nothing heavy."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import IntEnum
from typing import Any, Literal, NamedTuple

Band = Literal["strong", "good", "possible"]
Side = Literal["buyer", "exhibitor"]  # the side that is asked
Task = Literal["interest", "acceptance", "intention"]
BANDS: tuple[Band, ...] = ("strong", "good", "possible")
SIDES: tuple[Side, ...] = ("buyer", "exhibitor")
ACTS = ("opened", "saved", "asked", "hidden")  # what a reader does with a line, but for passing over it


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


class Evidence(IntEnum):
    """How well a green claim is proven; each level includes those below it."""

    NONE = 0
    CLAIMED = 1
    DOCUMENT = 2
    THIRD_PARTY = 3
    REGISTER = 4


class Worth(NamedTuple):
    """What makes amounts of different currencies and Incoterms comparable: yuan at the Chinese border = `factor` · amount + `extra`.

    Both are per unit of the sheet's own price; `extra` is freight and insurance that do not hang on the price.
    """

    factor: Decimal
    extra: Decimal = Decimal(0)

    def of(self, amount: Decimal) -> Decimal:
        """The amount in yuan at the border."""
        return self.factor * amount + self.extra

    def back(self, yuan: Decimal) -> Decimal:
        """The amount that is worth so many yuan at the border."""
        return (yuan - self.extra) / self.factor


@dataclass(frozen=True, slots=True)
class Supply:
    """A product card. `roads` are the roads to market it offers, `roads_closed` those that the law closes to it.

    `entry` has, for roads of which it is known, the first day from which the product may be sold by it. `saving` is the share of the
    landed cost that the best agreement spares against the most-favoured-nation rate.
    """

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
    worth: Worth | None = None
    saving: float | None = None
    roads: tuple[str, ...] = ()
    roads_closed: frozenset[str] = frozenset()
    entry: Mapping[str, date] = field(default_factory=dict)
    evidence: Evidence | None = None
    certificates: tuple[Certificate, ...] = ()
    languages: tuple[str, ...] = ()
    blocked_company_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Demand:
    """A demand sheet. `roads` are those the buyer can take; empty means any. `evidence` is what it asks of green claims."""

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
    worth: Worth | None = None
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
    evidence: Evidence | None = None
    languages: tuple[str, ...] = ()
    blocked_company_ids: frozenset[int] = frozenset()


class Weights(NamedTuple):
    """A share in the log-odds that the buyer, and that the exhibitor, accepts if it is asked."""

    buyer: float = 0.0
    exhibitor: float = 0.0

    @classmethod
    def both(cls, value: float) -> "Weights":
        """The same share for both sides."""
        return cls(value, value)

    @property
    def mean(self) -> float:
        """What lists of reasons are ordered by."""
        return (self.buyer + self.exhibitor) / 2

    def of(self, side: Side) -> float:
        """The share of one side."""
        return self.buyer if side == "buyer" else self.exhibitor


NOTHING = Weights()


@dataclass(frozen=True, slots=True)
class Reason:
    """Something known about the pair; `weights` say how much it moves each side.

    A weight above 0 speaks for the pair, 0 is said and not counted (`shared_words`), below 0 speaks against.
    """

    code: str
    weights: Weights = NOTHING
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def weight(self) -> float:
        """The mean of both sides."""
        return self.weights.mean


@dataclass(frozen=True, slots=True)
class Gap:
    """Something known that stands between the two sides and could be closed."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    weights: Weights = NOTHING

    @property
    def weight(self) -> float:
        """The mean of both sides."""
        return self.weights.mean


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one sheet said otherwise, for one pair only (agreed terms).

    `field` and `value` are those of `Supply` or `Demand`: `Change("supply", "moq", Quantity(Decimal(500), "carton"))`.
    """

    side: Literal["supply", "demand"]
    field: str
    value: Any

    def apply(self, demand: Demand, supply: Supply) -> tuple[Demand, Supply]:
        """The two sheets with the change made. Raises TypeError for a field that the sheet has not."""
        if self.side == "demand":
            return replace(demand, **{self.field: self.value}), supply
        return demand, replace(supply, **{self.field: self.value})


@dataclass(frozen=True, slots=True)
class Repair:
    """The smallest change of one side that closes the gap of code `gap`.

    `before` is the field as it is; `lift` how much the log-odds of each side rise, computed anew with the change.
    """

    gap: str
    change: Change
    before: Any
    lift: Weights


@dataclass(frozen=True, slots=True)
class Match:
    """A pair worth showing.

    `fit` is the mean log-odds of both sides on the uncalibrated scale; bands cut it. `bases` and the weights of reasons
    and gaps add up to `log_odds(side)`, which is calibrated where the model is. `signals` holds the known values only.
    Lists are sorted by `order_for_demand` and `order_for_supply` (both sides' wishes and what others compete for), highest
    first. Ranks count from 1; None where that side's list was not asked for or does not reach the pair.
    """

    supply_id: int
    demand_id: int
    fit: float
    band: Band
    bases: Weights = NOTHING
    reasons: tuple[Reason, ...] = ()
    gaps: tuple[Gap, ...] = ()
    repairs: tuple[Repair, ...] = ()
    signals: Mapping[str, float] = field(default_factory=dict)
    order_for_demand: float = 0.0
    order_for_supply: float = 0.0
    rank_for_demand: int | None = None
    rank_for_supply: int | None = None

    def log_odds(self, side: Side) -> float:
        """The log-odds that this side accepts when asked: the base and all that is said, added up."""
        reasons, gaps = (one.weights.of(side) for one in self.reasons), (one.weights.of(side) for one in self.gaps)
        return math.fsum((self.bases.of(side), *reasons, *gaps))

    def chance(self, side: Side) -> float:
        """The probability that this side accepts when asked; shown only where the model is calibrated."""
        return logistic(self.log_odds(side))

    @property
    def score(self) -> float:
        """`fit` on a scale of 0 to 100: an order, no probability."""
        return round(100 * logistic(self.fit), 3)


@dataclass(frozen=True, slots=True)
class Answer:
    """One observation to learn from: what `side` did when a pair with these `signals` was before it.

    interest    the reader acted on (opened, saved, asked) or passed over or hid what was shown at `position` (from 1);
    acceptance  the side was asked and accepted (1) or declined (0);
    intention   the meeting was held and gave an intention (1) or none (0).

    Answers of one `group` (a demand, a company) are never split between learning and measuring. `pair` names the demand and product
    that it is about: what both sides did with the same pair is told by it. `act` is what the reader did with what was shown, one of ACTS;
    empty where it passed over or where no more than the label is known.
    """

    side: Side
    task: Task
    label: float
    signals: Mapping[str, float]
    weight: float = 1.0
    position: int | None = None
    group: str = ""
    at: date | None = None
    pair: str = ""
    act: str = ""


def logistic(log_odds: float) -> float:
    """The probability of log-odds, for any finite number."""
    if log_odds >= 0:
        return 1 / (1 + math.exp(-log_odds))
    grown = math.exp(log_odds)
    return grown / (1 + grown)
