"""Optimisations: started, watched, stopped."""

from dataclasses import dataclass
from typing import Any

from flask import flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ...infra.jobs import Job
from ...permissions import ensure
from ...web.guard import current_actor
from .. import actions, queries
from ..models import Plan
from ..options import Options
from ..tasks import job_json
from .page import bp

WIDTH, HEIGHT = 300, 110
ENDINGS = {
    "optimal": _l("No plan can be better: the run reached the proven bound."),
    "converged": _l("The run ended early because nothing got better any more; a better plan is not ruled out."),
    "target": _l("The run ended when the plan was as good as asked for."),
    "iterations": _l("The run ended after the number of steps asked for."),
    "deadline": _l("The time was up; this is the best plan found."),
    "stopped": _l("The run was stopped by hand; this is the best plan until then."),
    "killed": _l("The optimiser's process died before its time was up; this is its last plan."),
}


@dataclass(frozen=True, slots=True)
class Curve:
    """The quality of a run over time as an SVG path, in percent of the bound; ``low`` is where the axis begins, ``area`` what lies below.

    ``ending`` says why the run ended, and whether a worker died on the way; empty while it goes on.
    """

    path: str
    area: str
    low: float
    last: float
    seconds: float
    bound: float
    utility: float
    placed: int
    ending: str = ""


def curve(job: Job | None, plan: Plan | None) -> Curve | None:
    """Return the curve of a run that goes on, or of the one that made the plan; None when there is none."""
    running = job is not None and not job.ended
    stored = (job.result if running else plan.quality if plan else None) or {}
    points, bound = stored.get("curve") or [], stored.get("bound")
    if not points or not bound:
        return None
    total = max(points[-1][0], 1.0)
    shares = [(point[0], 100 * point[1] / bound) for point in points]
    low = max(0.0, min(95.0, 5 * (min(share for _second, share in shares[-max(1, len(shares) // 2):]) // 5)))
    x = [round(WIDTH * second / total, 1) for second, _share in shares]
    y = [round(HEIGHT * (1 - (max(share, low) - low) / (100 - low)), 1) for _second, share in shares]
    path = f"M{x[0]} {y[0]}" + "".join(f"H{a}V{b}" for a, b in zip(x[1:], y[1:], strict=True)) + f"H{WIDTH}"
    area, ending = f"{path}V{HEIGHT}H{x[0]}Z", "" if running else _ending(stored)
    return Curve(path, area, low, shares[-1][1], points[-1][0], bound, points[-1][1], int(points[-1][2]), ending)


def _ending(quality: dict[str, Any]) -> str:
    said = [str(ENDINGS.get(quality.get("stopped"), ""))]
    if quality.get("tries", 1) > 1:
        said.append(_("A worker had died on the way; the run went on from its best plan."))
    return " ".join(filter(None, said))


def run_json(job: Job) -> dict[str, Any]:
    """Return a run for the progress bar; one that was taken up again says so."""
    found = job_json(job)
    if job.attempts > 1 and not job.ended:
        found["message"] += " " + _("A worker had died; the run goes on from its best plan.")
    return found


@bp.post("/e/<expo>/schedule/optimise")
def optimise() -> ResponseReturnValue:
    """Start an optimisation; the desk shows its progress and can be left."""
    form = request.form
    options = Options(
        scope=form.get("scope", "all"), day=form.get("day", ""), hall=form.get("hall", type=int), tiers=form.get("tiers", 1, type=int),
        companies=tuple(form.getlist("companies", type=int)), fill=form.get("fill") == "1", gaps=form.get("gaps", "some"),
        stable=form.get("stable", "some"))
    actions.start_optimising(current_actor, g.expo, seconds=form.get("seconds", 20, type=int), options=options)
    return redirect(url_for("scheduling.desk"))


@bp.post("/e/<expo>/schedule/stop")
def stop_run() -> ResponseReturnValue:
    """Stop the optimisation and keep its best plan."""
    job = queries.running_job(g.expo.id)
    if job is not None:
        actions.stop(job)
        flash(_("The run stops and keeps its best plan."), "success")
    return redirect(url_for("scheduling.desk"))


@bp.get("/e/<expo>/schedule/job")
def job() -> ResponseReturnValue:
    """The progress of the latest optimisation, for the page's script."""
    found = queries.latest_job(g.expo.id)
    ensure(found is not None)
    return jsonify(run_json(found))


@bp.get("/e/<expo>/schedule/curve")
def run_curve() -> ResponseReturnValue:
    """The curve of the run as it is now, a part of the desk's page."""
    found = queries.latest_job(g.expo.id)
    return render_template("scheduling/curve.html", curve=curve(found, None))
