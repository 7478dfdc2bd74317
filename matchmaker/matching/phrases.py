"""Values of sheets in the reader's words: amounts, prices, days, codes; and what a repair proposes.

Values come from the stored JSON (see ``load.plain`` and ``terms``).
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from .. import i18n
from ..reference import queries as reference
from ..trade import codes
from ..trade import expos as series

Params = Mapping[str, Any]


def amount(value: Any, unit: str) -> str:
    """Return an amount with its unit, like 500 cartons or 2 × 40 ft containers; unknown is empty."""
    if value is None:
        return ""
    figure = Decimal(str(value)).normalize()
    words = codes.unit_label(unit, figure, i18n.lang()) if unit else ""
    between = "" if not words else " × " if words[0].isdigit() else "" if i18n.is_chinese() else " "
    return f"{i18n.number(figure)}{between}{words}"


def dotted(code: str) -> str:
    """Return a customs code as people write it: 0809.29."""
    return ".".join(filter(None, (code[:4], code[4:6], code[6:])))


def price(value: Any, currency: str, unit: str = "", incoterm: str = "") -> str:
    """Return a price like US$41.00 per carton, CIF."""
    text = i18n.money(Decimal(str(value)), currency)
    if unit:
        text = _("%(price)s per %(unit)s", price=text, unit=codes.unit_label(unit, 1, i18n.lang()))
    return f"{text}, {incoterm}" if incoterm else text


def section(code: str, expo_series: str) -> str:
    """Return the name of a section; its code where the expo has no such section among the shipped ones."""
    found = series.series(expo_series).section(code) if expo_series in {one.code for one in series.expo_series()} else None
    return found.name.label(i18n.lang()) if found else code


def listed(texts: Iterable[str]) -> str:
    """Return texts one after the other, with the comma of the language."""
    return _(", ").join(texts)


def day(value: str) -> str:
    """Return a stored day as the reader writes it."""
    return i18n.day(date.fromisoformat(value))


def kinds(stored: Iterable[str]) -> str:
    """Return the names of kinds of certificates."""
    return listed(codes.label("certificate", kind, i18n.lang()) for kind in stored)


def roads(stored: Iterable[str]) -> str:
    """Return the names of roads to market."""
    return listed(reference.mode_name(road) for road in stored)


def evidence(level: int) -> str:
    """Return the name of a level of green evidence."""
    rows = {row.more["rank"]: row for row in codes.rows("green_level").values()}
    return rows[level].label(i18n.lang()) if level in rows else _("No proof")


def value(field: str, stored: Params) -> str:
    """Return the value of a field as ``terms.to_json`` wrote it, in words; unknown is empty."""
    match stored["is"]:
        case "quantity":
            return amount(stored["amount"], stored["unit"])
        case "price":
            ends = [price(end, stored["currency"]) for end in (stored["low"], stored["high"]) if end is not None]
            unit = _("per %(unit)s", unit=codes.unit_label(stored["unit"], 1, i18n.lang())) if stored["unit"] else ""
            return " ".join(filter(None, (" – ".join(dict.fromkeys(ends)), unit)))
        case "days":
            return ngettext("%(num)s day", "%(num)s days", stored["days"])
        case "day":
            return day(stored["day"])
        case "evidence":
            return evidence(stored["level"])
        case "certificates":
            return kinds(kind for kind, _until in stored["list"])
        case "codes":
            return roads(stored["list"]) if field == "roads" else kinds(stored["list"])
    return ""


def change(side: str, field: str, stored: Params) -> str:
    """Return what a repair proposes: "minimum order 500 cartons"."""
    words, sentence = value(field, stored), CHANGES.get((side, field))
    if field == "certificates_must" and not words:
        return _("No certificate is a must")
    return sentence(words) if sentence else words


CHANGES: dict[tuple[str, str], Callable[[str], str]] = {
    ("supply", "moq"): lambda text: _("Minimum order %(value)s", value=text),
    ("supply", "price"): lambda text: _("Price %(value)s", value=text),
    ("supply", "lead_time_days"): lambda text: _("Lead time %(value)s", value=text),
    ("supply", "monthly_capacity"): lambda text: _("Capacity %(value)s a month", value=text),
    ("supply", "certificates"): lambda text: _("Certificates: %(value)s", value=text),
    ("supply", "roads"): lambda text: _("Road to market: %(value)s", value=text),
    ("supply", "evidence"): lambda text: _("Green evidence: %(value)s", value=text),
    ("demand", "evidence"): lambda text: _("Green evidence asked for: %(value)s", value=text),
    ("demand", "roads"): lambda text: _("Road to market: %(value)s", value=text),
    ("demand", "certificates_must"): lambda text: _("Certificates asked for: %(value)s", value=text),
    ("demand", "quantity_first"): lambda text: _("First order %(value)s", value=text),
    ("demand", "quantity_year"): lambda text: _("Yearly need %(value)s", value=text),
    ("demand", "budget"): lambda text: _("Budget %(value)s", value=text),
    ("demand", "window_to"): lambda text: _("Delivery until %(value)s", value=text),
}
