"""No sequence of verbs leaves the table of states."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from matchmaker import clock, events
from matchmaker.errors import Conflict, Problem
from matchmaker.infra.db import db
from matchmaker.meetings import actions
from matchmaker.meetings.models import Meeting
from matchmaker.meetings.states import OPEN, TRANSITIONS, State, may_become
from matchmaker.permissions import SYSTEM

pytestmark = pytest.mark.database

WHO = ("seller", "purchaser", "nosy", "organizer", "floor")
VERBS = {
    "accept": actions.accept,
    "decline": lambda actor, meeting: actions.decline(actor, meeting, reason="price"),
    "withdraw": actions.withdraw,
    "cancel": lambda actor, meeting: actions.cancel(actor, meeting, reason="ill"),
    "place": actions.place,
    "return": actions.return_to_tray,
    "held": actions.mark_held,
    "missed": lambda actor, meeting: actions.mark_missed(actor, meeting, by="buyer"),
    "outcome": lambda actor, meeting: actions.record_outcome(actor, meeting, company_id=meeting.exhibitor_id, result="sample"),
}


def test_ended_meetings_stay_ended():
    ended = {state for state, targets in TRANSITIONS.items() if not targets}
    assert ended == {State.DECLINED, State.EXPIRED, State.WITHDRAWN, State.CANCELLED}
    assert set(TRANSITIONS) == set(State)


def machine(fair):
    class Steps(RuleBasedStateMachine):
        """Anybody tries any verb at any time."""

        @initialize()
        def begin(self):
            db.session.query(Meeting).delete()
            db.session.expunge_all()
            self.meeting = actions.ask(fair.purchaser_acts, fair.expo, other=fair.exhibitor)
            self.steps = []
            self.listener = lambda meeting, was=None, **_more: self.steps.append((was, meeting.state))
            events.meeting_changed.connect(self.listener)

        @rule(verb=st.sampled_from(sorted(VERBS)), who=st.sampled_from(WHO))
        def attempt(self, verb, who):
            before, told = self.meeting.state, len(self.steps)
            try:
                VERBS[verb](getattr(fair, f"{who}_acts"), self.meeting)
            except Problem:
                assert self.meeting.state == before
                assert len(self.steps) == told

        @rule(verb=st.sampled_from(["accept", "decline"]))
        def answer_twice(self, verb):
            if self.meeting.state != State.REQUESTED:
                with pytest.raises(Conflict):
                    VERBS[verb](fair.seller_acts, self.meeting)

        @rule(days=st.integers(0, 8))
        def time_passes(self, days):
            clock.set_now(clock.now() + timedelta(days=days))
            if self.meeting.state == State.REQUESTED and self.meeting.expires_at <= clock.now():
                with pytest.raises(Conflict):
                    actions.accept(fair.seller_acts, self.meeting)
                actions.expire(SYSTEM, self.meeting)

        @invariant()
        def every_step_is_in_the_table(self):
            steps = getattr(self, "steps", [])
            assert all(may_become(was, state) for was, state in steps)
            assert all(before[1] == after[0] for before, after in pairwise(steps))

        @invariant()
        def an_open_pair_has_one_meeting(self):
            if getattr(self, "meeting", None) is not None and self.meeting.state in OPEN:
                with pytest.raises(Problem):
                    actions.ask(fair.purchaser_acts, fair.expo, other=fair.exhibitor)

        def teardown(self):
            if getattr(self, "listener", None) is not None:
                events.meeting_changed.disconnect(self.listener)

    return Steps


def test_no_verb_leaves_the_table(fair, monkeypatch):
    from matchmaker.notices import mails

    monkeypatch.setattr(mails, "_send", lambda *_args, **_more: None)  # rendering thousands of mails proves nothing here
    start = clock.now()

    class Restarting(machine(fair)):
        def __init__(self):
            super().__init__()
            clock.set_now(start)

    run_state_machine_as_test(
        Restarting, settings=settings(max_examples=25, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)))
