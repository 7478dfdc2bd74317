"""What would it take to place more? Asked of the bound; nothing here changes a plan."""

from dataclasses import dataclass
from time import perf_counter

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...engine import scheduling as engine
from .. import queries
from ..load import engine_plan, load
from ..sentences import Words
from ..world import World
from .page import bp

MOST = {"tables": 60, "speakers": 20, "rounds": 4, "maximum": 10, "walking": 4}


@dataclass(frozen=True, slots=True)
class Stepper:
    """A number that an organizer may turn: its field, what it says, how it is today, the lever it pulls."""

    name: str
    label: str
    today: str
    symbol: str
    value: int
    most: int
    lever: engine.Lever


def _steppers(world: World) -> list[Stepper]:
    words = Words(world)
    slots = max(1, len(world.slots))
    rows: list[tuple[str, str, str, str, str, engine.Lever]] = [
        (f"tables-{venue}", "tables", _("Tables in %(venue)s", venue=words.venue(venue)), _("%(count)s today", count=len(tables)),
             "table-2",
         engine.Tables(venue)) for venue, tables in world.tables.items()]
    for pool in world.instance.interpreters:
        there = sum(len(row.available) for row in world.instance.staff if pool.id in row.pools) / slots
        rows.append((f"speakers-{pool.id}", "speakers", _("Interpreters: %(language)s", language=words.language(pool.id)),
                     _("%(count)s at once today", count=round(there)), "languages", engine.Interpreters(pool.id)))
    rows.append(("rounds", "rounds", _("Slots at the end of each day"), _("%(count)s ahead today", count=len(world.slots)), "clock",
         engine.Rounds()))
    rows.append(("maximum", "maximum", _("Meetings a company may have"), _("everyone's maximum"), "users", engine.Maximum()))
    rows.append(("walking", "walking", _("Slots less to walk between halls"), _("shorter ways or a shuttle"), "footprints",
         engine.Walking()))
    found = []
    for name, kind, label, today, symbol, lever in rows:
        value = max(0, min(request.args.get(name, 0, type=int), MOST[kind]))
        pulled = type(lever)(value) if kind in ("rounds", "walking") else type(lever)(*_first(lever), value)
        found.append(Stepper(name, label, today, symbol, value, MOST[kind], pulled))
    return found


def _first(lever: engine.Lever) -> tuple:
    return (getattr(lever, next(iter(type(lever).__dataclass_fields__))),)


@bp.get("/e/<expo>/schedule/what-if")
def whatif() -> ResponseReturnValue:
    """Levers, and what the bound says to them: now, each alone, all together."""
    plan = queries.draft_of(g.expo.id) or queries.published_of(g.expo.id)
    world = load(g.expo, plan)
    steppers = _steppers(world)
    pulled = [stepper for stepper in steppers if stepper.value]
    there = engine_plan(world, plan)
    began = perf_counter()
    outlook = engine.what_if(world.instance, [row.lever for row in pulled], there) if world.meetings and pulled else None
    bound = outlook.bound if outlook else engine.most_utility(world.instance) if world.meetings else 0.0
    words = Words(world)
    alone = [(words.lever(gain.levers[0]), gain) for gain in outlook.alone] if outlook else []
    return render_template("scheduling/whatif.html", plan=plan, steppers=steppers, outlook=outlook, alone=alone, bound=bound,
                           placed=len(there.meetings), seconds=perf_counter() - began, requests=len(world.meetings))
