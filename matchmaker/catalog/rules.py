"""Rules of a product card, the same for the form, the import and the demo."""

from collections.abc import Mapping
from typing import Any

from ..errors import N_, Invalid
from ..reference.queries import rulebook
from ..sheets import rules as sheet
from ..sheets.rules import InvalidSheet
from . import statements

MOST_PICTURES = 6
DISPOSALS = {"return": N_("Shipped back"), "sell": N_("Sold in China"), "bonded": N_("Moved to a bonded warehouse")}
CERTIFICATE = {
    "kind": sheet.code("certificate"), "number": sheet.line(80), "issuer": sheet.line(120), "scope": sheet.line(200),
    "expires_on": sheet.day,
}
CLAIM = {"link": sheet.code("chain_link"), "claim": sheet.line(300)}


def product_class(value: Any) -> str:
    """Return the code of a product class of the entry rules."""
    text = sheet.clean(value)
    if text and not any(rule.code == text for rule in rulebook().all("product_class")):
        raise Invalid(N_("“%(value)s” is not among the choices."), value=text[:40])
    return text


RULES: dict[str, sheet.Rule] = {
    "title": sheet.title,
    "text": sheet.prose(8000),
    "lang": sheet.language,
    "translations": sheet.translations,
    "hs": sheet.hs_code,
    "brand": sheet.line(100),
    "origin": sheet.country,
    "specs": sheet.pairs,
    "packaging": sheet.line(300),
    "shelf_life_days": sheet.days(36500),
    "storage": sheet.line(100),
    "moq": sheet.amount,
    "moq_unit": sheet.unit,
    "price_low": sheet.amount,
    "price_high": sheet.amount,
    "currency": sheet.currency,
    "price_unit": sheet.unit,
    "incoterm": sheet.code("incoterm"),
    "port": sheet.line(100),
    "lead_time_days": sheet.days(3650),
    "monthly_capacity": sheet.amount,
    "capacity_unit": sheet.unit,
    "payment": sheet.line(200),
    "samples": sheet.yes_no,
    "agent_wanted": sheet.yes_no,
    "channels": sheet.several(sheet.code("channel")),
    "entry": statements.entry,
    "entry_class": product_class,
    "entry_audience": lambda value: sheet.one_of(statements.AUDIENCES)(value) or "matched",
    "roads": sheet.several(sheet.road),
    "disposal": sheet.one_of(DISPOSALS),
    "certificates": sheet.rows(CERTIFICATE, needs="kind"),
    "claims": sheet.rows(CLAIM, needs="claim"),
}


def normal(fields: Mapping[str, Any], *, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the values to store for ``fields``; ``before`` are the values of the card that is edited.

    Raises ``InvalidSheet`` with every problem found.
    """
    values, problems = sheet.check(RULES, fields)
    whole = {**(before or {}), **values}
    if not whole.get("title") and not any(problem.field == "title" for problem in problems):
        problems.append(Invalid(N_("A title is needed: a few words that say what it is."), field="title"))
    problems += sheet.in_order(whole, "price_low", "price_high", N_("The upper price is below the lower one."))
    if (whole.get("price_low") or whole.get("price_high")) and not whole.get("currency") and "currency" not in _named(problems):
        problems.append(Invalid(N_("A price needs its currency."), field="currency"))
    if problems:
        raise InvalidSheet(problems)
    return values


def _named(problems: list[Invalid]) -> set[str | None]:
    return {problem.field for problem in problems}


def is_evidence(certificate: Any) -> bool:
    """Tell whether a certificate is more than a claim: it names its number, issuer and expiry."""
    return bool(certificate.number and certificate.issuer and certificate.expires_on)
