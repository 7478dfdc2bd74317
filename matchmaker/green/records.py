"""From rows of product cards and documents of the locker to the records of ``trade.green``."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..documents import queries as documents
from ..trade.green import STATED, Check, Evidence, Held

ORGANIC, FARMED = "ORGANIC", "PROC"  # an organic certificate whose scheme is not said speaks of the farm
CLAIM, CERTIFICATE, DOCUMENT = "claim", "certificate", "document"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a piece of evidence is from. ``closed``: number, issuer or scope stand in a document of the locker, which opens to those with
    whom it is shared; pages show that they are there, and not what they are."""

    kind: str
    ident: int
    closed: bool = False


def of_claim(row: Any, owners: tuple[str, ...], labels: Mapping[str, str], held: Mapping[int, documents.Held]) -> Evidence:
    """Return the evidence of a green claim; what its label lacks on the card is taken from a document of that label."""
    document = held.get(row.document_id)
    said = {name: getattr(row, name) for name in STATED}
    closed = False
    if document is not None and row.label and labels.get(document.kind) == row.label:
        said, closed = _filled(said, document)
    return Evidence(
        link=row.link, text=row.claim, label=row.label, **said, document=Held(document.id, document.expires_on) if document else None,
        check=_check(row), owners=owners, ref=Source(CLAIM, row.id, closed))


def of_certificate(row: Any, owners: tuple[str, ...], labels: Mapping[str, str], held: Mapping[int, documents.Held]) -> Evidence:
    """Return the evidence of a certificate on the card; with a document behind it, that document says what the card does not."""
    document, closed = held.get(row.document_id), False
    said = {name: getattr(row, name) for name in STATED}
    if document is not None:
        said, closed = _filled(said, document)
    return _paper(row.kind, said, owners, labels, document, Source(CERTIFICATE, row.id, closed))


def of_document(document: documents.Held, owners: tuple[str, ...], labels: Mapping[str, str]) -> Evidence:
    """Return the evidence of a document in the locker, which is its own file."""
    return _paper(document.kind, {name: getattr(document, name) for name in STATED}, owners, labels, document,
                  Source(DOCUMENT, document.id, True))


def looked_up(several: list[Evidence]) -> list[Evidence]:
    """Return the evidence of a product where a search by an organizer counts wherever the same label and number stand."""
    found = {(one.label, one.number): one.check for one in several if one.check and one.check.by == "organizer" and one.number}
    return [replace(one, check=found[one.label, one.number]) if (one.label, one.number) in found else one for one in several]


def _paper(kind: str, said: Mapping[str, Any], owners: tuple[str, ...], labels: Mapping[str, str], document: documents.Held | None,
           source: Source) -> Evidence:
    label = labels.get(kind, "")
    return Evidence(link="" if label else FARMED, text=kind, label=label, **said, owners=owners, ref=source,
                    document=Held(document.id, document.expires_on) if document else None)


def _filled(said: Mapping[str, Any], document: documents.Held) -> tuple[dict[str, Any], bool]:
    """Return what is said, with what only the document says, and whether any of that is more than its last day."""
    whole = {name: value or getattr(document, name) for name, value in said.items()}
    return whole, any(whole[name] != said[name] for name in STATED if name != "expires_on")


def _check(row: Any) -> Check | None:
    """Return the search in a register: an organizer's where there is one, else the company's own."""
    if row.checked_on is not None:
        return Check(bool(row.checked_found), row.checked_on, "organizer", row.checked_address, row.checked_by)
    return Check(True, row.register_on, "company", row.register_address) if row.register_on and row.register_address else None
