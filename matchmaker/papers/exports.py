"""The structured export: companies, products and documents as JSON in the names of schema.org and of UN/CEFACT.

``docs/trade.md`` has the table of names. Each record validates against its published schema (``schemas.py``); what is not known is left
out. A record carries only what its caller has checked the reader may know.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from ..catalog.models import Product
from ..companies.models import Company
from ..documents import kinds, rules
from ..documents.models import Document

CONTEXT = "https://schema.org"
ORIGIN = "CERTIFICATE_OF_ORIGIN"
# UN/CEFACT document name codes (UNCL 1001) of the kinds that have one
TYPE_CODES = {
    "COMMERCIAL_INVOICE": "380", "PACKING_LIST": "271", "PHYTOSANITARY_CERTIFICATE": "851", "HEALTH_CERTIFICATE": "852",
    "PRESHIPMENT_INSPECTION": "856", ORIGIN: "861", "AUTOMATIC_IMPORT_LICENCE": "911",
}
DESTINATION = "CN"
Record = dict[str, Any]


def known(record: Mapping[str, Any]) -> Record:
    """Return a record without what is not known: None, empty texts, empty lists and records that hold nothing but their type."""
    return {name: value for name, value in record.items()
            if value is not None and value != "" and value != [] and not (isinstance(value, dict) and set(value) <= {"@type"})}


def party(company: Company, *, own: bool = False) -> Record:
    """Return a company: schema.org Organization; UN/CEFACT TradeParty. Its identifier is for its ``own`` export only."""
    address = known({"@type": "PostalAddress", "addressCountry": company.country, "addressLocality": company.city})
    names = [name for name in (company.name_en, company.name_zh) if name and name != company.name]
    identifier = known({"@type": "PropertyValue", "propertyID": company.identifier_kind, "value": company.identifier}) \
        if own and company.identifier else {}
    return known({
        "@type": "Organization", "legalName": company.name, "alternateName": names, "identifier": identifier, "url": company.website,
        "address": address, "roleCode": "SE" if company.is_exhibitor else "BY"})


def certificate(document: Document, on: date, *, about: str = "", file_name: str = "") -> Record:
    """Return a document as it stands on a day: schema.org Certification, with the UN/CEFACT type code of its kind."""
    current = document.current
    file = known({"@type": "MediaObject", "name": file_name, "encodingFormat": current.media_type, "contentSize": str(current.size),
                  "sha256": current.sha256, "version": str(current.number)})
    return known({
        "@type": "Certification", "identifier": str(document.id), "additionalType": document.kind,
        "typeCode": TYPE_CODES.get(document.kind), "name": kinds.label(document.kind, "en"),
        "certificationIdentification": document.number, "issuedBy": known({"@type": "Organization", "name": document.issuer}),
        "datePublished": _day(document.issued_on), "validFrom": _day(document.valid_from), "expires": _day(document.expires_on),
        "certificationStatus": rules.state(document, on), "abstract": document.scope, "inLanguage": document.lang, "about": about,
        "associatedMedia": file})


def product(row: Product, certificates: Iterable[Record] = ()) -> Record:
    """Return a product without its price, which has its own audience: schema.org Product, its code as UN/CEFACT names it."""
    classified = [{"@type": "CategoryCode", "codeValue": row.hs, "inCodeSet": "HS"}] if row.hs else []
    return known({
        "@type": "Product", "productID": str(row.id), "name": row.title, "description": row.text, "inLanguage": row.lang,
        "brand": known({"@type": "Brand", "name": row.brand}), "countryOfOrigin": row.origin,
        "applicableProductClassification": classified,
        "additionalProperty": [known({"@type": "PropertyValue", "name": str(name), "value": str(value)}) for name, value in row.specs],
        "hasCertification": list(certificates)})


def certificate_of_origin(document: Document, exporter: Company, importer: Company | None, goods: Product | None) -> Record:
    """Return a certificate of origin: the fields that UN/CEFACT names, filled as far as the locker and the product card know them."""
    line = known({
        "sequenceNumeric": 1, "description": goods.title, "originCountry": goods.origin,
        "applicableProductClassification": [{"@type": "CategoryCode", "codeValue": goods.hs, "inCodeSet": "HS"}] if goods.hs else []}) \
        if goods is not None else {}
    return known({
        "exchangedDocument": known({
            "identifier": document.number, "typeCode": TYPE_CODES[ORIGIN], "issueDate": _day(document.issued_on),
            "issuerParty": known({"@type": "Organization", "name": document.issuer}), "sha256": document.current.sha256}),
        "exporterParty": party(exporter), "importerParty": party(importer) if importer is not None else None,
        "originCountry": goods.origin if goods is not None else "", "importCountry": DESTINATION,
        "includedSupplyChainConsignmentItem": [line] if line else []})


def locker(company: Company, documents: Iterable[Document], products: Mapping[int, Product], at: datetime, on: date) -> Record:
    """Return a company's own locker: itself, its products that have documents, and all documents."""
    rows = list(documents)
    by_product = {ident: [certificate(row, on, about=str(ident)) for row in rows if row.product_id == ident] for ident in products}
    return _whole("locker", at, known({
        "party": party(company, own=True), "products": [product(products[ident], found) for ident, found in by_product.items()],
        "certificates": [certificate(row, on) for row in rows if row.product_id is None],
        "certificatesOfOrigin": [
            certificate_of_origin(row, company, None, products.get(row.product_id or 0)) for row in rows if row.kind == ORIGIN]}))


def bundle(owner: Company, receiver: Company, title: str, documents: Iterable[tuple[Document, str]], products: Mapping[int, Product],
           at: datetime, on: date) -> Record:
    """Return what is in a bundle: the manifest of its ZIP. ``documents`` are pairs of a document and its file in the ZIP."""
    rows = list(documents)
    return _whole("bundle", at, known({
        "name": title, "exporterParty": party(owner) if owner.is_exhibitor else party(receiver),
        "importerParty": party(receiver) if owner.is_exhibitor else party(owner),
        "products": [product(row) for row in products.values()],
        "certificates": [certificate(row, on, about=str(row.product_id or ""), file_name=name) for row, name in rows],
        "certificatesOfOrigin": [
            certificate_of_origin(row, owner, receiver, products.get(row.product_id or 0)) for row, _name in rows if row.kind == ORIGIN]}))


def _whole(schema: str, at: datetime, body: Record) -> Record:
    return {"@context": CONTEXT, "schema": schema, "dateCreated": at.isoformat(timespec="seconds"), **body}


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None
