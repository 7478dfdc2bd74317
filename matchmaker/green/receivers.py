"""What the room of green evidence does when product cards change."""

from typing import Any

from .. import events
from ..catalog.models import Product
from ..infra import jobs
from . import queries
from .tasks import WATCH


@events.product_changed.connect
def _product_changed(product: Product, **_more: Any) -> None:
    """Look for endings soon after a card with an end on it was published or changed."""
    if queries.has_end(product):
        jobs.enqueue(WATCH, key=WATCH)
