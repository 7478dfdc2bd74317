"""What becomes of an exhibit after the expo: shipped back, sold, or moved to bonded; what each needs, and until when.

Pure: rules of the kinds ``disposal`` and ``relief``, the state of the product's roads, the days of the edition.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from .gates import Listing, State
from .rulebook import Rule, Rulebook
from .shipped import pick

CHOICES = ("return", "sell", "bonded")


@dataclass(frozen=True, slots=True)
class Plan:
    """One way for one exhibit. ``state``: whether it can be done; ``until`` the last day, None where none is known; ``notes``: codes.

    ``relief`` is the rule under which a sale is freed of taxes, None where none is known or it leaves the goods out.
    """

    choice: str
    rule: Rule | None
    state: State
    until: date | None
    notes: tuple[str, ...]
    relief: Rule | None = None

    def needs(self, lang: object) -> list[str]:
        """Return what it needs, in the reader's language."""
        return [pick(text["en"], text["zh"], lang) for text in (self.rule.data["needs"] if self.rule else ())]

    def note(self, lang: object) -> str:
        """Return the rule's remark."""
        text: Any = self.rule.data.get("note") if self.rule else None
        return pick(text["en"], text["zh"], lang) if text else ""


def plan(book: Rulebook, choice: str, *, series: str, hs: str, listing: Listing, general: State, ends_on: date) -> Plan:
    """Return how an exhibit of an edition can end in the way that was chosen. ``general`` is how far general trade is open to it."""
    rule = book.find("disposal", choice, ends_on)
    if choice == "sell":
        relief, notes = _relief(book, series, hs, ends_on)
        return Plan(choice, rule, general, ends_on, notes, relief)
    if choice == "bonded":
        state, note = {True: (State.YES, "listed"), False: (State.NO, "not_listed"), None: (State.UNKNOWN, "list_unknown")}[listing.listed]
        return Plan(choice, rule, state, None, (note, "carnet"))
    return Plan(choice, rule, State.YES if rule else State.UNKNOWN, None, ("carnet",))


def _relief(book: Rulebook, series: str, hs: str, on: date) -> tuple[Rule | None, tuple[str, ...]]:
    """Return the relief of an expo for goods that are sold there, and what is to be said about it."""
    rule = next((rule for rule in book.on("relief", on) if rule.data.get("expo") == series), None)
    if rule is None:
        return None, ("no_relief",)
    if hs and hs.startswith(tuple(rule.data.get("excluded_codes", ()))):
        return None, ("relief_excludes",)
    return rule, ("relief",) if rule.verified and hs else ("relief_to_check",)
