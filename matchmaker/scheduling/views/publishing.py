"""Whose plan changes; publishing; throwing the draft away."""

from datetime import datetime

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...errors import N_, Conflict, Problem
from ...infra import db
from ...web.guard import current_actor
from .. import actions, diff, queries
from .page import bp, done

SHOWN = 300


@bp.route("/e/<expo>/schedule/publish", methods=["GET", "POST"])
def publish() -> ResponseReturnValue:
    """Show whose plan changes; publish on a press. Exactly those are told."""
    draft = queries.draft_of(g.expo.id)
    if draft is None:
        raise Conflict(N_("There is no draft to publish."))
    if request.method == "POST":
        try:
            seen = datetime.fromisoformat(request.form.get("seen", ""))
        except ValueError:
            seen = None
        try:
            changes = actions.publish(current_actor, g.expo, plan=draft, seen=seen)
        except Problem as problem:
            db.rollback()
            flash(str(problem), "error")
            return redirect(url_for("scheduling.publish"))
        return done(_("Published as version %(number)s: %(count)s changes; the people concerned are told.",
                      number=draft.number, count=len(changes)))
    changes = diff.between(queries.published_of(g.expo.id), draft)
    companies, people = diff.concerned(changes)
    return render_template("scheduling/publish.html", draft=draft, changes=changes[:SHOWN], total=len(changes), companies=companies,
                           people=people)


@bp.post("/e/<expo>/schedule/discard")
def discard() -> ResponseReturnValue:
    """Throw the draft away; the published plan stays."""
    actions.discard(current_actor, g.expo)
    return done(_("The draft is gone; the published plan holds."))
