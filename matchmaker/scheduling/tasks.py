"""The optimisation, as a job: it can be watched, stopped with its best plan kept, and taken up again when its worker dies."""

from collections.abc import Sequence
from time import monotonic
from typing import Any

from ..accounts import queries as accounts
from ..engine import scheduling as engine
from ..errors import N_, Conflict
from ..expos.models import Expo
from ..i18n import reading_in
from ..infra import jobs
from ..infra.db import db
from . import actions, queries
from .load import engine_plan, load
from .models import Plan
from .options import Options
from .sentences import Words, remembered
from .world import World

STAGES = {
    "bound": N_("Working out the best that is possible"),
    "construct": N_("Placing meetings"),
    "improve": N_("Closing gaps between meetings"),
}
KEEP_EVERY = 2.0  # seconds between two plans that are stored while a run goes on
LEAST = 5.0  # seconds that a run has in any case when it is taken up again


@jobs.task("scheduling.optimise")
def optimise(context: jobs.Context, *, plan_id: int, seconds: int, options: dict[str, Any] | None = None) -> dict[str, Any]:
    """Optimise the draft and keep the result in one transaction; a second try begins with the best plan of the first."""
    plan = db.session.get(Plan, plan_id)
    if plan is None or plan.state != "draft":
        raise Conflict(N_("The draft was published in the meantime."))
    wanted = Options.read(options or {})
    world = load(db.session.get(Expo, plan.expo_id), plan)
    published = queries.published_of(plan.expo_id)
    watch = Watch(context, world, seconds)
    start = watch.best or engine_plan(world, plan)
    task = wanted.task(world, seconds=watch.left, start=start, previous=engine_plan(world, published) if published else None)
    instance = wanted.instance(world)
    try:
        result = engine.run(instance, task, on_progress=watch.progress, on_plan=watch.plan, should_stop=context.cancelled)
    except engine.ImpossibleLocksError as clash:
        with reading_in(accounts.language_of(context.job.user_id)):
            reasons = " ".join(map(Words(world).conflict, clash.violations[:3]))
        raise Conflict(N_("Locked cards contradict each other: %(reasons)s"), reasons=reasons) from clash
    draft = actions.take_result(plan, world, result.plan, user_id=context.job.user_id)
    draft.options = wanted.stored() | {"seconds": seconds}
    draft.quality = summary(world, instance, result) | {"curve": watch.curve, "tries": context.job.attempts}
    return {"placed": result.quality.placed, "unplaced": len(result.unplaced), "curve": watch.curve, "bound": watch.bound,
            "stopped": result.stopped_because, "tries": context.job.attempts, "number": draft.number}


class Watch:
    """Follows a run: its curve, its best plan for pages and for a second try."""

    def __init__(self, context: jobs.Context, world: World, seconds: float):
        self.context = context
        kept = context.job.result or {}
        self.curve: list[list[float]] = kept.get("curve", [])
        self.bound: float | None = kept.get("bound")
        self.spent = float(kept.get("spent", 0.0))
        self.left = max(LEAST, seconds - self.spent) if self.spent else seconds
        self.best = self._restored(world, kept.get("best"))
        self.began = self.told = monotonic()

    def progress(self, stage: str, fraction: float, quality: engine.Quality) -> None:
        """Show what the run does; a point of the curve where the plan got better."""
        spent = self.spent + monotonic() - self.began
        if not self.curve or quality.utility > self.curve[-1][1] or stage != "improve":
            self.curve.append([round(spent, 1), round(quality.utility, 1), quality.placed])
        self.context.progress(fraction, STAGES[stage], placed=quality.placed)

    def plan(self, meetings: Sequence[engine.Meeting], bound: float | None) -> None:
        """Store the plan every few seconds."""
        self.bound = bound if bound is not None else self.bound
        now = monotonic()
        if now - self.told >= KEEP_EVERY:
            self.told = now
            best = [[meeting.request, meeting.slot, meeting.venue] for meeting in meetings]
            self.context.keep(best=best, bound=self.bound, curve=self.curve, spent=round(self.spent + now - self.began, 1))

    @staticmethod
    def _restored(world: World, best: list[list[Any]] | None) -> engine.Plan | None:
        if not best:
            return None
        venues = {venue.id for venue in world.instance.venues}
        return engine.Plan(world.instance.name, tuple(
            engine.Meeting(ident, slot, venue) for ident, slot, venue in best
            if ident in world.meetings and slot in world.slots and venue in venues))


def job_json(job: jobs.Job) -> dict[str, Any]:
    """Return a run as ``js/progress.js`` reads it."""
    return {"state": job.state, "done": round(job.progress * 100), "total": 100, "message": job.words}


def summary(world: World, instance: engine.Instance, result: engine.Result) -> dict[str, Any]:
    """Return the figures of a run as the pages show them."""
    found = result.quality
    return {
        "requests": len(instance.requests), "placed": found.placed, "utility": round(found.utility, 2),
        "bound": round(result.bound.utility, 2), "gap": round(result.gap, 4), "idle": found.idle, "breaks": found.breaks,
        "musts": found.must_meets, "musts_placed": found.must_meets_placed,
        "shortfall": found.shortfall, "stopped": result.stopped_because, "seconds": round(result.seconds, 1),
        "unplaced": {str(row.request): remembered(row, world) for row in result.unplaced},
    }
