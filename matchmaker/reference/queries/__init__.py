"""Questions about the reference: the nomenclature, the rules, and the rate tables in use."""

from .book import rulebook
from .ledger import Entry, History, Kind, entries, history, kinds, rule_for
from .nomenclature import (
    BAD,
    CHANGED,
    GONE,
    NEW,
    counts,
    current,
    decides,
    differences,
    is_unlisted,
    keeps,
    label,
    search,
    version_for,
    versions,
)
from .tariff import Exchange, exchange, rates

__all__ = [
    "BAD", "CHANGED", "GONE", "NEW", "Entry", "Exchange", "History", "Kind", "counts", "current", "decides", "differences", "entries",
    "exchange", "history", "is_unlisted", "keeps", "kinds", "label", "rates", "rule_for", "rulebook", "search", "version_for", "versions",
]
