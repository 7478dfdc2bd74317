"""A landed cost in words, in the reader's language: steps with formula and basis, schemes, what is not known, what to mind."""

from collections.abc import Iterable
from decimal import Decimal

from flask_babel import gettext as _

from .. import i18n
from ..errors import N_
from ..i18n import lang
from ..trade import codes
from ..trade.bills import Landed, Step
from ..trade.charges import ONE, Charge, Span, Standing
from ..trade.origin import Open, Scheme
from ..trade.rates import Basis, RateLine
from ..trade.rulebook import Rule
from ..trade.shipped import sources

STANDINGS = {
    Standing.STATED: N_("stated"), Standing.TABLE: N_("official table"), Standing.RULE: N_("rule"), Standing.ASSUMED: N_("assumed"),
    Standing.UNVERIFIED: N_("not verified"), Standing.SAMPLE: N_("sample rate"), Standing.UNKNOWN: N_("unknown"),
}
BASES = {
    Basis.MFN: N_("MFN rate"), Basis.PROV: N_("Provisional rate of the year"), Basis.TRQ: N_("Rate inside the quota"),
    Basis.GENERAL: N_("General rate"), Basis.ADD: N_("Additional duty by origin"), Basis.AD_CVD: N_("Anti-dumping or countervailing duty"),
    Basis.VAT: N_("VAT"), Basis.CONSUMPTION: N_("Consumption tax"), Basis.POSITIVE: N_("Positive list"), Basis.FTA: N_("Agreement rate"),
    Basis.PREF: N_("Special preferential rate"), "zone": N_("Zero-tariff list of the zone"), "relief": N_("Relief for exhibits"),
    "price": N_("Price"), "incoterm": N_("Incoterm"), "exchange": N_("Exchange rate"), "freight": N_("Freight"),
    "insurance": N_("Insurance"), "code": N_("HS code"), "cbec": N_("Limits of cross-border retail"),
}
WHYS = {
    "no_rate": N_("in force, but no rate is loaded for this code"),
    "no_day": N_("the day from which it holds for this origin is not known"),
    "after_known": N_("whether it still holds for this origin is not known"),
    "quota": N_("only inside the quota, with the importer's certificate"),
    "not_loaded": N_("not loaded for this code: whether it applies is not known"),
    "no_origin": N_("the origin is not stated, and the rate depends on it"),
    "not_stated": N_("not stated"),
    "measure": N_("charged by %(unit)s, and how much one priced unit holds is not stated"),
    "list": N_("the list that decides is not loaded"),
}
EFFECTS = {"lower": N_("the figure could be lower"), "higher": N_("the figure could be higher"), "either": N_("it is not in the figure")}
LABELS = {
    "to_port": N_("Carriage to the port of loading"), "freight": N_("Freight"), "insurance": N_("Insurance"),
    "customs_value": N_("Customs value (CIF)"), "duty": N_("Import duty"), "additional": N_("Additional duty"),
    "dumping": N_("Anti-dumping or countervailing duty"), "consumption": N_("Consumption tax"), "vat": N_("VAT"),
}
NOTES = {
    "duty_paid": N_("Delivered duty paid: the seller bears duty and taxes, the price holds them."),
    "delivered": N_("A delivered price holds carriage inside China, too; it is not taken out of the customs value here."),
    "relief": N_("Sold during the expo: free of duty and taxes up to the exhibitor's limit, if the edition's notice says so."),
    "no_resale": N_("Cross-border retail is for the buyer's own use: goods bought so may not be sold again."),
    "retail_price": N_("The stated price is taken for the consumer's; the taxes rest on what the consumer pays."),
    "over_single": N_("One item above the limit of an order: all taxes are due, as for goods in general trade."),
}
STOPS = {
    "not_on_list": N_("Not on the positive list of cross-border retail imports."),
    "over_order": N_("Several items above the limit of one order: order fewer, or go by general trade."),
    "over_year": N_("Beyond the consumer's limit for the year: by general trade only."),
}


def share(value: Decimal) -> str:
    """Return "9.7%"."""
    return f"{i18n.number((value * 100).normalize())}%"


def charge(one: Charge) -> str:
    """Return "14%", "¥0.60 per kg" or both."""
    by_unit = _("%(amount)s per %(unit)s", amount=i18n.money(one.amount, "CNY"), unit=unit(one.unit)) if one.amount else ""
    return " + ".join(filter(None, (share(one.share) if one.share or not one.amount else "", by_unit)))


def charges(several: Iterable[Charge]) -> str:
    """Return the charge, or the lowest and the highest where the code is too short."""
    found = [charge(one) for one in several]
    return found[0] if len(found) == 1 else _("%(low)s to %(high)s", low=found[0], high=found[-1]) if found else ""


def unit(code: str) -> str:
    """Return a unit of law by its name."""
    return codes.unit_label(code, 1, lang())


def amount(value: Span | None, currency: str = "CNY", plus: bool = False) -> str:
    """Return an amount or a band of money; empty for unknown."""
    if value is None:
        return ""
    low, high = (i18n.money(end, currency) for end in value)
    return f"{'+ ' if plus else ''}{low if low == high else f'{low} – {high}'}"


