"""Pages of the floor: the board of a hall, tables and badges with their codes, walls, the phone's card, appeals."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from ...access import COMPANIES, RUNNERS, STAFF
from ...expos import context
from ...permissions import Actor
from ...web import nav
from .. import queries

bp = Blueprint("floor", __name__)


def offered(actor: Actor) -> int | None:
    """Count the offers of a free table that wait for the company acted for."""
    expo = context.present_expo(actor)
    return queries.open_refill_count(expo.id, actor.company_id) or None if expo is not None and actor.company_id else None


NAV = (
    nav.Entry(41, _l("Now"), "radio", "floor.now", COMPANIES, offered, needs_expo=True),
    nav.Entry(42, _l("Next tables"), "list-ordered", "floor.mine", RUNNERS - STAFF, needs_expo=True),
    nav.Entry(61, _l("Floor"), "layout-grid", "floor.board", STAFF, needs_expo=True),
)

from . import badges, board, phone, polling, reliability, runners, tables, walls  # noqa: E402, F401 (they add their pages)
