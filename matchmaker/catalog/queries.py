"""Questions about products."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from .. import i18n
from ..companies.models import Company
from ..companies.queries import blocks_between
from ..companies.standing import standings
from ..documents.models import Document
from ..expos.models import Expo, Participation
from ..expos.queries import require_belongs
from ..expos.states import APPROVED
from ..infra.db import db, like, one
from ..permissions import Actor, ExpoRole, ensure
from ..reference.goods import Goods
from .models import Listing, Product, ProductCertificate, ProductPicture
from .rules import price_visible
from .states import PUBLISHED

WITH_ALL = (
    joinedload(Product.company), selectinload(Product.certificates), selectinload(Product.claims), selectinload(Product.footprints),
    selectinload(Product.pictures),
    selectinload(Product.listings).joinedload(Listing.section), selectinload(Product.listings).joinedload(Listing.expo),
)
SEERS = (ExpoRole.ORGANIZER, ExpoRole.FLOOR, ExpoRole.MISSION_LEADER)  # beside the other side, who reads products at an expo


def own(actor: Actor, product_id: int) -> Product:
    """Return a product of one of the actor's companies; raise ``NotFound`` for strangers."""
    product = one(sa.select(Product).options(*WITH_ALL).where(Product.id == product_id))
    ensure(actor.member_of(product.company_id))
    return product


def mine(actor: Actor, *, state: str = "", words: str = "") -> sa.Select[tuple[Product]]:
    """Return the query of the acting company's products, the latest change first."""
    query = sa.select(Product).options(selectinload(Product.pictures), selectinload(Product.listings).joinedload(Listing.expo)).where(
        Product.company_id == actor.company_id)
    if state:
        query = query.where(Product.state == state)
    for word in words.split()[:6]:
        query = query.where(sa.or_(like(Product.title, word), like(Product.text, word), Product.hs.startswith(word, autoescape=True)))
    return query.order_by(Product.updated_at.desc(), Product.id.desc())


def state_counts(company_id: int) -> dict[str, int]:
    """Return how many products of a company are in each state."""
    rows = db.session.execute(sa.select(Product.state, sa.func.count()).where(Product.company_id == company_id).group_by(Product.state))
    return dict(rows.all())


def shown_at(expo_id: int) -> sa.Select[tuple[Product]]:
    """Return the query of the products that are published and listed at an expo by companies that take part in it."""
    return (
        sa.select(Product).join(Listing, Listing.product_id == Product.id)
        .join(Participation, sa.and_(Participation.company_id == Product.company_id, Participation.expo_id == Listing.expo_id))
        .where(Listing.expo_id == expo_id, Product.state == PUBLISHED, Participation.state == APPROVED).order_by(Product.id))


def published_products(expo_id: int) -> list[Product]:
    """Return the products shown at an expo, with company, certificates, claims and listings (for matching and reports)."""
    return list(db.session.scalars(shown_at(expo_id).options(*WITH_ALL)))


