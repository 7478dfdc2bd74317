"""Records and formulas of landed cost: what is asked, the steps of the answer, duty and taxes under one scheme.

Published formulas (source ``CALC`` of ``data/sources.json``), in yuan:

* customs value = CIF; duty = customs value x rate, or quantity x yuan per unit, or both
* consumption tax = (customs value + duty + q) / (1 - rate) x rate + q, where q = quantity x yuan per unit (0 for ad valorem goods)
* VAT = (customs value + duty + anti-dumping and countervailing duty + consumption tax) x rate
* cross-border retail inside the limits: duty x ``duty_share`` (0), VAT and consumption tax as above x ``tax_share`` (0.7)

Every step is rounded to 0.01 yuan, half up, for the whole consignment; totals add the rounded steps. A rate that is not known makes the
total unknown; the steps that are known are still there. Where the code is too short, or the price is a band, every figure is a span.
:func:`matchmaker.trade.landed.landed_cost` puts them together.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from .charges import NOTHING, ONE, ZERO, Charge, Span, Standing, Tariff, least_sure
from .origin import Choice, Open, Scheme
from .rates import RateLine
from .rulebook import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FEN: Final = Decimal("0.01")
GENERAL_TRADE: Final = "0110"
RETAIL_ROADS: Final = frozenset({"1210", "1239", "9610"})
YUAN: Final = "CNY"


class Yuan(NamedTuple):
    """What one unit of a currency is worth: ``yuan``, from ``day`` on, by ``source``."""

    yuan: Decimal
    day: date | None
    source: str
    sample: bool


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What is asked: goods, price, way and day.

    ``price`` to ``price_high`` is for one unit, in ``currency``; ``freight`` and ``insurance`` for the whole consignment, in the same.
    ``measures`` are amounts in one priced unit ({"kg": 6}), for rates by unit. ``sold_at`` names the expo's series where the goods are
    exhibits sold there. For cross-border retail: the consumer's price of one unit in yuan, how many are in one order, and what the
    consumer has spent this year.
    """

    code: str
    origin: str
    on: date
    price: Decimal | None
    currency: str
    incoterm: str
    quantity: Decimal = ONE
    price_high: Decimal | None = None
    road: str = GENERAL_TRADE
    way: str = ""
    freight: Decimal | None = None
    insurance: Decimal | None = None
    measures: "Mapping[str, Decimal]" = field(default_factory=lambda: MappingProxyType({}))
    in_quota: bool = False
    sold_at: str = ""
    zone: str = ""
    retail_price: Decimal | None = None
    order_items: int = 1
    spent: Decimal = ZERO

    def amounts(self) -> dict[str, Decimal]:
        """Return the consignment's amounts by unit."""
        return {unit: amount * self.quantity for unit, amount in self.measures.items()}


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the ladder. ``amount`` None is unknown.

    ``kind``: price, to_port, freight, insurance, customs_value, duty, additional, dumping, consumption, vat. ``customs_value`` is a sum
    of those before it, every other step is added. ``part`` is the part of a tax that is due (retail: 0.7; relief: 0).
    """

    kind: str
    amount: Span | None
    standing: Standing
    charges: tuple[Charge, ...] = ()
    lines: tuple[RateLine, ...] = ()
    scheme: Scheme | None = None
    rule: Rule | None = None
    share: Decimal | None = None
    part: Decimal = ONE
    foreign: Span | None = None


SUM: Final = "customs_value"  # the step that adds up those before it


@dataclass(frozen=True, slots=True)
class Bill:
    """Duty and taxes under one scheme: what the base bars draw. ``total`` is the landed cost of the consignment; None: unknown."""

    scheme: Scheme
    duty: Span
    total: Span | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Landed:
    """The answer. All amounts are yuan for the consignment; ``per_unit`` divides.

    ``total`` None: something that blocks is not known, see ``open``; ``known`` is then the sum of the steps that are known. ``confirmed``
    is the total without rules that nobody has verified, where it differs (None: it does not, or is unknown). ``saving`` is the MFN total
    less ours. ``stops`` say why the road is closed (codes), ``notes`` what must be said beside the figure (codes).
    """

    inquiry: Inquiry
    steps: tuple[Step, ...]
    total: Span | None
    known: Span
    bill: Bill | None = None
    bills: tuple[Bill, ...] = ()
    confirmed: Span | None = None
    saving: Span | None = None
    open: tuple[Open, ...] = ()
    stops: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    exchange: Yuan | None = None
    choice: Choice | None = None

    @property
    def standing(self) -> Standing:
        """The least sure standing of its steps; UNKNOWN without a total."""
        return least_sure(step.standing for step in self.steps) if self.total else Standing.UNKNOWN

    @property
    def sample(self) -> bool:
        """Tell whether any rate or exchange rate behind it is a sample."""
        return bool(self.exchange and self.exchange.sample) or any(line.sample for step in self.steps for line in step.lines)

    def per_unit(self, amount: Span | None) -> Span | None:
        """Return an amount for one unit, to 0.0001 yuan."""
        if amount is None:
            return None
        return Span(*((end / self.inquiry.quantity).quantize(Decimal("0.0001"), ROUND_HALF_UP) for end in amount))

    def in_currency(self, amount: Span | None) -> Span | None:
        """Return an amount of yuan in the seller's currency, to 0.01; None where the exchange rate is not known."""
        if amount is None or self.exchange is None:
            return None
        return Span(*((end / self.exchange.yuan).quantize(FEN, ROUND_HALF_UP) for end in amount))


