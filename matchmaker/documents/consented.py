"""Questions about consent: who may be shown something, what was shown to whom, who asked for what, who has seen it."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from .. import events
from ..accounts.models import User
from ..companies.models import Company
from ..companies.queries import blocks_between
from ..companies.standing import Standing, standings
from ..expos.queries import approved_parts
from ..infra.db import db, one
from ..permissions import Actor, ensure
from .models import Document, DocumentRead, DocumentRequest, DocumentShare
from .queries import PRODUCT, WITH_ALL, in_force, visible


def partners(company_id: int) -> dict[int, str]:
    """Return {company: name for the reader} of those whose name the company reads and to which it may show something: with which it
    agreed to meet, which asked it for a document, or to which it has shown one. Blocks take a company off the list."""
    asked = sa.select(DocumentRequest.company_id).where(DocumentRequest.owner_id == company_id)
    shared = sa.select(DocumentShare.company_id).where(DocumentShare.owner_id == company_id)
    known = set(db.session.scalars(asked.union(shared)))
    for _receiver, answer in events.partners_asked.send(company_id):
        known |= set(answer)
    stopped = {ident for ident, how in standings(company_id, known).items() if how is Standing.BLOCKED}
    rows = db.session.scalars(sa.select(Company).where(Company.id.in_(known - stopped - {company_id})))
    return dict(sorted(((row.id, row.display_name) for row in rows), key=lambda pair: pair[1].casefold()))


def may_ask(company_id: int, owner_id: int, product_id: int | None) -> bool:
    """Tell whether a buyer may ask an exhibitor for documents: both take part in an edition, neither blocks the other, and the product
    is published."""
    if db.session.scalar(sa.select(Company.kind).where(Company.id == owner_id)) != "exhibitor":
        return False
    at, there = ({part.expo_id for part in approved_parts(ident)} for ident in (company_id, owner_id))
    if blocks_between(company_id, owner_id) or not at & there:
        return False
    return product_id is None or db.session.scalar(sa.select(PRODUCT.c.id).where(
        PRODUCT.c.id == product_id, PRODUCT.c.company_id == owner_id, PRODUCT.c.state == "published")) is not None


def share_of(owner_id: int, company_id: int, *, document_id: int | None, product_id: int | None, bundle_id: int | None
             ) -> DocumentShare | None:
    """Return the consent in force of this kind."""
    return db.session.scalar(sa.select(DocumentShare).where(
        DocumentShare.owner_id == owner_id, DocumentShare.company_id == company_id, DocumentShare.document_id == document_id,
        DocumentShare.product_id == product_id, DocumentShare.bundle_id == bundle_id, in_force()).limit(1))


def own_share(actor: Actor, share_id: int) -> DocumentShare:
    """Return a consent that one of the actor's companies gave; raise ``NotFound``."""
    found = one(sa.select(DocumentShare).where(DocumentShare.id == share_id))
    ensure(actor.member_of(found.owner_id))
    return found


def shares_of(document: Document) -> Sequence[DocumentShare]:
    """Return the consents in force that open a document, those of its product included, the latest first."""
    opens = DocumentShare.document_id == document.id
    if document.product_id is not None:
        opens = sa.or_(opens, DocumentShare.product_id == document.product_id)
    return db.session.scalars(sa.select(DocumentShare).options(joinedload(DocumentShare.company)).where(
        DocumentShare.owner_id == document.company_id, opens, in_force()).order_by(DocumentShare.id.desc()).limit(200)).all()


def product_shares(company_id: int) -> Sequence[DocumentShare]:
    """Return the consents in force that a company gave for all of a product."""
    return db.session.scalars(sa.select(DocumentShare).options(joinedload(DocumentShare.company)).where(
        DocumentShare.owner_id == company_id, DocumentShare.product_id.is_not(None), in_force()).order_by(DocumentShare.id.desc())).all()


def shared_with(actor: Actor) -> list[Document]:
    """Return the documents that others have shown the acting company and that it may see today, by company and kind."""
    mine = sa.and_(DocumentShare.company_id == (actor.company_id or 0), in_force())
    given = sa.exists().where(mine, sa.or_(DocumentShare.document_id == Document.id, DocumentShare.product_id == Document.product_id),
                              DocumentShare.owner_id == Document.company_id)
    rows = db.session.scalars(sa.select(Document).options(*WITH_ALL).where(given).order_by(
        Document.company_id, Document.product_id, Document.id.desc()).limit(500)).all()
    seen = visible(actor.company_id, rows)
    return [row for row in rows if row.id in seen]


def reads_of(document: Document, most: int = 100) -> list[tuple[DocumentRead, str]]:
    """Return (row, name of the person) of who has seen a document, the latest first."""
    rows = db.session.execute(
        sa.select(DocumentRead, User.name).options(joinedload(DocumentRead.company)).outerjoin(User, User.id == DocumentRead.user_id)
        .where(DocumentRead.document_id == document.id).order_by(DocumentRead.id.desc()).limit(most))
    return [(row.DocumentRead, row.name or "") for row in rows]


def request_for(actor: Actor, request_id: int) -> DocumentRequest:
    """Return a request that one of the actor's companies made or got; raise ``NotFound``."""
    found = one(sa.select(DocumentRequest).where(DocumentRequest.id == request_id))
    ensure(actor.member_of(found.owner_id) or actor.member_of(found.company_id))
    return found


def requests(actor: Actor, *, asked: bool) -> sa.Select[tuple[DocumentRequest]]:
    """Return the query of requests to (``asked``) or of the acting company: open ones first, then the latest."""
    side = DocumentRequest.owner_id if asked else DocumentRequest.company_id
    other = DocumentRequest.company if asked else DocumentRequest.owner
    return sa.select(DocumentRequest).options(joinedload(other)).where(side == (actor.company_id or 0)).order_by(
        DocumentRequest.state != "open", DocumentRequest.id.desc())


def waiting_count(company_id: int) -> int:
    """Return how many requests for documents wait for the company's answer."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(DocumentRequest).where(
        DocumentRequest.owner_id == company_id, DocumentRequest.state == "open")) or 0


def open_requests(company_id: int) -> int:
    """Return how many of the company's own requests wait."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(DocumentRequest).where(
        DocumentRequest.company_id == company_id, DocumentRequest.state == "open")) or 0


def asked_before(owner_id: int, company_id: int, subject: str) -> bool:
    """Tell whether the same request waits already."""
    return db.session.scalar(sa.select(DocumentRequest.id).where(
        DocumentRequest.owner_id == owner_id, DocumentRequest.company_id == company_id, DocumentRequest.subject == subject,
        DocumentRequest.state == "open")) is not None


def asked_kinds(company_id: int, owner_id: int) -> set[str]:
    """Return the kinds for which a company's request to another waits."""
    return set(db.session.scalars(sa.select(DocumentRequest.kind).where(
        DocumentRequest.company_id == company_id, DocumentRequest.owner_id == owner_id, DocumentRequest.state == "open")))


def fitting(request: DocumentRequest) -> Sequence[Document]:
    """Return the owner's documents that answer a request: the one it names, else those of its kind, of the product before the company's."""
    query = sa.select(Document).options(selectinload(Document.versions)).where(Document.company_id == request.owner_id)
    if request.document_id is not None:
        return db.session.scalars(query.where(Document.id == request.document_id)).all()
    return db.session.scalars(query.where(
        Document.kind == request.kind, sa.or_(Document.product_id == request.product_id, Document.product_id.is_(None)))
        .order_by(Document.product_id.is_(None), Document.id.desc())).all()
