"""What the pages of landed cost draw: ladder, base bars, saving, questions and notes, all in the reader's words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _

from .. import i18n
from ..trade.bills import SUM, Bill, Landed
from ..trade.charges import Span
from ..trade.rulebook import Rule
from . import sentences
from .queries import UnitCost


@dataclass(frozen=True, slots=True)
class Rung:
    """A line of the ladder."""

    label: str
    formula: str
    basis: str
    standing: str
    standing_word: str
    amount: str
    kind: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A base on the common scale: parts in percent of the longest."""

    name: str
    rate: str
    note: str
    best: bool
    total: str
    value: float
    duty: float
    tax: float


@dataclass(frozen=True, slots=True)
class Ladder:
    """A landed cost, ready to be drawn. ``unit`` is for one priced unit."""

    total: str
    unit: str
    foreign: str
    known: str
    rungs: list[Rung]
    bars: list[Bar]
    scheme: str
    rate: str
    proof: str
    saving: str
    saving_unit: str
    confirmed: str
    check: str
    questions: list[tuple[str, str, bool]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    stops: list[str] = field(default_factory=list)
    sample: bool = False
    basis: str = ""


def ladder(found: Landed, rules: dict[str, Rule]) -> Ladder:
    """Return a landed cost in the reader's words."""
    asked, bill = found.inquiry, found.bill
    chosen = bill.scheme if bill else None
    return Ladder(
        sentences.amount(found.total), sentences.amount(_cents(found.per_unit(found.total))),
        sentences.amount(_cents(found.in_currency(found.per_unit(found.total))), asked.currency) if asked.currency != "CNY" else "",
        sentences.amount(found.known if found.known.high else None), [_rung(found, place) for place in range(len(found.steps))],
        _bars(found), sentences.scheme(chosen) if chosen else "", sentences.charges(chosen.tariff.charges) if chosen else "",
        sentences.proof(chosen) if chosen else "",
        sentences.amount(found.saving) if _worth(found.saving) else "",
        sentences.amount(_cents(found.per_unit(found.saving))) if _worth(found.saving) else "",
        sentences.amount(_cents(found.per_unit(found.confirmed))) if found.confirmed else "",
        _("rule to be confirmed") if "relief" in found.notes and found.total else "",
        [(sentences.question(one, rules), sentences.effect(one), one.blocks) for one in found.open],
        [_(sentences.NOTES[note]) for note in found.notes], [_(sentences.STOPS[stop]) for stop in found.stops], found.sample,
        basis_line(asked.on, found.sample))


def basis_line(on: date, sample: bool) -> str:
    """Return the line at the end of a panel: day and standing of its figures."""
    if sample:
        return _("Rules and rates as of %(day)s. Sample rates, not official ones.", day=i18n.day(on))
    return _("Rules and rates as of %(day)s.", day=i18n.day(on))


def _rung(found: Landed, place: int) -> Rung:
    step = found.steps[place]
    kind = "sub" if step.kind == SUM else "step"
    return Rung(
        sentences.label(step, found), sentences.formula(step, found), sentences.basis(step, found), step.standing,
        _(sentences.STANDINGS[step.standing]) if step.kind != SUM or step.amount is None else "",
        sentences.amount(step.amount, plus=step.kind not in ("price", SUM)), kind)


def _bars(found: Landed) -> list[Bar]:
    """Return the bases on one scale, the lowest first; those without a total are left to the questions."""
    known = sorted(((one.total.high, one is not found.bill, place) for place, one in enumerate(found.bills) if one.total))
    most = max((high for high, _other, _place in known), default=Decimal(0))
    return [_bar(found, found.bills[place], most) for _high, _other, place in known] if len(known) > 1 and most else []


def _bar(found: Landed, one: Bill, most: Decimal) -> Bar:
    value = next((step.amount for step in found.steps if step.kind == SUM and step.amount), Span(Decimal(0), Decimal(0)))
    duty = sum((step.amount.high for step in one.steps if step.amount and step.kind in ("duty", "additional", "dumping")), Decimal(0))
    tax = sum((step.amount.high for step in one.steps if step.amount and step.kind in ("consumption", "vat")), Decimal(0))
    scheme = one.scheme
    days = sentences.of_rule(scheme.rule) if scheme.rule else ""
    note = sentences.proof(scheme) or (_("needs no proof of origin") if not days else "")
    return Bar(
        sentences.scheme(scheme), sentences.charges(scheme.tariff.charges), note, one is found.bill,
        sentences.amount(_cents(found.per_unit(one.total))), *(float(part / most * 100) for part in (value.high, duty, tax)))


def _cents(amount: Span | None) -> Span | None:
    """Return an amount to 0.01, as money is shown."""
    return None if amount is None else Span(*(end.quantize(Decimal("0.01")) for end in amount))


def _worth(saving: Span | None) -> bool:
    return saving is not None and saving.high > 0


@dataclass(frozen=True, slots=True)
class Brief:
    """A unit's landed cost in a cell of a list."""

    amount: str
    scheme: str
    rate: str
    proof: str
    saving: str
    confirmed: str
    check: bool
    missing: Sequence[str]
    sample: bool
    low: Decimal | None
    high: Decimal | None


def brief(cost: UnitCost, rules: dict[str, Rule]) -> Brief:
    """Return a unit's cost for a cell."""
    chosen = cost.scheme
    span = Span(cost.low, cost.high) if cost.low is not None and cost.high is not None else None
    return Brief(
        sentences.amount(span), sentences.scheme(chosen) if chosen else "", sentences.charges(chosen.tariff.charges) if chosen else "",
        sentences.proof(chosen) if chosen else "", saved(cost),
        i18n.money(cost.confirmed, "CNY") if cost.confirmed is not None else "", bool(chosen and not chosen.confirmed),
        missing(cost, rules) if span is None else [], cost.sample, cost.low, cost.high)


def saved(cost: UnitCost) -> str:
    """Return what is saved against the MFN rate: of a price from and to, the saving at its upper end."""
    if not cost.saving:
        return ""
    words = i18n.money(cost.saving, "CNY")
    return words if cost.low == cost.high else _("up to %(amount)s", amount=words)


def missing(cost: UnitCost, rules: dict[str, Rule]) -> Sequence[str]:
    """Return what keeps a unit's cost from being known."""
    found = [sentences.question(one, rules) for one in cost.open if one.blocks]
    return found or [_("charged by a unit of which the card does not say how much one holds")]
