"""From the tray to a published plan: placing, refusing, optimising, publishing."""

import pytest
import sqlalchemy as sa

from matchmaker import clock
from matchmaker.agendas.models import CalendarEvent
from matchmaker.companies.queries import attending
from matchmaker.errors import Conflict, NotFound
from matchmaker.expos.models import Expo, Interpreter, Slot
from matchmaker.infra import jobs
from matchmaker.infra.db import db
from matchmaker.meetings.models import Meeting
from matchmaker.meetings.states import State
from matchmaker.permissions import SYSTEM
from matchmaker.scheduling import actions, diff, queries, tasks
from matchmaker.scheduling.models import Occupancy, Plan, Unavailable

from .. import factories

pytestmark = pytest.mark.database


class Fair:
    """An expo with two exhibitors, two buyers, two tables, three slots; every pair has agreed to meet."""

    def __init__(self, tables: int = 2, slots: int = 3, languages: tuple[str, ...] = ("zh",)):
        self.expo: Expo = factories.ExpoFactory(slug="ciie-2026")
        self.hall = factories.HallFactory(expo=self.expo, code="8.2")
        self.tables = [factories.TableFactory(hall=self.hall, label=f"A{n:02}") for n in range(1, tables + 1)]
        self.slots: list[Slot] = factories.slots(self.expo, slots)
        self.exhibitors = [factories.CompanyFactory(languages=list(languages)) for _ in range(2)]
        self.buyers = [factories.BuyerFactory() for _ in range(2)]
        for company in self.exhibitors + self.buyers:
            factories.approve(company, self.expo)
            factories.PersonFactory(company=company)
        self.meetings = [self.agreed(exhibitor, buyer) for exhibitor in self.exhibitors for buyer in self.buyers]
        self.organizer = factories.actor(factories.organizer(self.expo))

    def agreed(self, exhibitor, buyer, state=State.ACCEPTED) -> Meeting:
        meeting = Meeting(
            expo_id=self.expo.id, exhibitor_id=exhibitor.id, buyer_id=buyer.id, asked_by_id=buyer.id, state=state, asked_at=clock.now(),
            expires_at=clock.now())
        db.session.add(meeting)
        db.session.flush()
        return meeting

    def move(self, meeting, slot=0, table=0):
        return actions.move(self.organizer, self.expo, meeting=meeting, slot_id=self.slots[slot].id, table_id=self.tables[table].id)

    def draft(self) -> Plan:
        return queries.draft_of(self.expo.id)

    def versions(self) -> list[tuple[int, str]]:
        return sorted((plan.number, plan.state) for plan in db.session.scalars(sa.select(Plan).where(Plan.expo_id == self.expo.id)))

    def publish(self):
        draft = self.draft()
        return actions.publish(self.organizer, self.expo, plan=draft, seen=draft.edited_at)

    def optimise(self):
        draft = actions.open_draft(self.organizer, self.expo)
        return tasks.optimise(_Quiet(), plan_id=draft.id, seconds=5)


class _Quiet:
    """A job's context that nobody watches."""

    job = jobs.Job(result={}, attempts=1)

    def keep(self, **_kwargs):
        pass

    def progress(self, *_args, **_kwargs):
        pass

    def cancelled(self):
        return False


def test_a_card_is_placed_with_people_and_takes_its_table(fair):
    row = fair.move(fair.meetings[0])
    assert row.exhibitor_person.company_id == fair.exhibitors[0].id
    assert row.buyer_person.company_id == fair.buyers[0].id
    taken = set(db.session.scalars(sa.select(Occupancy.resource)))
    assert taken == {f"table:{fair.tables[0].id}", f"person:{row.exhibitor_person_id}", f"person:{row.buyer_person_id}"}


def test_a_taken_table_is_refused_with_the_reason(fair):
    fair.move(fair.meetings[0])
    with pytest.raises(Conflict) as refused:
        fair.move(fair.meetings[3])
    assert f"{fair.buyers[0].display_name} and {fair.exhibitors[0].display_name} have taken this table" in str(refused.value)


def test_a_person_cannot_sit_at_two_tables(fair):
    fair.move(fair.meetings[0])
    with pytest.raises(Conflict) as refused:
        fair.move(fair.meetings[1], table=1)  # the same exhibitor, another buyer
    assert fair.exhibitors[0].display_name in str(refused.value)


def test_moving_frees_the_old_place(fair):
    fair.move(fair.meetings[0])
    fair.move(fair.meetings[0], slot=1)
    fair.move(fair.meetings[3])
    assert len(queries.placements(queries.draft_of(fair.expo.id).id)) == 2


def test_who_is_not_free_is_not_placed(fair):
    (person,) = attending(fair.buyers[0].id)
    db.session.add(Unavailable(person_id=person.id, slot_id=fair.slots[0].id))
    db.session.flush()
    with pytest.raises(Conflict) as refused:
        fair.move(fair.meetings[0])
    assert "not available" in str(refused.value)


def test_the_past_cannot_be_planned(fair):
    clock.set_now(fair.slots[1].starts_at)
    with pytest.raises(Conflict):
        fair.move(fair.meetings[0], slot=0)


def test_the_optimiser_places_all_four(fair):
    result = fair.optimise()
    assert (result["placed"], result["unplaced"]) == (4, 0)
    rows = queries.placements(queries.draft_of(fair.expo.id).id)
    assert {row.meeting_id for row in rows} == {meeting.id for meeting in fair.meetings}
    assert len({(row.slot_id, row.table_id) for row in rows}) == 4


def test_the_optimiser_moves_a_card_whose_slot_began_before_it_was_published(fair):
    fair.move(fair.meetings[0], slot=0)
    clock.set_now(fair.slots[0].starts_at)
    fair.optimise()
    draft = queries.draft_of(fair.expo.id)
    assert queries.placement_of(draft.id, fair.meetings[0].id).slot_id in {slot.id for slot in fair.slots[1:]}