def count_published(expo_id: int) -> int:
    """Return how many products are shown at an expo."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(shown_at(expo_id).order_by(None).subquery())) or 0


def company_products(actor: Actor, expo: Expo, company_id: int) -> sa.Select[tuple[Product]]:
    """Return the query of what a company shows at the expo; nothing when the actor may not see it."""
    query = shown_at(expo.id).options(selectinload(Product.pictures)).where(Product.company_id == company_id)
    return query if may_see(actor, expo, company_id) else query.where(sa.false())


def product_at(actor: Actor, expo: Expo, product_id: int) -> Product:
    """Return a product as it is shown at the expo.

    Raises ``NotFound`` for drafts, for who does not belong to the expo, for rivals, and where either company blocked the other.
    """
    require_belongs(actor, expo)
    product = one(shown_at(expo.id).options(*WITH_ALL).where(Product.id == product_id))
    ensure(may_see(actor, expo, product.company_id))
    return product


def open_prices(reader_id: int | None, products: Iterable[Any]) -> set[int]:
    """Return the ids of those ``products`` whose price the company ``reader_id`` may read; records with id, company_id, price_audience."""
    rows = list(products)
    how = standings(reader_id, {row.company_id for row in rows})
    return {row.id for row in rows if price_visible(row, how[row.company_id])}


def may_see(actor: Actor, expo: Expo, company_id: int) -> bool:
    """Tell whether the actor may read the products of a company: buyers that it does not block, itself, and who runs the expo."""
    if actor.member_of(company_id) or actor.has_expo_role(expo.id, *SEERS):
        return True
    return actor.is_buyer and not blocks_between(actor.company_id, company_id)


def listing_at(product: Product, expo_id: int) -> Listing | None:
    """Return the listing of a product at an expo."""
    return next((listing for listing in product.listings if listing.expo_id == expo_id), None)


def certificates_of(document: Document) -> Sequence[ProductCertificate]:
    """Return the certificates of product cards behind which a document stands, or takes its place: of its product and kind, without
    another document, and with no other number."""
    takes_place = sa.and_(
        ProductCertificate.document_id.is_(None), ProductCertificate.product_id == document.product_id,
        ProductCertificate.kind == document.kind, ProductCertificate.number.in_(["", document.number]))
    return db.session.scalars(sa.select(ProductCertificate).where(
        sa.or_(ProductCertificate.document_id == document.id, takes_place)).order_by(ProductCertificate.id)).all()


def products_with(certificates: Iterable[ProductCertificate]) -> Sequence[Product]:
    """Return the products on whose cards the certificates stand."""
    return db.session.scalars(sa.select(Product).where(Product.id.in_({row.product_id for row in certificates})).order_by(Product.id)).all()


def picture_of(product: Product, picture_id: int) -> ProductPicture:
    """Return a picture of the product; raise ``NotFound``."""
    found = next((picture for picture in product.pictures if picture.id == picture_id), None)
    ensure(found is not None)
    return found


def keys_in_use(keys: Iterable[str]) -> set[str]:
    """Return those of the storage keys that some picture still uses: equal pictures share a file."""
    wanted = list(keys)
    rows = db.session.execute(sa.select(ProductPicture.key, ProductPicture.thumb_key).where(
        sa.or_(ProductPicture.key.in_(wanted), ProductPicture.thumb_key.in_(wanted))))
    return {key for row in rows for key in row}


def is_exhibitor(company_id: int) -> bool:
    """Tell whether the company is an exhibitor."""
    return db.session.scalar(sa.select(Company.kind).where(Company.id == company_id)) == "exhibitor"


def titles_with_codes(limit: int) -> list[tuple[datetime, str, str]]:
    """Return (changed at, title, HS code) of the newest published products that have a code."""
    query = sa.select(Product.updated_at, Product.title, Product.hs).where(Product.state == PUBLISHED, Product.hs != "")
    rows = db.session.execute(query.order_by(Product.updated_at.desc(), Product.id.desc()).limit(limit))
    return [tuple(row) for row in rows]


def goods(expo_ids: Collection[int] | None) -> list[Goods]:
    """Return the products shown at expos, at all of them when None, as far as rules of trade ask for them."""
    query = (
        sa.select(Product.id, Listing.expo_id, Product.title, Product.lang, Product.translations, Company.name, Company.name_en,
                  Company.name_zh, Product.hs, Product.origin)
        .join(Listing, Listing.product_id == Product.id).join(Company, Company.id == Product.company_id)
        .join(Participation, sa.and_(Participation.company_id == Product.company_id, Participation.expo_id == Listing.expo_id))
        .where(Product.state == PUBLISHED, Participation.state == APPROVED).order_by(Product.id))
    if expo_ids is not None:
        query = query.where(Listing.expo_id.in_(expo_ids))
    return [
        Goods(row.id, row.expo_id, i18n.translated(row.lang, row.translations) or row.title,
              i18n.best(row.name_en or row.name, row.name_zh or row.name_en or row.name), row.hs, row.origin)
        for row in db.session.execute(query)]
