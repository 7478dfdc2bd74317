"""The optimiser on problems whose answer is known, and on random ones small enough to try everything."""

import subprocess
import sys
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.engine import scheduling
from matchmaker.engine.scheduling import (
    ImpossibleLocksError,
    Meeting,
    Objective,
    Plan,
    quality,
    solve,
    violations,
)

from .builders import ask, booth, day, expo, lock, person, placed, pool
from .naive import is_legal
from .strategies import tiny_expos


def full_house(slots=4):
    """Four exhibitors meet four buyers each, in as many slots: everything fits, and nobody waits."""
    people = [person(f"{side}{k}", range(slots)) for side in "EB" for k in range(4)]
    requests = [ask(f"R{e}{b}", f"E{e}", f"B{b}") for e in range(4) for b in range(4)]
    return expo(day(slots), people, [pool("hall", 4, slots)], requests)


def crowd(buyers, *, slots=3, tables=9, seed_utility=7, **more):
    """One exhibitor wanted by many buyers, each worth something else."""
    people = [person("E", range(slots), **more), *(person(f"B{k}", range(slots)) for k in range(buyers))]
    requests = [ask(f"R{k}", "E", f"B{k}", 10 + seed_utility * k % 11) for k in range(buyers)]
    return expo(day(slots), people, [pool("hall", tables, slots)], requests)


def test_a_full_house_is_placed_whole_and_the_bound_says_that_it_is_the_best():
    result = solve(full_house(), seconds=5)
    assert result.quality.placed == 16
    assert result.gap == pytest.approx(0, abs=1e-6)
    assert (result.quality.idle, result.quality.breaks, result.unplaced) == (0, 0, [])
    assert violations(full_house(), result.plan) == []


def test_the_most_useful_requests_win_a_scarce_exhibitor():
    instance = crowd(6)
    best = sorted((r.utility for r in instance.requests), reverse=True)[:3]
    assert solve(instance, seconds=5).quality.utility == sum(best)


def test_the_price_of_a_scarce_exhibitor_is_the_utility_of_who_was_left_out():
    result = solve(crowd(6), seconds=5)
    utilities = sorted((r.utility for r in crowd(6).requests), reverse=True)
    assert utilities[3] <= result.bound.prices["participant", "E"] <= utilities[2]


def test_a_delegation_of_two_meets_two_at_a_time():
    result = solve(crowd(6, parallel=2), seconds=5)
    assert result.quality.placed == 6


def test_rest_halves_what_fits():
    assert solve(crowd(6, slots=5, min_gap=1), seconds=5).quality.placed == 3


def test_a_must_meet_goes_before_any_utility_unless_tiers_are_off():
    instance = expo(
        day(1),
        [person(p, [0]) for p in ("E", "B1", "B2")],
        [pool("hall", 1, 1)],
        [ask("must", "E", "B1", 1, priority=1), ask("rich", "E", "B2", 99, priority=3)],
    )
    assert [m.request for m in solve(instance, seconds=5).plan.meetings] == ["must"]
    assert [m.request for m in solve(instance, seconds=5, tiers=0).plan.meetings] == ["rich"]
    assert solve(instance, seconds=5).bound.tiers == {1: 1}


def test_the_second_priority_goes_before_the_third_when_two_tiers_are_strict():
    instance = expo(
        day(1),
        [person(p, [0]) for p in ("E", "B1", "B2")],
        [pool("hall", 1, 1)],
        [ask("wanted", "E", "B1", 1, priority=2), ask("rich", "E", "B2", 99, priority=3)],
    )
    assert [m.request for m in solve(instance, seconds=5, tiers=2).plan.meetings] == ["wanted"]
    assert [m.request for m in solve(instance, seconds=5, tiers=1).plan.meetings] == ["rich"]


def test_days_are_made_compact():
    instance = expo(
        day(6),
        [person("E", range(6)), person("B1", [1, 5]), person("B2", [0, 2]), person("B3", [3, 4])],
        [pool("hall", 1, 6)],
        [ask(f"R{k}", "E", f"B{k}") for k in (1, 2, 3)],
    )
    found = solve(instance, seconds=5).quality
    assert (found.placed, found.idle, found.breaks) == (3, 0, 0)


def test_fixed_meetings_stay_where_they_are_and_keep_their_table():
    instance = full_house()
    locked = replace(instance, fixed=(lock(Meeting("R00", 3, "hall", 2)), lock(Meeting("R11", 3, "hall", 1))))
    result = solve(locked, seconds=5)
    tables = {m.request: (m.slot, m.table) for m in result.plan.meetings}
    assert (tables["R00"], tables["R11"]) == ((3, 2), (3, 1))
    assert violations(locked, result.plan) == []


def test_fixed_meetings_that_clash_are_refused_by_name():
    locked = replace(full_house(), fixed=(lock(Meeting("R00", 3, "hall", 0)), lock(Meeting("R01", 3, "hall", 1))))
    with pytest.raises(ImpossibleLocksError) as refused:
        solve(locked, seconds=5)
    assert [v.code for v in refused.value.violations] == ["clash"]
    assert {m.request for m in refused.value.violations[0].meetings} == {"R00", "R01"}


def test_a_plan_that_people_know_is_kept_when_a_buyer_cancels():
    old = solve(full_house(), seconds=5, seed=3).plan
    instance = full_house()
    smaller = replace(instance, requests=tuple(r for r in instance.requests if r.b != "B3"))
    new = solve(smaller, seconds=5, previous=old).plan
    assert set(new.meetings) == {m for m in old.meetings if m.request in {r.id for r in smaller.requests}}


