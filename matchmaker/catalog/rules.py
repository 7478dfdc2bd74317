"""Rules of a product card, the same for the form, the import and the demo."""

import re
from collections.abc import Mapping
from typing import Any

from ..companies.standing import Standing, reaches
from ..errors import N_, Invalid
from ..reference.queries import rulebook
from ..sheets import rules as sheet
from ..sheets.rules import InvalidSheet
from ..trade import codes
from . import statements

MOST_PICTURES = 6
MOST_CLAIMS = 20
DISPOSALS = {"return": N_("Shipped back"), "sell": N_("Sold in China"), "bonded": N_("Moved to a bonded warehouse")}
PRICE_AUDIENCES = {
    "open": N_("Every buyer"), "matched": N_("Buyers that we match with"), "accepted": N_("Buyers that we agreed to meet"),
}
FOOTPRINTS = {
    "ISO14067": N_("ISO 14067"), "EPD": N_("Environmental Product Declaration"), "CN_PCF": N_("China's product carbon footprint label"),
    "OTHER": N_("Another method"),
}
BOUNDARIES = {"gate": N_("cradle to gate"), "grave": N_("cradle to grave")}
FIRST_YEAR, LAST_YEAR = 1990, 2100


def address(value: Any) -> str:
    """Return the address of a page on the web."""
    text = sheet.line(300)(value)
    if text and not re.fullmatch(r"https?://[^\s/]+\.[^\s/]+(/\S*)?", text):
        raise Invalid(N_("“%(value)s” is no address of a page. It begins with https://."), value=text[:40])
    return text


def ident(value: Any) -> int | None:
    """Return the number of a row, None for nothing."""
    text = sheet.clean(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def year(value: Any) -> int | None:
    """Return a year."""
    text = sheet.clean(value).removesuffix("年")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and FIRST_YEAR <= int(text) <= LAST_YEAR):
        raise Invalid(N_("“%(value)s” is not a year. Write it like 2026."), value=text[:40])
    return int(text)


CERTIFICATE = {
    "kind": sheet.code("certificate"), "number": sheet.line(80), "issuer": sheet.line(120), "scope": sheet.line(200),
    "expires_on": sheet.day, "document_id": ident,
}
CLAIM = {
    "link": sheet.code("chain_link"), "claim": sheet.line(300), "label": sheet.green_label, "number": sheet.line(80),
    "issuer": sheet.line(120), "scope": sheet.line(200), "expires_on": sheet.day, "document_id": ident, "register_address": address,
    "register_on": sheet.day,
}
FOOTPRINT = {
    "standard": sheet.one_of(FOOTPRINTS), "value": sheet.amount, "unit": sheet.line(120), "boundary": sheet.one_of(BOUNDARIES),
    "year": year, "verifier": sheet.line(120), "number": sheet.line(80), "expires_on": sheet.day,
}


def claims(value: Any) -> list[dict[str, Any]]:
    """Return the green claims: each says what is done, or names a label; the rest may stay open."""
    found = [{name: rule(row.get(name)) for name, rule in CLAIM.items()} for row in value or []]
    if any(any(row.values()) and not (row["claim"] or row["label"]) for row in found):
        raise Invalid(N_("Say what you do, or choose the label: a number alone says nothing."))
    if any(bool(row["register_address"]) != bool(row["register_on"]) for row in found):
        raise Invalid(N_("A search in a register needs both: its address and the day on which you looked."))
    found = [row for row in found if any(row.values())]
    if len(found) > MOST_CLAIMS:
        raise Invalid(N_("At most %(count)s of them."), count=MOST_CLAIMS)
    return found


def footprints(value: Any) -> list[dict[str, Any]]:
    """Return the declared footprints: a figure without its unit and boundary says nothing and is refused."""
    found = sheet.rows(FOOTPRINT, needs="value", most=5)(value)
    if any(not (row["unit"] and row["boundary"]) for row in found):
        raise Invalid(N_("A footprint needs its boundary and the unit for which it is counted, like “1 kg at the factory gate”."))
    return [row | {"standard": row["standard"] or "OTHER"} for row in found]


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
    "price_audience": lambda value: sheet.one_of(PRICE_AUDIENCES)(value) or "open",
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
    "claims": claims,
    "footprints": footprints,
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


def price_visible(product: Any, standing: Standing) -> bool:
    """Tell whether a company that stands so with the owner reads the price of a product, and whatever tells it.

    ``product`` is any record with ``price_audience``. Every page, list, sentence and file that shows a price or a figure made of one
    (a landed cost, a price that lies above a budget) asks here.
    """
    return reaches(standing, product.price_audience)


def _named(problems: list[Invalid]) -> set[str | None]:
    return {problem.field for problem in problems}


def is_stated(certificate: Any) -> bool:
    """Tell whether the card itself names number, issuer and expiry of a certificate, of a green one its scope too; else it is a claim."""
    kind = codes.rows("certificate").get(certificate.kind)
    green = certificate.kind == "ORGANIC" or (kind is not None and kind.more["group"] == "green")
    return bool(certificate.number and certificate.issuer and certificate.expires_on and (certificate.scope or not green))
