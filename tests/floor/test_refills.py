"""A table that falls free is offered at once to the best pair that waits; both confirm by a tap."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker import clock
from matchmaker.errors import Conflict, NotFound
from matchmaker.floor import actions, board, queries, refills, rules, trust
from matchmaker.floor.models import Refill
from matchmaker.infra.db import db
from matchmaker.meetings import actions as meetings
from matchmaker.meetings.states import State
from matchmaker.permissions import SYSTEM
from matchmaker.scheduling import availability, today
from matchmaker.scheduling.actions import open_draft
from matchmaker.scheduling.models import Occupancy

from .. import factories
from .conftest import at

pytestmark = pytest.mark.database


def offered(floor):
    return queries.open_refills(floor.expo.id)


def no_show(floor, by="buyer", minutes=10):
    at(0)
    actions.check_in(floor.guard, floor.expo, meeting=floor.first, side="exhibitor" if by == "buyer" else "buyer", how="staff")
    at(minutes)
    actions.miss(floor.guard, floor.expo, meeting=floor.first, by=by)


def test_a_no_show_offers_the_table_to_a_pair_that_waits_and_two_taps_place_it(floor):
    waiting = floor.wait(floor.exhibitors[0], floor.buyers[1])
    no_show(floor)
    (refill,) = offered(floor)
    assert (refill.meeting_id, refill.table_id, refill.interpreter_id) == (waiting.id, floor.tables[0].id, floor.interpreter.id)
    assert refills.confirm(floor.seller, floor.expo, refill, side="exhibitor") == "waiting"
    assert refills.confirm(floor.side(floor.buyers[1]), floor.expo, refill, side="buyer") == "taken"
    row = floor.row(waiting)
    assert (row.slot_id, row.table_id, row.interpreter_id) == (floor.slots[0].id, floor.tables[0].id, floor.interpreter.id)
    assert waiting.state == State.PLACED
    assert offered(floor) == []


def test_who_took_a_place_in_a_slot_that_runs_is_not_late_for_what_was_before(floor):
    """Agreed ten minutes into the slot: expected from then on, late and missing after the expo's limits, and kept in full."""
    waiting = floor.wait(floor.exhibitors[0], floor.buyers[1])
    no_show(floor)
    (refill,) = offered(floor)
    at(11)
    refills.confirm(floor.seller, floor.expo, refill, side="exhibitor")
    refills.confirm(floor.side(floor.buyers[1]), floor.expo, refill, side="buyer")

    def state():
        return board.board(floor.expo, floor.halls[0]).cards[0].state

    assert state() == "expected"
    late, missing = queries.limits(floor.expo).late, queries.limits(floor.expo).missing
    at(11.5 + late.seconds / 60)
    assert state() == "late"
    at(11.5 + missing.seconds / 60)
    assert state() == "missing"
    at(11 + late.seconds / 120)
    for side in ("exhibitor", "buyer"):
        actions.check_in(floor.guard, floor.expo, meeting=waiting, side=side, how="staff")
    assert state() == "running"
    actions.end_round(floor.guard, floor.expo, meeting=waiting)
    waiting.state = State.HELD
    db.session.flush()
    buyer = floor.buyers[1].id
    assert [kept.worth for kept in trust.history([buyer])[buyer]] == [rules.KEPT]
    score = trust.scores(floor.expo)[buyer]
    assert score == pytest.approx(trust.score(trust.history([buyer])[buyer]))
    assert score > rules.USUAL, "a meeting kept in full raises it"


@pytest.mark.parametrize(("by", "asked"), [("buyer", {"exhibitor"}), ("both", set())])
def test_who_did_not_come_is_not_asked_about_the_same_time(floor, by, asked):
    new = floor.more("exhibitor", languages=["zh"]), floor.more("buyer")
    waits = {"buyer": floor.wait(new[0], floor.buyers[0]), "exhibitor": floor.wait(floor.exhibitors[0], new[1])}
    at(10)
    actions.miss(floor.guard, floor.expo, meeting=floor.first, by=by)
    assert {side for side, meeting in waits.items() if meeting.id in {row.meeting_id for row in offered(floor)}} == asked


def test_the_side_that_sits_there_alone_comes_first_then_musts_then_the_better_match(floor):
    third = floor.more("exhibitor", languages=["zh"])
    better = floor.wait(third, floor.more("buyer"), score=90.0)
    must = floor.wait(floor.exhibitors[1], floor.more("buyer"), score=10.0, priority=1)
    there = floor.wait(floor.exhibitors[0], floor.more("buyer"), score=5.0)
    order = []
    no_show(floor)
    while found := offered(floor):
        order.append(found[0].meeting_id)
        refills.refuse(floor.guard, floor.expo, found[0])
    assert order == [there.id, must.id, better.id]


