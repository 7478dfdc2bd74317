"""Questions about plans."""

from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from ..companies.models import Person
from ..expos.models import Expo, NegotiationTable, Slot
from ..infra.db import db, one
from ..infra.jobs import Job
from ..meetings.models import Meeting
from ..meetings.states import State
from ..permissions import Actor
from .models import Edit, Occupancy, Placement, Plan

WITH_ALL = (
    joinedload(Placement.slot), joinedload(Placement.table).joinedload(NegotiationTable.hall),
    joinedload(Placement.meeting).joinedload(Meeting.exhibitor), joinedload(Placement.meeting).joinedload(Meeting.buyer),
    joinedload(Placement.exhibitor_person), joinedload(Placement.buyer_person), joinedload(Placement.interpreter),
)


class Place(NamedTuple):
    """Where a meeting stands in a plan, and who sits there, by id."""

    slot: int
    table: int | None
    exhibitor_person: int | None
    buyer_person: int | None
    interpreter: int | None


def draft_of(expo_id: int) -> Plan | None:
    """Return the draft of an expo, if there is one."""
    return db.session.scalar(sa.select(Plan).where(Plan.expo_id == expo_id, Plan.state == "draft"))


def published_of(expo_id: int) -> Plan | None:
    """Return the plan that holds."""
    return db.session.scalar(sa.select(Plan).where(Plan.expo_id == expo_id, Plan.state == "published"))


def versions(expo_id: int) -> list[Plan]:
    """Return all plans of an expo, the newest first."""
    return list(db.session.scalars(sa.select(Plan).where(Plan.expo_id == expo_id).order_by(Plan.number.desc()).limit(100)))


def placements(plan_id: int) -> list[Placement]:
    """Return a plan's placements with everything a board shows, by time."""
    return list(db.session.scalars(
        sa.select(Placement).options(*WITH_ALL).join(Slot, Slot.id == Placement.slot_id)
        .where(Placement.plan_id == plan_id).order_by(Slot.starts_at, Placement.id)))


def placement_of(plan_id: int, meeting_id: int) -> Placement | None:
    """Return where a plan has the meeting."""
    return db.session.scalar(
        sa.select(Placement).options(*WITH_ALL).where(Placement.plan_id == plan_id, Placement.meeting_id == meeting_id))


def placement_list(plan_id: int) -> list[Placement]:
    """Return a plan's placements without what hangs on them."""
    return list(db.session.scalars(sa.select(Placement).where(Placement.plan_id == plan_id).order_by(Placement.id)))


def places(plan_id: int | None) -> dict[int, Place]:
    """Return where each meeting of a plan stands, and who sits there."""
    names = (Placement.slot_id, Placement.table_id, Placement.exhibitor_person_id, Placement.buyer_person_id, Placement.interpreter_id)
    rows = db.session.execute(sa.select(Placement.meeting_id, *names).where(Placement.plan_id == plan_id)) if plan_id else ()
    return {row[0]: Place(*row[1:]) for row in rows}


def fingerprint(expo_id: int) -> tuple[int | None, ...]:
    """Return what tells whether the plan that holds was changed: its size and the sums of its places."""
    columns = (Placement.slot_id, Placement.table_id, Placement.exhibitor_person_id, Placement.buyer_person_id)
    sums = [sa.func.sum(column) for column in columns]
    query = sa.select(sa.func.max(Plan.id), sa.func.count(), *sums).select_from(Placement).join(Plan)
    return tuple(db.session.execute(query.where(Plan.expo_id == expo_id, Plan.state == "published")).one())


def is_locked(plan_id: int, meeting_id: int) -> bool:
    """Tell whether a card of a plan is locked by itself."""
    return bool(db.session.scalar(sa.select(Placement.locked).where(Placement.plan_id == plan_id, Placement.meeting_id == meeting_id)))


def meetings_in(expo_id: int, states: Collection[State]) -> set[int]:
    """Return the ids of the meetings in these states."""
    return set(db.session.scalars(sa.select(Meeting.id).where(Meeting.expo_id == expo_id, Meeting.state.in_(states))))


def meeting_by_id(meeting_id: int) -> Meeting:
    """Return a meeting with its companies; raise ``NotFound``."""
    return one(sa.select(Meeting).options(joinedload(Meeting.exhibitor), joinedload(Meeting.buyer)).where(Meeting.id == meeting_id))


def plan_of(expo: Expo, number: int) -> Plan:
    """Return a version of the expo by its number; raise ``NotFound``."""
    return one(sa.select(Plan).where(Plan.expo_id == expo.id, Plan.number == number))


