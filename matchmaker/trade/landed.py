"""Landed cost: from a price to what the goods cost in China with duty and taxes, step by step.

``landed_cost`` is a function of an inquiry, the rulebook, the rates and the exchange rates of the day: general trade, exhibits sold at an
expo, cross-border retail inside and beyond its limits, special zones. Nothing is guessed: see :mod:`matchmaker.trade.bills` for the
formulas, :mod:`matchmaker.trade.origin` for the choice of the rate, :mod:`matchmaker.trade.carriage` for the way to CIF.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from .bills import (
    RETAIL_ROADS,
    SUM,
    YUAN,
    Bill,
    Inquiry,
    Landed,
    Step,
    Taxes,
    Yuan,
    add_up,
    bill,
    fen,
)
from .carriage import DELIVERED, DUTY_PAID, LACKS, legs, shares
from .charges import ONE, ZERO, Charge, Lines, Span, Standing, Tariff, least_sure
from .origin import Choice, Open, Scheme, choose
from .rates import Basis, RateLine, Rates
from .rulebook import Rule, Rulebook


def landed_cost(inquiry: Inquiry, book: Rulebook, rates: Rates, exchange: Mapping[str, Yuan]) -> Landed:
    """Return the landed cost of an inquiry, with every step, what saves and what is not known."""
    rate = Yuan(ONE, None, "", False) if inquiry.currency == YUAN else exchange.get(inquiry.currency)
    way, value, questions = _to_border(inquiry, book, rate)
    found = Landed(inquiry, tuple(way), None, add_up(way), open=tuple(questions), exchange=rate)
    if inquiry.incoterm == DUTY_PAID and value is not None:
        return replace(found, total=value, notes=("duty_paid",))  # the price holds duty and taxes; they are not ours to split
    if inquiry.road in RETAIL_ROADS:
        return _retail(found, value, book, rates)
    return _goods(found, value, book, rates, exchange)


def _to_border(inquiry: Inquiry, book: Rulebook, rate: Yuan | None) -> tuple[list[Step], Span | None, list[Open]]:
    """Return the steps from the price to the customs value, that value, and what is missing on the way."""
    if inquiry.retail_price is not None and inquiry.road in RETAIL_ROADS:  # what the consumer pays holds all carriage
        price = fen(Span(*(inquiry.retail_price * inquiry.quantity,) * 2))
        return [Step("price", price, Standing.STATED), Step(SUM, price, Standing.STATED)], price, []
    missing = [Open("price", "not_stated", blocks=True)] if inquiry.price is None else []
    if inquiry.incoterm not in LACKS:
        missing.append(Open("incoterm", "not_stated", blocks=True))
    if rate is None and inquiry.price is not None:
        missing.append(Open("exchange", "not_loaded", inquiry.currency, blocks=True))
    if inquiry.price is None or rate is None:
        return [Step("price", None, Standing.UNKNOWN)], None, missing
    foreign = Span(inquiry.price * inquiry.quantity, (inquiry.price_high or inquiry.price) * inquiry.quantity)
    price = fen(Span(*(end * rate.yuan for end in foreign)))
    steps = [Step("price", price, Standing.SAMPLE if rate.sample else Standing.STATED, foreign=foreign)]
    if missing:
        return steps, None, missing
    given = [None if amount is None else amount * rate.yuan for amount in (inquiry.freight, inquiry.insurance)]
    assumed = shares(inquiry.incoterm, inquiry.origin, inquiry.way, inquiry.on, book)
    steps += [Step(leg.kind, fen(leg.amount), leg.standing, rule=leg.rule, share=leg.share)
              for leg in legs(price, inquiry.incoterm, assumed, *given)]
    value, lacks = add_up(steps), LACKS[inquiry.incoterm]
    for leg, rule, amount in (("freight", assumed.freight, given[0]), ("insurance", assumed.insurance, given[1])):
        if leg in lacks and rule is None and amount is None:
            missing.append(Open(leg, "not_stated", blocks=True))
    steps.append(Step(SUM, None if missing else value, least_sure(step.standing for step in steps)))
    return steps, None if missing else value, missing


def _goods(found: Landed, value: Span | None, book: Rulebook, rates: Rates, exchange: Mapping[str, Yuan]) -> Landed:
    """General trade: the lowest of the schemes that are known, and what it would be without those that nobody has verified."""
    asked = found.inquiry
    choice = choose(asked.code, asked.origin, asked.on, book, rates, in_quota=asked.in_quota, zone=asked.zone)
    taxes, missing = _taxes(asked, rates)
    questions = [*found.open, *choice.open, *missing]
    notes = ("delivered",) if asked.incoterm in DELIVERED else ()
    if value is None:
        return replace(found, open=tuple(questions), notes=notes, choice=choice)
    full, more = _bills(choice, value, taxes, asked)
    questions += more
    relief = _relief(asked, value, book, exchange)
    if isinstance(relief, Open):
        questions.append(relief)
    elif relief:
        freed = _freed(taxes, relief)
        bills, _more = _bills(choice, value, freed, asked)
        return _answer(found, choice, bills, questions, (*notes, "relief"), plain=full, holds=relief.verified)
    return _answer(found, choice, full, questions, notes)


def _taxes(asked: Inquiry, rates: Rates) -> tuple[Taxes, list[Open]]:
    """Return the taxes of the code, and the questions that block where one is not known."""
    lines = Lines(rates, asked.code, asked.on)
    consumption, vat = lines.tariff(Basis.CONSUMPTION), lines.tariff(Basis.VAT)
    taxed = consumption is not None or Basis.CONSUMPTION not in rates.complete
    missing = [] if consumption or not taxed else [Open(Basis.CONSUMPTION, "not_loaded", effect="higher", blocks=True)]
    if vat is None:
        missing.append(Open(Basis.VAT, "not_loaded", effect="higher", blocks=True))
    units = asked.amounts()
    missing += [Open(basis, "measure", unit=charge.unit, blocks=True)
                for basis, found in ((Basis.CONSUMPTION, consumption), (Basis.VAT, vat)) if found
                for charge in found.charges if charge.amount and charge.unit not in units]
    return Taxes(consumption, taxed, vat), missing


def _bills(choice: Choice, value: Span, taxes: Taxes, asked: Inquiry) -> tuple[tuple[Bill, ...], list[Open]]:
    """Return the bill of each scheme, and the schemes and additions whose duty is by a unit that is not known."""
    measures, missing = asked.amounts(), []
    made = tuple(filter(None, (bill(scheme, value, choice.on_top, taxes, measures) for scheme in choice.schemes)))
    for scheme in (*choice.schemes, *choice.on_top):
        if scheme.tariff.on(value, measures) is None:
            unit = next(charge.unit for charge in scheme.tariff.charges if charge.amount and charge.unit not in measures)
            blocks = scheme in choice.on_top or not made
            missing.append(Open(scheme.basis, "measure", scheme.code, unit=unit, blocks=blocks, effect="either" if blocks else "lower"))
    return made, missing


def _answer(found: Landed, choice: Choice, bills: tuple[Bill, ...], questions: list[Open], notes: tuple[str, ...], *,
            plain: tuple[Bill, ...] | None = None, holds: bool = True) -> Landed:
    """Put the answer together from the bills.

    ``plain``: the bills without the rule that frees the goods, which saving is measured against and which stand if the rule does not hold.
    """
    best, questions = _lowest(bills), list(dict.fromkeys(questions))
    steps = (*found.steps, *(best.steps if best else ()))
    found = replace(found, steps=steps, known=add_up(steps), bill=best, bills=bills, choice=choice, open=tuple(questions), notes=notes)
    if best is None or best.total is None or any(one.blocks for one in questions):
        return found
    sure = _lowest([one for one in (bills if holds else plain or ()) if one.scheme.confirmed])
    return replace(found, total=best.total, saving=_saving(plain or bills, best.total),
                   confirmed=sure.total if sure and sure.total != best.total else None)


def _saving(bills: tuple[Bill, ...], total: Span) -> Span | None:
    """Return what the total saves against the bill at the MFN (or general) rate; None where that is not known."""
    base = next((one.total for one in bills if one.scheme.basis in (Basis.MFN, Basis.GENERAL)), None)
    return Span(*sorted((base.low - total.low, base.high - total.high))) if base else None


def _lowest(bills: Iterable[Bill]) -> Bill | None:
    """Return the bill with the lowest duty; of equal ones the first, which is the preferred one."""
    return min(bills, key=lambda one: (one.duty.high, one.duty.low), default=None)


def _relief(asked: Inquiry, value: Span, book: Rulebook, exchange: Mapping[str, Yuan]) -> Rule | Open | None:
    """Return the rule that frees exhibits sold at the expo, the question whether it does, or None where none may.

    Goods beyond the exhibitor's limit are freed only if the edition's list names them, and the lists are not loaded.
    """
    rule = next((one for one in book.on("relief", asked.on) if one.data["expo"] == asked.sold_at), None) if asked.sold_at else None
    if rule is None or any(asked.code.startswith(code) for code in rule.data.get("excluded_codes", ())):
        return None
    dollar = exchange.get("USD")
    limit = rule.data.get("other_limit_usd")
    short = any(code.startswith(asked.code) for code in rule.data.get("excluded_codes", ()))
    if short or dollar is None or limit is None or value.high > Decimal(str(limit)) * dollar.yuan:
        return Open("relief", "list", rule.code, "lower", rule=rule)
    return rule


def _freed(taxes: Taxes, rule: Rule) -> Taxes:
    frees = rule.data["frees"]
    return replace(
        taxes, duty_part=ZERO if "duty" in frees else ONE, vat_part=ZERO if "vat" in frees else ONE,
        consumption_part=ZERO if "consumption" in frees else ONE, freed=rule)


def _retail(found: Landed, value: Span | None, book: Rulebook, rates: Rates) -> Landed:
    """Cross-border retail: reduced taxes inside the limits, all taxes for one item above the order's, closed beyond."""
    asked = found.inquiry
    rule = next(iter(book.on("cbec", asked.on)), None)
    taxes, missing = _taxes(asked, rates)
    questions = [*found.open, *missing]
    listed = Lines(rates, asked.code, asked.on).tariff(Basis.POSITIVE)
    if listed is None and Basis.POSITIVE not in rates.complete:
        questions.append(Open(Basis.POSITIVE, "not_loaded"))
    stops = ("not_on_list",) if listed is None and Basis.POSITIVE in rates.complete else ()
    notes = ("no_resale", *(() if asked.retail_price is not None else ("retail_price",)))
    found = replace(found, open=tuple(questions), stops=stops, notes=notes)
    if value is None or rule is None:
        return found if rule else replace(found, open=(*questions, Open("cbec", "not_loaded", blocks=True)))
    order = value.high / asked.quantity * asked.order_items
    single, year = (Decimal(str(rule.data[name])) for name in ("single_limit_cny", "annual_limit_cny"))
    if asked.spent + order > year or (order > single and asked.order_items > 1):
        return replace(found, stops=(*stops, "over_year" if asked.spent + order > year else "over_order"))
    if order > single:
        return _over_limit(found, value, book, rates, taxes)
    part = Decimal(str(rule.data["tax_share"]))
    free = Scheme(Basis.PREF, _flat(asked, Decimal(str(rule.data["duty_share"])), rule), rule.code, rule)
    reduced = replace(taxes, consumption_part=part, vat_part=part, freed=rule)
    made = bill(free, value, (), reduced, asked.amounts())
    return _answer(found, Choice((free,), (), ()), (made,) if made else (), questions, notes)


def _over_limit(found: Landed, value: Span, book: Rulebook, rates: Rates, taxes: Taxes) -> Landed:
    """One single item above the order's limit: all taxes as for goods."""
    asked = found.inquiry
    choice = choose(asked.code, asked.origin, asked.on, book, rates)
    plain = Choice(tuple(scheme for scheme in choice.schemes if scheme.proof is None), choice.on_top, choice.open)
    bills, more = _bills(plain, value, taxes, asked)
    return _answer(found, plain, bills, [*found.open, *choice.open, *more], (*found.notes, "over_single"))


def _flat(asked: Inquiry, share: Decimal, rule: Rule) -> Tariff:
    """Return the tariff of a rule that is a rate itself."""
    line = RateLine(asked.code, Basis.PREF, share, scheme=rule.code, source=rule.source, verified=rule.verified)
    return Tariff((Charge(share),), (line,))
