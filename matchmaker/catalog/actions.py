"""What exhibitors do with their products: permission, guard, change, audit, signal."""

from collections.abc import Mapping, Sequence
from typing import Any

from .. import audit, clock, events
from ..documents import queries as documents
from ..documents.models import Document
from ..engine.text import detect_language
from ..errors import N_, Conflict, Invalid
from ..expos.queries import approved_parts
from ..infra import storage
from ..infra.db import after_commit, db
from ..infra.pictures import encode
from ..permissions import Actor, ensure
from ..sheets.readings import CONFIRMED
from . import queries, reading, states
from .models import GreenClaim, Listing, Product, ProductCertificate, ProductFootprint, ProductPicture
from .rules import MOST_PICTURES, RULES, normal

PARTS = {"certificates": ProductCertificate, "claims": GreenClaim, "footprints": ProductFootprint}
IDENTITY = ("label", "number", "issuer")  # of what an organizer looked for in a register
STALE = N_("Somebody else changed this product meanwhile. Nothing was saved: look at the page again.")


def save_product(actor: Actor, *, fields: Mapping[str, Any], product: Product | None = None, company_id: int | None = None,
                 shown_at: Mapping[int, int | None] | None = None, version: int | None = None, original: str = "") -> Product:
    """Make a product card (a draft) or change one, and return it. ``fields`` are those of ``rules.RULES``, as text or parsed.

    ``shown_at`` maps expo ids to section ids (or None) and replaces where the product is shown; None leaves it. A published card
    stays published. ``original`` is a pasted text from which a new card was read; it is kept as it is.
    Raises ``NotFound`` for strangers, ``InvalidSheet`` with all problems, ``Conflict`` for an old ``version``.
    """
    owner = product.company_id if product else company_id or actor.company_id or 0
    ensure(actor.member_of(owner) and queries.is_exhibitor(owner))
    if product is not None and version is not None and version != product.version:
        raise Conflict(STALE)
    values = normal(fields, before=_present(product))
    values["lang"] = values.get("lang") or _language(product, values)
    _follow_documents(owner, values)
    sections = _check_sections(owner, shown_at)
    now = clock.now()
    if product is None:
        read = {name: CONFIRMED for name, value in reading.values_of(reading.read_product(original, now.date())).items() if value}
        product = Product(company_id=owner, state=states.DRAFT, created_at=now, original=original[:reading.MOST], read=read)
        db.session.add(product)
    changed = sorted(name for name, value in values.items() if name in PARTS or getattr(product, name) != value)
    _write(product, values)
    product.updated_at = now
    if sections is not None:
        _list_at(product, sections)
    db.session.flush()
    audit.record(actor, "catalog.save_product", product, fields=changed)
    if product.state == states.PUBLISHED:
        events.product_changed.send(product)
    return product


def publish_product(actor: Actor, product: Product, *, version: int | None = None) -> Product:
    """Show the product at its expos. Raises ``NotFound``, and ``Conflict`` when it is published already."""
    return _move(actor, product, states.PUBLISHED, version)


def withdraw_product(actor: Actor, product: Product, *, version: int | None = None) -> Product:
    """Show the product nowhere; it can be published again. Raises ``NotFound``, ``Conflict``."""
    return _move(actor, product, states.WITHDRAWN, version)


def add_picture(actor: Actor, product: Product, *, content: bytes) -> ProductPicture:
    """Re-encode a picture and put it at the end. Raises ``NotFound``, ``Invalid`` for files that are no picture or too large."""
    ensure(actor.member_of(product.company_id))
    if len(product.pictures) >= MOST_PICTURES:
        raise Invalid(N_("A product has at most %(count)s pictures: remove one first."), field="picture", count=MOST_PICTURES)
    found = encode(content)
    picture = ProductPicture(
        key=storage.put(found.full, "webp"), thumb_key=storage.put(found.thumb, "webp"), width=found.width, height=found.height)
    product.pictures.append(picture)
    db.session.flush()
    audit.record(actor, "catalog.add_picture", product, picture=picture.id)
    return picture


