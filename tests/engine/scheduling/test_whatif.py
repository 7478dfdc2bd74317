"""What a table, an interpreter, an hour more are worth, and the instances that each lever makes."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.engine.scheduling import (
    Admitted,
    Colleague,
    Interpreter,
    Interpreters,
    Maximum,
    Mission,
    Plan,
    Present,
    Rounds,
    Tables,
    Walking,
    bound_of,
    most_utility,
    pull,
    solve,
    violations,
    what_if,
)

from .builders import ask, booth, day, expo, person, pool
from .strategies import tiny_expos


def fair(**more):
    """Three pairs, one table, one interpreter, one slot: the table and the interpreter are both short."""
    people = [person(f"{side}{k}", [0]) for side in "EB" for k in range(3)]
    requests = [ask(f"R{k}", f"E{k}", f"B{k}", 10, interpreter="zh-es") for k in range(3)]
    return expo(day(1), people, [pool("hall", 1, 1)], requests, interpreters=[("zh-es", 1)], **more)


def test_levers_that_help_only_together_say_so():
    outlook = what_if(fair(), [Tables("hall", 2), Interpreters("zh-es", 1)])
    assert (outlook.bound, [g.gain for g in outlook.alone], outlook.together.gain, outlook.surplus) == (10, [0, 0], 10, 10)
    assert outlook.together.estimate is outlook.together.sure is None


def test_with_a_plan_the_estimate_is_kept_apart_from_what_is_sure():
    plan = solve(fair(), seconds=1).plan
    gain = what_if(fair(), [Tables("hall", 2), Interpreters("zh-es", 1)], plan).together
    assert (gain.bound, gain.gain, gain.estimate, gain.sure, gain.sure_meetings) == (20, 10, 10, 10, 1)
    assert what_if(fair(), [Tables("hall", 2)], Plan("toy")).together.sure == 10  # an empty plan gets at least what fits


def test_no_lever_no_gain():
    outlook = what_if(fair(), [])
    assert (outlook.alone, outlook.together.gain, outlook.surplus) == ((), 0, 0)


def test_a_round_more_has_the_people_tables_and_interpreters_of_the_last_one():
    base = fair(travel=((0,),))
    base = replace(
        base,
        staff=(Interpreter("Ana", ("zh-es",), (0,)),),
        missions=(Mission("Lima", ("E0",), slots=(0,)),),
        requests=(replace(base.requests[0], slots=(0,)), *base.requests[1:]),
    )
    longer = Rounds(2).apply(base)
    assert [(s.id, s.index) for s in longer.slots] == [(0, 0), (1, 1), (2, 2)]
    assert {p.available for p in longer.participants} == {(0, 1, 2)}
    assert longer.venues[0].capacity == longer.interpreters[0].capacity == (1, 1, 1)
    assert (longer.requests[0].slots, longer.staff[0].available, longer.missions[0].slots) == ((0, 1, 2),) * 3
    assert bound_of(longer).utility == most_utility(longer) == 30
    named = replace(
        base, slots=(replace(base.slots[0], id="+1"),), participants=(), venues=(), interpreters=(), requests=(), staff=(), missions=()
    )
    assert [s.id for s in Rounds().apply(named).slots] == ["+1", "+2"]
    with pytest.raises(ValueError, match="lose"):
        Rounds(-1).apply(base)


def test_each_lever_does_what_it_says():
    base = expo(
        day(2), [person("E", [0]), person("B", [1])], [pool("hall", 1, 2), booth("E", 2)], [ask("R", "E", "B", slots=(0,))], travel=((2,),)
    )
    assert Tables("hall", 3, 1).apply(base).venues[0].capacity == (1, 4)
    assert [p.max_meetings for p in Maximum().apply(base).participants] == [100, 100]
    more = Colleague("E").apply(base)
    assert ([p.parallel for p in more.participants], more.venues[1].capacity, more.venues[0].capacity) == ([2, 1], (2, 2), (1, 1))
    assert Present("E", 1).apply(base).participants[0].available == (0, 1)
    assert Present("E", 0).apply(base).participants == base.participants
    request = Admitted("R", 1, "booth-E").apply(base).requests[0]
    assert (request.slots, request.venues) == ((0, 1), ("hall", "booth-E"))
    assert Walking(3).apply(base).travel == ((0,),)


@pytest.mark.parametrize(
    "lever",
    [
        Tables("x"),
        Interpreters("x"),
        Maximum("x"),
        Colleague("x"),
        Present("x", 0),
        Present("E0", 9),
        Tables("hall", 1, 9),
        Admitted("x", 0, "hall"),
    ],
)
def test_a_lever_on_something_unknown_is_refused(lever):
    with pytest.raises(ValueError, match="does not exist"):
        what_if(fair(), [lever])


LEVERS = [
    Tables("near", 1),
    Tables("far", 2, 0),
    Interpreters("zh-es", 1),
    Maximum(),
    Maximum("E1", 2),
    Colleague("E2"),
    Present("B1", 3),
    Rounds(),
    Walking(),
]


@settings(max_examples=40, deadline=None)
@given(tiny_expos(), st.lists(st.sampled_from(LEVERS), unique=True, max_size=3))
def test_levers_never_lower_the_bound_and_what_is_sure_is_a_legal_plan_within_it(instance, levers):
    plan = solve(instance, seconds=0.05).plan
    outlook = what_if(instance, levers, plan)
    assert outlook.together.gain >= max((g.gain for g in outlook.alone), default=0) - 1e-6 >= -2e-6
    worth = sum(r.utility for r in instance.requests if r.id in {m.request for m in plan.meetings})
    assert 0 <= outlook.together.sure <= outlook.together.bound - worth + 1e-6
    assert violations(pull(instance, levers), plan) == []
