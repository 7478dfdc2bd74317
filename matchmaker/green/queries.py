"""Questions about green evidence: from the rows of product cards to the records of ``trade.green``, always in batch."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from ..catalog.models import GreenClaim, Product, ProductCertificate, ProductFootprint
from ..catalog.states import PUBLISHED
from ..companies.models import Company
from ..demands.models import Demand
from ..documents import queries as documents
from ..documents.models import Document
from ..documents.rules import is_announced
from ..infra.db import db
from ..reference import queries as reference
from ..trade import codes, green
from ..trade.green import Asked, Evidence, Level, Profile
from . import records
from .models import EvidenceTold
from .records import ORGANIC

CHUNK = 5000  # ids in one statement
_CLAIM = (GreenClaim.id, GreenClaim.product_id, GreenClaim.link, GreenClaim.claim, GreenClaim.label, GreenClaim.number, GreenClaim.issuer,
          GreenClaim.scope, GreenClaim.expires_on, GreenClaim.document_id, GreenClaim.register_address, GreenClaim.register_on,
          GreenClaim.checked_on, GreenClaim.checked_found, GreenClaim.checked_address, GreenClaim.checked_by)
_CERTIFICATE = (ProductCertificate.id, ProductCertificate.product_id, ProductCertificate.kind, ProductCertificate.number,
                ProductCertificate.issuer, ProductCertificate.scope, ProductCertificate.expires_on, ProductCertificate.document_id)


def levels(product_ids: Iterable[int], on: date) -> dict[int, int]:
    """Return {product id: level 0..4 of its strongest link on a day}: what a filter or a signal compares with a level asked for.

    0 means that nothing is said, which is unknown and not bad. Products that are not there are left out.
    """
    rules = reference.rulebook()
    return {product_id: int(green.best_level(found, rules, on)) for product_id, found in evidence(product_ids, on).items()}


def profiles(product_ids: Iterable[int], on: date) -> dict[int, Profile]:
    """Return the profile of each product on a day."""
    rules = reference.rulebook()
    return {product_id: green.profile(found, rules, on) for product_id, found in evidence(product_ids, on).items()}


def evidence(product_ids: Iterable[int], on: date) -> dict[int, list[Evidence]]:
    """Return what is said and shown for each product: its green claims, then certificates and documents that are green labels.

    A document that only its owner may know of counts for nothing here: the level is the same for every reader.
    """
    wanted = list(dict.fromkeys(product_ids))
    owners, found, rules = _owners(wanted), defaultdict(list), reference.rulebook()
    label_of = {kind: rule.code for rule in rules.on(green.LABEL, on) for kind in (rule.code, *rule.data.get("certificates", ()))}
    held = {product_id: {one.id: one for one in several if is_announced(one.audience) and one.state != "future"}
            for product_id, several in documents.held(list(owners), on).items()}
    for row in _rows(_CLAIM, GreenClaim.product_id, GreenClaim.id, wanted):
        found[row.product_id].append(records.of_claim(row, owners[row.product_id], label_of, held[row.product_id]))
    for row in _rows(_CERTIFICATE, ProductCertificate.product_id, ProductCertificate.id, wanted):
        if row.kind in label_of or row.kind == ORGANIC:
            found[row.product_id].append(records.of_certificate(row, owners[row.product_id], label_of, held[row.product_id]))
    for product_id, several in held.items():
        named = {one.document.ident for one in found[product_id] if one.document}
        found[product_id] += [records.of_document(one, owners[product_id], label_of) for one in several.values()
                              if one.id not in named and (one.kind in label_of or one.kind == ORGANIC)]
    return {product_id: records.looked_up(found[product_id]) for product_id in owners}


def asked(demand: Demand) -> Asked:
    """Return what a demand asks of green evidence."""
    return Asked(
        Level(codes.green_rank(demand.green_level)), {link: Level(codes.green_rank(level)) for link, level in demand.green_links.items()},
        tuple(demand.green_labels))


def _owners(product_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    query = sa.select(Product.id, Company.name, Company.name_en, Company.name_zh).join(Company, Company.id == Product.company_id)
    return {row[0]: tuple(name for name in row[1:] if name)
            for chunk in _chunks(product_ids) for row in db.session.execute(query.where(Product.id.in_(chunk)))}


def _rows(columns: Sequence[Any], product: Any, order: Any, product_ids: Sequence[int]) -> Iterator[Any]:
    for chunk in _chunks(product_ids):
        yield from db.session.execute(sa.select(*columns).where(product.in_(chunk)).order_by(order))


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start:start + CHUNK] for start in range(0, len(ids), CHUNK))


def footprints(product_ids: Iterable[int]) -> Mapping[int, list[ProductFootprint]]:
    """Return the declared footprints of products."""
    found, query = defaultdict(list), sa.select(ProductFootprint).order_by(ProductFootprint.id)
    for chunk in _chunks(list(product_ids)):
        for row in db.session.scalars(query.where(ProductFootprint.product_id.in_(chunk))):
            found[row.product_id].append(row)
    return found


@dataclass(frozen=True, slots=True)
class Ending:
    """A green label or certificate on a card with its last day."""

    product: Product
    label: str
    certificate: str
    subject: str
    expires_on: date


def endings(first: date, last: date) -> list[Ending]:
    """Return what ends between two days, both included, on cards that are published."""
    rules = reference.rulebook()
    kinds = {kind for rule in rules.all(green.LABEL) for kind in rule.data.get("certificates", ())} | {ORGANIC}
    rows = [(product, row.label, "", row) for product, row in _ending_rows(GreenClaim, first, last)]
    rows += [(product, "", row.kind, row) for product, row in _ending_rows(ProductCertificate, first, last) if row.kind in kinds]
    return [Ending(product, label, kind, f"{label or kind}:{row.number}"[:110], row.expires_on) for product, label, kind, row in rows]


def has_ends_ahead(on: date) -> bool:
    """Tell whether any label on a published card has its last day ahead."""
    return bool(endings(on, date.max))


def has_end(product: Product) -> bool:
    """Tell whether a card states the last day of a claim or certificate."""
    return any(row.expires_on for row in (*product.claims, *product.certificates))


def told(product_ids: Iterable[int]) -> set[tuple[int, str, date, int]]:
    """Return (product, subject, last day, days) of what companies were told."""
    columns = EvidenceTold.product_id, EvidenceTold.subject, EvidenceTold.expires_on, EvidenceTold.days
    return {tuple(row) for chunk in _chunks(list(product_ids))
            for row in db.session.execute(sa.select(*columns).where(EvidenceTold.product_id.in_(chunk)))}


def _ending_rows(model: Any, first: date, last: date) -> list[Any]:
    """Return (product, row) of what ends, but not what ends with its document: of that the locker's own watch tells."""
    return list(db.session.execute(
        sa.select(Product, model).join(model, model.product_id == Product.id).outerjoin(Document, Document.id == model.document_id)
        .where(Product.state == PUBLISHED, model.expires_on >= first, model.expires_on <= last,
               Document.expires_on.is_distinct_from(model.expires_on)).order_by(model.id)))
