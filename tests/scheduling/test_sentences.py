"""Blockers, changes and conflicts read as sentences with names, in both languages."""

import pytest

from matchmaker.engine import scheduling as engine
from matchmaker.expos.models import Expo
from matchmaker.i18n import reading_in
from matchmaker.infra.db import db
from matchmaker.scheduling import queries
from matchmaker.scheduling.load import engine_plan, load, names
from matchmaker.scheduling.sentences import Words, remembered

from .. import factories
from .test_plans import Fair

pytestmark = pytest.mark.database


@pytest.fixture
def full(context):
    """One table, three slots, four meetings: the optimiser leaves one out."""
    fair = Fair(tables=1, slots=3)
    fair.optimise()
    draft = queries.draft_of(fair.expo.id)
    world = load(fair.expo, draft)
    plan = engine_plan(world, draft)
    return world, plan, draft, engine.why_not(world.instance, plan)[0]


def test_what_stands_in_the_way_is_said_with_names(full):
    world, _, draft, unplaced = full
    (stored,) = draft.quality["unplaced"].values()
    assert stored["reason"] == "venue-capacity"
    said = Words(world).unplaced(stored)
    assert "hall 8.2 has no free table at" in said
    assert said == Words(world).unplaced(remembered(unplaced, world))
    with reading_in("zh_Hans_CN"):
        assert "8.2 馆在" in Words(world).unplaced(stored)


def test_names_alone_say_as_much_as_the_whole_world(full):
    world, _, draft, _ = full
    (stored,) = draft.quality["unplaced"].values()
    expo = db.session.get(Expo, draft.expo_id)
    assert Words(names(expo)).unplaced(stored) == Words(world).unplaced(stored)


def test_a_person_with_meetings_of_the_own_is_called_by_name(context):
    fair = Fair()
    company = fair.exhibitors[0]
    named = factories.PersonFactory(company=company, name="Lucía Ferrer")
    for meeting in fair.meetings[:2]:
        meeting.exhibitor_owner_id = named.id
    db.session.flush()
    world = load(fair.expo, None)
    assert f"person:{named.id}" in {person.id for person in world.instance.participants}
    for words in (Words(world), Words(names(fair.expo))):
        assert words.company(f"person:{named.id}") == f"Lucía Ferrer of {company.display_name}"
        with reading_in("zh_Hans_CN"):
            assert Words(world).company(f"person:{named.id}").endswith("的Lucía Ferrer")


def test_a_change_says_where_with_what_and_how_many_are_told(full):
    world, plan, _, unplaced = full
    words = Words(world)
    first = engine.changes(world.instance, plan, unplaced.request)[0]
    assert words.change(first).endswith(f", hall 8.2, with 1 more table in hall 8.2 at {words.slot(first.slot)}.")
    assert words.told(first) == "2 companies are told"
    with reading_in("zh_Hans_CN"):
        assert "增加 1 张洽谈桌" in words.change(first)


LEVERS = {
    "20 more tables in hall 8.2": lambda w: engine.Tables(next(iter(w.tables)), 20),
    "2 more Japanese interpreters": lambda w: engine.Interpreters("zh-ja", 2),
    "1 more meeting for everyone": lambda w: engine.Maximum(),
    "1 more slot each day": lambda w: engine.Rounds(),
    "1 slot less to walk between halls": lambda w: engine.Walking(),
}


@pytest.mark.parametrize("text", LEVERS)
def test_a_lever_is_named(full, text):
    words = Words(full[0])
    assert words.lever(LEVERS[text](full[0])) == text
    with reading_in("zh_Hans_CN"):
        assert words.lever(LEVERS[text](full[0])) != text


def test_people_are_named_in_levers_and_moves(full):
    world, plan, _, _ = full
    words = Words(world)
    meeting = plan.meetings[0]
    a, b = world.meetings[meeting.request].exhibitor, world.meetings[meeting.request].buyer
    most = next(p.max_meetings for p in world.instance.participants if p.id == a.id)
    assert words.lever(engine.Maximum(a.id)) == f"a maximum of {most + 1} meetings for {a.display_name} instead of {most}"
    assert words.lever(engine.Colleague(b.id)) == f"1 more colleague of {b.display_name}"
    assert words.lever(engine.Present(b.id, meeting.slot)) == f"{b.display_name} present at {words.slot(meeting.slot)} too"
    other = plan.meetings[1].slot
    move = engine.Move(meeting.request, other, meeting.venue, meeting.slot, meeting.venue, (a.id, b.id))
    was, now = words.slot(meeting.slot), words.slot(other)
    assert words.move(move) == f"{a.display_name} and {b.display_name} at {now}, hall 8.2 instead of {was}"
    assert words.venue(f"booth:{a.id}") == f"the booth of {a.display_name}"


def test_locks_that_clash_are_named_by_their_companies(full):
    world, plan, _, _ = full
    first, second = plan.meetings[:2]
    context = {"venue": first.venue, "slot": first.slot}
    violation = engine.Violation("venue-capacity", engine.CONFLICTS["venue-capacity"], context, (first, second))
    words = Words(world)
    said = words.conflict(violation)
    assert said == (
        f"More meetings are locked at hall 8.2 at {words.slot(first.slot)} than it has tables. "
        f"Locked: {words.pair(first.request)}; {words.pair(second.request)}.")


def test_every_label_of_the_engine_has_its_chinese(full):
    words = Words(full[0])
    context = dict.fromkeys(("participant", "slot", "venue", "interpreter", "limit", "request"), "7")
    for label in {*engine.REASONS.values(), *engine.CONFLICTS.values()}:
        english = words.say(label, context)
        with reading_in("zh_Hans_CN"):
            assert words.say(label, context) != english, label
