"""The organizer's queue of companies: look, approve, decline, place."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from ...companies.models import Company
from ...companies.queries import risk_hints
from ...companies.rules import HINTS
from ...errors import Problem
from ...web.guard import current_actor
from ...web.pages import page_number, paginate
from .. import actions, queries, states
from ..forms import DeclineForm, PlaceForm, posted_version
from ..models import Participation
from . import bp


@bp.get("/e/<expo>/companies")
def companies() -> ResponseReturnValue:
    """The queue, by state."""
    queries.require_organizer(current_actor, g.expo)
    state, kind = request.args.get("state"), request.args.get("kind", "")
    state, kind = state if state in states.STATES else states.APPLIED, kind if kind in ("exhibitor", "buyer") else ""
    words = request.args.get("words", "").replace("\x00", "").strip()[:100]
    page = paginate(queries.queue(g.expo.id, state=state, kind=kind, words=words), page_number())
    rows = [(part, hints_of(part.company) if state == states.APPLIED else []) for part in page.items]
    return render_template(
        "expos/companies.html", page=page, rows=rows, state=state, kind=kind, words=words, states=states.STATES,
        counts=queries.state_counts(g.expo.id), clear=sum(not hints for _part, hints in rows))


@bp.post("/e/<expo>/companies/approve")
def companies_approve() -> ResponseReturnValue:
    """Approve the ticked applications that carry no hint."""
    ids = [int(text) for text in request.form.getlist("part")[:200] if text.isascii() and text.isdigit() and len(text) < 10]
    approved, left = actions.approve_many(current_actor, g.expo, part_ids=ids)
    flash(ngettext("%(num)s company approved.", "%(num)s companies approved.", approved), "success" if approved else "warning")
    if left:
        flash(ngettext("%(num)s was left: look at it singly.", "%(num)s were left: look at them singly.", left), "warning")
    return redirect(url_for("expos.companies"))


@bp.get("/e/<expo>/companies/<int:ident>")
def companies_look(ident: int) -> ResponseReturnValue:
    """One company: who it is, what speaks for a second look, and the decision."""
    return _look(_part(ident))


@bp.post("/e/<expo>/companies/<int:ident>/approve")
def companies_approve_one(ident: int) -> ResponseReturnValue:
    """Approve."""
    text = request.form.get("version", "")
    actions.approve(current_actor, _part(ident), version=int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None)
    flash(_("Approved. The company is told."), "success")
    return redirect(url_for("expos.companies"))


@bp.post("/e/<expo>/companies/<int:ident>/decline")
def companies_decline(ident: int) -> ResponseReturnValue:
    """Decline with a reason."""
    part, form = _part(ident), DeclineForm()
    if form.validate_on_submit():
        actions.decline(current_actor, part, reason=form.reason.data, version=posted_version(form))
        flash(_("Declined. The company reads your reason."), "success")
        return redirect(url_for("expos.companies"))
    return _look(part, decline_form=form)


@bp.post("/e/<expo>/companies/<int:ident>/place")
def companies_place(ident: int) -> ResponseReturnValue:
    """Set section, hall and booth."""
    part = _part(ident)
    form = _place_form(None)
    if form.validate_on_submit():
        try:
            actions.edit_participation(
                current_actor, part, section_id=form.section.data, hall_id=form.hall.data, booth=form.booth.data,
                meets_at_booth=form.meets_at_booth.data, max_meetings=form.max_meetings.data, version=posted_version(form))
        except Problem as problem:
            if problem.status != 422:
                raise
            form.refuse(problem)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("expos.companies_look", ident=ident))
    return _look(part, place_form=form)


def hints_of(company: Company) -> list[str]:
    """Return the risk hints of a company as sentences."""
    return [_(HINTS[code]) % params for code, params in risk_hints(company)]


def _part(ident: int) -> Participation:
    queries.require_organizer(current_actor, g.expo)
    return queries.of_expo(Participation, g.expo, ident)


def _place_form(part: Participation | None) -> PlaceForm:
    form = PlaceForm() if part is None else PlaceForm(formdata=None, obj=part)
    form.section.offer(queries.section_choices(g.expo.id), _("Not decided yet"))
    form.hall.offer([(hall.id, hall.code) for hall in queries.halls_of(g.expo.id)], _("Not decided yet"))
    if part is not None:
        form.section.data, form.hall.data = part.section_id, part.hall_id
    return form


def _look(part: Participation, place_form: PlaceForm | None = None, decline_form: DeclineForm | None = None) -> ResponseReturnValue:
    wrong = place_form is not None or decline_form is not None
    return render_template(
        "expos/company.html", part=part, hints=hints_of(part.company), ways=states.targets(part.state, states.ORGANIZER),
        place_form=place_form or _place_form(part), decline_form=decline_form or DeclineForm(formdata=None, obj=part),
    ), 422 if wrong else 200
