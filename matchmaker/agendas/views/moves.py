"""Asking to move a meeting: places that fit, the other side's yes or no; and what other pages show of it."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...companies.queries import attending
from ...errors import Conflict, Invalid
from ...expos.queries import require_organizer
from ...meetings.cards import other_name
from ...meetings.models import Meeting
from ...meetings.queries import meeting_for
from ...meetings.states import State
from ...permissions import ensure
from ...scheduling import deputies
from ...scheduling import queries as plans
from ...web.guard import current_actor
from .. import actions, offers, queries
from ..models import Move
from ..rules import NOTE_LIMIT, expires_at
from . import bp


@bp.route("/e/<expo>/meetings/<int:meeting_id>/move", methods=["GET", "POST"])
def move(meeting_id: int) -> ResponseReturnValue:
    """The open question with its answers, or the places that can be asked for."""
    found = meeting_for(current_actor, g.expo.id, meeting_id)
    side = _side(found)
    problem: Conflict | Invalid | None = None
    if request.method == "POST":
        try:
            actions.ask_move(current_actor, g.expo, meeting=found, company_id=side, option=request.form.get("option", ""),
                             note=request.form.get("note", ""))
            flash(_("%(company)s is asked. The meeting stays where it is until they agree.", company=other_name(found, side)), "success")
            return redirect(url_for("agendas.move", meeting_id=found.id))
        except (Conflict, Invalid) as refused:
            problem = refused
    asked = queries.open_move(found.id)
    return render_template(
        "agendas/move.html", meeting=found, side=side, other=other_name(found, side), asked=asked, problem=problem, limit=NOTE_LIMIT,
        placement=_placement(found), options=[] if asked else offers.options(g.expo, found),
        expires_at=expires_at(asked) if asked else None,
    ), problem.status if problem else 200


@bp.post("/e/<expo>/meetings/<int:meeting_id>/move/<int:move_id>")
def answer_move(meeting_id: int, move_id: int) -> ResponseReturnValue:
    """Yes or no of the side that was asked, or the asker takes it back."""
    found = meeting_for(current_actor, g.expo.id, meeting_id)
    asked = queries.move_of(found.id, move_id)
    if request.form.get("answer") == "yes":
        if actions.agree_move(current_actor, g.expo, asked):
            flash(_("Moved. Both calendars follow by themselves."), "success")
            return redirect(url_for("meetings.meeting", meeting_id=found.id))
        flash(_("The place was given away a moment ago; the meeting stays. Ask for one of the times that are free now."), "error")
    elif request.form.get("answer") == "no":
        actions.decline_move(current_actor, asked)
        flash(_("Declined: the meeting stays where it is."), "success")
    else:
        actions.withdraw_move(current_actor, asked)
        flash(_("Your question is taken back; the meeting stays where it is."), "success")
    return redirect(url_for("agendas.move", meeting_id=found.id))


@bp.get("/e/<expo>/moves")
def moves() -> ResponseReturnValue:
    """The open questions of an expo, for its organizers."""
    require_organizer(current_actor, g.expo)
    return render_template("agendas/moves.html", moves=queries.open_moves(g.expo.id), expires_at=expires_at)


def _side(found: Meeting) -> int:
    sides = [company for company in (found.exhibitor_id, found.buyer_id) if company in current_actor.companies]
    ensure(bool(sides))
    return current_actor.company_id if current_actor.company_id in sides else sides[0]


def _placement(found: Meeting) -> Any:
    held = plans.published_of(found.expo_id)
    return plans.placement_of(held.id, found.id) if held is not None else None


@bp.app_template_global()
def open_move(found: Meeting) -> Move | None:
    """Return the open question to move a meeting, for the meeting's page."""
    return queries.open_move(found.id) if found.state == State.PLACED else None


@bp.app_template_global()
def deputies_of(found: Meeting, side: int) -> list[tuple[Any, bool, bool]]:
    """Return (person, goes, could go) of a side's team, for the meeting's page."""
    row, people = _placement(found), attending(side)
    can = deputies.free(g.expo, row, people)
    exhibitor = side == found.exhibitor_id
    goes = found.exhibitor_owner_id if exhibitor else found.buyer_owner_id
    if row is not None:
        goes = row.exhibitor_person_id if exhibitor else row.buyer_person_id
    return [(person, person.id == goes, person.id in can) for person in people]
