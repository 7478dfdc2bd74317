"""What a company does with its documents: permission, guard, change, audit, signal. Files are checked before the first write."""

from collections.abc import Mapping
from typing import Any

from .. import audit, clock, events
from ..errors import N_, Conflict, Invalid, TooMany
from ..infra import jobs, storage
from ..infra.db import after_commit, db, insert_ignore
from ..permissions import SYSTEM, Actor, ensure
from ..sheets import rules as sheet
from ..sheets.rules import InvalidSheet
from . import files, queries, rules
from .models import Document, DocumentVersion, ExpiryTold

STALE = N_("Somebody else changed this document meanwhile. Nothing was saved: look at the page again.")


def add_document(actor: Actor, *, company_id: int, fields: Mapping[str, Any], content: bytes, file_name: str,
                 product_id: int | None = None) -> Document:
    """Put a document into the locker of a company, for one of its products or for the whole of it, and return it.

    ``fields`` are those of ``rules.RULES``. Raises ``NotFound`` for strangers, ``InvalidSheet`` with all problems of the fields and the
    file, ``TooLarge`` for the file, ``TooMany`` for a full locker.
    """
    ensure(actor.member_of(company_id) and (product_id is None or queries.owns_product(company_id, product_id)))
    if queries.count(company_id) >= rules.MOST_DOCUMENTS:
        raise TooMany(N_("A locker holds at most %(count)s documents: remove one first."), count=rules.MOST_DOCUMENTS)
    values, found = _read({"kind": "", "audience": "", **fields}, content, file_name)
    now = clock.now()
    document = Document(company_id=company_id, product_id=product_id, created_at=now, updated_at=now, **values)
    document.versions = [_version(actor, found, file_name, 1)]
    db.session.add(document)
    db.session.flush()
    audit.record(actor, "documents.add", document, kind=document.kind, sha256=found.sha256, audience=document.audience)
    _changed(document)
    return document


def change_document(actor: Actor, document: Document, *, fields: Mapping[str, Any], version: int | None = None) -> Document:
    """Correct what is said of the newest version, or who may see the document. Raises ``NotFound``, ``InvalidSheet``, ``Conflict``."""
    ensure(actor.member_of(document.company_id))
    _ensure_fresh(document, version)
    values = _normal(fields, before=document)
    before = {name: getattr(document, name) for name, value in values.items() if getattr(document, name) != value}
    for name in before:
        setattr(document, name, values[name])
    if before:
        document.updated_at = clock.now()
        db.session.flush()
        audit.record(actor, "documents.change", document, before=before, after={name: values[name] for name in before})
        _changed(document)
    return document


def add_version(actor: Actor, document: Document, *, fields: Mapping[str, Any], content: bytes, file_name: str,
                version: int | None = None) -> Document:
    """Put in a newer file, with what is said of it; the old one stays, with what was said of that. Raises as ``add_document`` does."""
    ensure(actor.member_of(document.company_id))
    _ensure_fresh(document, version)
    if len(document.versions) >= rules.MOST_VERSIONS:
        raise TooMany(N_("A document has at most %(count)s versions: begin a new one."), count=rules.MOST_VERSIONS)
    values, found = _read(fields, content, file_name, before=document)
    if found.sha256 == document.current.sha256 and all(getattr(document, name) == value for name, value in values.items()):
        raise Invalid(N_("This is the present version: the same file, and nothing new is said of it."), field="file")
    document.current.details = rules.details(document)
    for name, value in values.items():
        setattr(document, name, value)
    document.versions.insert(0, _version(actor, found, file_name, document.current.number + 1))
    document.updated_at = clock.now()
    db.session.flush()
    audit.record(actor, "documents.add_version", document, number=document.current.number, sha256=found.sha256)
    _changed(document)
    return document


def warn(actor: Actor, document: Document) -> bool:
    """Tell the company that a document ends soon or has ended, if it has reached a warning of which nobody was told; return whether.

    A job does it every day, and each change does it at once. Raises ``NotFound`` for strangers.
    """
    ensure(actor.member_of(document.company_id))
    days = rules.warning(document.expires_on, queries.today()) if document.expires_on else None
    if days is None or not insert_ignore(
            ExpiryTold, document_id=document.id, expires_on=document.expires_on, days=days, told_at=clock.now()):
        return False
    audit.record(actor, "documents.warn", document, days=days, expires_on=document.expires_on)
    events.document_expiring.send(document, days=days)
    return True


def remove_document(actor: Actor, document: Document) -> None:
    """Take a document out with all its versions; nobody can see it any more. Raises ``NotFound``."""
    ensure(actor.member_of(document.company_id))
    keys = {version.key for version in document.versions}
    audit.record(actor, "documents.remove", document, kind=document.kind, sha256=[version.sha256 for version in document.versions])
    events.document_changed.send(document, removed=True)
    db.session.delete(document)
    db.session.flush()
    for key in keys - queries.keys_in_use(keys):
        after_commit(lambda key=key: storage.delete(key))


def _changed(document: Document) -> None:
    """Tell the rooms to the right, warn at once if it ends soon, and see that somebody looks every day."""
    events.document_changed.send(document)
    warn(SYSTEM, document)
    if document.expires_on is not None:
        jobs.enqueue(rules.WATCH, key=rules.WATCH, delay=queries.seconds_to_tomorrow())


def _ensure_fresh(document: Document, version: int | None) -> None:
    if version is not None and version != document.version:
        raise Conflict(STALE)


def _version(actor: Actor, found: files.Checked, file_name: str, number: int) -> DocumentVersion:
    return DocumentVersion(
        number=number, key=found.keep(), media_type=found.media_type, file_name=files.shown_name(file_name), size=len(found.content),
        pages=found.pages, sha256=found.sha256, added_at=clock.now(), added_by_user_id=actor.user_id, added_by=queries.name_of(actor))


def _read(fields: Mapping[str, Any], content: bytes, file_name: str, *,
          before: Document | None = None) -> tuple[dict[str, Any], files.Checked]:
    """Return the values to store and the file; raise ``InvalidSheet`` with all that is wrong with both, at once."""
    problems: list[Invalid] = []
    values: dict[str, Any] = {}
    try:
        values = _normal(fields, before=before)
    except InvalidSheet as problem:
        problems = problem.problems
    try:
        found = files.checked(content, file_name)
    except Invalid as problem:
        raise InvalidSheet([problem, *problems]) from problem
    if problems:
        raise InvalidSheet(problems)
    return values, found


def _normal(fields: Mapping[str, Any], *, before: Document | None = None) -> dict[str, Any]:
    """Return the values to store; raise ``InvalidSheet`` with all problems."""
    values, problems = sheet.check(rules.RULES, fields)
    whole = {name: getattr(before, name, None) for name in rules.RULES} | values
    problems += sheet.in_order(whole, "valid_from", "expires_on", N_("It ends before it begins."))
    problems += sheet.in_order(whole, "issued_on", "expires_on", N_("It ends before it was issued."))
    if whole.get("endless") and whole.get("expires_on"):
        problems.append(Invalid(N_("Give the last day, or say that there is none; not both."), field="endless"))
    if problems:
        raise InvalidSheet(problems)
    return values
