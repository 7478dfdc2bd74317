"""What an exhibitor can do about its evidence, the most urgent first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ..trade import vague
from ..trade.green import Level, Rated
from ..trade.rulebook import Rulebook
from . import cards
from .listing import Shown
from .records import CLAIM

SOON = timedelta(days=90)
URGENT = ("clear", "renew", "complete", "attach", "certify", "register")  # in this order
MOST_STEPS = 12


@dataclass(frozen=True, slots=True)
class Item:
    """Something to do at a product: ``cell`` is the evidence in words."""

    product: Any
    cell: cards.Cell
    what: str


def steps(shown: Iterable[Shown], rulebook: Rulebook) -> list[Item]:
    """Return for each piece of evidence what would raise it by one level, the most urgent first; links of which nothing is said are
    left to the page of the product."""
    items = [Item(one.row, cards.cell(rated, rulebook, one.profile.on), rated.next.what)
             for one in shown for rated in one.profile.rated() if rated.next]
    return sorted(items, key=lambda item: URGENT.index(item.what))[:MOST_STEPS]


def ending(shown: Iterable[Shown], within: timedelta = SOON) -> list[tuple[Any, Rated, int, str]]:
    """Return (product, evidence, days left, its name) of what loses its level soon, the next first; 0 days: today is the last."""
    found = [(one.row, rated, (rated.falls_on - one.profile.on).days - 1, cards.name_of(rated))
             for one in shown for rated in one.profile.rated()
             if rated.falls_on is not None and rated.falls_on <= one.profile.on + within + timedelta(days=1)]
    return sorted(found, key=lambda item: item[2])


def vague_words(shown: Iterable[Shown], rulebook: Rulebook, on: date) -> list[tuple[Any, str, list[vague.Vague]]]:
    """Return (product, claim, its vague words) of the claims that have some."""
    found = []
    for one in shown:
        for rated in one.profile.rated():
            if rated.evidence.ref.kind == CLAIM:
                words = vague.find(rated.evidence.text, rulebook, on, labelled=rated.level >= Level.THIRD_PARTY)
                found += [(one.row, rated.evidence.text, words)] if words else []
    return found