def scheme(one: Scheme) -> str:
    """Return the name of a rate: the agreement's or preference's own, else that of the basis."""
    return i18n.named(one.rule) if one.rule else _(BASES[one.basis])


def proof(one: Scheme) -> str:
    """Return the document that a rate needs, and nothing where it needs none."""
    return i18n.named(one.proof) if one.proof else ""


def question(one: Open, rules: dict[str, Rule]) -> str:
    """Return what is not known and why: "China-Peru agreement: in force, but no rate is loaded for this code"."""
    rule = one.rule or rules.get(one.code)
    name = i18n.named(rule) if rule else _(BASES.get(one.basis, "Rate"))
    return _("%(name)s: %(why)s", name=name, why=_(WHYS[one.why], unit=unit(one.unit)))


def effect(one: Open) -> str:
    """Return what it means for the figure."""
    return _("without it there is no total") if one.blocks else _(EFFECTS[one.effect])


def label(step: Step, found: Landed) -> str:
    """Return the name of a step, with its rate."""
    if step.kind == "price":
        place = found.inquiry.incoterm or ""
        return _("Price %(incoterm)s", incoterm=place) if place and step.foreign else _("Price")
    name = _(LABELS[step.kind])
    return f"{name} {charges(step.charges)}" if step.charges else name


def formula(step: Step, found: Landed) -> str:
    """Return how a step is reckoned."""
    value = _("customs value")
    match step.kind:
        case "price":
            return _price(step, found)
        case "to_port" | "freight":
            return _("%(share)s of the price", share=share(step.share)) if step.share is not None else _("as given")
        case "insurance":
            return _("%(share)s of price and carriage", share=share(step.share)) if step.share is not None else _("as given")
        case "customs_value":
            return _("what duty and taxes are reckoned on")
        case "consumption" if not step.charges:
            return _("these goods bear none") if step.amount else ""
        case "consumption":
            return _consumption(step.charges[-1], step.part)
        case "vat":
            return _part(_("(customs value + duty + consumption tax) × %(rate)s", rate=charges(step.charges)), step.part)
    return _part(_("%(value)s × %(rate)s", value=value, rate=charges(step.charges)), step.part)


def _price(step: Step, found: Landed) -> str:
    asked = found.inquiry
    if step.foreign is None or asked.price is None:
        return ""
    price = amount(Span(asked.price, asked.price_high or asked.price), asked.currency)
    rate = f" × {i18n.number(found.exchange.yuan)}" if found.exchange and asked.currency != "CNY" else ""
    return f"{price} × {i18n.number(asked.quantity)}{rate}"


def _consumption(one: Charge, part: Decimal) -> str:
    if not one.share and not one.amount:
        return _("these goods bear none")
    if not one.share:
        return _part(_("quantity × %(rate)s", rate=charge(one)), part)
    by_unit = " + " + _("quantity × %(rate)s", rate=charge(Charge(amount=one.amount, unit=one.unit))) if one.amount else ""
    whole = _("(customs value + duty%(more)s) ÷ (1 − %(rate)s) × %(rate)s", more=by_unit, rate=share(one.share))
    return _part(whole + by_unit, part)


def _part(words: str, part: Decimal) -> str:
    return words if part == ONE else f"{words} × {share(part)}"


def basis(step: Step, found: Landed) -> str:
    """Return what a step rests on: table and its day, or the rule with its days and source, or the exchange rate."""
    if step.kind == "price":
        worth = found.exchange
        if not step.foreign or worth is None or worth.day is None:
            return ""
        return _("exchange rate since %(day)s, %(source)s", day=i18n.day(worth.day), source=source(worth.source, worth.sample))
    if step.lines and not (step.scheme and step.scheme.basis is Basis.PREF and step.rule):
        return of_line(step.lines[0])
    return of_rule(step.rule) if step.rule else ""


def of_line(line: RateLine) -> str:
    """Return the table of a line and the day since when it holds."""
    table = line.table or source(line.source, line.sample)
    since = _("since %(day)s", day=i18n.day(line.valid_from)) if line.valid_from else ""
    until = _("until %(day)s", day=i18n.day(line.valid_to)) if line.valid_to else ""
    return " · ".join(filter(None, (table, since, until)))


def of_rule(rule: Rule) -> str:
    """Return a rule's name, days and source."""
    since = _("since %(day)s", day=i18n.day(rule.valid_from)) if rule.valid_from else ""
    until = _("until %(day)s", day=i18n.day(rule.valid_to)) if rule.valid_to else ""
    return " · ".join(filter(None, (rule.label(lang()), since, until, source(rule.source, rule.sample))))


def source(code: str, sample: bool = False) -> str:
    """Return where something is from, in words: titles of the source's codes, our own assumptions, or that it is a sample."""
    if sample:
        return _("sample, not official")
    named = {"OWN": _("an assumption of this site"), "MEM": _("not verified"), "look-up 2026": _("not verified")}
    return _("; ").join(named.get(one, sources(lang()).get(one, one)) for one in map(str.strip, code.split(";")) if one)
