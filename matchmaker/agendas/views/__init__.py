"""Pages of agendas: one's own day, availability, calendars and files of every agenda, moving a meeting by consent."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from ...access import COMPANIES, RUNNERS, STAFF
from ...expos import context
from ...permissions import Actor
from ...web import nav
from .. import queries

bp = Blueprint("agendas", __name__)


def open_count(actor: Actor) -> int | None:
    """Count the open questions to move a meeting, for who organizes the expo at which the reader is."""
    expo = context.present_expo(actor)
    return len(queries.open_moves(expo.id)) or None if expo is not None and actor.organizes(expo.id) else None


NAV = (
    nav.Entry(40, _l("My day"), "calendar-days", "agendas.my_day", COMPANIES, needs_expo=True),
    nav.Entry(62, _l("Agendas"), "calendar-days", "agendas.index", STAFF, open_count, needs_expo=True),
    nav.Entry(41, _l("My agenda"), "calendar-days", "agendas.own", RUNNERS - STAFF, needs_expo=True),
)

from . import agendas, day, moves  # noqa: E402, F401 (they add their pages to the blueprint)
