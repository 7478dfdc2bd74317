"""Asking to move a meeting: what fits is offered, both agree, lost races say so."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaker import clock
from matchmaker.agendas import actions, offers, queries, tasks
from matchmaker.agendas.rules import MOST_OPTIONS
from matchmaker.companies.models import Person
from matchmaker.errors import Conflict, NotFound
from matchmaker.infra.db import db
from matchmaker.meetings import actions as meetings
from matchmaker.notices.models import Notice
from matchmaker.scheduling import deputies, today
from matchmaker.scheduling.models import Occupancy, Unavailable

from .. import factories
from .conftest import Fair

pytestmark = pytest.mark.database


def ask(fair, option=0, actor=None, company=None):
    meeting = fair.meetings[0]
    found = offers.options(fair.expo, meeting)
    return actions.ask_move(actor or fair.purchaser, fair.expo, meeting=meeting, company_id=(company or fair.buyers[0]).id,
                            option=found[option].value, note="飞机晚点")


def notices(user):
    return list(db.session.scalars(sa.select(Notice.kind).where(Notice.user_id == user.id).order_by(Notice.id)))


def test_what_is_offered_is_near_free_and_at_most_six(placed):
    found = offers.options(placed.expo, placed.meetings[0])
    assert 0 < len(found) <= MOST_OPTIONS
    assert placed.slots[1].id not in {option.slot.id for option in found}
    assert {option.table.id for option in found} == {placed.tables[0].id}  # the same table where it is free


def test_what_one_of_the_two_cannot_is_not_offered(placed):
    for person in db.session.scalars(sa.select(Person).where(Person.company_id == placed.buyers[0].id)):
        db.session.add(Unavailable(person_id=person.id, slot_id=placed.slots[2].id))
    db.session.flush()
    assert placed.slots[2].id not in {option.slot.id for option in offers.options(placed.expo, placed.meetings[0])}


def test_a_slot_without_a_free_interpreter_is_not_offered(placed):
    other = placed.place(1, 1, slot=3, table=2)
    placed.publish()
    assert placed.row(other).interpreter_id == placed.interpreter.id
    assert placed.slots[3].id not in {option.slot.id for option in offers.options(placed.expo, placed.meetings[0])}


def test_the_meeting_stays_until_the_other_side_agrees_and_moves_then(placed):
    move = ask(placed)
    meeting = placed.meetings[0]
    assert placed.row(meeting).slot_id == placed.slots[1].id
    assert notices(placed.seller_user)[-1] == "move_asked"
    assert actions.agree_move(placed.seller, placed.expo, move)
    row = placed.row(meeting)
    assert (row.slot_id, row.table_id) == (move.slot_id, move.table_id)
    assert move.state == "agreed"
    assert set(db.session.scalars(sa.select(Occupancy.slot_id).where(Occupancy.placement_id == row.id))) == {move.slot_id}
    assert "plan_moved" in notices(placed.purchaser_user)
    assert "move_void" not in notices(placed.purchaser_user)


def test_only_the_other_side_agrees_and_only_the_asker_takes_back(placed):
    move = ask(placed)
    stranger = factories.actor(factories.member(placed.exhibitors[1]))
    for actor in (placed.purchaser, stranger, placed.organizer):
        with pytest.raises(NotFound):
            actions.agree_move(actor, placed.expo, move)
        with pytest.raises(NotFound):
            actions.decline_move(actor, move)
    for actor in (placed.seller, stranger):
        with pytest.raises(NotFound):
            actions.withdraw_move(actor, move)


def test_no_leaves_it_where_it_is(placed):
    move = ask(placed)
    actions.decline_move(placed.seller, move)
    assert placed.row(placed.meetings[0]).slot_id == placed.slots[1].id
    assert notices(placed.purchaser_user)[-1] == "move_declined"
    with pytest.raises(Conflict):
        actions.agree_move(placed.seller, placed.expo, move)


def test_a_question_is_taken_back_and_another_may_follow(placed):
    actions.withdraw_move(placed.purchaser, ask(placed))
    assert notices(placed.seller_user)[-1] == "move_withdrawn"
    assert ask(placed, option=1).state == "asked"


def test_two_questions_about_one_meeting_are_refused(placed):
    ask(placed)
    with pytest.raises(Conflict, match="open already"):
        ask(placed, actor=placed.seller, company=placed.exhibitors[0])


def test_a_place_lost_meanwhile_voids_the_question_and_leaves_the_plan_whole(placed):
    move = ask(placed)
    before = placed.row(placed.meetings[0])
    was = before.slot_id, before.table_id
    other = placed.place(1, 1, slot=placed.slots.index(move.slot), table=2)  # takes the only interpreter of that slot
    placed.publish()
    assert placed.row(other).interpreter_id
    assert not actions.agree_move(placed.seller, placed.expo, move)
    row = placed.row(placed.meetings[0])
    assert (row.slot_id, row.table_id) == was
    assert set(db.session.scalars(sa.select(Occupancy.slot_id).where(Occupancy.placement_id == row.id))) == {was[0]}
    assert move.state == "void"
    assert notices(placed.purchaser_user)[-1] == "move_void"
    assert offers.options(placed.expo, placed.meetings[0])


def test_a_place_taken_before_asking_is_a_clear_message(placed):
    value = offers.options(placed.expo, placed.meetings[0])[0].value
    placed.place(1, 1, slot=[slot.id for slot in placed.slots].index(int(value.split("-")[0])), table=2)
    placed.publish()
    with pytest.raises(Conflict, match="no longer free"):
        actions.ask_move(placed.purchaser, placed.expo, meeting=placed.meetings[0], company_id=placed.buyers[0].id, option=value)


def test_what_the_organizer_moves_meanwhile_voids_the_question(placed):
    move = ask(placed)
    today.rearrange(placed.organizer, placed.expo, meeting=placed.meetings[0], slot_id=placed.slots[5].id, table_id=placed.tables[0].id)
    assert move.state == "void"


def test_a_cancelled_meeting_has_no_open_question(placed):
    move = ask(placed)
    meetings.cancel(placed.seller, placed.meetings[0], reason="Ill")
    assert move.state == "void"
    assert queries.open_moves(placed.expo.id) == []


def test_a_question_runs_out_when_a_slot_begins(placed):
    move = ask(placed)
    clock.set_now(min(move.slot.starts_at, placed.slots[1].starts_at) + timedelta(seconds=1))
    with pytest.raises(Conflict):
        actions.agree_move(placed.seller, placed.expo, move)
    assert queries.open_moves(placed.expo.id) == []
    assert tasks.expire_moves(None) == {"ended": 1}
    assert move.state == "void"
    assert tasks.expire_moves(None) == {"ended": 0}


def test_a_meeting_that_has_begun_is_not_moved(placed):
    value = offers.options(placed.expo, placed.meetings[0])[-1].value
    clock.set_now(placed.slots[1].starts_at)
    assert offers.options(placed.expo, placed.meetings[0]) == []
    with pytest.raises(Conflict, match="begun"):
        actions.ask_move(placed.purchaser, placed.expo, meeting=placed.meetings[0], company_id=placed.buyers[0].id, option=value)


def test_organizers_see_the_open_questions(placed):
    move = ask(placed)
    assert queries.open_moves(placed.expo.id) == [move]
    assert queries.open_moves(placed.expo.id, placed.exhibitors[1].id) == []


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(slot=st.integers(0, 3), other=st.integers(0, 3), busy=st.sets(st.tuples(st.integers(0, 7), st.integers(0, 3)), max_size=8),
       pick=st.integers(0, 5))
def test_whatever_is_offered_can_be_had(context, slot, other, busy, pick):
    """Random busy people and another meeting that takes the interpreter: an offered place is never refused."""
    fair = Fair(slots=4)
    meeting = fair.place(slot=slot)
    if other != slot:
        fair.place(1, 1, slot=other, table=2)
    fair.publish()
    people = list(db.session.scalars(sa.select(Person).order_by(Person.id)))
    db.session.add_all(Unavailable(person_id=people[who].id, slot_id=fair.slots[at].id) for who, at in busy)
    db.session.flush()
    found = offers.options(fair.expo, meeting)
    if found:
        option = found[pick % len(found)]
        change = today.rearrange(
            fair.organizer, fair.expo, meeting=meeting, slot_id=option.slot.id, table_id=option.table.id if option.table else None)
        assert change.new.slot_id == option.slot.id
    db.session.rollback()


def test_a_colleague_who_is_free_takes_the_meeting(placed):
    meeting = placed.meetings[0]
    row = placed.row(meeting)
    was, slot = row.buyer_person_id, row.slot_id
    colleague = db.session.scalar(sa.select(Person).where(
        Person.company_id == placed.buyers[0].id, Person.id != was))
    deputies.hand_over(placed.purchaser, placed.expo, meeting=meeting, company_id=placed.buyers[0].id, person_id=colleague.id)
    row = placed.row(meeting)
    assert (row.buyer_person_id, row.slot_id, meeting.buyer_owner_id) == (colleague.id, slot, colleague.id)
    taken = set(db.session.scalars(sa.select(Occupancy.resource).where(Occupancy.placement_id == row.id)))
    assert f"person:{colleague.id}" in taken
    assert f"person:{was}" not in taken
    assert "plan_left" in notices(placed.purchaser_user)


def test_a_colleague_who_is_not_free_does_not(placed):
    meeting = placed.meetings[0]
    row = placed.row(meeting)
    colleague = db.session.scalar(sa.select(Person).where(Person.company_id == placed.buyers[0].id, Person.id != row.buyer_person_id))
    db.session.add(Unavailable(person_id=colleague.id, slot_id=row.slot_id))
    db.session.flush()
    with pytest.raises(Conflict, match="not free"):
        deputies.hand_over(placed.purchaser, placed.expo, meeting=meeting, company_id=placed.buyers[0].id, person_id=colleague.id)
    with pytest.raises(NotFound):
        deputies.hand_over(placed.seller, placed.expo, meeting=meeting, company_id=placed.buyers[0].id, person_id=colleague.id)
