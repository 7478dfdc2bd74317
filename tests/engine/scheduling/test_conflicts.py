"""Locks that cannot all hold are named by the few that stand against each other."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.engine.scheduling import CONFLICTS, Fixed, ImpossibleLocksError, conflicts, solve

from .builders import ask, day, expo, person, pool
from .naive import is_legal
from .strategies import tiny_expos


def locked(*fixed, slots=4, tables=9, **more):
    """One exhibitor, five buyers, all always there; ``fixed`` are (buyer, slot)."""
    people = [person("E", range(slots), **more), *(person(f"B{k}", range(slots)) for k in range(5))]
    requests = [ask(f"R{k}", "E", f"B{k}", interpreter="zh-es" if k < 2 else None, slots=None if k else (0, 1)) for k in range(5)]
    places = tuple(Fixed(f"R{k}", slot, "hall") for k, slot in fixed)
    return expo(
        day(slots), people, [pool("hall", tables, slots), pool("yard", 9, slots)], requests, interpreters=[("zh-es", 1)], fixed=places
    )


def said(instance):
    """(code, locked requests) of each conflict; every sentence can be filled."""
    found = conflicts(instance)
    assert all(CONFLICTS[c.code] % c.context for c in found)
    return [(c.code, [m.request for m in c.meetings]) for c in found]


CASES = {
    "a lock at a ruled-out time": (locked((0, 2)), [("slot-not-allowed", ["R0"])]),
    "two locks at the same time": (locked((1, 0), (2, 1), (3, 0)), [("clash", ["R1", "R3"])]),
    "more locks than the maximum": (locked((1, 0), (2, 1), (3, 2), (4, 3), max_meetings=2), [("max-meetings", ["R2", "R3", "R4"])]),
    "no time to rest": (locked((1, 0), (2, 1), (3, 3), min_gap=1), [("gap", ["R1", "R2"])]),
    "more locks than tables": (locked((1, 0), (2, 0), (3, 0), tables=2, parallel=3), [("venue-capacity", ["R1", "R2", "R3"])]),
    "more locks than interpreters": (locked((0, 0), (1, 0), parallel=2), [("interpreter-capacity", ["R0", "R1"])]),
    "locks that hold": (locked((0, 0), (1, 1), (2, 2)), []),
}


@pytest.mark.parametrize("case", CASES)
def test_the_few_locks_that_conflict_are_named(case):
    instance, expected = CASES[case]
    assert said(instance) == expected


def test_a_lock_when_somebody_is_away_or_where_it_may_not_be():
    instance = locked((1, 0))
    away = replace(instance, participants=tuple(replace(p, available=(1,)) if p.id == "B1" else p for p in instance.participants))
    assert said(away) == [("unavailable", ["R1"])]
    assert said(replace(instance, fixed=(Fixed("R1", 0, "yard"),))) == [("venue-not-allowed", ["R1"])]


def test_a_run_is_refused_with_them():
    with pytest.raises(ImpossibleLocksError) as refused:
        solve(locked((1, 0), (3, 0)), seconds=1)
    assert [[m.request for m in v.meetings] for v in refused.value.violations] == [["R1", "R3"]]


@settings(max_examples=100, deadline=None)
@given(tiny_expos(), st.data())
def test_conflicts_are_found_exactly_when_there_are_any_and_no_part_of_one_is_a_conflict(instance, data):
    slots, venues = st.sampled_from([s.id for s in instance.slots]), st.sampled_from([v.id for v in instance.venues])
    some = data.draw(st.lists(st.sampled_from(instance.requests), unique=True)) if instance.requests else []
    fixed = tuple(Fixed(r.id, data.draw(slots), data.draw(venues)) for r in some)
    found = conflicts(replace(instance, fixed=fixed))
    assert (found == []) == is_legal(instance, fixed)
    for conflict in found:
        assert not is_legal(instance, conflict.meetings)
        for k in range(len(conflict.meetings)):
            fewer = conflict.meetings[:k] + conflict.meetings[k + 1 :]
            of_this_rule = [
                c
                for c in conflicts(replace(instance, fixed=tuple(Fixed(m.request, m.slot, m.venue) for m in fewer)))
                if c.code == conflict.code
            ]
            assert of_this_rule == []