def remove_picture(actor: Actor, product: Product, *, picture_id: int) -> None:
    """Take a picture away; its files go once nothing uses them. Raises ``NotFound``."""
    ensure(actor.member_of(product.company_id))
    picture = queries.picture_of(product, picture_id)
    keys = {picture.key, picture.thumb_key}
    product.pictures.remove(picture)
    db.session.flush()
    for key in keys - queries.keys_in_use(keys):
        after_commit(lambda key=key: storage.delete(key))
    audit.record(actor, "catalog.remove_picture", product, picture=picture_id)


def follow_document(actor: Actor, document: Document, *, removed: bool = False) -> None:
    """Let the certificates of product cards follow a document of the locker (listeners do).

    A document of a product stands behind the card's certificate of its kind, if that has none and names no other number. Raises
    ``NotFound`` unless a job or listener asks.
    """
    ensure(actor.is_system)
    rows = queries.certificates_of(document)
    for certificate in rows:
        certificate.document_id = None if removed else document.id
        certificate.expires_on = certificate.expires_on if removed else document.expires_on
    db.session.flush()
    for product in queries.products_with(rows):
        audit.record(actor, "catalog.follow_document", product, document=document.id, removed=removed)
        if product.state == states.PUBLISHED:
            events.product_changed.send(product)


def _move(actor: Actor, product: Product, target: str, version: int | None) -> Product:
    ensure(actor.member_of(product.company_id))
    if version is not None and version != product.version:
        raise Conflict(STALE)
    states.ensure_may_become(product.state, target)
    was, product.state, product.updated_at = product.state, target, clock.now()
    db.session.flush()
    audit.record(actor, f"catalog.{'publish' if target == states.PUBLISHED else 'withdraw'}_product", product, was=was)
    events.product_changed.send(product)
    return product


def _present(product: Product | None) -> dict[str, Any]:
    return {name: getattr(product, name) for name in RULES if name not in PARTS} if product else {}


def _language(product: Product | None, values: Mapping[str, Any]) -> str:
    """Return the language of the text: as it was said before, else as it reads."""
    if product is not None and product.lang and "text" not in values and "title" not in values:
        return product.lang
    return detect_language(f"{values.get('title', '')}\n{values.get('text', '')}")


def _write(product: Product, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name == "claims":
            product.claims = _claims(product, value)
        elif name in PARTS:
            setattr(product, name, [PARTS[name](**row) for row in value])
        else:
            setattr(product, name, value)


def _claims(product: Product, rows: Sequence[Mapping[str, Any]]) -> list[GreenClaim]:
    """Return the claims of ``rows``: those whose label, number and issuer stay keep their row, and with it what organizers found."""
    present, found = list(product.claims), []
    for row in rows:
        same = [claim for claim in present if any(row[name] for name in IDENTITY)
                and all(getattr(claim, name) == row[name] for name in IDENTITY)]
        kept = same[0] if same else GreenClaim()
        if same:
            present.remove(kept)
        for name, value in row.items():
            setattr(kept, name, value)
        found.append(kept)
    return found


def _follow_documents(company_id: int, values: Mapping[str, Any]) -> None:
    """Let certificates with a document end when it does. Raises ``Invalid`` when a row names a document of another locker."""
    named = [(part, row) for part in ("certificates", "claims") for row in values.get(part, ()) if row.get("document_id")]
    held = {document.id: document for document in documents.held_by([company_id])[company_id]} if named else {}
    for part, row in named:
        if row["document_id"] not in held:
            raise Invalid(N_("This document is not in your company's locker."), field=part)
        if part == "certificates":
            row["expires_on"] = held[row["document_id"]].expires_on


def _check_sections(company_id: int, shown_at: Mapping[int, int | None] | None) -> dict[int, int | None] | None:
    """Return ``shown_at`` when the company takes part in each of the expos and each section belongs to its expo."""
    if shown_at is None:
        return None
    allowed = {part.expo_id: {section.id for section in part.expo.sections} for part in approved_parts(company_id)} if shown_at else {}
    for expo_id, section_id in shown_at.items():
        if expo_id not in allowed or (section_id is not None and section_id not in allowed[expo_id]):
            raise Invalid(N_("Products can be shown only at expos in which your company takes part."), field="shown_at")
    return dict(shown_at)


def _list_at(product: Product, sections: Mapping[int, int | None]) -> None:
    present = {listing.expo_id: listing for listing in product.listings}
    product.listings = [present.get(expo_id) or Listing(expo_id=expo_id) for expo_id in sections]
    for listing in product.listings:
        listing.section_id = sections[listing.expo_id]
