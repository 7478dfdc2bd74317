"""What people do is kept once for each company, pair and kind, with the signals of that moment."""

import pytest
import sqlalchemy as sa

from matchmaker import events
from matchmaker.infra.db import commit, db
from matchmaker.matching import actions, feedback, queries
from matchmaker.matching.models import Feedback
from matchmaker.meetings import actions as meetings

from .conftest import member_actor

pytestmark = pytest.mark.database


def kept(kind=None):
    rows = db.session.scalars(sa.select(Feedback).order_by(Feedback.id)).all()
    return [row for row in rows if kind in (None, row.kind)]


@pytest.fixture
def buyer(matched):
    actor = member_actor(matched.buyers[0])
    commit()
    return actor


def test_a_list_is_noted_once_with_positions(matched, buyer):
    page = queries.recommendations_for_company(buyer, matched.expo)
    for _again in range(2):
        feedback.shown(buyer.company_id, matched.expo.id, page.items, first=21)
    rows = kept("shown")
    assert [row.position for row in rows] == list(range(21, 21 + len(page.items)))
    assert all(row.side == "buyer" and row.signals and row.company_id == buyer.company_id for row in rows)


def test_a_reader_does_not_wait_for_a_writer(matched, buyer):
    page = queries.recommendations_for_company(buyer, matched.expo)
    db.session.execute(sa.update(Feedback).values(reason=""))  # somebody writes, and is not done yet
    feedback.shown(buyer.company_id, matched.expo.id, page.items, first=1)
    db.session.rollback()
    assert len(kept("shown")) in (0, len(page.items))  # on PostgreSQL writers of other rows do not wait


def test_saving_and_hiding_are_noted_and_showing_again_takes_the_refusal_back(matched, buyer):
    pair = {"demand_id": matched.demands[0].id, "product_id": matched.products[0].id}
    actions.save(buyer, matched.expo, **pair)
    actions.hide(buyer, matched.expo, **pair, reason="price")
    assert [(row.kind, row.reason) for row in kept()] == [("saved", ""), ("hidden", "price")]
    actions.unhide(buyer, matched.expo, **pair)
    assert [row.kind for row in kept()] == ["saved"]


def test_a_meeting_from_the_asking_to_its_outcome(matched, buyer):
    seller = member_actor(matched.exhibitors[0])
    meeting = meetings.ask(buyer, matched.expo, other=matched.exhibitors[0], demand=matched.demands[0], product=matched.products[0])
    meetings.accept(seller, meeting)
    commit()
    meeting.state = "held"
    outcome = meetings.record_outcome(buyer, meeting, company_id=buyer.company_id, result="intention")
    assert outcome.result == "intention"
    assert [(row.kind, row.side) for row in kept()] == [("asked", "buyer"), ("accepted", "exhibitor"), ("intention", "buyer")]


def test_a_refusal_keeps_its_reason(matched, buyer):
    meeting = meetings.ask(buyer, matched.expo, other=matched.exhibitors[0], demand=matched.demands[0], product=matched.products[0])
    meetings.decline(member_actor(matched.exhibitors[0]), meeting, reason="no_time")
    assert [(row.kind, row.side, row.reason) for row in kept("declined")] == [("declined", "exhibitor", "no_time")]


def test_of_a_pair_without_a_match_nothing_is_kept(matched, buyer):
    feedback.note(buyer.company_id, "opened", expo_id=matched.expo.id, demand_id=matched.demands[0].id, product_id=matched.products[1].id)
    stranger = member_actor(matched.buyers[1])
    feedback.note(stranger.company_id, "opened", expo_id=matched.expo.id, demand_id=matched.demands[0].id,
                  product_id=matched.products[0].id)
    assert kept() == []


def test_the_events_of_meetings_are_heard(matched):
    assert events.meeting_changed.receivers and events.outcome_recorded.receivers
