"""Questions about the reference: the nomenclature, the rules, and the rate tables in use."""

from .book import mode_name, rulebook
from .editions import (
    BAD,
    CHANGED,
    GONE,
    NEW,
    counts,
    differences,
    in_use,
    parts_in_use,
    table_for,
    table_lines,
    tables,
    touched_by,
)
from .ledger import Entry, History, Kind, entries, history, kinds, rule_for
from .nomenclature import current, decides, is_unlisted, keeps, label, search, versions
from .tariff import Exchange, exchange, rates

__all__ = [
    "BAD", "CHANGED", "GONE", "NEW", "Entry", "Exchange", "History", "Kind", "counts", "current", "decides", "differences", "entries",
    "exchange", "history", "in_use", "is_unlisted", "keeps", "kinds", "label", "mode_name", "parts_in_use", "rates", "rule_for", "rulebook",
    "search", "table_for", "table_lines", "tables", "touched_by", "versions",
]
