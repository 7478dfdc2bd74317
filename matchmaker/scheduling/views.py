"""Pages of the schedule: the organizer's board."""

from datetime import date, datetime
from typing import Any

from flask import Blueprint, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ..access import ORGANIZERS
from ..errors import N_, Conflict, Invalid, Problem
from ..expos import queries as expos
from ..i18n import clock_time, day
from ..infra import db
from ..meetings import actions as meetings
from ..permissions import ensure
from ..web import nav
from ..web.guard import current_actor
from . import actions, diff, queries
from .board import Board, board
from .load import engine_plan, load
from .models import Plan
from .sentences import Words, slot_name, why_not
from .tasks import job_json

bp = Blueprint("scheduling", __name__)
NAV = (
    nav.Entry(15, _l("Schedule"), "calendar-range", "scheduling.desk", ORGANIZERS, needs_expo=True),
)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


@bp.get("/e/<expo>/schedule")
def desk() -> ResponseReturnValue:
    """The board of the draft, or of the published plan when there is no draft; the tray beside it."""
    expos.require_organizer(current_actor, g.expo)
    draft, held = queries.draft_of(g.expo.id), queries.published_of(g.expo.id)
    plan = draft or held
    hall = request.args.get("hall", type=int)
    view = board(g.expo, plan, on=_day(request.args.get("on")), hall_id=hall)
    tray = queries.tray(g.expo.id, plan.id if plan else None)
    reasons = _reasons(plan, tray)
    job = queries.latest_job(g.expo.id)
    return render_template(
        "scheduling/desk.html", view=view, plan=plan, draft=draft, held=held, tray=tray[:200], tray_total=len(tray), reasons=reasons,
        hall=hall, halls=expos.halls_of(g.expo.id), day_tabs=_day_tabs, job=job_json(job) if job else None,
        running=job is not None and not job.ended, versions=queries.versions(g.expo.id))


def _day_tabs(view: Board, hall: int | None) -> list[tuple[str, str, bool, None]]:
    """Return the tabs of the days as the macro takes them: label, address, active, count."""
    return [(day(on, "medium"), url_for("scheduling.desk", on=on.isoformat(), hall=hall), on == view.on, None) for on in view.days]


def _reasons(plan: Plan | None, tray: list[Any]) -> dict[int, str]:
    known = (plan.quality or {}).get("unplaced", {}) if plan else {}
    if not known or not tray:
        return {}
    words = Words(load(g.expo, plan))
    return {meeting.id: words.unplaced(known[str(meeting.id)]) for meeting in tray if str(meeting.id) in known}


@bp.get("/e/<expo>/schedule/version")
def version() -> ResponseReturnValue:
    """A cheap address for open boards: 304 until something changes."""
    expos.require_organizer(current_actor, g.expo)
    draft, held, job = queries.draft_of(g.expo.id), queries.published_of(g.expo.id), queries.latest_job(g.expo.id)
    parts = [f"{plan.id}.{plan.edited_at.timestamp()}.{plan.version}" for plan in (draft, held) if plan]
    response = jsonify(version="-".join([*parts, f"{job.id}.{job.state}" if job else ""]))
    response.add_etag()
    response.headers["Cache-Control"] = "no-cache"
    return response.make_conditional(request)


@bp.get("/e/<expo>/schedule/meetings/<int:meeting_id>")
def card(meeting_id: int) -> ResponseReturnValue:
    """One card: where it may go (also as JSON for the board), lock, priority, back to the tray."""
    expos.require_organizer(current_actor, g.expo)
    meeting = queries.meeting_of(g.expo, meeting_id)
    plan = queries.draft_of(g.expo.id) or queries.published_of(g.expo.id)
    world = load(g.expo, plan)
    legal = actions.legal_places(world, engine_plan(world, plan), meeting_id)
    if request.accept_mimetypes.best == "application/json":
        return jsonify(legal=[[slot, table] for slot, table in legal])
    names = {table.id: f"{table.hall.code} {table.label}" for tables in world.tables.values() for table in tables}
    places = [(f"{slot}:{table or ''}", f"{slot_name(world, slot)} · {names.get(table, _('booth'))}") for slot, table in legal]
    placement = queries.placement_of(plan.id, meeting_id) if plan else None
    return render_template("scheduling/card.html", meeting=meeting, placement=placement, places=places)


@bp.post("/e/<expo>/schedule/meetings/<int:meeting_id>/move")
def move(meeting_id: int) -> ResponseReturnValue:
    """Put a card at a slot and table: from the board as JSON, or from its page as a form."""
    expos.require_organizer(current_actor, g.expo)
    meeting = queries.meeting_of(g.expo, meeting_id)
    slot, table = _place()
    row = actions.move(current_actor, g.expo, meeting=meeting, slot_id=slot, table_id=table)
    if not request.is_json:
        flash(_("The meeting is placed. People are told when you publish."), "success")
        return redirect(url_for("scheduling.desk"))
    return jsonify(slot=row.slot_id, table=row.table_id, text=_("Placed at %(time)s.", time=clock_time(row.slot.starts_at)))


