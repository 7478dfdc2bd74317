"""What a product card says of each gate into the Chinese market: a state, a number, days. Stored as JSON in ``Product.entry``.

{"gacc": {"state": "held", "number": "...", "applied_on": "2026-09-01", "expires_on": "2031-08-31", "note": "..."}}: what is empty is left
out, a gate without a word is not there. Documents of the locker are found by their type; they are not linked here.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from ..errors import N_, Invalid
from ..i18n import named
from ..reference.queries import rulebook
from ..sheets import rules as sheet
from ..trade import entry as passports
from ..trade.gates import Statement, said_as

STATES = {
    "held": N_("We have it"), "applied": N_("Applied for"), "none": N_("Not yet begun"), "not_needed": N_("Not needed for this product"),
}
AUDIENCES = {
    "open": N_("Every buyer at our expos"), "matched": N_("Buyers that we match with"), "accepted": N_("Buyers that we agreed to meet"),
}
IMPORTED = ("gacc", "nmpa", "ccc", "chinese_label")  # gates that have columns in a table of products
_WORDS = {
    "held": {"ready", "held", "yes", "done", "已备案", "已注册", "已完成", "有", "已有", "是"},
    "applied": {"applied", "in progress", "pending", "申请中", "办理中", "进行中"},
    "none": {"none", "no", "not yet", "无", "没有", "未办理", "否"},
    "not_needed": {"not needed", "n/a", "不需要", "无需", "不适用"},
}
_FIELDS: dict[str, sheet.Rule] = {
    "state": sheet.one_of(STATES), "number": sheet.line(80), "applied_on": sheet.day, "expires_on": sheet.day, "note": sheet.line(200),
}


def gates(on: date) -> dict[str, Any]:
    """Return {name under which cards state it: rule} of every gate on a day, in the order of the rules."""
    found: dict[str, Any] = {}
    for rule in rulebook().on("gate", on):
        if rule.code != "positive_list":  # the list says so, not the exhibitor
            found.setdefault(said_as(rule, rule.code), rule)
    return found


def label(name: str, on: date) -> str:
    """Return how a statement is called for a reader: NMPA stands for its filings and registrations alike."""
    words = {"nmpa": N_("NMPA registration or filing")}
    if name in words:
        from flask_babel import gettext as _

        return _(words[name])
    rule = gates(on).get(name)
    return named(rule) if rule else name


def wanted(hs: str, said_class: str, on: date) -> list[str]:
    """Return the names of what a product of this code meets on some road; empty while its class is not known."""
    book = rulebook()
    classes = passports.classes_of(book, hs, on, said_class)
    if len(classes) != 1:
        return []
    codes = [need.data["gate"] for need in passports.needs_of(book, classes[0].code, on)]
    return list(dict.fromkeys(said_as(book.find("gate", code, on), code) for code in codes))


def entry(value: Any) -> dict[str, dict[str, str]]:
    """Return what is said about each gate, from rows of a form, from a mapping, or from single words of a table; see the module."""
    rows = [{"gate": gate} | parsed(said) for gate, said in value.items()] if isinstance(value, Mapping) else list(value or ())
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        gate, said = sheet.clean(row.get("gate")), _said(row)
        if said and not gate:
            raise Invalid(N_("One line says something, but not of which gate."))
        if said:
            if gate in found:
                raise Invalid(N_("The same gate stands in two lines."))
            found[gate[:30]] = said
    return found


def parsed(said: Any) -> dict[str, Any]:
    """Return the fields of a word in a table: a state where it is one, a number where it looks like one, else a note."""
    if isinstance(said, Mapping):
        return dict(said)
    text = sheet.clean(said)
    state = next((state for state, words in _WORDS.items() if text.casefold() in words), "")
    if state:
        return {"state": state}
    is_number = any(char.isdigit() for char in text) and not any(char.isspace() for char in text) and len(text) <= 80
    return {"number": text} if is_number else {"note": text}


def _said(row: Mapping[str, Any]) -> dict[str, str]:
    values = {name: rule(row.get(name)) for name, rule in _FIELDS.items()}
    applied, expires = values["applied_on"], values["expires_on"]
    if applied and expires and expires < applied:
        raise Invalid(N_("A gate cannot end before it was applied for."))
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items() if value}


def read(stored: Mapping[str, Any]) -> dict[str, Statement]:
    """Return the statements of ``Product.entry`` as ``trade`` reasons with them. A number alone says that it is held."""
    return {gate: Statement(said.get("state", ""), said.get("number", ""), _day(said.get("applied_on")), _day(said.get("expires_on")))
            for gate, said in stored.items()}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def rows(stored: Mapping[str, Any], also: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Return rows for a form: what is said, then the gates in ``also`` that are not yet spoken of."""
    return [{"gate": gate, **said} for gate, said in stored.items()] + [{"gate": gate} for gate in also if gate not in stored]
