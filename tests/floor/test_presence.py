"""Coming, coming late, beginning, ending, not coming."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker import clock
from matchmaker.errors import Conflict, NotFound
from matchmaker.floor import actions, live, queries
from matchmaker.floor.models import FloorState, Presence, Round
from matchmaker.floor.rules import Is, table_state
from matchmaker.infra.db import db
from matchmaker.meetings.states import State
from matchmaker.scheduling.models import Occupancy

from .. import factories
from .conftest import NINE, at

pytestmark = pytest.mark.database


def whole(instant):
    return instant.replace(second=0, microsecond=0)  # the clock goes on during a test


def state_of(floor):
    return table_state(clock.now(), queries.sitting(floor.row(floor.first)), queries.limits(floor.expo))


def test_both_sides_check_in_and_the_meeting_runs(floor):
    at(-5)
    actions.check_in(floor.seller, floor.expo, meeting=floor.first, side="exhibitor", how="code")
    assert state_of(floor) is Is.NEXT
    at(1)
    assert state_of(floor) is Is.EXPECTED
    actions.check_in(floor.guard, floor.expo, meeting=floor.first, side="buyer", how="staff")
    assert state_of(floor) is Is.RUNNING
    assert whole(db.session.scalars(sa.select(Round.began_at)).one()) == NINE + timedelta(minutes=1)


def test_a_check_in_said_twice_is_said_once(floor):
    at(0)
    first = actions.check_in(floor.seller, floor.expo, meeting=floor.first, side="exhibitor").arrived_at
    at(3)
    again = actions.check_in(floor.guard, floor.expo, meeting=floor.first, side="exhibitor", how="staff")
    assert again.arrived_at == first
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Presence)) == 1


def test_a_check_in_that_waited_for_the_network_counts_from_its_tap(floor):
    at(12)
    row = actions.check_in(floor.seller, floor.expo, meeting=floor.first, side="exhibitor", age=timedelta(minutes=11))
    assert whole(row.arrived_at) == NINE + timedelta(minutes=1)


@pytest.mark.parametrize(("minutes", "age"), [(-46, 0), (30, 0), (95, 5)])
def test_one_checks_in_neither_long_before_nor_after_the_meeting(floor, minutes, age):
    at(minutes)
    with pytest.raises(Conflict):
        actions.check_in(floor.seller, floor.expo, meeting=floor.first, side="exhibitor", age=timedelta(minutes=age))


def test_strangers_speak_for_nobody(floor):
    at(0)
    stranger = factories.actor(factories.member(floor.exhibitors[1]))
    outsider = factories.actor(factories.organizer(factories.ExpoFactory(), "floor"))
    for who in (stranger, outsider, floor.purchaser):
        with pytest.raises(NotFound):
            actions.check_in(who, floor.expo, meeting=floor.first, side="exhibitor")
    for who in (stranger, outsider):
        with pytest.raises(NotFound):
            actions.end_round(who, floor.expo, meeting=floor.first)
    for who in (stranger, outsider, floor.seller, floor.purchaser):
        with pytest.raises(NotFound):
            actions.miss(who, floor.expo, meeting=floor.first, by="buyer")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Presence)) == 0


def test_an_interpreter_checks_in_at_the_own_meeting_only(floor):
    at(0)
    ana = factories.actor(floor.interpreter_user)
    assert actions.check_in(ana, floor.expo, meeting=floor.first, side="interpreter").arrived_at is not None
    with pytest.raises(NotFound):
        actions.check_in(ana, floor.expo, meeting=floor.first, side="buyer")
    with pytest.raises(NotFound):
        actions.check_in(floor.seller, floor.expo, meeting=floor.first, side="interpreter")


def test_who_announces_to_come_late_is_given_the_time_and_stays_there_once_come(floor):
    at(0)
    actions.check_in(floor.seller, floor.expo, meeting=floor.first, side="exhibitor")
    actions.announce_late(floor.purchaser, floor.expo, meeting=floor.first, side="buyer", minutes=10)
    at(11)
    assert state_of(floor) is Is.EXPECTED
    actions.check_in(floor.purchaser, floor.expo, meeting=floor.first, side="buyer")
    actions.announce_late(floor.purchaser, floor.expo, meeting=floor.first, side="buyer", minutes=5)
    assert state_of(floor) is Is.RUNNING


def test_an_early_end_frees_table_people_and_interpreter(floor):
    at(2)
    actions.begin_round(floor.guard, floor.expo, meeting=floor.first)
    at(12)
    actions.end_round(floor.purchaser, floor.expo, meeting=floor.first)
    assert floor.first.state == State.HELD
    assert whole(db.session.scalars(sa.select(Round.ended_at)).one()) == NINE + timedelta(minutes=12)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Occupancy)) == 0
    assert state_of(floor) is Is.FREE
    at(14)
    actions.end_round(floor.seller, floor.expo, meeting=floor.first)  # said twice
    assert whole(db.session.scalars(sa.select(Round.ended_at)).one()) == NINE + timedelta(minutes=12)


def test_nobody_ends_or_misses_a_meeting_before_its_time(floor):
    at(-1)
    for who in (floor.guard, floor.seller):
        with pytest.raises(Conflict):
            actions.end_round(who, floor.expo, meeting=floor.first)
    with pytest.raises(Conflict):
        actions.miss(floor.guard, floor.expo, meeting=floor.first, by="buyer")


def test_a_no_show_is_noted_once(floor):
    at(10)
    for _time in range(2):
        actions.miss(floor.guard, floor.expo, meeting=floor.first, by="buyer")
    assert (floor.first.state, floor.first.missed_by) == (State.MISSED, "buyer")
    assert state_of(floor) is Is.FREE
    with pytest.raises(Conflict):
        actions.check_in(floor.purchaser, floor.expo, meeting=floor.first, side="buyer")


def test_whatever_happens_makes_the_number_grow(floor):
    def number():
        return db.session.scalar(sa.select(FloorState.number).where(FloorState.expo_id == floor.expo.id))

    seen = [number()]
    at(1)
    for deed in (
            lambda: actions.announce_late(floor.purchaser, floor.expo, meeting=floor.first, side="buyer", minutes=5),
            lambda: actions.check_in(floor.seller, floor.expo, meeting=floor.first, side="exhibitor"),
            lambda: actions.miss(floor.guard, floor.expo, meeting=floor.first, by="buyer")):
        deed()
        seen.append(number())
    assert seen == sorted(set(seen))
    other = factories.ExpoFactory()
    live.touch(other.id)
    assert number() == seen[-1]
