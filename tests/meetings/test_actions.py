"""The verbs: who may, what is refused, and that a refusal touches nothing."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker import clock
from matchmaker.companies import actions as companies
from matchmaker.errors import Conflict, Invalid, NotFound, TooMany
from matchmaker.expos import actions as expos
from matchmaker.expos.queries import participation_of
from matchmaker.infra import jobs
from matchmaker.infra.db import apart, commit, db
from matchmaker.meetings import actions, queries
from matchmaker.meetings.models import Meeting, MeetingOutcome
from matchmaker.meetings.rules import LEFT
from matchmaker.permissions import SYSTEM

from .. import factories

pytestmark = pytest.mark.database


def held(fair, asked):
    actions.accept(fair.seller_acts, asked)
    actions.place(fair.organizer_acts, asked)
    actions.mark_held(fair.floor_acts, asked)
    return asked


def test_a_request_knows_its_subject_language_and_end(fair, asked):
    assert (asked.exhibitor_id, asked.buyer_id, asked.asked_by_id) == (fair.exhibitor.id, fair.buyer.id, fair.buyer.id)
    assert (asked.state, asked.message_lang) == ("requested", "zh")
    assert asked.expires_at - asked.asked_at == timedelta(days=fair.expo.request_days)


def test_a_request_expires_at_the_end_of_the_expo_at_the_latest(fair):
    clock.set_now(clock.now().replace(month=11, day=9))
    meeting = actions.ask(fair.purchaser_acts, fair.expo, other=fair.exhibitor)
    assert meeting.expires_at.isoformat() == "2026-11-11T00:00:00+08:00"


def test_nobody_asks_after_the_expo(fair):
    clock.set_now(clock.now().replace(month=11, day=12))
    with pytest.raises(Conflict, match="over"):
        actions.ask(fair.purchaser_acts, fair.expo, other=fair.exhibitor)


def test_an_exhibitor_asks_about_a_demand_and_cannot_ask_buyers_by_number(fair):
    with pytest.raises(NotFound):
        actions.ask(fair.seller_acts, fair.expo, other=fair.buyer)
    meeting = actions.ask(fair.seller_acts, fair.expo, other=fair.buyer, demand=fair.demand, product=fair.product)
    assert meeting.asked_id == fair.buyer.id


@pytest.mark.parametrize("who", ["same kind", "not approved", "blocked", "foreign demand", "draft product", "unlisted product"])
def test_what_may_not_be_asked_is_not_there(fair, who):
    asker, other, subject = fair.purchaser_acts, fair.exhibitor, {}
    if who == "same kind":
        other = fair.outsider
    elif who == "not approved":
        other = factories.CompanyFactory()
    elif who == "blocked":
        companies.block(fair.seller_acts, fair.exhibitor, fair.buyer)
    elif who == "foreign demand":
        subject = {"demand": factories.DemandFactory(expo=fair.expo, company=fair.outsider)}
    elif who == "draft product":
        fair.product.state = "draft"
        subject = {"product": fair.product}
    else:
        subject = {"product": factories.ProductFactory(company=fair.exhibitor)}
    with pytest.raises(NotFound):
        actions.ask(asker, fair.expo, other=other, **subject)
    assert db.session.scalar(sa.select(sa.func.count(Meeting.id))) == 0


def test_a_long_message_is_refused(fair):
    with pytest.raises(Invalid):
        actions.ask(fair.purchaser_acts, fair.expo, other=fair.exhibitor, message="长" * 1001)


def test_the_quota_counts_open_requests_only(fair, asked):
    fair.expo.request_quota = 1
    with pytest.raises(TooMany):
        actions.ask(fair.purchaser_acts, fair.expo, other=fair.stranger)
    actions.decline(fair.seller_acts, asked, reason="price")
    assert actions.ask(fair.purchaser_acts, fair.expo, other=fair.stranger).state == "requested"


def test_two_companies_have_one_open_meeting_whoever_asks(fair, asked):
    with pytest.raises(Conflict):
        actions.ask(fair.seller_acts, fair.expo, other=fair.buyer, demand=fair.demand)
    actions.withdraw(fair.purchaser_acts, asked)
    actions.ask(fair.seller_acts, fair.expo, other=fair.buyer, demand=fair.demand)


def test_a_second_session_that_asks_at_once_is_stopped_by_the_database(fair, monkeypatch):
    commit()
    row = {"expo_id": fair.expo.id, "exhibitor_id": fair.exhibitor.id, "buyer_id": fair.buyer.id, "asked_by_id": fair.exhibitor.id,
           "asked_at": clock.now(), "expires_at": clock.now() + timedelta(days=7)}
    insert = actions._insert

    def somebody_is_faster(meeting):
        with apart() as session:
            session.add(Meeting(**row))
        insert(meeting)

    if db.engine.dialect.name == "sqlite":  # one writer at a time: the other session must have committed before we write
        monkeypatch.setattr(actions, "_check_open", lambda *_: None)
    monkeypatch.setattr(actions, "_insert", somebody_is_faster)
    with pytest.raises(Conflict):
        actions.ask(fair.purchaser_acts, fair.expo, other=fair.exhibitor)
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(Meeting.id))) == 1


@pytest.mark.parametrize("verb", ["accept", "decline"])
@pytest.mark.parametrize("who", ["purchaser", "nosy", "rival", "organizer", "floor"])
def test_only_the_asked_side_answers(fair, asked, verb, who):
    more = {"reason": "price"} if verb == "decline" else {}
    with pytest.raises(NotFound):
        getattr(actions, verb)(getattr(fair, f"{who}_acts"), asked, **more)
    assert asked.state == "requested"


@pytest.mark.parametrize("who", ["seller", "nosy", "rival", "organizer"])
def test_only_the_asking_side_takes_back(fair, asked, who):
    with pytest.raises(NotFound):
        actions.withdraw(getattr(fair, f"{who}_acts"), asked)


def test_a_second_answer_is_a_conflict_and_touches_nothing(fair, asked):
    actions.accept(fair.seller_acts, asked)
    answered_at = asked.answered_at
    with pytest.raises(Conflict):
        actions.decline(fair.seller_acts, asked, reason="price", note="too late")
    with pytest.raises(Conflict):
        actions.accept(fair.seller_acts, asked)
    assert (asked.state, asked.answered_at, asked.decline_reason, asked.decline_note) == ("accepted", answered_at, "", "")
    assert not db.session.dirty


def test_an_expired_request_cannot_be_answered(fair, asked):
    clock.set_now(asked.expires_at)
    with pytest.raises(Conflict, match="expired"):
        actions.accept(fair.seller_acts, asked)
    assert queries.waiting_count(fair.exhibitor.id) == 0


def test_declining_needs_a_reason_of_the_list(fair, asked):
    with pytest.raises(Invalid):
        actions.decline(fair.seller_acts, asked, reason="bad mood")


@pytest.mark.parametrize("who", ["seller", "purchaser", "organizer"])
def test_both_sides_and_organizers_call_off_with_a_reason(fair, asked, who):
    actions.accept(fair.seller_acts, asked)
    with pytest.raises(Invalid):
        actions.cancel(getattr(fair, f"{who}_acts"), asked, reason="  ")
    actions.cancel(getattr(fair, f"{who}_acts"), asked, reason="Our flight was cancelled.")
    assert (asked.state, asked.cancel_reason) == ("cancelled", "Our flight was cancelled.")


@pytest.mark.parametrize("who", ["nosy", "rival", "floor", "elsewhere"])
def test_nobody_else_calls_off(fair, asked, who):
    actions.accept(fair.seller_acts, asked)
    with pytest.raises(NotFound):
        actions.cancel(getattr(fair, f"{who}_acts"), asked, reason="x")


@pytest.mark.parametrize("who", ["seller", "purchaser", "nosy", "floor", "elsewhere"])
def test_only_organizers_place_and_give_priority(fair, asked, who):
    actions.accept(fair.seller_acts, asked)
    for verb in (lambda actor: actions.place(actor, asked), lambda actor: actions.return_to_tray(actor, asked),
                 lambda actor: actions.set_priority(actor, asked, 1)):
        with pytest.raises(NotFound):
            verb(getattr(fair, f"{who}_acts"))


@pytest.mark.parametrize("who", ["seller", "purchaser", "nosy", "elsewhere"])
def test_only_staff_say_who_missed(fair, asked, who):
    actions.accept(fair.seller_acts, asked)
    actions.place(fair.organizer_acts, asked)
    with pytest.raises(NotFound):
        actions.mark_missed(getattr(fair, f"{who}_acts"), asked, by="buyer")


def test_staff_correct_what_they_noted_and_a_side_cannot(fair, asked):
    held(fair, asked)
    actions.mark_missed(fair.floor_acts, asked, by="exhibitor")
    with pytest.raises(Conflict):
        actions.mark_held(fair.seller_acts, asked)
    actions.mark_held(fair.organizer_acts, asked)
    assert (asked.state, asked.missed_by) == ("held", "")


def test_each_side_has_its_own_outcome_and_may_change_it(fair, asked):
    held(fair, asked)
    actions.record_outcome(fair.seller_acts, asked, company_id=fair.exhibitor.id, result="sample", again="yes")
    actions.record_outcome(fair.purchaser_acts, asked, company_id=fair.buyer.id, result="none")
    actions.record_outcome(fair.seller_acts, asked, company_id=fair.exhibitor.id, result="intention")
    rows = db.session.execute(sa.select(MeetingOutcome.company_id, MeetingOutcome.result).order_by(MeetingOutcome.company_id)).all()
    assert set(rows) == {(fair.exhibitor.id, "intention"), (fair.buyer.id, "none")}


@pytest.mark.parametrize("who", ["purchaser", "nosy", "organizer"])
def test_nobody_speaks_for_the_other_side(fair, asked, who):
    held(fair, asked)
    with pytest.raises(NotFound):
        actions.record_outcome(getattr(fair, f"{who}_acts"), asked, company_id=fair.exhibitor.id, result="sample")


def test_an_outcome_needs_a_meeting_that_took_place(fair, asked):
    with pytest.raises(Conflict):
        actions.record_outcome(fair.seller_acts, asked, company_id=fair.exhibitor.id, result="sample")


def test_the_expiry_job_ends_due_requests_once_and_tells_once(fair, asked, work):
    commit()
    told = []
    from matchmaker import events

    with events.meeting_changed.connected_to(lambda meeting, **more: told.append(meeting.state)):
        work()
        assert db.session.get(Meeting, asked.id).state == "requested"
        clock.set_now(asked.expires_at + timedelta(seconds=1))
        for _run in range(2):
            jobs.enqueue("meetings.expire")
            commit()
            work()
    assert told == ["expired"]
    assert db.session.get(Meeting, asked.id, populate_existing=True).state == "expired"


def test_one_expiry_job_waits_while_requests_are_open_and_none_afterwards(fair, asked, work):
    actions.ask(fair.purchaser_acts, fair.expo, other=fair.stranger)
    waiting = sa.select(sa.func.count(jobs.Job.id)).where(jobs.Job.kind == "meetings.expire", jobs.Job.state == "queued")
    assert db.session.scalar(waiting) == 1
    clock.set_now(asked.expires_at + timedelta(seconds=1))
    db.session.execute(sa.update(jobs.Job).values(run_at=clock.wall()))
    commit()
    work()
    assert db.session.scalar(waiting) == 0
    assert set(db.session.scalars(sa.select(Meeting.state))) == {"expired"}


def test_only_the_job_expires_and_not_before_the_time(fair, asked):
    with pytest.raises(NotFound):
        actions.expire(fair.organizer_acts, asked)
    with pytest.raises(Conflict):
        actions.expire(SYSTEM, asked)


def test_a_block_ends_the_open_request_of_the_two(fair, asked):
    other = actions.ask(fair.purchaser_acts, fair.expo, other=fair.stranger)
    companies.block(fair.seller_acts, fair.exhibitor, fair.buyer)
    companies.block(fair.purchaser_acts, fair.buyer, fair.stranger)
    assert (asked.state, asked.decline_reason, asked.decline_note) == ("declined", "other", "")
    assert other.state == "withdrawn"


def test_who_leaves_the_expo_has_no_open_meetings(fair, asked):
    actions.accept(fair.seller_acts, asked)
    request = actions.ask(fair.purchaser_acts, fair.expo, other=fair.stranger)
    elsewhere = actions.ask(fair.purchaser_acts, fair.other_expo, other=fair.exhibitor)
    expos.withdraw(fair.purchaser_acts, participation_of(fair.expo.id, fair.buyer.id))
    assert (asked.state, asked.cancel_reason) == ("cancelled", LEFT)
    assert request.state == "withdrawn"
    assert elsewhere.state == "requested"


def test_pairs_are_told_with_their_furthest_state(fair, asked):
    actions.decline(fair.seller_acts, asked, reason="price")
    assert queries.pair_states(fair.buyer.id, fair.expo.id) == {}
    held(fair, actions.ask(fair.purchaser_acts, fair.expo, other=fair.exhibitor))
    actions.ask(fair.purchaser_acts, fair.expo, other=fair.exhibitor)
    assert queries.pair_states(fair.buyer.id, fair.expo.id) == {fair.exhibitor.id: "held"}
    assert queries.pair_states(fair.exhibitor.id, fair.expo.id) == {fair.buyer.id: "held"}
