"""Rules of the locker: states by the day, who may see a document, what a field may hold."""

from datetime import date, timedelta
from typing import Any

from ..companies.standing import Standing, reaches
from ..errors import N_, Invalid
from ..sheets import rules as sheet
from . import kinds

WATCH = "documents.watch"  # the kind, and the key, of the job that looks every day which documents end
EXPIRING = timedelta(days=90)  # before its last day a document is shown as one that ends soon
WARN_DAYS = (90, 30, 7, 0)  # days before the last day on which the company is told; 0: the day after it
STATES = {
    "valid": N_("Valid"), "expiring": N_("Ends soon"), "expired": N_("Expired"), "future": N_("Not yet in force"),
    "unknown": N_("End not known"),
}
AUDIENCES = {
    "us": N_("Only us"),
    "named": N_("Companies we share it with"),
    "matched": N_("Companies that we match with"),
    "accepted": N_("Companies that we agreed to meet"),
}
AUDIENCE_HINTS = {
    "us": N_("Nobody else learns that it exists, and what was shared rests."),
    "named": N_("Buyers read that you have it; its content opens to those you share it with."),
    "matched": N_("And to every company whose need one of your products fits."),
    "accepted": N_("And to every company with which you agreed on a meeting, from then on."),
}
MOST_VERSIONS = 50
MOST_DOCUMENTS = 500  # in one company's locker
MOST_REQUESTS = 60  # of one company that wait for an answer
NOTE_LIMIT = 300
REQUEST_STATES = {"open": N_("Waits for an answer"), "shared": N_("Shared"), "declined": N_("Declined"), "withdrawn": N_("Taken back")}


def state(document: Any, on: date) -> str:
    """Return valid, expiring, expired, future or unknown for a record with ``valid_from``, ``expires_on`` and ``endless``.

    The last day itself still counts. Everything that shows a document or reasons with one asks here.
    """
    if document.valid_from is not None and document.valid_from > on:
        return "future"
    if document.expires_on is None:
        return "valid" if document.endless else "unknown"
    if document.expires_on < on:
        return "expired"
    return "expiring" if document.expires_on - on <= EXPIRING else "valid"


def warning(expires_on: date, on: date) -> int | None:
    """Return which of ``WARN_DAYS`` a document that ends on ``expires_on`` has reached; None when it is too early for the first."""
    left = (expires_on - on).days
    if left < 0:
        return 0
    return min((days for days in WARN_DAYS if days and left <= days), default=None)


def may_see(audience: str, standing: Standing, *, shared: bool) -> bool:
    """Tell whether a company reads a document: its owner always; ``shared`` is a consent to this company that holds today."""
    if standing is Standing.OWN:
        return True
    return audience != "us" and standing is not Standing.BLOCKED and (shared or reaches(standing, audience))


def is_announced(audience: str) -> bool:
    """Tell whether others may learn that the document exists, with its kind and state and nothing more."""
    return audience != "us"


def _kind(value: Any) -> str:
    code = str(value or "").strip()
    if not kinds.is_known(code):
        raise Invalid(N_("Please choose what kind of document it is."), field="kind")
    return code


RULES: dict[str, sheet.Rule] = {
    "kind": _kind,
    "number": sheet.line(80),
    "issuer": sheet.line(120),
    "issued_on": sheet.day,
    "valid_from": sheet.day,
    "expires_on": sheet.day,
    "endless": bool,
    "scope": sheet.line(200),
    "lang": sheet.language,
    "audience": lambda value: sheet.one_of(AUDIENCES)(value) or "named",
}
DETAILS = ("number", "issuer", "issued_on", "valid_from", "expires_on", "endless", "scope", "lang")  # of a version; the rest stays


def details(document: Any) -> dict[str, Any]:
    """Return what is said of the newest version, to be kept with it when another takes its place."""
    said = {name: getattr(document, name) for name in DETAILS}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in said.items()}


def said(text: str, field: str) -> str:
    """Return a note or a reason in one piece; raise ``Invalid`` when it is too long."""
    try:
        return sheet.prose(NOTE_LIMIT)(text)
    except Invalid as problem:
        raise Invalid(problem.message, field=field, **problem.params) from None
