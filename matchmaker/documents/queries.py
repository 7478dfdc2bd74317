"""Questions about documents: what a company holds, what another may see of it, who has seen what."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from .. import clock
from ..companies.standing import standings
from ..i18n import DEFAULT_ZONE
from ..infra.db import db, one
from ..permissions import Actor, ensure
from . import rules
from .models import Document, DocumentShare

PRODUCT = sa.table("product", sa.column("id"), sa.column("company_id"), sa.column("title"), sa.column("state"))  # of a room to the right
WITH_ALL = (selectinload(Document.versions), selectinload(Document.company))


@dataclass(frozen=True, slots=True)
class Held:
    """A document as other rooms reason with it: what it is, its days, and its ``state`` on the day asked for (``rules.STATES``).

    ``product_id`` None: it stands for the whole company and so for each of its products. ``audience`` says who may learn of it: what a
    page shows to others asks ``visible`` or ``rules.is_announced`` first.
    """

    id: int
    company_id: int
    product_id: int | None
    kind: str
    number: str
    issuer: str
    issued_on: date | None
    valid_from: date | None
    expires_on: date | None
    endless: bool
    scope: str
    audience: str
    state: str

    @property
    def holds(self) -> bool | None:
        """Whether it is in force on the day asked for; None where its end is not known."""
        return None if self.state == "unknown" else self.state in ("valid", "expiring")


def today() -> date:
    """Return the day by which documents are valid or not: the day in China, where they are used."""
    return clock.now().astimezone(ZoneInfo(DEFAULT_ZONE)).date()


def held(product_ids: Iterable[int], on: date | None = None) -> dict[int, tuple[Held, ...]]:
    """Return {product: its own documents, then those of its company as a whole}, newest first; one query for all products."""
    wanted = list(product_ids)
    rows = db.session.execute(
        sa.select(PRODUCT.c.id.label("of"), Document).join(Document, sa.and_(
            Document.company_id == PRODUCT.c.company_id,
            sa.or_(Document.product_id == PRODUCT.c.id, Document.product_id.is_(None))))
        .where(PRODUCT.c.id.in_(wanted)).order_by(PRODUCT.c.id, Document.product_id.is_(None), Document.id.desc())).all()
    found: defaultdict[int, list[Held]] = defaultdict(list)
    for row in rows:
        found[row.of].append(_held(row.Document, on or today()))
    return {product_id: tuple(found[product_id]) for product_id in wanted}


def held_by(company_ids: Iterable[int], on: date | None = None) -> dict[int, tuple[Held, ...]]:
    """Return {company: all its documents, those of products too}, newest first."""
    wanted = list(company_ids)
    found: defaultdict[int, list[Held]] = defaultdict(list)
    for row in db.session.scalars(sa.select(Document).where(Document.company_id.in_(wanted)).order_by(Document.id.desc())):
        found[row.company_id].append(_held(row, on or today()))
    return {company_id: tuple(found[company_id]) for company_id in wanted}


def _held(row: Document, on: date) -> Held:
    names = ("id", "company_id", "product_id", "kind", "number", "issuer", "issued_on", "valid_from", "expires_on", "endless", "scope",
             "audience")
    return Held(**{name: getattr(row, name) for name in names}, state=rules.state(row, on))


def own(actor: Actor, document_id: int) -> Document:
    """Return a document of one of the actor's companies; raise ``NotFound`` for strangers."""
    document = one(sa.select(Document).options(*WITH_ALL).where(Document.id == document_id))
    ensure(actor.member_of(document.company_id))
    return document


def readable(actor: Actor, document_id: int) -> Document:
    """Return a document that the acting company may see today, its own or another's; raise ``NotFound``."""
    document = one(sa.select(Document).options(*WITH_ALL).where(Document.id == document_id))
    ensure(actor.member_of(document.company_id) or document.id in visible(actor.company_id, [document]))
    return document


def visible(reader_id: int | None, documents: Iterable[Document | Held]) -> set[int]:
    """Return the ids of those ``documents``, of one company each, that the company ``reader_id`` may see today.

    Asked anew for every page and file: a consent that was withdrawn opens nothing in the next request.
    """
    rows = list(documents)
    owners = {row.company_id for row in rows}
    how, shared = standings(reader_id, owners), _shared(reader_id, owners)
    return {row.id for row in rows if rules.may_see(
        row.audience, how[row.company_id], shared=("document", row.id) in shared or ("product", row.product_id) in shared)}


def _shared(reader_id: int | None, owners: Iterable[int]) -> set[tuple[str, int]]:
    rows = db.session.execute(sa.select(DocumentShare.document_id, DocumentShare.product_id).where(
        DocumentShare.company_id == reader_id, DocumentShare.owner_id.in_(list(owners)), in_force()))
    return {("document", row.document_id) if row.document_id else ("product", row.product_id) for row in rows}


def in_force(on: date | None = None) -> sa.ColumnElement[bool]:
    """Return the condition that a consent holds: not withdrawn, and its last day not past."""
    return sa.and_(DocumentShare.withdrawn_at.is_(None), sa.or_(DocumentShare.until.is_(None), DocumentShare.until >= (on or today())))
