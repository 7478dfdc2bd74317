"""The measures of a plan by hand-made cases, and what a second plan does differently."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from matchmaker.engine.scheduling import Fairness, Interpreter, Load, Meeting, Plan, compare, quality, report, solve

from .builders import ask, booth, day, expo, person, pool
from .strategies import tiny_expos


def two_halls():
    """E and F are asked by three buyers; a pool in hall 0, E's booth in hall 1; Ana and a nameless one interpret."""
    people = [person("E", range(4), min_meetings=2), person("F", range(4), min_meetings=1), *(person(f"B{k}", range(4)) for k in range(3))]
    requests = [
        ask("R0", "E", "B0", 20, priority=1, interpreter="zh-es"),
        ask("R1", "E", "B1", 30, ("booth-E",), interpreter="zh-es"),
        ask("R2", "F", "B1", 10),
        ask("R3", "F", "B2", 10, priority=1, slots=()),
    ]
    venues = [pool("hall", 2, 4), booth("E", 4, hall=1)]
    instance = expo(day(4), people, venues, requests, travel=((0, 0), (0, 0)), interpreters=[("zh-es", 1)])
    return replace(instance, staff=(Interpreter("Ana", ("zh-es",), (0, 1)),))


PLAN = Plan("toy", (Meeting("R0", 0, "hall", 0, "Ana"), Meeting("R1", 1, "booth-E", None, "Ana")))


def test_a_report_counts_what_an_organizer_asks_for():
    found = report(two_halls(), PLAN)
    assert found.quality == quality(two_halls(), PLAN)
    assert (found.quality.must_meets, found.must_meets_possible, found.quality.must_meets_placed) == (2, 1, 1)
    assert (found.below_minimum, found.nothing, found.walks) == ({"F": 1}, ("F",), 1)
    assert [found.venues["hall", t] for t in range(2)] == [Load(1, 2), Load(0, 2)]
    assert [found.halls[1, t] for t in range(3)] == [Load(0, 1), Load(1, 1), Load(0, 1)]
    assert [found.interpreters["zh-es", t] for t in range(3)] == [Load(1, 2), Load(1, 2), Load(0, 1)]
    assert found.staff == {"Ana": 2}


def test_fairness_is_measured_over_those_who_want_a_meeting():
    # E has both of two, F none of one, B0 one of one, B1 one of two; nobody could place what B2 asks for
    fairness = report(two_halls(), PLAN).fairness
    assert (fairness.least, fairness.tenth, fairness.mean) == (0, 0, pytest.approx(2.5 / 4))
    assert fairness.gini == pytest.approx((-3 * 0 - 1 * 0.5 + 1 * 1 + 3 * 1) / (4 * 2.5))
    assert report(two_halls(), Plan("toy")).fairness == Fairness(0, 0, 0, 0)
    assert report(expo(day(1), [], [], []), Plan("toy")).fairness == Fairness(1, 1, 1, 0)


def test_a_comparison_says_what_happens_to_each_request_and_who_is_told():
    other = Plan("toy", (Meeting("R0", 0, "hall", 1), Meeting("R2", 1, "hall", 0), Meeting("gone", 1, "hall", 1)))
    found = compare(two_halls(), PLAN, other)
    assert (found.kept, found.moved_slot, found.moved_venue, found.moved_table) == ((), (), (), ("R0",))
    assert (found.dropped, found.added) == (("R1",), ("R2",))
    assert found.told == ("E", "B0", "B1", "F")
    assert found.measures["utility"] == (50, 30)


def test_a_meeting_that_changes_its_time_or_its_place_moved():
    moved = Plan("toy", (Meeting("R0", 2, "hall", 0), Meeting("R1", 1, "hall", 0)))
    found = compare(two_halls(), PLAN, moved)
    assert (found.moved_slot, found.moved_venue, found.told) == (("R0",), ("R1",), ("E", "B0", "B1"))
    booth_table = Plan("toy", (PLAN.meetings[0], replace(PLAN.meetings[1], table=7)))
    assert compare(two_halls(), PLAN, booth_table).kept == ("R0", "R1")


@settings(max_examples=30, deadline=None)
@given(tiny_expos())
def test_every_meeting_has_one_fate_and_loads_sum_to_the_meetings(instance):
    first, second = (solve(instance, seconds=0.05, seed=seed, tiers=seed).plan for seed in (0, 1))
    found = compare(instance, first, second)
    stay = [*found.kept, *found.moved_slot, *found.moved_venue, *found.moved_table]
    assert sorted([*stay, *found.dropped]) == sorted(m.request for m in first.meetings)
    assert sorted([*stay, *found.added]) == sorted(m.request for m in second.meetings)
    whole = report(instance, first)
    assert sum(load.used for load in whole.halls.values()) == len(first.meetings)
    assert all(load.used <= load.capacity for load in (*whole.halls.values(), *whole.venues.values(), *whole.interpreters.values()))
    assert 0 <= whole.fairness.least <= whole.fairness.tenth <= whole.fairness.mean + 1e-9
    assert 0 <= whole.fairness.gini <= 1
