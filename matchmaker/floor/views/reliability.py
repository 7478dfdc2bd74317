"""Reliability: one's own with the no-shows that count, appeals, and the organizers' decisions."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...errors import Invalid
from ...expos import queries as expos
from ...meetings.cards import other_name
from ...meetings.queries import meeting_for
from ...permissions import ensure
from ...web.guard import current_actor
from .. import rules, trust
from . import bp


@bp.route("/e/<expo>/reliability", methods=["GET", "POST"])
def own() -> ResponseReturnValue:
    """How reliable the company acted for is, what counts against it, and saying that it was otherwise."""
    part = expos.require_participant(current_actor, g.expo)
    problem: Invalid | None = None
    if request.method == "POST":
        number = request.form.get("meeting", "")
        found = meeting_for(current_actor, g.expo.id, int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0)
        try:
            trust.appeal(current_actor, meeting=found, company_id=part.company_id, text=request.form.get("text", ""))
            flash(_("Sent. An organizer decides; until then the no-show counts."), "success")
            return redirect(url_for("floor.own"))
        except Invalid as refused:
            problem = refused
    kept = trust.history([part.company_id]).get(part.company_id, [])
    return render_template(
        "floor/reliability.html", part=part, kept=kept, score=trust.score(kept), usual=rules.USUAL, problem=problem,
        missed=trust.missed_of(part.company_id, g.expo), limit=rules.APPEAL_LIMIT,
        other=lambda meeting: other_name(meeting, part.company_id)), problem.status if problem else 200


@bp.route("/e/<expo>/appeals", methods=["GET", "POST"])
def appeals() -> ResponseReturnValue:
    """The appeals of an expo, for its organizers; granted or refused with one press."""
    ensure(current_actor.organizes(g.expo.id))
    if request.method == "POST":
        number = request.form.get("appeal", "")
        row = trust.appeal_at(current_actor, g.expo, int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0)
        granted = request.form.get("decision") == "grant"
        trust.decide(current_actor, g.expo, row, granted=granted, answer=request.form.get("answer", ""))
        flash(_("Granted: it counts no more.") if granted else _("Refused: it counts."), "success")
        return redirect(url_for("floor.appeals"))
    decided = trust.appeals(g.expo, state="granted") + trust.appeals(g.expo, state="refused")
    return render_template("floor/appeals.html", waiting=trust.appeals(g.expo), decided=decided)