def fen(amount: Span) -> Span:
    """Return an amount rounded to 0.01 yuan, half up."""
    return Span(*(end.quantize(FEN, ROUND_HALF_UP) for end in amount))


def add_up(steps: "Iterable[Step]") -> Span:
    """Return the sum of the known steps."""
    total = NOTHING
    for step in steps:
        if step.kind != SUM and step.amount is not None:
            total = total.plus(step.amount)
    return total


@dataclass(frozen=True, slots=True)
class Taxes:
    """The taxes behind a bill: consumption tax and VAT of the code, and the parts of duty and of taxes that are due.

    ``consumption`` None with ``taxed`` false: the goods bear none; with ``taxed`` true it is not known. ``freed`` is the rule that
    sets what is due, where one does.
    """

    consumption: Tariff | None
    taxed: bool
    vat: Tariff | None
    duty_part: Decimal = ONE
    consumption_part: Decimal = ONE
    vat_part: Decimal = ONE
    freed: Rule | None = None

    def vouched(self, *standings: Standing) -> Standing:
        """Return the least sure of the standings and of the rule that sets what is due."""
        if self.freed is None:
            return least_sure(standings)
        return least_sure((*standings, Standing.RULE if self.freed.verified else Standing.UNVERIFIED))


def bill(scheme: Scheme, value: Span, on_top: "Iterable[Scheme]", taxes: Taxes, measures: "Mapping[str, Decimal]") -> Bill | None:
    """Return duty and taxes on a customs value under a scheme; None where the duty is by a unit that is not known."""
    duty = scheme.tariff.on(value, measures)
    if duty is None:
        return None
    steps = [_due("duty", fen(duty), scheme, taxes, taxes.duty_part)]
    full, dumping = fen(duty), NOTHING
    for more in on_top:
        extra = more.tariff.on(value, measures)
        kind = "dumping" if more.basis == "AD_CVD" else "additional"
        steps.append(_due(kind, fen(extra) if extra else None, more, taxes, taxes.duty_part))
        if extra and kind == "dumping":
            dumping = dumping.plus(fen(extra))
        elif extra:
            full = full.plus(fen(extra))
    due = Span(*(end * taxes.duty_part for end in full))
    consumption = _consumption(value.plus(due), taxes, measures)
    steps.append(_tax("consumption", consumption, taxes.consumption, taxes, taxes.consumption_part))
    vat = None
    if consumption and taxes.vat:
        base = value.plus(due).plus(Span(*(end * taxes.duty_part for end in dumping))).plus(consumption)
        vat = taxes.vat.on(base, measures)
    steps.append(_tax("vat", fen(vat) if vat else None, taxes.vat, taxes, taxes.vat_part))
    known = all(step.amount is not None for step in steps)
    return Bill(scheme, duty, value.plus(add_up(steps)) if known else None, tuple(steps))


def _due(kind: str, amount: Span | None, scheme: Scheme, taxes: Taxes, part: Decimal) -> Step:
    due = fen(Span(*(end * part for end in amount))) if amount else None
    standing = Standing.UNKNOWN if due is None else taxes.vouched(scheme.standing)
    return Step(kind, due, standing, scheme.tariff.charges, scheme.tariff.lines, scheme, taxes.freed or scheme.rule, part=part)


def _tax(kind: str, amount: Span | None, found: Tariff | None, taxes: Taxes, part: Decimal) -> Step:
    if amount is None:
        return Step(kind, None, Standing.UNKNOWN)
    due = fen(Span(*(end * part for end in amount)))
    if found is None:
        return Step(kind, due, taxes.vouched(Standing.TABLE), part=part)
    return Step(kind, due, taxes.vouched(found.standing), found.charges, found.lines, rule=taxes.freed, part=part)


def _consumption(value: Span, taxes: Taxes, measures: "Mapping[str, Decimal]") -> Span | None:
    """The consumption tax in full, on customs value and duty; None where it is not known."""
    if taxes.consumption is None:
        return None if taxes.taxed else NOTHING
    found = [consumption_tax(charge, value, measures) for charge in taxes.consumption.charges]
    if None in found:
        return None
    known = [span for span in found if span]
    return fen(Span(min(span.low for span in known), max(span.high for span in known)))


def consumption_tax(charge: Charge, value: Span, measures: "Mapping[str, Decimal]") -> Span | None:
    """Return the tax of one charge by the composite assessable value; None where its unit is not known."""
    by_unit = ZERO
    if charge.amount:
        measure = measures.get(charge.unit)
        if measure is None:
            return None
        by_unit = charge.amount * measure
    return Span(*((end + by_unit) / (ONE - charge.share) * charge.share + by_unit for end in value))
