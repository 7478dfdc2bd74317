"""Trade agreements and one-sided preferences that China applies to goods by origin, each with its dates.

What is not known is said: an agreement without a date is not in force "by default", and a preference whose end for a
country is unsettled becomes ``unknown`` after the last day it is known to hold.
"""
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Literal

from .shipped import pick, read


@dataclass(frozen=True)
class Agreement:
    """An agreement with the day it came into force for each partner (two-letter code; None: day not known)."""

    code: str
    en: str
    zh: str
    in_force: Mapping[str, date | None]
    note: str
    src: str
    verified: bool

    @property
    def partners(self) -> tuple[str, ...]:
        return tuple(self.in_force)

    def label(self, lang: object) -> str:
        return pick(self.en, self.zh, lang)


@dataclass(frozen=True)
class Preference:
    """A zero-tariff scheme that China grants on its own. ``until`` None means that no end is known."""

    code: str
    en: str
    zh: str
    rule_en: str
    rule_zh: str
    since: date
    until: date | None
    partners: frozenset[str]
    known_until: Mapping[str, date]
    note: str
    src: str
    verified: bool

    def label(self, lang: object) -> str:
        return pick(self.en, self.zh, lang)

    def rule(self, lang: object) -> str:
        return pick(self.rule_en, self.rule_zh, lang)

    def status(self, origin: str, on: date) -> Literal["applies", "no", "unknown"]:
        """Whether goods of ``origin`` enjoy the preference on a day."""
        if origin not in self.partners or on < self.since or (self.until and on > self.until):
            return "no"
        last = self.known_until.get(origin)
        return "unknown" if last and on > last else "applies"


@cache
def agreements() -> tuple[Agreement, ...]:
    """All shipped agreements."""
    return tuple(
        Agreement(
            row["code"], row["en"], row["zh"],
            MappingProxyType({iso2: _day(day) for iso2, day in row["in_force"].items()}),
            row["note"], row["src"], row["verified"],
        )
        for row in read("agreements")["rows"]
    )


@cache
def preferences() -> tuple[Preference, ...]:
    """All shipped one-sided preferences."""
    return tuple(
        Preference(
            row["code"], row["en"], row["zh"], row["rule_en"], row["rule_zh"],
            date.fromisoformat(row["since"]), _day(row["until"]), frozenset(row["partners"]),
            MappingProxyType({iso2: date.fromisoformat(day) for iso2, day in row["known_until"].items()}),
            row["note"], row["src"], row["verified"],
        )
        for row in read("agreements")["preferences"]
    )


def agreements_for(origin: str, on: date) -> list[Agreement]:
    """The agreements known to be in force for goods of ``origin`` on a day, by that partner's own date."""
    return [deal for deal in agreements() if (day := deal.in_force.get(origin.upper())) and day <= on]


def undated_agreements_for(origin: str) -> list[Agreement]:
    """The agreements that name ``origin`` but whose date for it is not known: show them as unknown."""
    return [deal for deal in agreements() if deal.in_force.get(origin.upper(), date.min) is None]


def preferences_for(origin: str, on: date) -> list[tuple[Preference, Literal["applies", "unknown"]]]:
    """The one-sided preferences that apply to goods of ``origin`` on a day, or may apply (``unknown``)."""
    found = [(scheme, scheme.status(origin.upper(), on)) for scheme in preferences()]
    return [(scheme, status) for scheme, status in found if status != "no"]


def least_developed() -> frozenset[str]:
    """The least developed countries of the zero-tariff rule (the list itself is not verified)."""
    return next(scheme.partners for scheme in preferences() if scheme.code == "LDC")


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
