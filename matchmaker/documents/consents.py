"""Consent: giving a document to a counterpart, taking it back, asking for one, and keeping who has seen it."""

from collections.abc import Sequence
from datetime import date

from .. import audit, clock, events
from ..errors import N_, Conflict, Invalid, TooMany
from ..infra.db import apart, db
from ..permissions import Actor, ensure
from . import consented, kinds, queries, rules
from .models import Document, DocumentRead, DocumentRequest, DocumentShare

ANSWERED = N_("This request was answered already.")
NOT_THERE = N_("There is no such document in your locker yet: upload it first.")


def share(actor: Actor, *, owner_id: int, company_id: int, document: Document | None = None, product_id: int | None = None,
          until: date | None = None, meeting_id: int | None = None, bundle_id: int | None = None) -> DocumentShare:
    """Let a counterpart see one document, or all of a product, from now on: for good, or until the end of a day. Return the consent.

    A consent of the same kind that is in force is given its new last day. Raises ``NotFound`` for strangers and for companies that the
    owner does not know by name, ``Invalid`` for a day that is past.
    """
    ensure(actor.member_of(owner_id) and (document is None) != (product_id is None) and company_id in consented.partners(owner_id))
    ensure(document.company_id == owner_id if document is not None else queries.owns_product(owner_id, product_id or 0))
    if until is not None and until < queries.today():
        raise Invalid(N_("This day is past."), field="until")
    document_id = document.id if document is not None else None
    found = consented.share_of(owner_id, company_id, document_id=document_id, product_id=product_id, bundle_id=bundle_id)
    if found is None:
        found = DocumentShare(owner_id=owner_id, company_id=company_id, document_id=document_id, product_id=product_id,
                              meeting_id=meeting_id, bundle_id=bundle_id, given_at=clock.now(), given_by_user_id=actor.user_id)
        db.session.add(found)
    found.until = until
    if document is not None and document.audience == "us":  # who names a company opens it to that company
        document.audience = "named"
    db.session.flush()
    audit.record(actor, "documents.share", found, document=document_id, product=product_id, company=company_id, until=until)
    events.document_shared.send(found, was=None, actor=actor)
    return found


def withdraw(actor: Actor, found: DocumentShare) -> None:
    """Take a consent back: the next request of the other side finds nothing. Raises ``NotFound``, ``Conflict`` when it is back already."""
    ensure(actor.member_of(found.owner_id))
    if found.withdrawn_at is not None:
        raise Conflict(N_("This was taken back already."))
    found.withdrawn_at, found.withdrawn_by_user_id = clock.now(), actor.user_id
    db.session.flush()
    audit.record(actor, "documents.withdraw", found, document=found.document_id, product=found.product_id, company=found.company_id)
    events.document_shared.send(found, was="given", actor=actor)


def ask(actor: Actor, *, owner_id: int, kind: str = "", product_id: int | None = None, document: Document | None = None,
        note: str = "") -> DocumentRequest:
    """Ask an exhibitor for a document: one that it has, or a kind. The exhibitor reads who asks.

    Raises ``NotFound`` where the acting company cannot read the exhibitor's products, ``Invalid`` for an unknown kind or a long note,
    ``Conflict`` when it has asked already or may see the document, ``TooMany``.
    """
    ensure(actor.is_buyer and consented.may_ask(actor.company_id or 0, owner_id, product_id))
    if document is not None:
        ensure(document.company_id == owner_id and rules.is_announced(document.audience))
        kind = document.kind
        if queries.visible(actor.company_id, [document]):
            raise Conflict(N_("You may see this document already."))
    _check_request(kind, note)
    if consented.open_requests(actor.company_id or 0) >= rules.MOST_REQUESTS:
        raise TooMany(N_("At most %(count)s of your requests for documents wait at a time."), count=rules.MOST_REQUESTS)
    subject = f"{product_id or 0}/{kind}"
    if consented.asked_before(owner_id, actor.company_id or 0, subject):
        raise Conflict(N_("You have asked for this already; the answer will reach you as a notice."))
    request = DocumentRequest(
        owner_id=owner_id, company_id=actor.company_id, product_id=product_id, kind=kind, document_id=document.id if document else None,
        subject=subject, note=note, asked_at=clock.now(), asked_by_user_id=actor.user_id)
    db.session.add(request)
    db.session.flush()
    audit.record(actor, "documents.ask", request, owner=owner_id, kind=kind, product=product_id)
    events.document_requested.send(request, was=None, actor=actor)
    return request


def answer_with(actor: Actor, request: DocumentRequest, *, document: Document | None = None, until: date | None = None) -> DocumentShare:
    """Answer a request by sharing ``document``, else the one it names, else the newest that fits.

    Raises ``NotFound``, ``Conflict`` when it was answered or nothing fits, ``Invalid``.
    """
    _ensure_open(actor, request)
    document = document or next(iter(consented.fitting(request)), None)
    if document is None:
        raise Conflict(NOT_THERE)
    _close(actor, request, "shared")
    request.document_id = document.id
    given = share(actor, owner_id=request.owner_id, company_id=request.company_id, document=document, until=until)
    events.document_requested.send(request, was="open", actor=actor)
    return given


def decline(actor: Actor, request: DocumentRequest, *, reason: str) -> None:
    """Refuse with a reason, which the other side reads. Raises ``NotFound``, ``Conflict``, ``Invalid`` without a reason."""
    _ensure_open(actor, request)
    request.reason = rules.said(reason, "reason")
    if not request.reason:
        raise Invalid(N_("Please say why; the other side will read it."), field="reason")
    _close(actor, request, "declined")
    events.document_requested.send(request, was="open", actor=actor)


def take_back(actor: Actor, request: DocumentRequest) -> None:
    """Ask no longer. Raises ``NotFound``, ``Conflict``."""
    ensure(actor.member_of(request.company_id))
    if request.state != "open":
        raise Conflict(ANSWERED)
    _close(actor, request, "withdrawn")
    events.document_requested.send(request, was="open", actor=actor)


def note_read(actor: Actor, document: Document, how: str) -> None:
    """Keep that somebody of another company sees the page (``page``) or takes the file (``file``, or ``bundle`` in a bundle)."""
    note_reads(actor, [document], how)


def note_reads(actor: Actor, documents: Sequence[Document], how: str) -> None:
    """Keep the same of several documents.

    A page that is read calls it, in a transaction of its own: a named exception of the rule that reading writes nothing. It is written
    before anything is shown, so that nothing is seen that the owner does not read of.
    """
    seen, now = [document for document in documents if not actor.member_of(document.company_id)], clock.now()
    if not seen:
        return
    rows = [(document, document.current.number) for document in seen]
    with apart() as session:
        for document, number in rows:
            session.add(DocumentRead(document_id=document.id, version_number=number, company_id=actor.company_id, user_id=actor.user_id,
                                     how=how, at=now))
            session.add(audit.entry(actor, f"documents.read_{how}", document, company=actor.company_id, number=number))


def _check_request(kind: str, note: str) -> None:
    if not kinds.is_known(kind):
        raise Invalid(N_("Please choose what kind of document it is."), field="kind")
    rules.said(note, "note")


def _ensure_open(actor: Actor, request: DocumentRequest) -> None:
    ensure(actor.member_of(request.owner_id))
    if request.state != "open":
        raise Conflict(ANSWERED)


def _close(actor: Actor, request: DocumentRequest, state: str) -> None:
    request.state, request.answered_at, request.answered_by_user_id = state, clock.now(), actor.user_id
    db.session.flush()
    audit.record(actor, f"documents.request_{state}", request, document=request.document_id, reason=request.reason)
