"""What the product page shows of documents: to its owner all, to others what exists, its state, and a way to ask."""

from collections.abc import Mapping
from typing import Any

from ...permissions import Actor
from .. import cards, consented, queries, rules


def load(actor: Actor, _expo: Any, product: Any) -> Mapping[str, Any] | None:
    """Return the cards of a product's documents for this reader: closed ones carry kind and state and nothing more."""
    rows = queries.of_product(product.company_id, product.id)
    if actor.member_of(product.company_id):
        return {"mine": True, "cards": [cards.card(row) for row in rows], "waits": set(), "may_ask": False}
    if not actor.is_buyer:  # organizers run the expo; papers are between the two sides
        return None
    seen = queries.visible(actor.company_id, rows)
    shown = [cards.card(row, open_=row.id in seen) for row in rows if row.id in seen or rules.is_announced(row.audience)]
    return {"mine": False, "cards": shown, "waits": consented.asked_kinds(actor.company_id or 0, product.company_id),
            "may_ask": consented.may_ask(actor.company_id or 0, product.company_id, product.id)}
