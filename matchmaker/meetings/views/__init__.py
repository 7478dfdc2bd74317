"""Pages of meetings: the requests, one meeting, asking, and answers from the mail."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from ...access import COMPANIES
from ...expos import context
from ...permissions import Actor
from ...web import nav
from .. import queries

bp = Blueprint("meetings", __name__)


def waiting(actor: Actor) -> int | None:
    """Count the requests that wait for an answer of the company acted for, at the expo where the reader is."""
    expo = context.present_expo(actor)
    return queries.waiting_count(actor.company_id, expo.id) or None if expo is not None and actor.company_id else None


NAV = (nav.Entry(30, _l("Requests"), "inbox", "meetings.requests", COMPANIES, count=waiting, needs_expo=True),)

from . import answering, asking, requests, table  # noqa: E402, F401
