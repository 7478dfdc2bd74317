"""What companies do with bundles: permission, guard, change, audit, signal."""

from collections.abc import Sequence
from datetime import date

from .. import audit, clock, events
from ..documents import consented, consents
from ..documents.models import Document
from ..documents.queries import today
from ..errors import N_, Conflict, Invalid, TooMany
from ..infra.db import db
from ..meetings.models import Meeting
from ..permissions import Actor, ensure
from . import queries, rules
from .models import Bundle, BundleItem


def make_bundle(actor: Actor, *, owner_id: int, company_id: int, documents: Sequence[Document], title: str, note: str = "",
                until: date | None = None, meeting: Meeting | None = None) -> Bundle:
    """Put documents together for a counterpart, who may see them from now on: until a day, as long as a meeting stands, or for good.

    Raises ``NotFound`` for strangers, for documents of others, and for companies that the owner does not know by name; ``Invalid``
    without documents or title; ``TooMany``.
    """
    ensure(actor.member_of(owner_id) and company_id in consented.partners(owner_id))
    ensure(all(document.company_id == owner_id for document in documents))
    ensure(meeting is None or {owner_id, company_id} == {meeting.exhibitor_id, meeting.buyer_id})
    _check(documents, until)
    if queries.open_count(owner_id) >= rules.MOST_OPEN:
        raise TooMany(N_("At most %(count)s bundles stand at a time: withdraw one first."), count=rules.MOST_OPEN)
    bundle = Bundle(
        owner_id=owner_id, company_id=company_id, meeting_id=meeting.id if meeting else None, title=rules.titled(title),
        note=rules.noted(note), until=until, made_at=clock.now(), made_by_user_id=actor.user_id)
    bundle.items = [BundleItem(document=document, position=place) for place, document in enumerate(documents, 1)]
    db.session.add(bundle)
    db.session.flush()
    for document in documents:
        consents.share(actor, owner_id=owner_id, company_id=company_id, document=document, until=until, bundle_id=bundle.id,
                       meeting_id=bundle.meeting_id)
    audit.record(actor, "papers.make_bundle", bundle, company=company_id, documents=[document.id for document in documents])
    events.bundle_made.send(bundle, actor=actor)
    return bundle


def withdraw_bundle(actor: Actor, bundle: Bundle) -> None:
    """Take a bundle back with all the consents it gave; others stay. Raises ``NotFound``, ``Conflict`` when it is back already."""
    ensure(actor.member_of(bundle.owner_id))
    if bundle.withdrawn_at is not None:
        raise Conflict(N_("This was taken back already."))
    bundle.withdrawn_at = clock.now()
    for given in queries.given_by(bundle):
        consents.withdraw(actor, given)
    audit.record(actor, "papers.withdraw_bundle", bundle, company=bundle.company_id)


def _check(documents: Sequence[Document], until: date | None) -> None:
    if not documents:
        raise Invalid(N_("Choose at least one document."), field="documents")
    if len(documents) > rules.MOST_DOCUMENTS:
        raise Invalid(N_("A bundle holds at most %(count)s documents."), field="documents", count=rules.MOST_DOCUMENTS)
    if sum(document.current.size for document in documents) > rules.MOST_BYTES:
        raise Invalid(N_("These files have more than %(count)s MB together."), field="documents", count=rules.MOST_BYTES // 2**20)
    if until is not None and until < today():
        raise Invalid(N_("This day is past."), field="until")
