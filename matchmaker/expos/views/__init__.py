"""Pages of the editions: for everybody, for participants, and for organizers."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from ...access import COMPANIES, ORGANIZERS, RUNNERS
from ...permissions import Actor, Role
from ...web import nav
from .. import context, queries, states

bp = Blueprint("expos", __name__)


def waiting(actor: Actor) -> int | None:
    """Count the applications that wait at the expo where the organizer is."""
    expo = context.present_expo(actor)
    return queries.state_counts(expo.id).get(states.APPLIED) if expo is not None and actor.organizes(expo.id) else None


NAV = (
    nav.Entry(15, _l("Companies"), "building-2", "expos.companies", ORGANIZERS, count=waiting, needs_expo=True),
    nav.Entry(70, _l("Exhibitors"), "store", "expos.exhibitors", COMPANIES | RUNNERS - ORGANIZERS, needs_expo=True),
    nav.Entry(80, _l("Expos"), "calendar-range", "expos.index", COMPANIES | {Role.NEWCOMER, Role.ADMIN}),
    nav.Entry(90, _l("Set up"), "settings-2", "expos.setup", ORGANIZERS, needs_expo=True),
)

from . import companies, public, setup, setup_days, setup_floor  # noqa: E402, F401
