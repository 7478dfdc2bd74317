"""Trade agreements and one-sided preferences that China applies to goods by origin, each with its dates.

Both are views of a rulebook, the shipped one unless another is given. What is not known is said: an agreement without a date is not in
force "by default", and a preference whose end for a country is unsettled becomes ``unknown`` after the last day it is known to hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

from .rulebook import Rule, Rulebook, shipped
from .shipped import pick


@dataclass(frozen=True)
class Agreement:
    """An agreement with the day it came into force for each partner (two-letter code; None: day not known)."""

    rule: Rule
    in_force: Mapping[str, date | None]

    @property
    def code(self) -> str:
        return self.rule.code

    @property
    def en(self) -> str:
        return self.rule.en

    @property
    def zh(self) -> str:
        return self.rule.zh

    @property
    def verified(self) -> bool:
        return self.rule.verified

    @property
    def partners(self) -> tuple[str, ...]:
        return tuple(self.in_force)

    def label(self, lang: object) -> str:
        return self.rule.label(lang)


@dataclass(frozen=True)
class Preference:
    """A zero-tariff scheme that China grants on its own; its days are those of ``rule``, an end of None means that none is known."""

    rule: Rule
    partners: frozenset[str]
    known_until: Mapping[str, date]

    @property
    def code(self) -> str:
        return self.rule.code

    @property
    def verified(self) -> bool:
        return self.rule.verified

    def label(self, lang: object) -> str:
        return self.rule.label(lang)

    def grants(self, lang: object) -> str:
        """Return what the scheme grants, in the reader's language."""
        words = self.rule.data["rule"]
        return pick(words["en"], words["zh"], lang)

    def status(self, origin: str, on: date) -> Literal["applies", "no", "unknown"]:
        """Tell whether goods of ``origin`` enjoy the preference on a day."""
        if origin not in self.partners or not self.rule.holds(on):
            return "no"
        last = self.known_until.get(origin)
        return "unknown" if last and on > last else "applies"


def agreements(book: Rulebook | None = None) -> tuple[Agreement, ...]:
    """Return all agreements."""
    return tuple(_agreement(rule) for rule in (book or shipped()).all("agreement"))


def preferences(book: Rulebook | None = None) -> tuple[Preference, ...]:
    """Return all one-sided preferences."""
    return tuple(_preference(rule) for rule in (book or shipped()).all("preference"))


def agreements_for(origin: str, on: date, book: Rulebook | None = None) -> list[Agreement]:
    """Return the agreements known to be in force for goods of ``origin`` on a day, by that partner's own date."""
    origin = origin.upper()
    return [deal for deal in agreements(book) if deal.rule.holds(on) and (day := deal.in_force.get(origin)) and day <= on]


def undated_agreements_for(origin: str, book: Rulebook | None = None) -> list[Agreement]:
    """Return the agreements that name ``origin`` but whose date for it is not known: show them as unknown."""
    return [deal for deal in agreements(book) if deal.in_force.get(origin.upper(), date.min) is None]


def preferences_for(
        origin: str, on: date, book: Rulebook | None = None) -> list[tuple[Preference, Literal["applies", "unknown"]]]:
    """Return the one-sided preferences that apply to goods of ``origin`` on a day, or may apply (``unknown``)."""
    found = [(scheme, scheme.status(origin.upper(), on)) for scheme in preferences(book)]
    return [(scheme, status) for scheme, status in found if status != "no"]


def least_developed(book: Rulebook | None = None) -> frozenset[str]:
    """Return the least developed countries of the zero-tariff rule (the shipped list itself is not verified)."""
    return frozenset().union(*(scheme.partners for scheme in preferences(book) if scheme.code == "LDC"))


def _agreement(rule: Rule) -> Agreement:
    return Agreement(rule, MappingProxyType({iso2: _day(day) for iso2, day in rule.data["in_force"].items()}))


def _preference(rule: Rule) -> Preference:
    known = {iso2: last for iso2, day in rule.data.get("known_until", {}).items() if (last := _day(day))}
    return Preference(rule, frozenset(rule.data["partners"]), MappingProxyType(known))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
