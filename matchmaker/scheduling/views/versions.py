"""Versions side by side: measures, differences, notes, the way back."""

from dataclasses import dataclass

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...engine import scheduling as engine
from ...web.guard import current_actor
from .. import actions, diff, queries
from ..load import engine_plan, load
from ..models import Plan
from .page import bp, done

SHOWN = 5
DIFFERENCES = 300


@dataclass(frozen=True, slots=True)
class Measured:
    """A version and its measures by the rules of today; ``told`` and ``moved`` are against the plan that holds."""

    plan: Plan
    share: float | None
    placed: int
    musts: int
    idle: int
    breaks: int
    nothing: int
    walks: int
    moved: int | None
    told: int | None


def measured(plans: list[Plan]) -> tuple[list[Measured], engine.Quality | None]:
    """Return the measures of plans, all by the same instance, and the quality that says how many requests there are."""
    world = load(g.expo, None)
    bound = engine.most_utility(world.instance) if world.meetings else 0.0
    held = queries.published_of(g.expo.id)
    known = queries.places(held.id) if held else None
    found, last = [], None
    for plan in plans:
        report = engine.report(world.instance, engine_plan(world, plan))
        last = report.quality
        moved, told = (None, None) if known is None or plan.id == held.id else diff.counts(known, queries.places(plan.id))
        found.append(Measured(
            plan, 100 * last.utility / bound if bound else None, last.placed, last.must_meets_placed, last.idle, last.breaks,
            len(report.nothing), report.walks, moved, told))
    return found, last


@bp.get("/e/<expo>/schedule/versions")
def versions() -> ResponseReturnValue:
    """The newest versions beside each other, the best value of each measure with a tick."""
    every = queries.versions(g.expo.id)
    held = queries.published_of(g.expo.id)
    shown = [plan for plan in every if plan.state in ("draft", "published")]
    shown += [plan for plan in every if plan not in shown][:SHOWN - len(shown)]
    shown.sort(key=lambda plan: -plan.number)
    columns, quality = measured(shown)
    return render_template("scheduling/versions.html", columns=columns, quality=quality, held=held,
                           older=[plan for plan in every if plan not in shown], running=queries.running_job(g.expo.id) is not None)


@bp.get("/e/<expo>/schedule/versions/<int:one>/<int:other>")
def compare(one: int, other: int) -> ResponseReturnValue:
    """What differs between two versions, meeting by meeting."""
    first, second = queries.plan_of(g.expo, one), queries.plan_of(g.expo, other)
    changes = diff.between(first, second)
    return render_template("scheduling/compare.html", first=first, second=second, changes=changes[:DIFFERENCES], total=len(changes))


@bp.post("/e/<expo>/schedule/versions/<int:number>/restore")
def restore(number: int) -> ResponseReturnValue:
    """A copy of the version becomes the draft; the draft before it is kept."""
    new = actions.restore(current_actor, g.expo, version=queries.plan_of(g.expo, number))
    return done(_("Version %(number)s is the draft now, a copy of version %(old)s.", number=new.number, old=number))


@bp.post("/e/<expo>/schedule/versions/<int:number>/note")
def annotate(number: int) -> ResponseReturnValue:
    """Save the note of a version."""
    actions.annotate(current_actor, g.expo, version=queries.plan_of(g.expo, number), note=request.form.get("note", ""))
    return redirect(url_for("scheduling.versions"))