def test_a_known_meeting_that_is_no_longer_possible_moves_alone():
    instance = expo(
        day(4),
        [person("E", range(4)), person("B1", range(4)), person("B2", range(4))],
        [pool("hall", 2, 4)],
        [ask("R1", "E", "B1"), ask("R2", "E", "B2")],
    )
    old = Plan("toy", (Meeting("R1", 0, "hall", 1), Meeting("R2", 1, "hall", 1)))
    away = replace(
        instance, participants=(instance.participants[0], replace(instance.participants[1], available=(2, 3)), instance.participants[2])
    )
    new = solve(away, seconds=5, previous=old).plan
    assert new.meetings == (Meeting("R1", 2, "hall", 1), Meeting("R2", 1, "hall", 1))


def test_an_exhibitor_keeps_the_table_from_round_to_round():
    result = solve(full_house(), seconds=5)
    for e in range(4):
        assert len({m.table for m in result.plan.meetings if m.request.startswith(f"R{e}")}) == 1


def test_the_same_seed_gives_the_same_plan_twice():
    first, second = (solve(crowd(9, slots=5, max_meetings=4), seconds=60, seed=5) for _ in range(2))
    assert first.stopped_because == second.stopped_because == "optimal"
    assert first.plan == second.plan


def test_stopping_at_once_keeps_what_is_fixed_and_says_why_the_rest_is_missing():
    locked = replace(full_house(), fixed=(lock(Meeting("R00", 3, "hall", 2)),))
    result = solve(locked, seconds=5, should_stop=lambda: True)
    assert placed(result.plan) == {"R00": (3, "hall")}
    assert result.stopped_because == "stopped"
    assert {u.reason for u in result.unplaced} == {"out_of_time"}
    assert solve(locked, seconds=0).stopped_because == "deadline"


def test_progress_tells_the_stages_in_order_and_ends_with_the_whole():
    told = []
    result = solve(full_house(), seconds=5, on_progress=lambda stage, fraction, found: told.append((stage, fraction, found.utility)))
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == ["bound", "construct", "improve"]
    assert told[-1] == ("improve", 1.0, result.quality.utility)


def test_an_expo_without_requests_or_without_a_table_has_an_empty_plan():
    empty = expo(day(2), [], [], [])
    assert solve(empty, seconds=1).plan == Plan("toy")
    bare = expo(day(2), [person("E", [0]), person("B", [0])], [], [ask("R", "E", "B", venues=())])
    assert [u.reason for u in solve(bare, seconds=1).unplaced] == ["no_place"]


def best_utility_and_score(instance):
    """The best of all legal plans, by trying every one."""
    options = [[None, *((s.id, v) for s in instance.slots for v in r.venues)] for r in instance.requests]
    utility, score = 0.0, float("-inf")
    for choice in product(*options):
        meetings = tuple(Meeting(r.id, *at) for r, at in zip(instance.requests, choice, strict=True) if at)
        if is_legal(instance, meetings):
            found = quality(instance, Plan("toy", meetings))
            utility, score = max(utility, found.utility), max(score, found.score)
    return utility, score


@settings(max_examples=25, deadline=None)
@given(tiny_expos(most_requests=4), st.integers(0, 2))
def test_no_plan_beats_the_bound_and_ours_is_always_legal(instance, tiers):
    result = solve(instance, seconds=5, tiers=tiers)
    utility, score = best_utility_and_score(instance)
    assert violations(instance, result.plan) == []
    assert is_legal(instance, result.plan.meetings)
    assert result.quality == quality(instance, result.plan)
    assert result.quality.utility <= utility <= result.bound.utility + 1e-6
    assert result.quality.score <= score <= result.bound.score + 1e-6


@settings(max_examples=15, deadline=None)
@given(tiny_expos(), st.data())
def test_replanning_never_moves_what_is_locked_and_breaks_no_rule(instance, data):
    old = solve(instance, seconds=0.2).plan
    kept = data.draw(st.lists(st.sampled_from(old.meetings), unique=True)) if old.meetings else []
    again = replace(instance, fixed=tuple(lock(m) for m in kept))
    new = solve(again, seconds=0.2, previous=old, seed=1).plan
    assert violations(again, new) == []
    assert set(kept) <= set(new.meetings)


def test_quality_counts_what_the_format_says():
    instance = expo(
        day(6),
        [person("E", [0, 1, 2, 4, 5], min_meetings=3), person("B1", range(6)), person("B2", range(6))],
        [pool("hall", 1, 6), booth("E", 6)],
        [ask("R1", "E", "B1", 20, priority=1), ask("R2", "E", "B2", 30, ("booth-E",))],
        objective=Objective(utility=1, shortfall=60, idle=1, break_=2),
    )
    found = quality(instance, Plan("toy", (Meeting("R1", 0, "hall", 0), Meeting("R2", 4, "booth-E"))))
    assert (found.utility, found.placed, found.must_meets, found.must_meets_placed) == (50, 2, 1, 1)
    assert (found.shortfall, found.idle, found.breaks, found.score) == (0, 2, 1, 46)  # a hole of slots 1 and 2; 3 is no time of E's
    assert found.load == {("hall", 0): 1, ("booth-E", None): 1}
    assert quality(instance, Plan("toy")).shortfall == 2  # two usable requests, though three meetings were hoped for


def test_asking_the_board_needs_neither_the_solver_nor_its_numerics():
    # a package's own parents may import anything: only what the engine itself asks for counts
    code = "import sys, types; m = types.ModuleType('e'); m.__path__ = [sys.argv[1]]; sys.modules['e'] = m; import e.scheduling; "
    code += "sys.exit(any(name in sys.modules for name in ('numpy', 'highspy', 'flask', 'sqlalchemy')))"
    folder = Path(scheduling.__file__).parent.parent
    assert subprocess.run([sys.executable, "-c", code, str(folder)], check=False).returncode == 0
