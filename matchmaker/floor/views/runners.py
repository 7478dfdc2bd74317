"""The next tables of an interpreter and of a mission: signed in, or at a signed address for who has no account."""

import sqlalchemy as sa
from flask import current_app, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ... import clock
from ...agendas.queries import Subject, find, is_alive, own_subjects, rows_of
from ...expos import queries as expos
from ...expos.models import Expo, Participation
from ...infra.db import db, get
from ...permissions import ensure
from ...scheduling.models import Placement
from ...web.guard import current_actor
from .. import board, codes, live, queries
from . import bp
from .board import moment


@bp.get("/e/<expo>/next")
def mine() -> ResponseReturnValue:
    """The next tables of the interpreters and missions that are the reader's own."""
    subjects = own_subjects(current_actor, g.expo)
    return render_template(
        "floor/mine.html", parts=[_part(g.expo, subject) for subject in subjects], word=live.word(g.expo.id),
        number=live.number(g.expo.id), may_tap=True, until=_soon())


@bp.get("/e/<expo>/floor/next/<kind>/<int:ref_id>")
def runner(kind: str, ref_id: int) -> ResponseReturnValue:
    """The same for the staff, with the address that one without an account is given."""
    queries.require_floor(current_actor, g.expo)
    ensure(kind in ("interpreter", "mission"))
    subject = find(kind, ref_id)
    ensure(subject.row.expo_id == g.expo.id and is_alive(subject))
    address = current_app.config["BASE_URL"] + f"/next/{codes.sign(kind, ref_id)}"
    return render_template(
        "floor/mine.html", parts=[_part(g.expo, subject)], word=live.word(g.expo.id), number=live.number(g.expo.id), may_tap=True,
        until=_soon(), address=address, code=codes.drawn(address, _("Next tables of %(name)s", name=subject.name)))


@bp.get("/next/<token>")
def signed(token: str) -> ResponseReturnValue:
    """The next tables behind a signed address, to read; it is dead once an interpreter has left."""
    code = codes.read(token, "interpreter", "mission")
    ensure(code is not None)
    subject = find(code.kind, code.ref_id)
    ensure(is_alive(subject))
    expo = get(Expo, subject.row.expo_id)
    g.expo = expo  # times are those of the expo
    return render_template(
        "floor/mine.html", parts=[_part(expo, subject)], word=live.word(expo.id), number=live.number(expo.id), may_tap=False, until=_soon(),
        bare=True)


def _soon() -> int:
    return moment(clock.now() + board.FAR)


def _part(expo: Expo, subject: Subject) -> tuple[Subject, list[board.Stop]]:
    """Return a subject with its meetings of today that are not over."""
    today = expos.today_at(expo)
    rows = [row for row in rows_of(expo.id, subject) if row.slot.on == today]
    members = _members(subject) if subject.kind == "mission" else set()
    sides = {row.meeting_id: "interpreter" if subject.kind == "interpreter" else _side(row, members) for row in rows}
    stops = [stop for stop in board.stops(expo, rows, sides) if stop.open]
    return subject, stops


def _members(subject: Subject) -> set[int]:
    return set(db.session.scalars(sa.select(Participation.company_id).where(Participation.mission_id == subject.ref_id)))


def _side(row: Placement, members: set[int]) -> str:
    return "buyer" if row.meeting.buyer_id in members else "exhibitor"