def _place() -> tuple[int, int | None]:
    """Return slot and table of the board's JSON or of the form; raise ``Invalid`` when they are no numbers."""
    if request.is_json:
        given = request.get_json(silent=True)
        slot, table = (given.get("slot"), given.get("table")) if isinstance(given, dict) else (None, None)
    else:
        slot, table = (
            int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
            for text in request.form.get("place", "").partition(":")[::2])
    if not _is_id(slot) or not (table is None or _is_id(table)):
        raise Invalid(N_("Choose a time and a table."))
    return slot, table


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31


@bp.post("/e/<expo>/schedule/meetings/<int:meeting_id>/check")
def check(meeting_id: int) -> ResponseReturnValue:
    """Say whether a card may go to a place, and why not; changes nothing."""
    expos.require_organizer(current_actor, g.expo)
    meeting = queries.meeting_of(g.expo, meeting_id)
    slot, table = _place()
    plan = queries.draft_of(g.expo.id) or queries.published_of(g.expo.id)
    world = load(g.expo, plan)
    return jsonify(reasons=why_not(world, engine_plan(world, plan), meeting.id, slot, table))


@bp.post("/e/<expo>/schedule/meetings/<int:meeting_id>/unplace")
def unplace(meeting_id: int) -> ResponseReturnValue:
    """Back to the tray."""
    expos.require_organizer(current_actor, g.expo)
    actions.unplace(current_actor, g.expo, meeting=queries.meeting_of(g.expo, meeting_id))
    return _done(_("The meeting is back in the tray."))


@bp.post("/e/<expo>/schedule/meetings/<int:meeting_id>/lock")
def lock(meeting_id: int) -> ResponseReturnValue:
    """Lock or unlock a card."""
    expos.require_organizer(current_actor, g.expo)
    locked = request.form.get("locked", "1") == "1"
    actions.set_lock(current_actor, g.expo, meeting=queries.meeting_of(g.expo, meeting_id), locked=locked)
    return _done(_("Locked: the optimiser leaves it where it is.") if locked else _("Unlocked."))


@bp.post("/e/<expo>/schedule/meetings/<int:meeting_id>/priority")
def priority(meeting_id: int) -> ResponseReturnValue:
    """Must, wanted or suggested."""
    expos.require_organizer(current_actor, g.expo)
    meetings.set_priority(current_actor, queries.meeting_of(g.expo, meeting_id), request.form.get("priority", 0, type=int))
    return _done(_("Saved."))


def _done(text: str) -> ResponseReturnValue:
    if request.accept_mimetypes.best == "application/json":
        return jsonify(text=text)
    flash(text, "success")
    return redirect(url_for("scheduling.desk"))


@bp.post("/e/<expo>/schedule/optimise")
def optimise() -> ResponseReturnValue:
    """Start an optimisation; the desk shows its progress and can be left."""
    expos.require_organizer(current_actor, g.expo)
    actions.start_optimising(current_actor, g.expo, seconds=request.form.get("seconds", 20, type=int))
    return redirect(url_for("scheduling.desk"))


@bp.post("/e/<expo>/schedule/stop")
def stop_run() -> ResponseReturnValue:
    """Stop the optimisation and keep its best plan."""
    expos.require_organizer(current_actor, g.expo)
    job = queries.running_job(g.expo.id)
    if job is not None:
        actions.stop(job)
        flash(_("The run stops and keeps its best plan."), "success")
    return redirect(url_for("scheduling.desk"))


@bp.get("/e/<expo>/schedule/job")
def job() -> ResponseReturnValue:
    """The progress of the latest optimisation, for the page's script."""
    expos.require_organizer(current_actor, g.expo)
    found = queries.latest_job(g.expo.id)
    ensure(found is not None)
    return jsonify(job_json(found))


@bp.route("/e/<expo>/schedule/publish", methods=["GET", "POST"])
def publish() -> ResponseReturnValue:
    """Show whose plan changes; publish on a press. Exactly those are told."""
    expos.require_organizer(current_actor, g.expo)
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
        flash(_("Published as version %(number)s: %(count)s changes; the people concerned are told.",
                number=draft.number, count=len(changes)), "success")
        return redirect(url_for("scheduling.desk"))
    changes = diff.between(queries.published_of(g.expo.id), draft)
    concerned = {company for change in changes for company in change.company_ids}
    return render_template(
        "scheduling/publish.html", draft=draft, changes=changes[:300], total=len(changes), companies=len(concerned))


@bp.post("/e/<expo>/schedule/discard")
def discard() -> ResponseReturnValue:
    """Throw the draft away; the published plan stays."""
    expos.require_organizer(current_actor, g.expo)
    actions.discard(current_actor, g.expo)
    flash(_("The draft is gone; the published plan holds."), "success")
    return redirect(url_for("scheduling.desk"))