def test_the_optimiser_leaves_locked_cards_and_says_what_had_no_place(context):
    fair = Fair(tables=1, slots=3)
    fair.move(fair.meetings[3], slot=2)
    actions.set_lock(fair.organizer, fair.expo, meeting=fair.meetings[3], locked=True)
    result = fair.optimise()
    assert (result["placed"], result["unplaced"]) == (3, 1)
    row = queries.placement_of(queries.draft_of(fair.expo.id).id, fair.meetings[3].id)
    assert row.slot_id == fair.slots[2].id
    (reason,) = queries.draft_of(fair.expo.id).quality["unplaced"].values()
    assert reason["reason"] == "venue-capacity"


def test_publishing_places_the_meetings_and_tells_of_changes(fair):
    fair.move(fair.meetings[0])
    changes = fair.publish()
    assert [(change.kind, change.meeting.id) for change in changes] == [("new", fair.meetings[0].id)]
    assert fair.meetings[0].state == State.PLACED
    assert {event.sequence for event in db.session.scalars(sa.select(CalendarEvent))} == {0}


def test_a_second_version_tells_only_of_what_moved(fair):
    fair.move(fair.meetings[0])
    fair.move(fair.meetings[3], table=1)
    fair.publish()
    fair.move(fair.meetings[0], slot=1)
    changes = fair.publish()
    assert [(change.kind, change.meeting.id) for change in changes] == [("moved", fair.meetings[0].id)]
    told = db.session.scalars(sa.select(CalendarEvent.sequence).where(CalendarEvent.kind == "person"))
    assert sorted(told) == [0, 0, 1, 1]


def test_a_draft_that_changed_meanwhile_is_not_published(fair):
    fair.move(fair.meetings[0])
    draft = queries.draft_of(fair.expo.id)
    with pytest.raises(Conflict):
        actions.publish(fair.organizer, fair.expo, plan=draft, seen=None)


def test_a_cancelled_meeting_frees_its_table(fair):
    from matchmaker.meetings import actions as meetings

    fair.move(fair.meetings[0])
    fair.publish()
    meetings.cancel(SYSTEM, fair.meetings[0], reason="The flight was cancelled.")
    assert queries.placements(queries.published_of(fair.expo.id).id) == []
    assert {event.cancelled for event in db.session.scalars(sa.select(CalendarEvent))} == {True}


def test_an_organizer_of_another_expo_is_a_stranger(fair):
    other = factories.ExpoFactory()
    stranger = factories.actor(factories.organizer(other))
    with pytest.raises(NotFound):
        actions.open_draft(stranger, fair.expo)


def test_legal_places_are_those_that_the_move_accepts(fair):
    from matchmaker.scheduling.load import engine_plan, load

    fair.move(fair.meetings[0])
    draft = queries.draft_of(fair.expo.id)
    world = load(fair.expo, draft)
    legal = actions.legal_places(world, engine_plan(world, draft), fair.meetings[1].id)
    assert (fair.slots[0].id, fair.tables[1].id) not in legal
    assert sorted(legal) == sorted((slot.id, table.id) for slot in fair.slots[1:] for table in fair.tables)


def test_a_card_is_not_moved_in_a_plan_that_was_published_a_moment_ago(fair):
    fair.move(fair.meetings[0])
    draft = queries.draft_of(fair.expo.id)
    fair.publish()
    with pytest.raises(Conflict):
        actions.touch(draft)


def test_a_meeting_called_off_during_a_run_is_not_placed(fair):
    from matchmaker.meetings import actions as meetings

    class CalledOff(_Quiet):
        def progress(self, *_args, **_kwargs):
            if fair.meetings[0].state == State.ACCEPTED:
                meetings.cancel(SYSTEM, fair.meetings[0], reason="The flight was cancelled.")

    draft = actions.open_draft(fair.organizer, fair.expo)
    tasks.optimise(CalledOff(), plan_id=draft.id, seconds=5)
    assert {row.meeting_id for row in queries.placements(draft.id)} == {meeting.id for meeting in fair.meetings[1:]}


@pytest.mark.parametrize("body", [[1], "x", {"slot": "1"}, {"slot": True}, {"slot": 2**40}, {}])
def test_a_place_that_is_none_is_refused_in_words(fair, browse, body):
    browser = browse(factories.organizer(fair.expo))
    for verb in ("move", "check"):
        answer = browser.post(f"/e/{fair.expo.slug}/schedule/meetings/{fair.meetings[0].id}/{verb}", json=body)
        assert answer.status_code == 422
        assert answer.json["error"]


def test_a_new_run_keeps_who_sits_where(context):
    """Nobody is told of another chair: companies of two people, an interpreter for all, two meetings more after the first publication."""
    fair = Fair(tables=3, slots=4, languages=("es",))
    for company in fair.exhibitors + fair.buyers:
        factories.PersonFactory(company=company)
    db.session.add_all(Interpreter(expo_id=fair.expo.id, name=name, languages=["es"]) for name in ("Ana Ruiz", "Ben Soto"))
    db.session.flush()
    fair.optimise()
    held = queries.draft_of(fair.expo.id)
    fair.publish()
    more = factories.BuyerFactory()
    factories.approve(more, fair.expo)
    factories.PersonFactory(company=more)
    new = {fair.agreed(exhibitor, more).id for exhibitor in fair.exhibitors}
    fair.optimise()
    changes = diff.between(held, queries.draft_of(fair.expo.id))
    assert {(change.kind, change.meeting.id) for change in changes} == {("new", ident) for ident in new}
