"""One interpreter serves several language pairs, one meeting at a time: exactly what a matching of people allows."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.engine.scheduling import Interpreter, Meeting, Mission, Plan, check_move, legal_cells, solve, violations
from matchmaker.engine.scheduling.interpreting import Desk

from .builders import ask, day, expo, person, placed, pool

POOLS = 4
desks = st.tuples(st.lists(st.integers(0, 1), min_size=POOLS, max_size=POOLS), st.lists(st.integers(1, 2**POOLS - 1), max_size=5))


def can_serve(nameless, people, demand):
    """Is there a person for every meeting? By trying to give each its own."""
    meetings = [p for p, n in enumerate(demand) for _ in range(n)]
    seats = [1 << p for p, n in enumerate(nameless) for _ in range(n)] + people
    holder = {}

    def seat(m, tried):
        for s, serves in enumerate(seats):
            if serves >> meetings[m] & 1 and s not in tried:
                tried.add(s)
                if s not in holder or seat(holder[s], tried):
                    holder[s] = m
                    return True
        return False

    return all(seat(m, set()) for m in range(len(meetings)))


@given(desks)
def test_the_sets_that_count_allow_exactly_what_the_people_can_serve(case):
    nameless, people = case
    desk = Desk([[n] for n in nameless], [(serves, 1) for serves in people], 1)
    for demand in product(range(3), repeat=POOLS):
        used = {key: sum(n for p, n in enumerate(demand) if key[0] >> p & 1) for key in desk.limits()}
        assert all(used[key] <= limit for key, limit in desk.limits().items()) == can_serve(nameless, people, demand)


@given(desks)
def test_a_meeting_counts_for_the_sets_that_hold_its_pool(case):
    nameless, people = case
    desk = Desk([[n] for n in nameless], [(serves, 1) for serves in people], 1)
    for p in range(POOLS):
        assert set(desk.keys(p, 0)) == {key for key in desk.limits() if key[0] >> p & 1}


def bilingual(available=(0, 1)):
    """Two pairs that need different languages in two slots, and one interpreter of both."""
    people = [person(p, [0, 1]) for p in ("E", "F", "B", "C")]
    requests = [ask("es", "E", "B", interpreter="zh-es"), ask("fr", "F", "C", interpreter="zh-fr")]
    staff = (Interpreter("Lin", ("zh-es", "zh-fr"), available),)
    return expo(day(2), people, [pool("hall", 2, 2)], requests, interpreters=[("zh-es", 0), ("zh-fr", 0)], staff=staff)


def test_one_interpreter_of_two_languages_serves_one_meeting_at_a_time():
    both = Plan("toy", (Meeting("es", 0, "hall", 0), Meeting("fr", 0, "hall", 1)))
    assert [v.code for v in violations(bilingual(), both)] == ["interpreter-capacity"]
    result = solve(bilingual(), seconds=5)
    assert sorted(slot for slot, _ in placed(result.plan).values()) == [0, 1]
    assert {m.interpreter for m in result.plan.meetings} == {"Lin"}


def test_an_interpreter_who_takes_a_break_serves_nobody_then():
    assert solve(bilingual(available=(1,)), seconds=5).quality.placed == 1
    assert {cell[0] for cell in legal_cells(bilingual(available=(1,)), Plan("toy"), "es")} == {1}


def test_an_interpreter_of_an_unknown_pool_is_refused():
    instance = expo(day(1), [], [], [], staff=(Interpreter("Lin", ("zh-xx",), (0,)),))
    with pytest.raises(ValueError, match="zh-xx"):
        solve(instance, seconds=1)


def test_all_meetings_of_a_mission_fall_into_its_slots_and_hall():
    people = [person("E", range(3)), person("B", range(3)), person("C", range(3))]
    venues = [pool("near", 1, 3), pool("far", 1, 3, hall=1)]
    requests = [ask("R1", "E", "B", venues=("near", "far")), ask("R2", "E", "C", venues=("near", "far"))]
    mission = Mission("Chile", ("B",), slots=(2,), halls=(1,))
    instance = expo(day(3), people, venues, requests, travel=((0, 0), (0, 0)), missions=(mission,))
    assert placed(solve(instance, seconds=5).plan)["R1"] == (2, "far")
    assert {v.code for v in violations(instance, Plan("toy", (Meeting("R1", 0, "near", 0),)))} == {"slot-not-allowed", "venue-not-allowed"}


def test_a_meeting_elsewhere_in_another_language_takes_the_only_interpreter():
    instance = bilingual()
    es, fr = instance.requests
    instance = replace(instance, venues=(*instance.venues, pool("far", 1, 2)), requests=(es, replace(fr, venues=("far",))))
    there = Plan("toy", (Meeting("fr", 0, "far", 0),))
    assert [v.code for v in check_move(instance, there, "es", 0, "hall", 0)] == ["interpreter-capacity"]
    assert {slot for slot, _venue, _table in legal_cells(instance, there, "es")} == {1}
