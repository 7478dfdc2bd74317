"""The list of requests, and one meeting with what its sides may do about it."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...companies.models import Company
from ...companies.queries import attending
from ...errors import Invalid
from ...expos.queries import require_participant
from ...infra.db import get
from ...permissions import ExpoRole, ensure
from ...web.guard import current_actor
from ...web.pages import page_number, paginate
from ...web.redirects import safe_next
from .. import actions, cards, queries
from ..forms import CancelForm, DeclineForm, OutcomeForm
from ..models import Meeting
from ..rules import DECLINE_REASONS, MISSED_BY, MOST_MUSTS, WISHES
from ..states import AGREED
from . import bp

TABS = ("answer", "asked", "accepted", "all")


@bp.get("/e/<expo>/requests")
def requests() -> ResponseReturnValue:
    """Requests to answer, our own, what was accepted, and all."""
    require_participant(current_actor, g.expo)
    tab = request.args.get("tab")
    tab = tab if tab in TABS else TABS[0]
    page = paginate(queries.tab(current_actor, g.expo.id, tab), page_number())
    rows = cards.rows(page.items, current_actor.company_id, g.expo.series)
    for row in rows:
        row.url = url_for("meetings.meeting", meeting_id=row.id)
    return render_template(
        "meetings/requests.html", tab=tab, page=page, rows=rows, reasons=DECLINE_REASONS,
        counts=queries.tab_counts(current_actor, g.expo.id), used=queries.open_requests(current_actor.company_id, g.expo.id),
        wishes=queries.wishes_of(g.expo.id, current_actor.company_id), most=MOST_MUSTS)


@bp.get("/e/<expo>/meetings/<int:meeting_id>")
def meeting(meeting_id: int) -> ResponseReturnValue:
    """One meeting: for its sides, and for organizers and floor staff."""
    return _page(queries.meeting_at(current_actor, g.expo.id, meeting_id))


@bp.post("/e/<expo>/meetings/<int:meeting_id>/accept")
def accept(meeting_id: int) -> ResponseReturnValue:
    """One tap: yes."""
    actions.accept(current_actor, queries.meeting_for(current_actor, g.expo.id, meeting_id))
    flash(_("Accepted. The organizer gives the meeting its time and table; you will be told."), "success")
    return _back()


@bp.route("/e/<expo>/meetings/<int:meeting_id>/decline", methods=["GET", "POST"])
def decline(meeting_id: int) -> ResponseReturnValue:
    """No, with a reason: a tap in the list, or this page for a word more."""
    found = queries.meeting_for(current_actor, g.expo.id, meeting_id)
    form = DeclineForm()
    if form.validate_on_submit():
        actions.decline(current_actor, found, reason=form.reason.data, note=form.note.data or "")
        flash(_("Declined. The other side reads your reason."), "success")
        return _back()
    side = _side(found)
    return render_template("meetings/decline.html", form=form, item=cards.row(found, side or 0, g.expo.series)), form.status


@bp.post("/e/<expo>/meetings/<int:meeting_id>/withdraw")
def withdraw(meeting_id: int) -> ResponseReturnValue:
    """Take back one's own request."""
    actions.withdraw(current_actor, queries.meeting_for(current_actor, g.expo.id, meeting_id))
    flash(_("Your request is taken back."), "success")
    return _back()


@bp.route("/e/<expo>/meetings/<int:meeting_id>/cancel", methods=["GET", "POST"])
def cancel(meeting_id: int) -> ResponseReturnValue:
    """Call off an agreed meeting, and say why."""
    found = queries.meeting_at(current_actor, g.expo.id, meeting_id)
    form = CancelForm()
    if form.validate_on_submit():
        actions.cancel(current_actor, found, reason=form.reason.data)
        flash(_("The meeting is called off; the other side is told why."), "success")
        return redirect(url_for("meetings.meeting", meeting_id=found.id))
    return render_template("meetings/cancel.html", form=form, meeting=found, place=queries.place_of(found)), form.status


