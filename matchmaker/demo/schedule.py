"""The schedule of CIIE: priorities, the first version, the first day at the tables, and a second version in the making."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from ..agendas import actions as agendas
from ..companies.models import Person
from ..expos.models import Expo, Slot
from ..expos.queries import slots_of
from ..infra.db import db
from ..meetings import actions as meetings
from ..meetings.models import Meeting
from ..meetings.states import State
from ..scheduling import actions as scheduling
from ..scheduling import queries
from ..scheduling.models import Placement, Plan
from . import requests
from .console import Say, work
from .stories import PUBLICATION, SECOND_DRAFT
from .timeline import Timeline
from .world import START, World, at, go_to

MUSTS_EVERY, AWAY_EVERY = 19, 9  # of the meetings; of the people, who miss half a day
MISSED, UNMARKED = 0.1, 0.04  # of the first day's meetings
LOCKED = 3
THIS_MORNING = at("2026-11-06 08:50")


def ask(world: World, say: Say) -> Timeline:
    """Let the weeks before the expo pass, up to the publication of the schedule."""
    timeline = requests.plan(world)
    asked = len(timeline.events)
    say(f"{asked} events")
    timeline.run(PUBLICATION - timedelta(minutes=50))
    states = dict(db.session.execute(sa.select(Meeting.state, sa.func.count()).group_by(Meeting.state)).all())
    say(f"{sum(states.values())} so far: " + ", ".join(f"{count} {state}" for state, count in sorted(states.items())))
    return timeline


def publish(world: World, say: Say) -> None:
    """Optimise the agreed meetings and publish the first version."""
    expo = world.expos["CIIE"]
    _priorities(world, expo)
    _absences(world, expo)
    plan = _optimise(world, say, world.share.seconds)
    go_to(PUBLICATION)
    scheduling.publish(world.organizer, expo, plan=plan, seen=plan.edited_at)
    say(f"version {plan.number}: {plan.quality['placed']} of {plan.quality['requests']} meetings placed, "
        f"{plan.quality['gap']:.1%} below the bound")


def first_day(world: World, timeline: Timeline, say: Say) -> None:
    """Let 5 November pass at the tables, then begin a second version for what was agreed meanwhile, and leave it unpublished."""
    expo = world.expos["CIIE"]
    plan = queries.published_of(expo.id)
    for row in queries.placements(plan.id):
        if row.slot.on == expo.starts_on:
            timeline.add(row.slot.ends_at + timedelta(minutes=world.draw.randint(1, 6)), _Table(world, row).end)
    timeline.run(SECOND_DRAFT)
    draft = _optimise(world, say, world.share.seconds)
    for row in [row for row in queries.placements(draft.id) if row.slot.starts_at > START][:LOCKED]:
        scheduling.set_lock(world.organizer, expo, meeting=row.meeting, locked=True)
    timeline.run(THIS_MORNING)
    for row in queries.placements(draft.id):  # new cards of the first slot: too late to publish them now
        if row.meeting.state == State.ACCEPTED and row.slot.starts_at < START:
            scheduling.unplace(world.organizer, expo, meeting=row.meeting)
    timeline.run(START)
    if not _count(expo, State.MISSED):  # a small world: the floor corrects one note, so that this state is there too
        held_here = sa.select(Meeting).where(Meeting.expo_id == expo.id, Meeting.state == State.HELD)
        one = db.session.scalars(held_here.order_by(Meeting.id)).first()
        if one is not None:
            meetings.mark_missed(world.floor, one, by="buyer")
    _leave_one(world, expo, draft)
    held = _count(expo, State.HELD)
    say(f"{held} held, {_count(expo, State.MISSED)} missed on the first day; version {draft.number} is a draft, "
        f"{len(queries.tray(expo.id, draft.id))} cards in the tray")


def _leave_one(world: World, expo: Expo, draft: Plan) -> None:
    """In a small world every meeting finds a table: take the last card back, so that one waits for the organizer's hand."""
    cards = [row.meeting for row in queries.placements(draft.id) if row.slot.starts_at > START]
    if len(cards) > LOCKED and not queries.tray(expo.id, draft.id):
        scheduling.unplace(world.organizer, expo, meeting=cards[-1])


def _optimise(world: World, say: Say, seconds: int) -> Plan:
    expo = world.expos["CIIE"]
    scheduling.start_optimising(world.organizer, expo, seconds=seconds)
    work(say)
    return queries.draft_of(expo.id)


def _count(expo: Expo, state: State) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Meeting).where(Meeting.expo_id == expo.id, Meeting.state == state))


def _priorities(world: World, expo: Expo) -> None:
    agreed = db.session.scalars(
        sa.select(Meeting).where(Meeting.expo_id == expo.id, Meeting.state == State.ACCEPTED).order_by(Meeting.id)).all()
    for meeting in agreed[::MUSTS_EVERY]:
        meetings.set_priority(world.organizer, meeting, 1)


def _absences(world: World, expo: Expo) -> None:
    """Some people come late or leave early on one of the days; only where a colleague stays, so that the company is never shut."""
    slots = slots_of(expo.id)
    crowded = sa.select(Person.company_id).group_by(Person.company_id).having(sa.func.count() > 1)
    people = db.session.scalars(sa.select(Person).where(Person.company_id.in_(crowded)).order_by(Person.id)).all()
    for person in people[::AWAY_EVERY]:
        if person.company_id in world.actors:
            busy = _half_day(world, slots)
            agendas.set_availability(
                world.owner(person.company_id), person_id=person.id, expo=expo, company_id=person.company_id, busy_slots=busy)


def _half_day(world: World, slots: list[Slot]) -> set[int]:
    day = world.draw.choice(sorted({slot.on for slot in slots}))
    morning = world.draw.random() < 0.5
    return {slot.id for slot in slots if slot.on == day and (slot.position < 6) == morning}


class _Table:
    """One meeting of the first day: how it ended, and who wrote down what."""

    def __init__(self, world: World, row: Placement):
        self.world, self.meeting = world, row.meeting

    def end(self) -> None:
        """Note that the meeting was held, or who did not come; both sides may say what came of it."""
        world, meeting = self.world, db.session.get_one(Meeting, self.meeting.id, options=[joinedload(Meeting.outcomes)])
        chance = world.draw.random()
        if meeting.state != State.PLACED or chance < UNMARKED:
            return
        if chance < UNMARKED + MISSED:
            meetings.mark_missed(world.floor, meeting, by=world.draw.choice(("buyer", "buyer", "exhibitor")))
            return
        meetings.mark_held(world.draw.choice((world.floor, world.anybody(meeting.buyer_id))), meeting)
        for company_id, share in ((meeting.exhibitor_id, 0.8), (meeting.buyer_id, 0.6)):
            if world.draw.random() < share:
                self._outcome(meeting, company_id)

    def _outcome(self, meeting: Meeting, company_id: int) -> None:
        draw = self.world.draw
        result = draw.choices(("intention", "sample", "quote", "none"), (42, 26, 20, 12))[0]
        again = draw.choice(("yes", "later", "later")) if result != "none" else draw.choice(("no", "later"))
        said = draw.choice(self.world.texts.messages["note"])["zh" if company_id == meeting.buyer_id else "en"]
        note = said if draw.random() < 0.5 else ""
        meetings.record_outcome(self.world.anybody(company_id), meeting, company_id=company_id, result=result, again=again, note=note)
