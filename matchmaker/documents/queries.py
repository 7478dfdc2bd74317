"""Questions about documents: what a company holds, what another may see of it, who has seen what."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from .. import clock
from ..accounts.models import User
from ..companies.models import Company
from ..companies.standing import standings
from ..i18n import DEFAULT_ZONE, translated
from ..infra.db import db, get, one
from ..permissions import Actor, ensure
from . import rules
from .models import Document, DocumentShare, DocumentVersion, ExpiryTold

PRODUCT = sa.table(  # of a room to the right
    "product", sa.column("id"), sa.column("company_id"), sa.column("title"), sa.column("lang"), sa.column("translations", sa.JSON),
    sa.column("state"))
TITLES = sa.select(PRODUCT.c.id, PRODUCT.c.title, PRODUCT.c.lang, PRODUCT.c.translations)
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


def count(company_id: int) -> int:
    """Return how many documents a company's locker holds."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Document).where(Document.company_id == company_id)) or 0


def owns_product(company_id: int, product_id: int) -> bool:
    """Tell whether a product is the company's."""
    return db.session.scalar(sa.select(PRODUCT.c.id).where(PRODUCT.c.id == product_id, PRODUCT.c.company_id == company_id)) is not None


def name_of(actor: Actor) -> str:
    """Return the name of the acting person; empty for a job."""
    return db.session.scalar(sa.select(User.name).where(User.id == actor.user_id)) or ""


def keys_in_use(keys: Iterable[str]) -> set[str]:
    """Return those of the storage keys that some version still uses: equal files share one."""
    return set(db.session.scalars(sa.select(DocumentVersion.key).where(DocumentVersion.key.in_(list(keys)))))


def locker(actor: Actor) -> list[Document]:
    """Return the documents of the acting company: those of the whole company first, then by product, each newest first."""
    return list(db.session.scalars(sa.select(Document).options(selectinload(Document.versions)).where(
        Document.company_id == (actor.company_id or 0)).order_by(
            Document.product_id.is_not(None), Document.product_id, Document.id.desc())))


def titles(product_ids: Iterable[int], reader: Actor | None = None) -> dict[int, str]:
    """Return {product: its title for the reader}; for a ``reader`` only those of its own companies and those that are published."""
    query = TITLES.where(PRODUCT.c.id.in_(list(product_ids)))
    if reader is not None:
        query = query.where(sa.or_(PRODUCT.c.state == "published", PRODUCT.c.company_id.in_(list(reader.companies))))
    return _for_reader(query)


def products_of(company_id: int) -> list[tuple[int, str]]:
    """Return (id, title for the reader) of a company's products."""
    return list(_for_reader(TITLES.where(PRODUCT.c.company_id == company_id).order_by(PRODUCT.c.title).limit(500)).items())


def _for_reader(query: sa.Select) -> dict[int, str]:
    return {row.id: translated(row.lang, row.translations) or row.title for row in db.session.execute(query)}


def state_counts(documents: Iterable[Document]) -> dict[str, int]:
    """Return how many of the documents are in each state today."""
    counts: defaultdict[str, int] = defaultdict(int)
    for row in documents:
        counts[rules.state(row, today())] += 1
    return dict(counts)


def of_product(company_id: int, product_id: int) -> Sequence[Document]:
    """Return the documents that stand for a product: its own, then those of the whole company."""
    return db.session.scalars(sa.select(Document).options(selectinload(Document.versions)).where(
        Document.company_id == company_id, sa.or_(Document.product_id == product_id, Document.product_id.is_(None)))
        .order_by(Document.product_id.is_(None), Document.id.desc())).all()


def own_product_title(actor: Actor, product_id: int) -> str:
    """Return the title of a product of the acting company; raise ``NotFound``."""
    ensure(owns_product(actor.company_id or 0, product_id))
    return titles([product_id])[product_id]


def company(company_id: int) -> Company:
    """Return a company; the caller has checked that the reader may know it."""
    return get(Company, company_id)


def announced(company_id: int, document_id: int) -> Document:
    """Return a document of a company whose existence others may learn of; raise ``NotFound``."""
    found = one(sa.select(Document).where(Document.id == document_id, Document.company_id == company_id))
    ensure(rules.is_announced(found.audience))
    return found


def _shared(reader_id: int | None, owners: Iterable[int]) -> set[tuple[str, int]]:
    rows = db.session.execute(sa.select(DocumentShare.document_id, DocumentShare.product_id).where(
        DocumentShare.company_id == reader_id, DocumentShare.owner_id.in_(list(owners)), in_force()))
    return {("document", row.document_id) if row.document_id else ("product", row.product_id) for row in rows}


def in_force(on: date | None = None) -> sa.ColumnElement[bool]:
    """Return the condition that a consent holds: not withdrawn, and its last day not past."""
    return sa.and_(DocumentShare.withdrawn_at.is_(None), sa.or_(DocumentShare.until.is_(None), DocumentShare.until >= (on or today())))


def due_warnings(limit: int = 200) -> list[tuple[Document, int]]:
    """Return (document, days) of those that have reached a warning of ``rules.WARN_DAYS`` which nobody was told of yet."""
    on = today()
    reached = sa.case((Document.expires_on < on, 0), *(
        (Document.expires_on <= on + timedelta(days=days), days) for days in sorted(rules.WARN_DAYS) if days))
    told = sa.exists().where(
        ExpiryTold.document_id == Document.id, ExpiryTold.expires_on == Document.expires_on, ExpiryTold.days == reached)
    rows = db.session.execute(sa.select(Document, reached.label("days")).where(
        Document.expires_on <= on + rules.EXPIRING, ~told).order_by(Document.expires_on, Document.id).limit(limit))
    return [(row.Document, row.days) for row in rows]


def seconds_to_tomorrow() -> float:
    """Return in how many seconds the next day begins in China."""
    here = clock.now().astimezone(ZoneInfo(DEFAULT_ZONE))
    return (here.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1) - here).total_seconds()
