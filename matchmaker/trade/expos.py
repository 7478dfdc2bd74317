"""The three expos as series: what is true of every edition, and the published figures of past ones."""
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from .shipped import pick, read


@dataclass(frozen=True)
class Named:
    """A name in both languages."""

    en: str
    zh: str

    def label(self, lang: object) -> str:
        return pick(self.en, self.zh, lang)


@dataclass(frozen=True)
class ExpoSection:
    """An exhibition section. ``verified`` is false where its name has no source."""

    code: str
    name: Named
    src: str
    verified: bool


@dataclass(frozen=True)
class ExpoFact:
    """A published figure; its measure is a code of the vocabulary ``expo_measure``."""

    measure: str
    value: Decimal
    at_least: bool


@dataclass(frozen=True)
class PastEdition:
    """A past edition with its sourced figures; days are None where they are not known."""

    number: int
    year: int
    starts_on: date | None
    ends_on: date | None
    facts: tuple[ExpoFact, ...]
    src: str


@dataclass(frozen=True)
class ExpoSeries:
    """One of the three expos. ``usual_periods`` are (month, day) pairs of first and last day."""

    code: str
    name: Named
    short: Named
    hosts: tuple[Named, ...]
    organizers: tuple[Named, ...]
    venue: Named
    address: Named
    time_zone: str
    usual: Named
    usual_periods: tuple[tuple[tuple[int, int], tuple[int, int]], ...]
    sections: tuple[ExpoSection, ...]
    editions: tuple[PastEdition, ...]
    src: str
    verified: bool

    def section(self, code: str) -> ExpoSection | None:
        """The section of that code, or None."""
        return next((section for section in self.sections if section.code == code), None)


@cache
def expo_series() -> tuple[ExpoSeries, ...]:
    """The three expos: CIIE, CICPE and CANTON (the Canton Fair's import exhibition)."""
    return tuple(_series(row) for row in read("expos")["rows"])


def series(code: str) -> ExpoSeries:
    """The expo of that code. Raises KeyError when there is none."""
    return {expo.code: expo for expo in expo_series()}[code]


def _series(row: dict[str, Any]) -> ExpoSeries:
    return ExpoSeries(
        code=row["code"],
        name=Named(row["en"], row["zh"]),
        short=Named(row["short_en"], row["short_zh"]),
        hosts=tuple(Named(*pair) for pair in row["hosts"]),
        organizers=tuple(Named(*pair) for pair in row["organizers"]),
        venue=Named(row["venue_en"], row["venue_zh"]),
        address=Named(row["address_en"], row["address_zh"]),
        time_zone=row["time_zone"],
        usual=Named(row["usual_en"], row["usual_zh"]),
        usual_periods=tuple((_month_day(first), _month_day(last)) for first, last in row["usual_periods"]),
        sections=tuple(
            ExpoSection(item["code"], Named(item["en"], item["zh"]), item["src"], item["verified"])
            for item in row["sections"]
        ),
        editions=tuple(_edition(item) for item in row["editions"]),
        src=row["src"],
        verified=row["verified"],
    )


def _edition(row: dict[str, Any]) -> PastEdition:
    facts = tuple(
        ExpoFact(fact["measure"], Decimal(str(fact["value"])), fact.get("at_least", False)) for fact in row["facts"]
    )
    return PastEdition(row["number"], row["year"], _day(row["start"]), _day(row["end"]), facts, row["src"])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _month_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)
