"""At the table: held or missed."""

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...web.guard import current_actor
from .. import actions, queries
from . import bp


@bp.post("/e/<expo>/meetings/<int:meeting_id>/held")
def held(meeting_id: int) -> ResponseReturnValue:
    """It took place: either side, or who runs the floor."""
    actions.mark_held(current_actor, queries.meeting_at(current_actor, g.expo.id, meeting_id))
    flash(_("Noted as held."), "success")
    return redirect(url_for("meetings.meeting", meeting_id=meeting_id))


@bp.post("/e/<expo>/meetings/<int:meeting_id>/missed")
def missed(meeting_id: int) -> ResponseReturnValue:
    """Somebody did not come: who runs the floor says who."""
    actions.mark_missed(current_actor, queries.meeting_at(current_actor, g.expo.id, meeting_id), by=request.form.get("by", ""))
    flash(_("Noted as missed."), "success")
    return redirect(url_for("meetings.meeting", meeting_id=meeting_id))
