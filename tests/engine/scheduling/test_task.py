"""What a run may change and what it must leave alone; what it claims, against trying everything."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.engine.scheduling import Free, Instance, Lock, Objective, Plan, Task, check_move, quality, solve, violations

from .builders import ask, day, expo, lock, person, placed, pool
from .strategies import tiny_expos
from .test_solve import best_utility_and_score, crowd


def market(slots=6):
    """Six exhibitors and nine buyers who want to meet more than there are tables for."""
    people = [person(f"E{e}", range(slots), max_meetings=4) for e in range(6)] + [person(f"B{b}", range(b % 3, slots)) for b in range(9)]
    requests = [ask(f"R{e}{b}", f"E{e}", f"B{b}", 10 + (7 * e + 11 * b) % 23) for e in range(6) for b in range(9) if (e + b) % 4]
    return expo(day(slots), people, [pool("hall", 2, slots)], requests)


def test_the_same_number_of_iterations_makes_the_same_plan():
    first, second = (solve(market(), seconds=60, seed=4, iterations=25) for _ in range(2))
    assert first.plan == second.plan
    assert first.steps == second.steps <= 25


def test_a_run_ends_when_the_gap_asked_for_is_reached():
    result = solve(market(), seconds=60, target=0.9)
    assert result.stopped_because in ("target", "optimal")
    assert result.gap <= 0.9


def test_everything_places_one_more_meeting_whatever_it_is_worth():
    instance = expo(
        day(2),
        [person("E", [0, 1], max_meetings=2), person("F", [0]), person("B1", [0, 1]), person("B2", [0])],
        [pool("hall", 1, 2)],
        [ask("rich", "F", "B1", 99), ask("one", "E", "B1", 1), ask("two", "E", "B2", 1)],
    )
    assert set(placed(solve(instance, seconds=5).plan)) == {"rich", "one"}
    assert len(placed(solve(instance, seconds=5, everything=True).plan)) == 2
    tight = replace(instance, participants=(instance.participants[0], instance.participants[1], person("B1", [0]), person("B2", [1])))
    assert set(placed(solve(tight, seconds=5, tiers=0, everything=True).plan)) >= {"rich"}


def test_locked_slots_days_halls_and_people_stay_as_they_are():
    instance = market()
    old = Plan("toy", solve(instance, seconds=60, iterations=20).plan.meetings[::2])  # half of it, so that much could be added
    for held, touches in (
        (Lock("slot", 2), lambda m: m.slot == 2),
        (Lock("participant", "E3"), lambda m: m.request.startswith("R3")),
        (Lock("hall", 0), lambda m: True),
        (Lock("day", 0), lambda m: True),
    ):
        new = solve(instance, seconds=60, iterations=20, start=old, locks=(held,)).plan
        assert {m for m in new.meetings if touches(m)} == {m for m in old.meetings if touches(m)}
        assert violations(instance, new) == []


@pytest.mark.parametrize(
    "free",
    [
        Free(slots=frozenset({1, 4})),
        Free(participants=frozenset({"E1", "B2"})),
        Free(requests=frozenset({"R01", "R10"})),
        Free(slots=frozenset({0, 1}), participants=frozenset({"E1"})),
    ],
)
def test_only_what_is_free_changes(free):
    instance = market()
    requests = {r.id: r for r in instance.requests}

    def is_free(meeting):
        request = requests[meeting.request]
        return (
            (free.slots is None or meeting.slot in free.slots)
            and (free.participants is None or bool(free.participants & {request.a, request.b}))
            and (free.requests is None or request.id in free.requests)
        )

    old = Plan("toy", solve(instance, seconds=60, iterations=20).plan.meetings[::2])
    new = solve(instance, seconds=60, iterations=20, start=old, free=free)
    assert {m for m in new.plan.meetings if not is_free(m)} == {m for m in old.meetings if not is_free(m)}
    assert violations(instance, new.plan) == []
    assert new.quality == quality(instance, new.plan)
    assert len(new.plan.meetings) >= len(old.meetings)


def test_a_promise_is_not_broken_for_a_must_meet():
    instance = crowd(3, slots=1)
    old = solve(instance, seconds=5).plan
    others = [r for r in instance.requests if r.id != old.meetings[0].request]
    must = replace(others[0], priority=1)
    again = replace(instance, requests=tuple(must if r.id == must.id else r for r in instance.requests))
    assert set(placed(solve(again, seconds=5).plan)) == {must.id}
    assert solve(again, seconds=5, previous=old).plan == old


def test_each_change_of_a_known_plan_has_its_price():
    instance = expo(
        day(4),
        [person("E", range(4)), person("B1", range(4)), person("B2", range(4))],
        [pool("hall", 1, 4)],
        [ask("R1", "E", "B1"), ask("R2", "E", "B2")],
    )
    old = Plan("toy", (solve(instance, seconds=5).plan.meetings[0], replace(solve(instance, seconds=5).plan.meetings[1], slot=3)))
    assert quality(instance, old).idle > 0
    assert set(solve(instance, seconds=5, previous=old).plan.meetings) == set(old.meetings)
    cheap = replace(instance, objective=Objective(perturbation=0.1))
    assert quality(cheap, solve(cheap, seconds=5, previous=old).plan).idle == 0


@settings(max_examples=40, deadline=None)
@given(tiny_expos(most_requests=4), st.integers(0, 2), st.integers(0, 3))
def test_what_the_engine_calls_optimal_is_the_best_of_all_plans(instance, tiers, seed):
    result = solve(instance, seconds=20, tiers=tiers, seed=seed)
    _, score = best_utility_and_score(instance)
    assert 0 <= result.gap <= 1
    assert result.stopped_because in ("optimal", "converged")
    if result.stopped_because == "optimal":
        assert result.quality.score == pytest.approx(score)
    assert result.quality.score <= score + 1e-9
    assert violations(instance, result.plan) == []


@settings(max_examples=25, deadline=None)
@given(tiny_expos(), st.data())
def test_random_locks_and_fixed_meetings_hold_through_a_run(instance: Instance, data):
    old = solve(instance, seconds=5, iterations=10).plan
    kept = data.draw(st.lists(st.sampled_from(old.meetings), unique=True)) if old.meetings else []
    past = data.draw(st.sampled_from([s.id for s in instance.slots]))
    again = replace(instance, fixed=tuple(lock(m) for m in kept))
    task = Task(seconds=5, iterations=10, seed=1, previous=old, locks=(Lock("slot", past),))
    new = solve(again, task).plan
    assert violations(again, new) == []
    assert set(kept) <= set(new.meetings)
    assert {m for m in new.meetings if m.slot == past} == {m for m in old.meetings if m.slot == past}
    assert all(not check_move(again, new, m.request, m.slot, m.venue, m.table) for m in new.meetings)
