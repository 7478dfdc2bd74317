"""The rules of trade as dated records: what is shipped, and what organizers corrected.

A rule is a record with a kind, a code, its names, its data, its days and its source. One code may have several rules, one after the
other in time: GACC Decree 248 until 31 May 2026, Decree 280 from 1 June 2026. A :class:`Rulebook` answers which of them hold on a
day; everything else in ``trade`` is a function of a rulebook and plain records. ``reference`` makes the rulebook of the database.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any

from .shipped import DATA, pick, read, sources


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``valid_from`` and ``valid_to`` (both included) are None where no such day is known.

    ``source`` are codes of ``data/sources.json`` joined by ``;``, or the words of whoever corrected the rule. A rule that is not
    ``verified`` is never shown as official; a ``sample`` is invented for the demo and marked wherever it is used.
    """

    kind: str
    code: str
    en: str
    zh: str
    data: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""
    verified: bool = False
    sample: bool = False

    def holds(self, on: date) -> bool:
        """Tell whether the rule is in force on a day."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)

    def label(self, lang: object) -> str:
        """Return the name for a reader."""
        return pick(self.en, self.zh, lang)

    def sources(self, lang: object = "en") -> tuple[str, ...]:
        """Return what ``source`` stands for, spelled out: titles of shipped sources, else the words as they are."""
        parts = (re.sub(r"\(.*?\)", "", part).strip() for part in self.source.split(";"))
        return tuple(sources(lang).get(part, part) for part in parts if part)


class Rulebook:
    """Rules by kind and code. ``version`` is a word that changes whenever any rule does: keys of caches carry it."""

    def __init__(self, rules: Iterable[Rule], version: str = "shipped"):
        self.version = version
        self._rules: dict[str, dict[str, list[Rule]]] = defaultdict(lambda: defaultdict(list))
        for rule in rules:
            self._rules[rule.kind][rule.code].append(rule)
        for codes in self._rules.values():
            for several in codes.values():
                several.sort(key=lambda rule: rule.valid_from or date.min)

    def kinds(self) -> tuple[str, ...]:
        """Return the kinds that have rules."""
        return tuple(self._rules)

    def all(self, kind: str) -> tuple[Rule, ...]:
        """Return every rule of a kind, past and to come, in the order they were given."""
        return tuple(rule for several in self._rules.get(kind, {}).values() for rule in several)

    def on(self, kind: str, day: date) -> tuple[Rule, ...]:
        """Return the rules of a kind that are in force on a day."""
        return tuple(rule for rule in self.all(kind) if rule.holds(day))

    def find(self, kind: str, code: str, day: date) -> Rule | None:
        """Return the rule of a code that is in force on a day, the latest to begin where several are; None where none is."""
        held = [rule for rule in self._rules.get(kind, {}).get(code, ()) if rule.holds(day)]
        return held[-1] if held else None


def slot_of(rule: Rule) -> str:
    """Return what tells the rules of one code apart: the first day, empty where none is known."""
    return rule.valid_from.isoformat() if rule.valid_from else ""


@cache
def shipped() -> Rulebook:
    """Return the rulebook of the files in ``data/rules/``, one file a kind."""
    return Rulebook(rule for kind in shipped_kinds() for rule in shipped_rules(kind))


@cache
def shipped_kinds() -> tuple[str, ...]:
    """Return the kinds that have a file in ``data/rules/``: a new file is a new kind."""
    return tuple(sorted(path.stem for path in (DATA / "rules").glob("*.json")))


def shipped_rules(kind: str) -> tuple[Rule, ...]:
    """Return the shipped rules of one kind (``data/rules/<kind>.json``)."""
    return tuple(_rule(kind, row) for row in read(f"rules/{kind}")["rows"])


def _rule(kind: str, row: Mapping[str, Any]) -> Rule:
    return Rule(
        kind, row["code"], row["en"], row["zh"], MappingProxyType(row.get("data", {})), _day(row.get("valid_from")),
        _day(row.get("valid_to")), row["src"], row["verified"], row.get("sample", False))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
