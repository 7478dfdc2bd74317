"""Questions about green evidence: from the rows of product cards to the records of ``trade.green``, always in batch."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from ..catalog.models import GreenClaim, Product, ProductCertificate, ProductFootprint
from ..catalog.states import PUBLISHED
from ..companies.models import Company
from ..demands.models import Demand
from ..documents import queries as documents
from ..documents.rules import is_announced
from ..infra.db import db
from ..reference import queries as reference
from ..trade import codes, green
from ..trade.green import Asked, Check, Evidence, Held, Level, Profile
from ..trade.rulebook import Rulebook
from .models import EvidenceTold

CHUNK = 5000  # ids in one statement
ORGANIC, FARMED = "ORGANIC", "PROC"  # an organic certificate whose scheme is not said speaks of the farm
_CLAIM = (GreenClaim.id, GreenClaim.product_id, GreenClaim.link, GreenClaim.claim, GreenClaim.label, GreenClaim.number, GreenClaim.issuer,
          GreenClaim.scope, GreenClaim.expires_on, GreenClaim.document_id, GreenClaim.register_address, GreenClaim.register_on,
          GreenClaim.checked_on, GreenClaim.checked_found, GreenClaim.checked_address, GreenClaim.checked_by)
_CERTIFICATE = (ProductCertificate.id, ProductCertificate.product_id, ProductCertificate.kind, ProductCertificate.number,
                ProductCertificate.issuer, ProductCertificate.scope, ProductCertificate.expires_on)


def rulebook() -> Rulebook:
    """Return the rules as they are now, corrections of organizers included."""
    return reference.rulebook()


def levels(product_ids: Iterable[int], on: date) -> dict[int, int]:
    """Return {product id: level 0..4 of its strongest link on a day}: what a filter or a signal compares with a level asked for.

    0 means that nothing is said, which is unknown and not bad. Products that are not there are left out.
    """
    rules = rulebook()
    return {product_id: int(green.best_level(found, rules, on)) for product_id, found in evidence(product_ids, on).items()}


def profiles(product_ids: Iterable[int], on: date) -> dict[int, Profile]:
    """Return the profile of each product on a day."""
    rules = rulebook()
    return {product_id: green.profile(found, rules, on) for product_id, found in evidence(product_ids, on).items()}


def evidence(product_ids: Iterable[int], on: date) -> dict[int, list[Evidence]]:
    """Return what is said and shown for each product: its green claims, then certificates and documents that are green labels.

    A document that only its owner may know of counts for nothing here: the level is the same for every reader.
    """
    wanted = list(dict.fromkeys(product_ids))
    owners, found, rules = _owners(wanted), defaultdict(list), rulebook()
    label_of = {kind: rule.code for rule in rules.on(green.LABEL, on) for kind in (rule.code, *rule.data.get("certificates", ()))}
    held = {product_id: [one for one in several if is_announced(one.audience)]
            for product_id, several in documents.held(list(owners), on).items()}
    for row in _rows(_CLAIM, GreenClaim.product_id, GreenClaim.id, wanted):
        found[row.product_id].append(_of_claim(row, owners[row.product_id], held[row.product_id]))
    for row in _rows(_CERTIFICATE, ProductCertificate.product_id, ProductCertificate.id, wanted):
        if row.kind in label_of or row.kind == ORGANIC:
            found[row.product_id].append(_of_paper(row, owners[row.product_id], label_of, "certificate"))
    for product_id, several in held.items():
        named = {one.document.ident for one in found[product_id] if one.document}
        found[product_id] += [_of_paper(one, owners[product_id], label_of, "document") for one in several
                              if one.id not in named and (one.kind in label_of or one.kind == ORGANIC) and one.state != "future"]
    return {product_id: _looked_up(found[product_id]) for product_id in owners}


def _looked_up(several: list[Evidence]) -> list[Evidence]:
    """Return the evidence of a product where a search by an organizer counts wherever the same label and number stand."""
    found = {(one.label, one.number): one.check for one in several if one.check and one.check.by == "organizer" and one.number}
    return [replace(one, check=found[one.label, one.number]) if (one.label, one.number) in found else one for one in several]


def asked(demand: Demand) -> Asked:
    """Return what a demand asks of green evidence."""
    return Asked(
        Level(codes.green_rank(demand.green_level)), {link: Level(codes.green_rank(level)) for link, level in demand.green_links.items()},
        tuple(demand.green_labels))


def _of_claim(row: Any, owners: tuple[str, ...], held: Iterable[documents.Held]) -> Evidence:
    document = next((one for one in held if one.id == row.document_id and one.state != "future"), None)
    return Evidence(
        link=row.link, text=row.claim, label=row.label, number=row.number, issuer=row.issuer, scope=row.scope, expires_on=row.expires_on,
        document=Held(document.id, document.expires_on) if document else None, check=_check(row), owners=owners, ref=("claim", row.id))


def _check(row: Any) -> Check | None:
    """Return the search in a register: an organizer's where there is one, else the company's own."""
    if row.checked_on is not None:
        return Check(bool(row.checked_found), row.checked_on, "organizer", row.checked_address, row.checked_by)
    return Check(True, row.register_on, "company", row.register_address) if row.register_on and row.register_address else None


def _of_paper(row: Any, owners: tuple[str, ...], label_of: Mapping[str, str], source: str) -> Evidence:
    """Return the evidence of a certificate on the card, or of a document in the locker, which is its own file."""
    label = label_of.get(row.kind, "")
    return Evidence(
        link="" if label else FARMED, text=row.kind, label=label, number=row.number, issuer=row.issuer, scope=row.scope,
        expires_on=row.expires_on, document=Held(row.id, row.expires_on) if source == "document" else None, owners=owners,
        ref=(source, row.id))


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
    rules = rulebook()
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
    return list(db.session.execute(
        sa.select(Product, model).join(model, model.product_id == Product.id)
        .where(Product.state == PUBLISHED, model.expires_on >= first, model.expires_on <= last).order_by(model.id)))
