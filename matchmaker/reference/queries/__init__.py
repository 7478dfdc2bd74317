"""Questions about the reference: the nomenclature, the rules, and the rate tables in use."""

from .book import rulebook
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
    "BAD", "CHANGED", "GONE", "NEW", "Exchange", "counts", "current", "decides", "differences", "exchange", "is_unlisted", "keeps", "label",
    "rates", "rulebook", "search", "version_for", "versions",
]
