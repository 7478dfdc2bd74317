"""What organizers do for evidence: they look a label up in its public register."""

import sqlalchemy as sa

from .. import audit, clock, events
from ..catalog.models import GreenClaim, Product
from ..catalog.queries import shown_at
from ..catalog.rules import address as page_address
from ..errors import N_, Invalid
from ..expos.models import Expo
from ..expos.queries import require_organizer, today_at
from ..infra.db import db, get, one
from ..permissions import Actor


def check_register(actor: Actor, expo: Expo, claim_id: int, *, found: bool, address: str) -> GreenClaim:
    """Keep what an organizer found in the public register of a label: there or not there, today, at this address; tell the company.

    Raises ``NotFound`` for who does not organize the expo and for claims of products that are not shown there, ``Invalid`` without an
    address, or where the claim names nothing that could be looked up.
    """
    require_organizer(actor, expo)
    shown = shown_at(expo.id).with_only_columns(Product.id, maintain_column_froms=True).order_by(None)
    claim = one(sa.select(GreenClaim).where(GreenClaim.id == claim_id, GreenClaim.product_id.in_(shown)))
    product = get(Product, claim.product_id)
    if not claim.number:
        raise Invalid(N_("This claim states no number: there is nothing to look up."), field="address")
    where = page_address(address)
    if not where:
        raise Invalid(N_("Give the address of the register, so that others can look too."), field="address")
    claim.checked_on, claim.checked_found, claim.checked_address = today_at(expo), found, where
    claim.checked_by, product.updated_at = f"{expo.series} {expo.starts_on.year}", clock.now()
    db.session.flush()
    audit.record(actor, "green.check_register", claim, expo_id=expo.id, found=found, address=where, number=claim.number)
    events.evidence_checked.send(claim, product=product, expo=expo, actor=actor)
    events.product_changed.send(product)
    return claim
