"""The kinds of documents: the certificates of the product cards, and the document types of the rules of trade.

A code names one kind wherever it comes from, so that the locker, the passport and the evidence speak of the same thing.
"""

from collections.abc import Mapping
from datetime import date

from .. import clock
from ..reference.queries import rulebook
from ..trade import codes

OTHER = "OTHER"


def labels(lang: object, on: date | None = None) -> Mapping[str, str]:
    """Return {code: name} of every kind that can be put in on a day, certificates first and the other documents behind them."""
    rules = {rule.code: rule.label(lang) for rule in rulebook().on("document_type", on or clock.now().date())}
    known = {code: entry.label(lang) for code, entry in codes.rows("certificate").items() if code != OTHER}
    return known | rules | {OTHER: codes.label("certificate", OTHER, lang)}


def is_known(code: str | None) -> bool:
    """Tell whether documents of this kind can be put in."""
    return codes.is_known("certificate", code) or any(rule.code == code for rule in rulebook().all("document_type"))


def label(code: str, lang: object) -> str:
    """Return the name of a kind, of one that is no longer offered too; an unknown code stands for itself."""
    if codes.is_known("certificate", code):
        return codes.label("certificate", code, lang)
    named = [rule for rule in rulebook().all("document_type") if rule.code == code]
    return named[-1].label(lang) if named else code