def test_pairs_that_agreed_go_before_pairs_of_whom_one_has_asked_and_a_yes_accepts(floor):
    asked = floor.wait(floor.more("exhibitor", languages=["zh"]), floor.more("buyer"), state=State.REQUESTED, score=99.0)
    agreed = floor.wait(floor.more("exhibitor", languages=["zh"]), floor.more("buyer"), score=1.0)
    no_show(floor)
    (first,) = offered(floor)
    assert first.meeting_id == agreed.id
    refills.refuse(floor.side(agreed.buyer), floor.expo, first, side="buyer")
    (second,) = offered(floor)
    assert second.meeting_id == asked.id
    for side in ("buyer", "exhibitor"):
        refills.confirm(floor.side(getattr(asked, side)), floor.expo, second, side=side)
    assert asked.state == State.PLACED


def test_who_is_busy_away_or_not_on_standby_is_not_asked(floor):
    busy, resting, closed = (floor.more("buyer") for _n in range(3))
    away = floor.more("buyer", standby=False)
    taken = floor.wait(floor.more("exhibitor", languages=["zh"]), busy)
    person = resting.people[0]
    availability.replace(floor.expo, person.id, resting.id, {floor.slots[0].id})
    for buyer in (resting, away):
        floor.wait(floor.exhibitors[1], buyer)
    today.rearrange(SYSTEM, floor.expo, meeting=taken, slot_id=floor.slots[0].id, table_id=floor.tables[1].id)
    third = floor.wait(floor.more("exhibitor", languages=["zh"]), busy)
    no_show(floor)
    assert offered(floor) == []
    free = floor.wait(floor.more("exhibitor", languages=["zh"]), closed)
    assert refills.offer_table(floor.guard, floor.expo, slot=floor.slots[0], table=floor.tables[0]).meeting_id == free.id
    assert third.state == State.ACCEPTED


def test_a_pair_that_needs_an_interpreter_is_asked_only_when_one_is_free(floor):
    third = floor.more("exhibitor", languages=["es"])
    waiting = floor.wait(third, floor.buyers[1])
    busy = floor.wait(floor.exhibitors[1], floor.more("buyer"))
    no_show(floor)
    (refill,) = offered(floor)
    refills.refuse(floor.guard, floor.expo, refill)
    for row in offered(floor):
        refills.refuse(floor.guard, floor.expo, row)
    db.session.execute(sa.delete(Refill))
    today.rearrange(SYSTEM, floor.expo, meeting=busy, slot_id=floor.slots[0].id, table_id=floor.tables[2].id)
    assert floor.row(busy).interpreter_id == floor.interpreter.id
    assert refills.offer_table(floor.guard, floor.expo, slot=floor.slots[0], table=floor.tables[0]) is None
    assert waiting.state == State.ACCEPTED


def test_an_offer_that_nobody_answers_lapses_and_the_next_pair_is_asked(floor, work):
    first = floor.wait(floor.exhibitors[0], floor.buyers[1], priority=1)
    second = floor.wait(floor.exhibitors[0], floor.more("buyer"))
    no_show(floor)
    (refill,) = offered(floor)
    assert refill.meeting_id == first.id
    at(14)
    with pytest.raises(Conflict):
        refills.confirm(floor.seller, floor.expo, refill, side="exhibitor")
    assert refills.lapse(SYSTEM) == 1
    assert [row.meeting_id for row in offered(floor)] == [second.id]
    assert refills.lapse(SYSTEM) == 0


def test_too_little_time_left_is_offered_to_nobody(floor):
    floor.wait(floor.exhibitors[0], floor.buyers[1])
    no_show(floor, minutes=21)
    assert offered(floor) == []


def test_an_early_end_offers_what_is_left(floor):
    waiting = floor.wait(floor.exhibitors[1], floor.buyers[1])
    at(1)
    actions.begin_round(floor.guard, floor.expo, meeting=floor.first)
    at(11)
    actions.end_round(floor.seller, floor.expo, meeting=floor.first)
    assert [row.meeting_id for row in offered(floor)] == [waiting.id]


def test_a_meeting_called_off_on_the_day_offers_its_place(floor):
    waiting = floor.wait(floor.exhibitors[1], floor.buyers[1])
    at(-20)
    meetings.cancel(floor.seller, floor.first, reason="Ill.")
    assert [(row.meeting_id, row.slot_id) for row in offered(floor)] == [(waiting.id, floor.slots[0].id)]


