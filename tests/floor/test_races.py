"""Several people tap in the same second: nothing is lost, nothing is placed twice."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from matchmaker.accounts.models import User
from matchmaker.errors import Conflict
from matchmaker.expos.models import Expo
from matchmaker.expos.queries import actor_for
from matchmaker.floor import actions, refills
from matchmaker.floor.models import Presence, Refill, Round
from matchmaker.infra.db import commit, db
from matchmaker.meetings.models import Meeting
from matchmaker.meetings.states import State
from matchmaker.scheduling.models import Occupancy, Placement

from ..meetings.test_races import at_once
from .conftest import at

pytestmark = pytest.mark.database


def acting(user_id, deed):
    return lambda: deed(actor_for(db.session.get_one(User, user_id)))


def count(model, *where):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*where))


def test_both_sides_check_in_at_once_and_the_round_begins(app, floor):
    at(1)
    expo_id, meeting_id = floor.expo.id, floor.first.id
    users = {"exhibitor": floor.seller_user.id, "buyer": floor.purchaser_user.id}
    commit()

    def come(side):
        return acting(users[side], lambda actor: actions.check_in(
            actor, db.session.get_one(Expo, expo_id), meeting=db.session.get_one(Meeting, meeting_id), side=side))

    answers = at_once(app, [come(side) for side in ("exhibitor", "buyer") for _tap in range(3)])
    assert answers == ["done"] * 6
    assert (count(Presence), count(Round, Round.began_at.is_not(None))) == (2, 1)


@pytest.mark.parametrize("taps", [1, 3])
def test_both_sides_confirm_at_once_and_the_meeting_is_placed_once(app, floor, taps):
    waiting = floor.wait(floor.exhibitors[0], floor.buyers[1])
    at(10)
    actions.miss(floor.guard, floor.expo, meeting=floor.first, by="buyer")
    refill = db.session.scalars(sa.select(Refill)).one()
    expo_id, refill_id, meeting_id = floor.expo.id, refill.id, waiting.id
    buyer = db.session.scalars(sa.select(User).where(User.id == floor.side(floor.buyers[1]).user_id)).one()
    users = {"exhibitor": floor.seller_user.id, "buyer": buyer.id}
    commit()

    def yes(side):
        return acting(users[side], lambda actor: refills.confirm(
            actor, db.session.get_one(Expo, expo_id), db.session.get_one(Refill, refill_id), side=side))

    assert at_once(app, [yes(side) for _tap in range(taps) for side in ("exhibitor", "buyer")]) == ["done"] * 2 * taps
    db.session.expire_all()
    assert db.session.get_one(Meeting, meeting_id).state == State.PLACED
    assert db.session.get_one(Refill, refill_id).state == "taken"
    assert count(Placement, Placement.meeting_id == meeting_id) == 1
    assert count(Occupancy, Occupancy.resource == f"table:{floor.tables[0].id}") == 1


def test_a_yes_and_a_no_at_once_leave_one_answer(app, floor):
    waiting = floor.wait(floor.exhibitors[0], floor.buyers[1])
    at(10)
    actions.miss(floor.guard, floor.expo, meeting=floor.first, by="buyer")
    refill = db.session.scalars(sa.select(Refill)).one()
    refills.confirm(floor.guard, floor.expo, refill, side="buyer")
    expo_id, refill_id, seller, guard, meeting_id = floor.expo.id, refill.id, floor.seller_user.id, floor.guard_user.id, waiting.id
    commit()

    def say(user_id, verb, side):
        return acting(user_id, lambda actor: verb(
            actor, db.session.get_one(Expo, expo_id), db.session.get_one(Refill, refill_id), side=side))

    answers = at_once(app, [say(seller, refills.confirm, "exhibitor"), say(guard, refills.refuse, "staff")])
    assert sorted(answers) == ["Conflict", "done"]
    db.session.expire_all()
    placed = db.session.get_one(Meeting, meeting_id).state == State.PLACED
    assert db.session.get_one(Refill, refill_id).state == ("taken" if placed else "refused")


def test_several_of_the_staff_note_the_same_no_show_and_one_offer_is_made(app, floor):
    floor.wait(floor.exhibitors[0], floor.buyers[1])
    floor.wait(floor.exhibitors[1], floor.more("buyer"))
    at(10)
    expo_id, meeting_id, guard = floor.expo.id, floor.first.id, floor.guard_user.id
    commit()

    def miss(actor):
        try:
            actions.miss(actor, db.session.get_one(Expo, expo_id), meeting=db.session.get_one(Meeting, meeting_id), by="buyer")
        except StaleDataError:
            raise Conflict("a colleague was faster") from None  # as the page says, with 409

    answers = at_once(app, [acting(guard, miss) for _n in range(4)])
    assert "done" in answers
    db.session.expire_all()
    assert count(Refill) == 1
