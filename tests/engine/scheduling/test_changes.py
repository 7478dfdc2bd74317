"""The smallest changes that would place a request: known cases, and that each one keeps every rule on random ones."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.engine.scheduling import (
    Colleague,
    Finder,
    Interpreters,
    Maximum,
    Meeting,
    Plan,
    Present,
    Tables,
    changes,
    legal_cells,
    solve,
    violations,
    why_not,
)

from .builders import ask, booth, day, expo, lock, person, placed, pool
from .strategies import tiny_expos


def two(*, slots=1, tables=2, maximum=9, interpreter=None, venues=("hall",)):
    """E meets B1, and is asked by B2 too; B1 and B2 can always."""
    people = [
        person("E", range(slots), max_meetings=maximum),
        *(person(b, range(slots)) for b in ("B1", "B2", "B3")),
        person("F", range(slots)),
    ]
    requests = [ask("has", "E", "B1", venues=venues), ask("asks", "E", "B2", venues=venues), ask("far", "F", "B3", interpreter=interpreter)]
    return expo(day(slots), people, [pool("hall", tables, slots), booth("E", slots)], requests, interpreters=[("zh-es", 1)])


def offered(instance, plan, request="asks"):
    """The changes, after each was applied and found to be what it says."""
    found = changes(instance, plan, request)
    for change in found:
        richer, after = change.apply(instance, plan)
        assert violations(richer, after) == []
        assert placed(after) == placed(plan) | {m.request: (m.slot, m.venue) for m in change.arriving}
        assert placed(after)[request] == (change.slot, change.venue)
        assert all(placed(plan)[m.request] == (m.was_slot, m.was_venue) for m in change.moves)
    assert [c.price for c in found] == sorted(c.price for c in found)
    return found


def test_one_table_more_at_that_hour():
    instance = two(tables=1)
    plan = Plan("toy", (Meeting("has", 0, "hall", 0),))
    assert offered(instance, plan, "far")[0].levers == (Tables("hall", 1, 0),)


def test_one_interpreter_more_at_that_hour():
    instance = two(interpreter="zh-es")
    instance = replace(
        instance, requests=(*instance.requests[:1], replace(instance.requests[1], interpreter="zh-es"), instance.requests[2])
    )
    plan = Plan("toy", (Meeting("asks", 0, "hall", 0),))
    assert offered(instance, plan, "far")[0].levers == (Interpreters("zh-es", 1, 0),)


def test_one_colleague_more_at_the_booth_brings_a_seat_too():
    instance = two(venues=("booth-E",))
    plan = Plan("toy", (Meeting("has", 0, "booth-E"),))
    (change,) = offered(instance, plan)
    assert (change.levers, change.told) == ((Colleague("E"),), ("E", "B2"))


def test_a_maximum_of_one_more():
    instance = two(slots=2, maximum=1)
    plan = Plan("toy", (Meeting("has", 0, "hall", 0),))
    assert offered(instance, plan)[0].levers == (Maximum("E"),)


def test_one_meeting_moves_when_its_people_are_free_at_another_time():
    instance = two(slots=2)
    instance = replace(instance, participants=tuple(replace(p, available=(0,)) if p.id == "B2" else p for p in instance.participants))
    plan = Plan("toy", (Meeting("has", 0, "hall", 0),))
    first = offered(instance, plan)[0]
    assert first.levers == ()
    assert [(m.request, m.was_slot, m.slot, m.people) for m in first.moves] == [("has", 0, 1, ("E", "B1"))]
    assert first.told == ("E", "B2", "B1")


def test_a_meeting_that_moves_may_push_one_more():
    people = [person("E", [0, 1]), person("B1", [0, 1]), person("B2", [0]), person("F", [0, 1, 2])]
    requests = [ask("has", "E", "B1"), ask("asks", "E", "B2"), ask("next", "F", "B1")]
    people[1] = replace(people[1], available=(0, 1, 2))
    instance = expo(day(3), people, [pool("hall", 3, 3)], requests)
    plan = Plan("toy", (Meeting("has", 0, "hall", 0), Meeting("next", 1, "hall", 0)))
    pushed = [c for c in offered(instance, plan) if not c.levers]
    assert [(m.request, m.slot) for m in pushed[0].moves] == [("next", 2), ("has", 1)]


def test_what_is_locked_is_not_moved():
    instance = two(slots=2)
    instance = replace(instance, participants=tuple(replace(p, available=(0,)) if p.id == "B2" else p for p in instance.participants))
    held = Meeting("has", 0, "hall", 0)
    assert not any(c.moves for c in offered(replace(instance, fixed=(lock(held),)), Plan("toy", (held,))))


def test_people_who_share_no_time_are_asked_for_one():
    instance = expo(day(2), [person("E", [0]), person("B", [1])], [pool("hall", 1, 2)], [ask("asks", "E", "B")])
    assert {c.levers for c in offered(instance, Plan("toy"))} == {(Present("E", 1),), (Present("B", 0),)}


def test_a_request_that_fits_needs_nothing_but_its_place():
    (change, *_) = offered(two(slots=2), Plan("toy", (Meeting("has", 0, "hall", 0),)))
    assert (change.slot, change.levers, change.moves, change.told) == (1, (), (), ("E", "B2"))


def test_only_a_request_without_a_place_is_asked_about():
    for request in ("has", "nobody"):
        with pytest.raises(ValueError, match="has a place"):
            changes(two(), Plan("toy", (Meeting("has", 0, "hall", 0),)), request)


@settings(max_examples=60, deadline=None)
@given(tiny_expos(), st.data())
def test_every_change_offered_keeps_every_rule_and_what_is_locked(instance, data):
    plan = solve(instance, seconds=0.05).plan
    kept = data.draw(st.lists(st.sampled_from(plan.meetings), unique=True)) if plan.meetings else []
    instance = replace(instance, fixed=tuple(lock(m) for m in kept))
    finder = Finder(instance, plan)
    for unplaced in why_not(instance, plan):
        found = offered(instance, plan, unplaced.request)
        assert finder.changes(unplaced.request) == found, "a finder that is kept answers as a new one"
        assert finder.legal_cells(unplaced.request) == legal_cells(instance, plan, unplaced.request)
        assert len(found) <= 5
        assert not {m.request for c in found for m in c.moves} & {m.request for m in kept}
        alone = len(unplaced.blockers) == 1 and unplaced.common_time
        assert found or not alone, "one thing in the way can always be changed"