def test_an_offer_is_over_when_its_pair_is_called_off(floor):
    waiting = floor.wait(floor.exhibitors[0], floor.buyers[1])
    other = floor.wait(floor.exhibitors[1], floor.more("buyer"))
    no_show(floor)
    meetings.cancel(floor.seller, waiting, reason="No time.")
    assert [row.meeting_id for row in offered(floor)] == [other.id]


def test_a_place_lost_between_the_two_yeses_asks_the_next_pair_and_places_nobody_twice(floor):
    waiting, other = floor.wait(floor.exhibitors[0], floor.buyers[1]), floor.wait(floor.exhibitors[1], floor.more("buyer"))
    no_show(floor)
    (refill,) = offered(floor)
    refills.confirm(floor.seller, floor.expo, refill, side="exhibitor")
    today.rearrange(SYSTEM, floor.expo, meeting=other, slot_id=floor.slots[0].id, table_id=floor.tables[0].id)
    assert refills.confirm(floor.side(floor.buyers[1]), floor.expo, refill, side="buyer") == "lost"
    assert (waiting.state, refill.state) == (State.ACCEPTED, "expired")
    assert floor.row(waiting) is None


def test_an_answer_said_twice_is_said_once_and_strangers_have_none(floor):
    floor.wait(floor.exhibitors[0], floor.buyers[1])
    no_show(floor)
    (refill,) = offered(floor)
    stranger = floor.side(floor.exhibitors[1])
    for deed in (refills.confirm, refills.refuse):
        with pytest.raises(NotFound):
            deed(stranger, floor.expo, refill, side="exhibitor")
    with pytest.raises(NotFound):
        refills.refuse(floor.seller, floor.expo, refill)
    with pytest.raises(NotFound):
        queries.refill_for(stranger, floor.expo, refill.id)
    assert refills.confirm(floor.seller, floor.expo, refill, side="exhibitor") == "waiting"
    assert refills.confirm(floor.seller, floor.expo, refill, side="exhibitor") == "waiting"
    refills.confirm(floor.guard, floor.expo, refill, side="buyer")
    assert refills.confirm(floor.guard, floor.expo, refill, side="buyer") == "taken"
    with pytest.raises(Conflict):
        refills.refuse(floor.seller, floor.expo, refill, side="exhibitor")


def test_a_draft_made_after_a_refill_holds_both_meetings_of_the_table(floor):
    waiting = floor.wait(floor.exhibitors[0], floor.buyers[1])
    no_show(floor)
    (refill,) = offered(floor)
    for side in ("exhibitor", "buyer"):
        refills.confirm(floor.guard, floor.expo, refill, side=side)
    draft = open_draft(floor.organizer, floor.expo)
    cards = {row.meeting_id: row.table_id for row in draft.placements}
    assert cards == {floor.first.id: floor.tables[0].id, waiting.id: floor.tables[0].id}
    held = db.session.scalars(sa.select(Occupancy.resource).where(Occupancy.plan_id == draft.id, Occupancy.resource.startswith("table")))
    assert list(held) == [f"table:{floor.tables[0].id}"]


def test_a_draft_made_before_a_refill_follows_it(floor):
    waiting = floor.wait(floor.exhibitors[0], floor.buyers[1])
    draft = open_draft(floor.organizer, floor.expo)
    no_show(floor)
    (refill,) = offered(floor)
    for side in ("exhibitor", "buyer"):
        refills.confirm(floor.guard, floor.expo, refill, side=side)
    db.session.expire_all()
    assert {row.meeting_id for row in draft.placements} == {floor.first.id, waiting.id}
    floor.publish()
    assert waiting.state == State.PLACED


def test_no_pair_is_asked_about_two_places_at_once(floor):
    floor.wait(floor.exhibitors[0], floor.buyers[1])
    no_show(floor)
    assert len(offered(floor)) == 1
    assert refills.offer_table(floor.guard, floor.expo, slot=floor.slots[0], table=floor.tables[1]) is None
    assert clock.now() + timedelta(minutes=3) >= offered(floor)[0].expires_at


def test_a_table_that_is_taken_is_not_offered(floor):
    at(1)
    with pytest.raises(Conflict):
        refills.offer_table(floor.guard, floor.expo, slot=floor.slots[0], table=floor.tables[0])
    foreign = factories.TableFactory(hall=factories.HallFactory(expo=factories.ExpoFactory()))
    with pytest.raises(NotFound):
        refills.offer_table(floor.guard, floor.expo, slot=floor.slots[0], table=foreign)