@bp.post("/e/<expo>/meetings/<int:meeting_id>/outcome")
def outcome(meeting_id: int) -> ResponseReturnValue:
    """What came of it, for one's own side: each tap saves."""
    found = queries.meeting_for(current_actor, g.expo.id, meeting_id)
    form = OutcomeForm()
    side = _side(found)
    before = found.outcome_of(side)
    if not form.validate():
        return _page(found, form)
    try:
        actions.record_outcome(
            current_actor, found, company_id=side, result=form.result.data or (before.result if before else ""),
            again=form.again.data or (before.again if before else ""),
            note=form.note.data if "note" in request.form else before.note if before else "",
            rating=int(form.rating.data) if (form.rating.data or "").isdecimal() else before.rating if before else None)
    except Invalid as problem:
        form.refuse(problem)
        return _page(found, form)
    flash(_("Saved."), "success")
    return redirect(url_for("meetings.meeting", meeting_id=found.id, _anchor="outcome"))


@bp.post("/e/<expo>/meetings/<int:meeting_id>/again")
def again(meeting_id: int) -> ResponseReturnValue:
    """Ask the same pair for a second meeting: one press."""
    made = actions.ask_again(current_actor, g.expo, queries.meeting_for(current_actor, g.expo.id, meeting_id))
    flash(_("Asked for a second meeting. You will be told when the other side answers."), "success")
    return redirect(url_for("meetings.meeting", meeting_id=made.id))


@bp.post("/e/<expo>/meetings/<int:meeting_id>/wish")
def wish(meeting_id: int) -> ResponseReturnValue:
    """How much we want to meet the other side: one press, for our own side and the optimiser only."""
    found = queries.meeting_for(current_actor, g.expo.id, meeting_id)
    ensure(current_actor.company_id in (found.exhibitor_id, found.buyer_id))
    other = found.buyer if found.exhibitor_id == current_actor.company_id else found.exhibitor
    actions.set_wish(current_actor, g.expo, other=other, value=request.form.get("value", ""))
    flash(_("Noted. The other side does not see it; the schedule will."), "success")
    return _back()


@bp.post("/e/<expo>/exhibitors/<int:company_id>/wish")
def wish_company(company_id: int) -> ResponseReturnValue:
    """The same from the list of exhibitors, for buyers, who read every exhibitor's name."""
    ensure(current_actor.is_buyer)
    actions.set_wish(current_actor, g.expo, other=get(Company, company_id), value=request.form.get("value", ""))
    flash(_("Noted. The other side does not see it; the schedule will."), "success")
    return redirect(safe_next(url_for("expos.exhibitors")))


@bp.app_context_processor
def _wish_words() -> dict[str, Any]:
    return {"wish_words": WISHES}


@bp.app_template_global()
def wishes_here() -> dict[int, str]:
    """Return the wishes of the company acted for, for lists of other rooms: {company: must, like or never}."""
    return queries.wishes_of(g.expo.id, current_actor.company_id or 0)


def _page(found: Meeting, form: OutcomeForm | None = None) -> ResponseReturnValue:
    side = _side(found)
    matches = queries.recommendations_of([found])
    own = found.outcome_of(side) if side else None
    return render_template(
        "meetings/meeting.html", meeting=found, side=side, state=cards.shown_state(found),
        item=cards.row(found, side, g.expo.series, matches.get(found.id)) if side else None,
        place=queries.place_of(found), begun=queries.has_begun(found), reasons=DECLINE_REASONS, decline_words=cards.decline_words(found),
        people=attending(found.other(side)) if side and queries.contacts_open(found, side) else [],
        team=attending(side) if side and found.state in AGREED else [], own=own, missed_by=MISSED_BY, titles=cards.title,
        wish=queries.wishes_of(g.expo.id, side).get(found.other(side), "neutral") if side else "", most=MOST_MUSTS,
        form=form or OutcomeForm(formdata=None, obj=own), organizes=current_actor.organizes(found.expo_id),
        staff=current_actor.has_expo_role(found.expo_id, ExpoRole.ORGANIZER, ExpoRole.FLOOR)), form.status if form else 200


def _side(found: Meeting) -> int | None:
    """Return the reader's company in the meeting: the one acted for where it is a side; None for those who only run the expo."""
    sides = [company for company in (found.exhibitor_id, found.buyer_id) if company in current_actor.companies]
    return current_actor.company_id if current_actor.company_id in sides else sides[0] if sides else None


def _back() -> ResponseReturnValue:
    return redirect(safe_next(url_for("meetings.requests")))