def editable(plan_id: int, user_id: int | None) -> tuple[int, int]:
    """Return how many steps of a plan this organizer can undo, and how many redo."""
    counts = dict(db.session.execute(
        sa.select(Edit.undone, sa.func.count()).where(Edit.plan_id == plan_id, Edit.user_id == user_id).group_by(Edit.undone)).all())
    return counts.get(False, 0), counts.get(True, 0)


def tray(expo_id: int, plan_id: int | None) -> list[Meeting]:
    """Return the agreed meetings that the plan has no place for, musts first."""
    query = sa.select(Meeting).options(
        joinedload(Meeting.exhibitor), joinedload(Meeting.buyer), joinedload(Meeting.demand), joinedload(Meeting.product)
    ).where(Meeting.expo_id == expo_id, Meeting.state.in_([State.ACCEPTED, State.PLACED]))
    if plan_id is not None:
        query = query.where(Meeting.id.not_in(sa.select(Placement.meeting_id).where(Placement.plan_id == plan_id)))
    return list(db.session.scalars(query.order_by(Meeting.priority, Meeting.id)))


def tray_ids(expo_id: int, plan_id: int | None) -> list[int]:
    """Return the ids of the agreed meetings that the plan has no place for, musts first."""
    query = sa.select(Meeting.id).where(Meeting.expo_id == expo_id, Meeting.state.in_([State.ACCEPTED, State.PLACED]))
    if plan_id is not None:
        query = query.where(Meeting.id.not_in(sa.select(Placement.meeting_id).where(Placement.plan_id == plan_id)))
    return list(db.session.scalars(query.order_by(Meeting.priority, Meeting.match_score.desc(), Meeting.id)))


def agreed_ids(expo_id: int) -> set[int]:
    """Return the ids of the meetings that both sides agreed to and that are to be held."""
    return set(db.session.scalars(
        sa.select(Meeting.id).where(Meeting.expo_id == expo_id, Meeting.state.in_([State.ACCEPTED, State.PLACED]))))


def taken(plan_id: int, *, slot_ids: list[int] | None = None, but: int | None = None) -> list[tuple[int, str]]:
    """Return (slot, resource) of what a plan occupies, but for the placement ``but``."""
    query = sa.select(Occupancy.slot_id, Occupancy.resource).where(Occupancy.plan_id == plan_id)
    if slot_ids is not None:
        query = query.where(Occupancy.slot_id.in_(slot_ids))
    if but is not None:
        query = query.where(Occupancy.placement_id != but)
    return list(db.session.execute(query))


def holder(plan_id: int, slot_id: int, resource: str) -> Placement | None:
    """Return the placement that occupies a resource in a slot."""
    return db.session.scalar(
        sa.select(Placement).options(*WITH_ALL).join(Occupancy, Occupancy.placement_id == Placement.id)
        .where(Occupancy.plan_id == plan_id, Occupancy.slot_id == slot_id, Occupancy.resource == resource))


def running_job(expo_id: int) -> Job | None:
    """Return the optimisation that waits or runs at an expo."""
    return db.session.scalar(sa.select(Job).where(
        Job.kind == "scheduling.optimise", Job.expo_id == expo_id, Job.state.in_(["queued", "running"])).order_by(Job.id))


def latest_job(expo_id: int) -> Job | None:
    """Return the last optimisation of an expo, ended or not."""
    return db.session.scalar(
        sa.select(Job).where(Job.kind == "scheduling.optimise", Job.expo_id == expo_id).order_by(Job.id.desc()).limit(1))


def day_of(person_ids: list[int], expo_id: int) -> list[Placement]:
    """Return the published placements of these people at an expo, by time."""
    if not person_ids:
        return []
    return list(db.session.scalars(
        sa.select(Placement).options(*WITH_ALL).join(Plan).join(Slot, Slot.id == Placement.slot_id)
        .where(Plan.expo_id == expo_id, Plan.state == "published",
               sa.or_(Placement.exhibitor_person_id.in_(person_ids), Placement.buyer_person_id.in_(person_ids)))
        .order_by(Slot.starts_at, Placement.id)))


def my_people(actor: Actor) -> list[Person]:
    """Return the people who are this user, in the companies that the user belongs to."""
    return list(db.session.scalars(sa.select(Person).where(Person.user_id == actor.user_id, Person.company_id.in_(actor.companies))))


def meeting_of(expo: Expo, meeting_id: int) -> Meeting:
    """Return a meeting of the expo for its organizers; raise ``NotFound``."""
    return one(sa.select(Meeting).options(joinedload(Meeting.exhibitor), joinedload(Meeting.buyer))
               .where(Meeting.id == meeting_id, Meeting.expo_id == expo.id))
