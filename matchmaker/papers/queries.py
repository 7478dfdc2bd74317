"""Questions about bundles: which there are, and what a reader finds in one today."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from ..companies.queries import blocks_between
from ..documents.models import Document, DocumentShare
from ..documents.queries import in_force, today, visible
from ..infra.db import db, one
from ..meetings.models import Meeting
from ..meetings.queries import meeting_for
from ..permissions import Actor, ensure
from .models import Bundle, BundleItem

WITH_ALL = (joinedload(Bundle.owner), joinedload(Bundle.company), selectinload(Bundle.items).joinedload(BundleItem.document)
            .selectinload(Document.versions))


def bundle_for(actor: Actor, bundle_id: int) -> Bundle:
    """Return a bundle for who made it, or for whom it is as long as it stands; raise ``NotFound``."""
    found = one(sa.select(Bundle).options(*WITH_ALL).where(Bundle.id == bundle_id))
    ensure(actor.member_of(found.owner_id) or (
        actor.company_id == found.company_id and stands(found) and not blocks_between(found.owner_id, found.company_id)))
    return found


def own_bundle(actor: Actor, bundle_id: int) -> Bundle:
    """Return a bundle that one of the actor's companies made; raise ``NotFound``."""
    found = bundle_for(actor, bundle_id)
    ensure(actor.member_of(found.owner_id))
    return found


def stands(bundle: Bundle) -> bool:
    """Tell whether the other side may open it today."""
    return bundle.withdrawn_at is None and (bundle.until is None or bundle.until >= today())


def contents(bundle: Bundle) -> list[Document]:
    """Return what the other side finds in a bundle today, in its order: what was taken back since has left it."""
    if not stands(bundle):
        return []
    given = set(db.session.scalars(sa.select(DocumentShare.document_id).where(DocumentShare.bundle_id == bundle.id, in_force())))
    rows = [item.document for item in bundle.items if item.document_id in given]
    seen = visible(bundle.company_id, rows)
    return [row for row in rows if row.id in seen]


def bundles(actor: Actor, *, made: bool) -> Sequence[Bundle]:
    """Return the bundles that the acting company ``made``, or those that stand for it, the latest first."""
    mine = actor.company_id or 0
    query = sa.select(Bundle).options(*WITH_ALL).order_by(Bundle.id.desc()).limit(200)
    if made:
        return db.session.scalars(query.where(Bundle.owner_id == mine)).all()
    return [row for row in db.session.scalars(query.where(Bundle.company_id == mine)) if contents(row)]


def open_count(company_id: int) -> int:
    """Return how many bundles of a company stand."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Bundle).where(
        Bundle.owner_id == company_id, Bundle.withdrawn_at.is_(None))) or 0


def own_documents(company_id: int) -> Sequence[Document]:
    """Return a company's documents to choose from; what is for its own eyes only is left out."""
    return db.session.scalars(sa.select(Document).options(selectinload(Document.versions)).where(
        Document.company_id == company_id, Document.audience != "us").order_by(
            Document.product_id.is_not(None), Document.product_id, Document.id.desc())).all()


def meeting_of(actor: Actor, expo_id: int, meeting_id: int) -> Meeting:
    """Return a meeting of the acting company; raise ``NotFound``."""
    return meeting_for(actor, expo_id, meeting_id)


def shown_bundles(meeting: Meeting, company_id: int) -> Sequence[Bundle]:
    """Return the bundles of a meeting that a side made or may open."""
    rows = db.session.scalars(sa.select(Bundle).options(*WITH_ALL).where(
        Bundle.meeting_id == meeting.id, sa.or_(Bundle.owner_id == company_id, Bundle.company_id == company_id)).order_by(Bundle.id.desc()))
    return [row for row in rows if row.owner_id == company_id or contents(row)]




def given_by(bundle: Bundle) -> Sequence[DocumentShare]:
    """Return the consents in force that a bundle gave."""
    return db.session.scalars(sa.select(DocumentShare).where(
        DocumentShare.bundle_id == bundle.id, DocumentShare.withdrawn_at.is_(None))).all()
