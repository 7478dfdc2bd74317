"""What is done for evidence: organizers look labels up in their registers, companies are told what ends."""

from datetime import date, timedelta

import sqlalchemy as sa

from .. import audit, clock, events
from ..catalog.models import GreenClaim, Product
from ..catalog.queries import shown_at
from ..catalog.rules import address as page_address
from ..documents.rules import WARN_DAYS, warning
from ..errors import N_, Invalid
from ..expos.models import Expo
from ..expos.queries import require_organizer, today_at
from ..infra.db import db, get, one
from ..permissions import Actor, ensure
from . import queries
from .models import EvidenceTold

LATE = timedelta(days=14)  # what ended longer ago is told to nobody: a card may be taken over from elsewhere


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


def warn(actor: Actor, on: date) -> int:
    """Tell companies which green labels on their cards end soon or have ended in the last days, once for each of ``WARN_DAYS``.

    Returns how many were told of. Only the work without a reader may: raises ``NotFound`` for everybody else.
    """
    ensure(actor.is_system)
    ends = queries.endings(on - LATE, on + timedelta(days=max(WARN_DAYS)))
    known, count = queries.told({end.product.id for end in ends}), 0
    for end in ends:
        days = warning(end.expires_on, on)
        mark = (end.product.id, end.subject, end.expires_on, days)
        if days is None or mark in known:
            continue
        known.add(mark)
        db.session.add(EvidenceTold(product_id=end.product.id, subject=end.subject, expires_on=end.expires_on, days=days,
                                    told_at=clock.now()))
        left = max((end.expires_on - on).days, 1) if days else 0
        events.evidence_ending.send(end.product, label=end.label, certificate=end.certificate, ends_on=end.expires_on, days=left)
        count += 1
    db.session.flush()
    return count
