"""Documents as pages show them: one record for a row of a list, for the owner and for others."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ..i18n import lang
from . import kinds, rules
from .models import Document
from .queries import today


@dataclass(frozen=True, slots=True)
class Card:
    """A document in a list. Where ``open`` is false only kind and state may be shown, and the rest is empty."""

    id: int
    kind: str
    label: str
    state: str
    open: bool = True
    number: str = ""
    issuer: str = ""
    expires_on: date | None = None
    scope: str = ""
    audience: str = ""
    product_id: int | None = None
    version: int = 1
    pages: int | None = None
    media_type: str = ""


def card(document: Document, *, open_: bool = True, on: date | None = None) -> Card:
    """Return the card of a document; a closed one carries nothing that its reader may not know."""
    state = rules.state(document, on or today())
    if not open_:
        return Card(document.id, document.kind, kinds.label(document.kind, lang()), state, open=False)
    current = document.current
    return Card(
        document.id, document.kind, kinds.label(document.kind, lang()), state, True, document.number, document.issuer, document.expires_on,
        document.scope, document.audience, document.product_id, current.number, current.pages, current.media_type)


def by_product(documents: Iterable[Document], titles: dict[int, str]) -> list[tuple[int | None, str, list[Card]]]:
    """Return (product, its title, cards) in the order of the documents; the company as a whole has no product."""
    groups: dict[int | None, list[Card]] = {}
    for document in documents:
        groups.setdefault(document.product_id, []).append(card(document))
    return [(product_id, titles.get(product_id, "") if product_id else "", cards) for product_id, cards in groups.items()]
