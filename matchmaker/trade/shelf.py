"""How long goods take from a deal to the shelf: production as stated, carriage, clearance and stocking by usual lengths."""

from dataclasses import dataclass
from datetime import date, timedelta

from .carriage import freight_rule
from .rulebook import Rule, Rulebook

CARRIAGE, CLEARANCE, STOCKING = "carriage", "CLEARANCE", "STOCKING"


@dataclass(frozen=True, slots=True)
class Leg:
    """A part of the time: ``rule`` None where the company states it."""

    kind: str
    days: int
    rule: Rule | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """The way to the shelf, from a day on."""

    since: date
    legs: tuple[Leg, ...]

    @property
    def days(self) -> int:
        """All days."""
        return sum(leg.days for leg in self.legs)

    @property
    def on(self) -> date:
        """The day on which the goods are on the shelf."""
        return self.since + timedelta(self.days)


def to_shelf(lead_days: int | None, origin: str, since: date, book: Rulebook, way: str = "") -> Shelf | None:
    """Return the way to the shelf of goods ordered on a day; None where the lead time or a usual length is not known."""
    rules = [freight_rule(origin, way, since, book), *(book.find("carriage", code, since) for code in (CLEARANCE, STOCKING))]
    if lead_days is None:
        return None
    legs = [Leg("production", lead_days)]
    for kind, rule in zip((CARRIAGE, CLEARANCE, STOCKING), rules, strict=True):
        if rule is None or "days" not in rule.data:
            return None
        legs.append(Leg(kind, int(rule.data["days"]), rule))
    return Shelf(since, tuple(legs))
