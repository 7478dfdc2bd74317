"""The reading of a demand: the groups of the editor, and what of the words waits to be confirmed."""

from dataclasses import dataclass
from typing import Any

from ..engine.reading import Reading
from ..errors import N_
from ..i18n import lang
from ..reference import headings
from ..sheets import readings
from ..sheets.readings import CONFIRMED, GUESSED, Group, Row
from ..trade import hs
from .models import Demand
from .rules import RULES

GROUPS = (
    Group("product", "package", N_("Product"), ("title", "specs_must", "specs_nice")),
    Group("quantity", "boxes", N_("Quantity"), ("quantity_first", "quantity_year", "unit")),
    Group("term", "ship", N_("Delivery term"), ("incoterm", "port")),
    Group("origin", "globe", N_("Origin"), ("origins_wanted", "origins_excluded")),
    Group("certificates", "shield-check", N_("Certificates"), ("certificates",)),
    Group("window", "calendar-range", N_("Delivery window"), ("window_from", "window_to", "deadline_on")),
    Group("ways", "store", N_("Channel"), ("channel", "road")),
    Group("budget", "wallet", N_("Budget"), ("budget_low", "budget_high", "currency", "budget_unit")),
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A proposed heading; ``chance`` is a whole percentage, None when nothing measures it."""

    code: str
    label: str
    chance: int | None


@dataclass(frozen=True, slots=True)
class Understood:
    """What the editor shows beside the words."""

    pieces: list[tuple[str, str]]
    rows: list[Row]
    headings: list[Heading]

    def count(self, *states: str) -> int:
        """Return how many rows are in one of the states."""
        return sum(row.state in states for row in self.rows)


def reading_of(demand: Demand) -> Reading:
    """Return what the original words say, read as on the day on which they were pasted."""
    return readings.read_again(demand.original, demand.created_at.date(), demand.lang)


def waiting(demand: Demand) -> dict[str, Any]:
    """Return {field: value} of the guesses that nobody confirmed."""
    return readings.guesses(reading_of(demand), RULES, demand.read)


def understood(demand: Demand) -> Understood:
    """Return the words with their marks, the rows of fields, and headings to choose from while the code is open."""
    reading = reading_of(demand)
    open_fields = readings.guesses(reading, RULES, demand.read)
    found = proposed(demand) if demand.read.get("hs") == GUESSED else []
    return Understood(readings.pieces(demand.original, reading, demand.read), readings.rows(GROUPS, demand, reading, open_fields), found)


def proposed(demand: Demand) -> list[Heading]:
    """Return up to three headings for the title; one that the words name comes first and alone."""
    named = reading_of(demand).get("hs")
    pairs = named.value if named else headings.propose(demand.title, lang())
    return [Heading(code, hs.label(code, lang()) or "", None if chance is None else round(100 * chance))
            for code, chance in pairs if hs.is_valid(code)]


def confirmed(demand: Demand, names: set[str]) -> dict[str, str]:
    """Return the states after ``names`` were confirmed."""
    return {name: CONFIRMED if name in names else state for name, state in demand.read.items()}


def names_of(group: str) -> set[str]:
    """Return the fields of a group, of all of them for ``all``; empty for a group that does not exist."""
    return {name for one in GROUPS if group in (one.name, "all") for name in one.fields}
