"""Random hands at a draft: no step, taken, undone or done again, leaves a card that breaks a rule; the past and what is locked stay."""

from contextlib import suppress

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaker import clock
from matchmaker.companies.models import Person
from matchmaker.engine import scheduling as engine
from matchmaker.errors import Conflict
from matchmaker.expos.models import Interpreter
from matchmaker.infra.db import db
from matchmaker.scheduling import actions, queries
from matchmaker.scheduling.load import engine_plan, load
from matchmaker.scheduling.models import Occupancy, Placement, Unavailable

from .test_plans import Fair

pytestmark = pytest.mark.database
MEETINGS, SLOTS, TABLES = 4, 4, 2
cards = st.integers(0, MEETINGS - 1)
steps = st.one_of(
    st.tuples(st.just("move"), cards, st.integers(0, SLOTS - 1), st.integers(0, TABLES - 1)), st.tuples(st.just("unplace"), cards),
    st.tuples(st.just("lock"), cards, st.booleans()), st.tuples(st.sampled_from(["undo", "redo", "publish"])))
busy = st.sets(st.tuples(st.integers(0, 3), st.integers(0, SLOTS - 1)), max_size=5)
in_a_database = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Desk(Fair):
    """A fair where each meeting needs the one interpreter, and some people are away at times."""

    def __init__(self, away: set[tuple[int, int]]):
        super().__init__(tables=TABLES, slots=SLOTS, languages=("es",))
        db.session.add(Interpreter(expo_id=self.expo.id, name="Ana Ruiz", languages=["es"]))
        people = list(db.session.scalars(sa.select(Person).order_by(Person.id)))
        db.session.add_all(Unavailable(person_id=people[who].id, slot_id=self.slots[at].id) for who, at in away)
        db.session.flush()

    def take(self, step: tuple) -> None:
        verb, *rest = step
        if verb == "move":
            self.move(self.meetings[rest[0]], slot=rest[1], table=rest[2])
        elif verb == "unplace":
            actions.unplace(self.organizer, self.expo, meeting=self.meetings[rest[0]])
        elif verb == "lock":
            actions.set_lock(self.organizer, self.expo, meeting=self.meetings[rest[0]], locked=rest[1])
        elif verb == "publish":
            actions.open_draft(self.organizer, self.expo)
            self.publish()
        else:
            {"undo": actions.undo, "redo": actions.redo}[verb](self.organizer, self.expo)

    def cards(self) -> dict[int, tuple[int, int, bool]]:
        """Return {meeting: (slot, table, locked)} of the draft, or of the plan that holds when there is none."""
        plan = queries.draft_of(self.expo.id) or queries.published_of(self.expo.id)
        rows = db.session.execute(sa.select(Placement.meeting_id, Placement.slot_id, Placement.table_id, Placement.locked).where(
            Placement.plan_id == plan.id)) if plan else ()
        return {meeting: (slot, table, locked) for meeting, slot, table, locked in rows}

    def check(self) -> None:
        """Ask the validator about the whole draft, and count what it occupies: a table, two people and the interpreter a card."""
        plan = queries.draft_of(self.expo.id) or queries.published_of(self.expo.id)
        if plan is not None:
            world = load(self.expo, plan)
            assert engine.violations(world.instance, engine_plan(world, plan)) == []
            taken = db.session.scalar(sa.select(sa.func.count()).select_from(Occupancy).where(Occupancy.plan_id == plan.id))
            assert taken == 4 * len(self.cards())


@in_a_database
@given(busy, st.lists(steps, min_size=4, max_size=14))
def test_random_edits_never_break_a_rule_and_a_refused_one_changes_nothing(context, away, hands):
    desk = Desk(away)
    for step in hands:
        before = desk.cards()
        try:
            desk.take(step)
        except Conflict:
            db.session.expire_all()
            assert desk.cards() == before
        desk.check()
        locked = {meeting: card for meeting, card in before.items() if card[2]}
        if step[0] in ("move", "unplace"):  # undo may give back what was before a lock
            assert locked.items() <= desk.cards().items()
    db.session.rollback()


@in_a_database
@given(busy, st.lists(st.tuples(cards, st.integers(0, SLOTS - 1), st.integers(0, TABLES - 1)), min_size=1, max_size=6), st.sets(cards),
       st.integers(0, SLOTS - 1))
def test_a_new_run_moves_neither_what_is_locked_nor_what_has_begun(context, away, moves, locks, begun):
    """Cards are put by hand, some are locked, the plan is published, some slots begin, a run follows."""
    today = clock.now()
    desk = Desk(away)
    for meeting, slot, table in moves:
        with suppress(Conflict):
            desk.move(desk.meetings[meeting], slot=slot, table=table)
    placed = desk.cards()
    for n in locks:
        if desk.meetings[n].id in placed:
            actions.set_lock(desk.organizer, desk.expo, meeting=desk.meetings[n], locked=True)
    if placed:
        desk.publish()
    clock.set_now(desk.slots[begun].starts_at)
    over = {slot.id for slot in desk.slots[:begun + 1]}
    before = desk.cards()
    desk.optimise()
    after = desk.cards()
    stays = {meeting: card[:2] for meeting, card in before.items() if card[2] or card[0] in over}
    assert stays == {meeting: after[meeting][:2] for meeting in stays}
    assert all(card[0] not in over for meeting, card in after.items() if meeting not in stays)
    desk.check()
    clock.set_now(today)
    db.session.rollback()
