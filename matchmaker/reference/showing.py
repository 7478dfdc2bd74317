"""What a rule says, for a reader: its fields in words, and what one state of it changed against another."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from ..i18n import day, lang, named, number, standing, territory
from ..trade import codes
from ..trade.rulebook import Rule, Rulebook
from ..trade.schema import ANY, Field, schema
from ..trade.shipped import pick
from .writing import as_text

FLAT = ("countries", "codes", "refs", "days_by_country")


@dataclass(frozen=True, slots=True)
class Said:
    """A field and its value as lines of words; ``flat`` values are many short ones that stand side by side."""

    label: str
    lines: list[str]
    flat: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What a field said before and says now, as lines; ``gone`` and ``new`` are those that only one side has."""

    label: str
    gone: list[str]
    new: list[str]


def said(rule: Rule, book: Rulebook) -> list[Said]:
    """Return the fields of a rule that say something."""
    found = []
    for field in schema(rule.kind).fields:
        value = rule.data.get(field.name)
        if value not in (None, "", [], {}):
            found.append(Said(field.label(lang()), _lines(field, value, book), field.type in FLAT))
    return found


def changes(before: Rule | None, after: Rule | None, book: Rulebook) -> list[Change]:
    """Return what differs between two states of a rule, field by field, names and days first."""
    rows = {label: [_head(before).get(label, []), _head(after).get(label, [])] for label in (*_head(before), *_head(after))}
    for side, rule in enumerate((before, after)):
        for one in said(rule, book) if rule is not None else ():
            rows.setdefault(one.label, [[], []])[side] = one.lines
    return [Change(label, [line for line in old if line not in new], [line for line in new if line not in old])
            for label, (old, new) in rows.items() if old != new]


def _head(rule: Rule | None) -> Mapping[str, list[str]]:
    if rule is None:
        return {}
    return {
        _("Name in English"): [rule.en], _("Name in Chinese"): [rule.zh],
        _("Valid from"): [day(rule.valid_from)] if rule.valid_from else [],
        _("Valid to"): [day(rule.valid_to)] if rule.valid_to else [], _("Source"): list(rule.sources(lang())),
        _("Verified"): [_("This site's own") if standing(rule) == "own" else _("yes") if rule.verified else _("no")]}


def _lines(field: Field, value: Any, book: Rulebook) -> list[str]:
    match field.type:
        case "texts":
            return [pick(value["en"], value["zh"], lang())]
        case "texts_list":
            return [pick(one["en"], one["zh"], lang()) for one in value]
        case "integer" if field.name == "batch":
            return [str(value)]
        case "integer" | "decimal":
            return [number(value)]
        case "day":
            return [day(date.fromisoformat(value))]
        case "choice" | "choices":
            names = dict(field.choices(lang()))
            return [names.get(one, one) for one in ([value] if isinstance(value, str) else value)]
        case "ref" | "refs":
            return [_name(field, one, book) for one in ([value] if isinstance(value, str) else value)]
        case "countries":
            return [territory(iso2) for iso2 in value]
        case "days_by_country":
            return [f"{territory(iso2)} {day(date.fromisoformat(on)) if on else '—'}" for iso2, on in value.items()]
        case "codes":
            return list(value)
        case "json":
            return [f"{name}: {_plain(inner)}" for name, inner in value.items()] if isinstance(value, Mapping) else [_plain(value)]
        case "flag":
            return [_("yes") if value else _("no")]
    return as_text(field, value).splitlines()


def _plain(value: Any) -> str:
    """Return a part of free data without the signs of JSON."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return ", ".join(map(_plain, value)) if isinstance(value, list) else "—" if value is None else str(value)


def _name(field: Field, code: str, book: Rulebook) -> str:
    if code == ANY:
        return _("all")
    for kind in field.of.split(","):
        if kind in codes.kinds():
            if codes.is_known(kind, code):
                return codes.label(kind, code, lang())
        else:
            rule = next((rule for rule in book.all(kind) if rule.code == code), None)
            if rule is not None:
                return named(rule)
    return code
