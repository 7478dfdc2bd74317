"""Passports of products in batch: the records for ``trade.entry`` out of the database, and what may be shown to whom."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from ..catalog import queries as catalog
from ..catalog import statements
from ..catalog.models import Product, ProductCertificate
from ..documents import queries as documents
from ..infra.db import db
from ..permissions import Actor
from ..reference import queries as reference
from ..reference.models import Edition
from ..trade.entry import Passport, closed_modes, passport
from ..trade.gates import Goods, Listing, Paper, Road, State, Statement
from ..trade.rates import Basis, RateLine, Rates

BONDED_ONLY = ("网购保税", "bonded import only")  # words of a remark on the list
STATED_BY = {"GACC": "gacc", "NMPA": "nmpa", "CCC": "ccc"}  # certificates of the card that speak of a gate
AT_ONCE = 500  # products in one query
_FIELDS = (Product.id, Product.hs, Product.origin, Product.entry, Product.entry_class, Product.disposal)


class Reach(NamedTuple):
    """How far a road is open to a product, and the earliest day on which it typically is; None where no day is known."""

    state: State
    earliest: date | None
    latest: date | None = None


def passports(product_ids: Iterable[int], on: date, *, own: bool = False) -> dict[int, Passport]:
    """Return the passports of products on a day. ``own``: as their company reads them, with the papers that it keeps to itself."""
    return of_goods(goods(product_ids, on, own=own), on)


def of_goods(records: Mapping[int, Goods], on: date) -> dict[int, Passport]:
    """Return the passports of records that ``goods`` gave."""
    book = reference.rulebook()
    return {product_id: passport(book, record, on) for product_id, record in records.items()}


def states(product_ids: Iterable[int], on: date) -> dict[int, dict[Road, Reach]]:
    """Return {product: {road: how far it is open}} as other companies may know it, for matching, lists and comparisons."""
    return {product_id: {road: Reach(view.state, view.earliest, view.latest) for road, view in found.roads.items()}
            for product_id, found in passports(product_ids, on).items()}


def closed(product_ids: Iterable[int], on: date) -> dict[int, frozenset[str]]:
    """Return {product: customs modes that the law closes to it}; products to which none is closed are left out."""
    book = reference.rulebook()
    found = {product_id: closed_modes(book, record, on) for product_id, record in goods(product_ids, on).items()}
    return {product_id: modes for product_id, modes in found.items() if modes}


def open_by(reach: Reach, on: date, by: date | None = None) -> bool:
    """Tell whether a road is open now, or typically by a day: by the long end, as lengths are typical and not promised."""
    return reach.state is State.YES or (by is not None and reach.latest is not None and max(on, reach.latest) <= by)


def entering(product_ids: Iterable[int], road: Road, on: date, by: date | None = None) -> set[int]:
    """Return those of the products for which a road is open now, or by a day."""
    return {product_id for product_id, roads in states(product_ids, on).items() if open_by(roads[road], on, by)}


def goods(product_ids: Iterable[int], on: date, *, own: bool = False) -> dict[int, Goods]:
    """Return the records of products for ``trade.entry``."""
    wanted, found = list(dict.fromkeys(product_ids)), {}
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start:start + AT_ONCE]
        rows = db.session.execute(sa.select(*_FIELDS).where(Product.id.in_(some))).all()
        papers, stated = documents.held(some, on), _certificates(some)
        lists = listings({row.hs for row in rows if row.hs}, on)
        for row in rows:
            mine = tuple(Paper(paper.kind, paper.expires_on) for paper in papers[row.id]
                         if (own or paper.audience != "us") and paper.state in ("valid", "expiring", "expired"))
            said = stated.get(row.id, {}) | statements.read(row.entry)
            found[row.id] = Goods(row.hs, row.origin, row.entry_class, row.disposal == "sell", said, mine, lists.get(row.hs, Listing()))
    return found


def _certificates(product_ids: list[int]) -> dict[int, dict[str, Statement]]:
    """Return what certificates of the card say of gates: a number that has not ended is held."""
    found: dict[int, dict[str, Statement]] = {}
    rows = db.session.execute(
        sa.select(ProductCertificate.product_id, ProductCertificate.kind, ProductCertificate.number, ProductCertificate.expires_on)
        .where(ProductCertificate.product_id.in_(product_ids), ProductCertificate.kind.in_(STATED_BY), ProductCertificate.number != "")
        .order_by(ProductCertificate.id))
    for product_id, kind, number, expires_on in rows:
        found.setdefault(product_id, {})[STATED_BY[kind]] = Statement("held", number, None, expires_on)
    return found


def listings(codes: Iterable[str], on: date) -> dict[str, Listing]:
    """Return whether codes stand on the list of cross-border retail imports; a code on a sample is listed as a sample.

    Not on the list is said only where a whole list is in use; a code that only some of its longer codes stand on the list is unknown.
    """
    wanted = list(codes)
    rates, whole = reference.rates(wanted, on), _whole_list()
    return {code: _listing(rates, code, on, whole) for code in wanted}


def _whole_list() -> bool:
    """Tell whether a list of cross-border retail imports is in use that is no sample."""
    return bool(db.session.scalar(sa.select(sa.exists().where(
        Edition.kind == "positive", Edition.state == "current", ~Edition.sample))))


def _listing(rates: Rates, code: str, on: date, whole: bool) -> Listing:
    def on_list(lines: Iterable[RateLine]) -> list[RateLine]:
        return [line for line in lines if line.basis is Basis.POSITIVE]

    mine = on_list(rates.lines(code, on))
    if mine:
        line = mine[-1]
        return Listing(True, line.note, any(word in line.note for word in BONDED_ONLY), line.table or line.source, line.sample)
    if not on_list(rates.below(code, on)) and whole:
        return Listing(False)
    return Listing()


def of_company(actor: Actor) -> list[Product]:
    """Return the acting company's products that are not withdrawn, by title."""
    return list(db.session.scalars(
        sa.select(Product).where(Product.company_id == actor.company_id, Product.state != "withdrawn").order_by(Product.title, Product.id)))


def owners_at(expo_id: int) -> dict[int, int]:
    """Return {product: its company} of the products that are shown at an expo."""
    query = catalog.shown_at(expo_id).order_by(None).with_only_columns(Product.id, Product.company_id)
    return dict(db.session.execute(query).all())
