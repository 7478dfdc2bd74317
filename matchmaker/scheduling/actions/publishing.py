"""Plans that hold: publishing, and what happens to them when slots or meetings go."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from ... import audit, clock, events
from ...engine import scheduling as engine
from ...errors import N_, Conflict
from ...expos.models import Expo
from ...infra.db import db
from ...meetings import actions as meetings
from ...meetings.models import Meeting
from ...meetings.states import State
from ...permissions import SYSTEM, Actor, ensure
from .. import diff, queries
from ..load import engine_plan, load
from ..models import Placement, Plan
from ..sentences import Refusal
from .seating import ensure_quiet

CHANGED = N_("This draft has changed in the meantime. Look at it again before you publish.")

BEGUN = N_("%(count)s cards stand at a time that has begun, such as %(buyer)s and %(exhibitor)s. Move them, or put them back to the tray.")


def publish(actor: Actor, expo: Expo, *, plan: Plan, seen: datetime | None) -> list[diff.Change]:
    """Make the draft the plan that holds; tell those whose plan changes; return the changes.

    Raises ``Conflict`` when the draft was published or edited by a colleague since ``seen`` (its ``edited_at``), while an
    optimisation runs, when a card's slot has begun, or when cards break a rule by now (somebody became unavailable): they are named.
    Everything slow is asked before the first write, so that others are not kept waiting.
    """
    ensure(actor.organizes(expo.id) and plan.expo_id == expo.id)
    ensure_quiet(expo)
    if plan.state != "draft" or plan.edited_at != seen:
        raise Conflict(CHANGED)
    world = load(expo, plan)
    broken = engine.violations(world.instance, engine_plan(world, plan))
    if broken:
        raise Conflict(N_("%(count)s cards break a rule by now: %(reasons)s"), count=len(broken), reasons=Refusal.join(world, broken[:3]))
    before = queries.published_of(expo.id)
    known = queries.fingerprint(expo.id)
    changes = diff.between(before, plan)
    _ensure_ahead(changes)
    _hold(plan, seen)
    if queries.fingerprint(expo.id) != known:  # a meeting was moved on the floor meanwhile
        raise Conflict(CHANGED)
    if before is not None:
        before.state = "old"
        db.session.flush()
    plan.state, plan.published_at, plan.published_by_id = "published", clock.now(), actor.user_id
    db.session.flush()
    _set_states(actor, plan, changes)
    events.places_changed.send(plan, changes=changes)
    audit.record(actor, "scheduling.publish", plan, changes=len(changes), number=plan.number)
    events.plan_published.send(plan, changes=changes, actor=actor)
    return changes


def _ensure_ahead(changes: Iterable[diff.Change]) -> None:
    """Nobody can be told of a place whose time has begun."""
    late = [change for change in changes if change.new is not None and change.new.slot.starts_at <= clock.now()]
    if late:
        first = late[0].meeting
        raise Conflict(
            BEGUN, count=len(late), buyer=first.buyer.display_name, exhibitor=first.exhibitor.display_name)


def _hold(plan: Plan, seen: datetime | None) -> None:
    """Let nobody edit the draft from here to the commit; raise ``Conflict`` when it is not the one that was seen."""
    same = sa.update(Plan).where(Plan.id == plan.id, Plan.state == "draft", Plan.edited_at == seen).values(edited_at=Plan.edited_at)
    if db.session.execute(same.execution_options(synchronize_session=False)).rowcount != 1:
        raise Conflict(CHANGED)


def _set_states(actor: Actor, plan: Plan, changes: Iterable[diff.Change]) -> None:
    for change in changes:
        meeting = change.meeting
        if change.kind == "new" and meeting.state == State.ACCEPTED:
            meetings.place(actor, meeting)
        elif change.kind == "dropped" and meeting.state == State.PLACED:
            meetings.return_to_tray(actor, meeting)


def drop_slots(expo: Expo, slot_ids: list[int]) -> None:
    """Put the meetings of slots that are about to be deleted back to the tray, in every plan; the published ones are told."""
    rows = list(db.session.scalars(
        sa.select(Placement).join(Plan).where(Plan.expo_id == expo.id, Placement.slot_id.in_(slot_ids)).options(*queries.WITH_ALL)))
    published = queries.published_of(expo.id)
    told = [diff.Change("dropped", row.meeting, row, None) for row in rows if published is not None and row.plan_id == published.id]
    if told:
        events.places_changed.send(published, changes=told)
    for change in told:
        if change.meeting.state == State.PLACED:
            meetings.return_to_tray(SYSTEM, change.meeting)
    if told:
        events.plan_published.send(published, changes=told, actor=SYSTEM)
    for row in rows:
        db.session.delete(row)
    db.session.flush()


def leave(meeting: Meeting) -> None:
    """Free the places of a meeting that was cancelled: its table can be given away at once."""
    for row in db.session.scalars(sa.select(Placement).join(Plan).where(
            Placement.meeting_id == meeting.id, Plan.state.in_(["draft", "published"])).options(*queries.WITH_ALL)):
        if row.plan.state == "published":
            events.places_changed.send(row.plan, changes=[diff.Change("dropped", meeting, row, None)])
        db.session.delete(row)
    db.session.flush()
