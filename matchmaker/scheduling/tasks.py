"""The optimisation, as a job: it can be watched, stopped with its best plan kept, and taken up again when its worker dies."""

from typing import Any

from flask_babel import gettext

from ..engine import scheduling as engine
from ..errors import N_, Conflict
from ..expos.models import Expo
from ..infra import jobs
from ..infra.db import db
from . import actions, queries
from .load import engine_plan, load
from .models import Plan
from .sentences import Words, remembered

STAGES = {
    "bound": N_("Working out the best that is possible"),
    "construct": N_("Placing meetings"),
    "improve": N_("Closing gaps between meetings"),
}


@jobs.task("scheduling.optimise")
def optimise(context: jobs.Context, *, plan_id: int, seconds: int) -> dict[str, Any]:
    """Optimise the draft and keep the result in one transaction; a second run begins from the same draft."""
    plan = db.session.get(Plan, plan_id)
    if plan is None or plan.state != "draft":
        raise Conflict(N_("The draft was published in the meantime."))
    world = load(db.session.get(Expo, plan.expo_id), plan)
    published = queries.published_of(plan.expo_id)
    previous = engine_plan(world, published) if published else None

    def progress(stage: str, fraction: float, quality: engine.Quality) -> None:
        context.progress(fraction, STAGES[stage], placed=quality.placed)

    try:
        result = engine.run(world.instance, seconds=seconds, previous=previous, on_progress=progress, should_stop=context.cancelled)
    except engine.ImpossibleLocksError as clash:
        reasons = " ".join(map(Words(world).conflict, clash.violations[:3]))
        raise Conflict(N_("Locked cards contradict each other: %(reasons)s"), reasons=reasons) from clash
    actions.take_result(plan, world, result.plan)
    plan.quality = summary(world.instance, result)
    return {"placed": result.quality.placed, "unplaced": len(result.unplaced)}


def stop(job: jobs.Job) -> None:
    """Ask a run to end; it keeps its best plan."""
    job.stop_asked = True


def job_json(job: jobs.Job) -> dict[str, Any]:
    """Return a run as ``js/progress.js`` reads it."""
    message = job.error or (gettext(job.message, **job.params) if job.message else "")
    return {"state": job.state, "done": round(job.progress * 100), "total": 100, "message": message}


def summary(instance: engine.Instance, result: engine.Result) -> dict[str, Any]:
    """Return the figures of a run as the pages show them."""
    return {
        "requests": len(instance.requests), "placed": result.quality.placed, "utility": round(result.quality.utility, 2),
        "bound": round(result.bound.utility, 2), "gap": round(result.gap, 4), "idle": result.quality.idle, "breaks": result.quality.breaks,
        "shortfall": result.quality.shortfall, "stopped": result.stopped_because,
        "unplaced": {str(row.request): remembered(row) for row in result.unplaced},
    }
