"""What the room of products answers to others."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from .. import events
from ..documents.models import Document
from ..expos.models import Expo
from ..permissions import SYSTEM
from ..reference.goods import Goods
from . import actions, queries


@events.expo_counted.connect
def count(expo: Expo, **_more: Any) -> dict[str, int]:
    """Count the products shown at an expo."""
    return {"products": queries.count_published(expo.id)}


@events.headings_asked.connect
def give_titles(_sender: Any, *, limit: int, **_more: Any) -> list[tuple[datetime, str, str]]:
    """Give the titles and codes from which headings are learned."""
    return queries.titles_with_codes(limit)


@events.document_changed.connect
def _document_changed(document: Document, removed: bool = False, **_more: Any) -> None:
    """Certificates of product cards follow their document; a new one of a product takes its place behind the card's own statement."""
    actions.follow_document(SYSTEM, document, removed=removed)


@events.goods_asked.connect
def give_goods(_sender: Any, *, expo_ids: Collection[int] | None, **_more: Any) -> list[Goods]:
    """Give the products shown at expos, as far as rules of trade ask for them."""
    return queries.goods(expo_ids)
