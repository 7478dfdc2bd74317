"""Setting up days and slots."""

from datetime import date

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...errors import Problem
from ...i18n import day as day_text
from ...web.guard import current_actor
from .. import actions, queries
from ..forms import DaysForm, posted_version
from ..rules import parts_of
from . import bp


@bp.route("/e/<expo>/setup/days", methods=["GET", "POST"])
def setup_days() -> ResponseReturnValue:
    """Give days their slots. Where meetings would lose theirs, ask first."""
    queries.require_organizer(current_actor, g.expo)
    form = DaysForm(formdata=request.form if request.method == "POST" else None, obj=g.expo if request.method == "GET" else None)
    form.days.choices = [(day.isoformat(), day_text(day, "full")) for day in g.expo.days]
    if form.validate_on_submit():
        days = [date.fromisoformat(text) for text in form.days.data]
        parts = [] if "clear" in request.form else form.chosen_parts()
        try:
            if not parts and "clear" not in request.form:
                return _page(form, [_("Give at least one part of the day, or remove the slots of the chosen days.")])
            change = actions.plan_days(current_actor, g.expo, days=days, parts=parts)
            if change.meetings and not form.confirmed.data:
                return render_template("expos/days_confirm.html", form=form, change=change, clear="clear" in request.form, parts=parts)
            actions.set_days(
                current_actor, g.expo, days=days, parts=parts, version=posted_version(form), confirmed=bool(form.confirmed.data))
        except Problem as problem:
            if problem.status != 422:
                raise
            return _page(form, [str(problem)])
        flash(_("%(added)s slots added, %(removed)s removed.", added=len(change.added), removed=len(change.removed)), "success")
        return redirect(url_for("expos.setup_days"))
    return _page(form, [])


def _page(form: DaysForm, problems: list[str]) -> ResponseReturnValue:
    slots: dict[date, list] = {day: [] for day in g.expo.days}
    for slot in queries.slots_of(g.expo.id):
        slots.setdefault(slot.on, []).append(slot)
    days = [(day, of_day, parts_of(of_day, g.expo.tz)) for day, of_day in slots.items()]
    if request.method == "GET":
        _prefill(form, days)
    form.form_errors.extend(problems)
    return render_template("expos/days.html", form=form, days=days), 422 if form.errors else 200


def _prefill(form: DaysForm, days: list) -> None:
    """Show the parts of the day asked for (or of the first that has any), and tick that day."""
    asked = request.args.get("on")
    shown = next(((day, parts) for day, _slots, parts in days if (day.isoformat() == asked if asked else parts)), None)
    if shown:
        form.days.data = [shown[0].isoformat()] if asked else []
        for row, part in zip(form.parts, shown[1], strict=False):
            row.start.data, row.end.data, row.minutes.data = part.start, part.end, part.minutes
