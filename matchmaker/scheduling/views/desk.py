"""The desk: board, tray, heat and the state of the plan; and the cheap address that open boards ask."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import g, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...expos import queries as expos
from ...i18n import day, day_clock
from ...infra.db import db
from ...infra.jobs import Job
from ...web.guard import current_actor
from .. import locks, queries
from ..board import GROUPS, Board, board
from ..models import Lock, Plan
from ..options import Options
from ..tray import tray
from .page import bp
from .runs import curve, run_json

ROWS = 14  # of a page without script


def day_of(text: str | None) -> date | None:
    """Return the day of an address; None when it is none."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _board() -> tuple[Board, str, int | None, Plan | None]:
    plan = queries.draft_of(g.expo.id) or queries.published_of(g.expo.id)
    by = request.args.get("by", "hall")
    hall = request.args.get("hall", type=int)
    return board(g.expo, plan, on=day_of(request.args.get("on")), by=by, hall_id=hall), by if by in GROUPS else "hall", hall, plan


@bp.get("/e/<expo>/schedule")
def desk() -> ResponseReturnValue:
    """The board of the draft, or of the published plan when there is no draft; the tray beside it."""
    view, by, hall, plan = _board()
    draft, held = queries.draft_of(g.expo.id), queries.published_of(g.expo.id)
    job = queries.latest_job(g.expo.id)
    part = "X-Fragment" in request.headers  # an open board asks for what stands around it
    first = max(0, min(request.args.get("from", 0, type=int), max(0, len(view.rows) - 1)))
    undo, redo = queries.editable(draft.id, current_actor.user_id) if draft else (0, 0)
    return render_template(
        "scheduling/desk.html", view=view, by=by, groups=GROUPS, hall=hall, plan=plan, draft=draft, held=held, first=first,
        rows=0 if part else ROWS, tray=tray(g.expo, plan, page=request.args.get("tray", 1, type=int)), halls=expos.halls_of(g.expo.id),
        day_tabs=_day_tabs(view, by, hall), job=run_json(job) if job else None, running=job is not None and not job.ended,
        curve=curve(job, plan), undo=undo, redo=redo, versions=queries.versions(g.expo.id), lock_rows=_locks(),
        options=Options.read(plan.options if plan and plan.options else {}), cards=view.at(),
        data=None if part else {"version": _version(), **view.data()})


def _locks() -> list[tuple[Lock, str]]:
    """Return the locks of the expo, each with what it locks in words."""
    times = {str(slot.id): day_clock(slot.starts_at) for slot in expos.slots_of(g.expo.id)}
    found = []
    for row, name in locks.of_expo(g.expo):
        said = {"day": lambda ref: day(date.fromisoformat(ref), "full"), "slot": lambda ref: times.get(ref, ref)}.get(row.kind)
        found.append((row, said(row.ref) if said else _("Hall %(code)s", code=name) if row.kind == "hall" else name))
    return found


def _day_tabs(view: Board, by: str, hall: int | None) -> list[tuple[str, str, bool, None]]:
    """Return the tabs of the days as the macro takes them: label, address, active, count."""
    return [(day(on, "medium"), url_for("scheduling.desk", on=on.isoformat(), by=by, hall=hall), on == view.on, None) for on in view.days]


@bp.get("/e/<expo>/schedule/day")
def one_day() -> ResponseReturnValue:
    """The board of one day for the page's script, with the version it is of."""
    version = _version()
    view, _by, _hall, plan = _board()
    undo, redo = queries.editable(plan.id, current_actor.user_id) if plan else (0, 0)
    left = len(queries.tray_ids(g.expo.id, plan.id if plan else None))
    return jsonify(version=version, undo=undo, redo=redo, tray=left, **view.data())


@bp.get("/e/<expo>/schedule/version")
def version() -> ResponseReturnValue:
    """A cheap address for open boards: 304 until something changes."""
    response = jsonify(version=_version())
    response.add_etag()
    response.headers["Cache-Control"] = "no-cache"
    return response.make_conditional(request)


def _version() -> str:
    mine = Plan.expo_id == g.expo.id, Plan.state.in_(["draft", "published"])
    plans = db.session.execute(sa.select(Plan.id, Plan.state, Plan.edited_at).where(*mine).order_by(Plan.id))
    parts: list[Any] = [f"{ident}.{state}.{edited.timestamp()}" for ident, state, edited in plans]
    job = db.session.execute(sa.select(Job.id, Job.state).where(
        Job.kind == "scheduling.optimise", Job.expo_id == g.expo.id).order_by(Job.id.desc()).limit(1)).first()
    return "-".join([*parts, f"{job.id}.{job.state}" if job else ""])
