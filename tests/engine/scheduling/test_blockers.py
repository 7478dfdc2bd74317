"""Why a request has no place: the fewest things in the way, by cases whose answer is known and by trying everything."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.engine.scheduling import (
    REASONS,
    Interpreter,
    Meeting,
    Plan,
    bound_of,
    check_move,
    impossible,
    solve,
    why_not,
)
from matchmaker.engine.scheduling.blockers import fewest

from .builders import ask, day, expo, person, pool
from .strategies import tiny_expos

REASONED = {
    "no_common_time": {"people": [person("E", [0]), person("B1", [1]), person("B2", [0])]},
    "max-meetings": {"people": [person("E", [0, 1], max_meetings=1), person("B1", [0, 1]), person("B2", [0, 1])]},
    "clash": {"people": [person("E", [0]), person("B1", [0]), person("B2", [0])]},
    "gap": {"people": [person("E", [0, 1], min_gap=1), person("B1", [1]), person("B2", [0])]},
    "venue-capacity": {"people": [person(p, [0]) for p in ("E", "B1", "F", "B2")], "tables": 1},
    "interpreter-capacity": {"people": [person(p, [0]) for p in ("E", "B1", "F", "B2")], "interpreter": "es"},
}


@pytest.mark.parametrize("code", REASONED)
def test_each_unplaced_request_has_an_honest_reason(code):
    case = REASONED[code]
    second = "F" if len(case["people"]) == 4 else "E"
    requests = [
        ask("loser", "E", "B1", 1, interpreter=case.get("interpreter")),
        ask("winner", second, "B2", 9, interpreter=case.get("interpreter")),
    ]
    instance = expo(day(2), case["people"], [pool("hall", case.get("tables", 2), 2)], requests, interpreters=[("es", 1)])
    result = solve(instance, seconds=5)
    assert [(u.request, u.reason) for u in result.unplaced] == [("loser", code)]
    assert REASONS[code] % result.unplaced[0].context
    assert [u.request for u in impossible(instance)] == (["loser"] if code == "no_common_time" else [])


def test_a_request_that_fits_has_no_blocker_and_says_so():
    instance = expo(day(1), [person("E", [0]), person("B", [0])], [pool("hall", 1, 1)], [ask("R", "E", "B")])
    (unplaced,) = why_not(instance, Plan("toy"))
    assert (unplaced.blockers, unplaced.reason, unplaced.slot) == ((), "out_of_time", 0)
    bare = replace(instance, venues=(), requests=(ask("R", "E", "B", venues=()),))
    assert why_not(bare, Plan("toy"))[0].reason == "no_place"


def test_whose_times_never_meet_is_told_what_would_have_to_open():
    instance = expo(day(3), [person("E", [0]), person("B", [2])], [pool("hall", 1, 3)], [ask("R", "E", "B", slots=(2,))])
    (unplaced,) = why_not(instance, Plan("toy"))
    assert not unplaced.common_time
    assert [(b.code, b.context["slot"]) for b in unplaced.blockers] == [("unavailable", 2)]
    nowhere = replace(instance, requests=(ask("R", "E", "B", venues=()),))
    assert {b.code for b in why_not(nowhere, Plan("toy"))[0].blockers} >= {"venue-not-allowed"}


def crowded():
    """B3 wants E, who is dear: five others fight for its two slots. Tables are worth nothing, and one is taken too."""
    people = [person("E", range(2)), *(person(f"B{k}", range(2)) for k in range(6)), person("F", range(2)), person("G", range(2))]
    requests = [*(ask(f"R{k}", "E", f"B{k}", 50 - k) for k in range(6)), *(ask(f"S{k}", who, "B5", 20) for k, who in enumerate("FG"))]
    instance = expo(day(2), people, [pool("hall", 2, 2)], requests)
    plan = Plan("toy", (Meeting("R0", 0, "hall", 0), Meeting("R1", 1, "hall", 0), Meeting("S0", 0, "hall", 1), Meeting("S1", 1, "hall", 1)))
    return instance, plan


def test_the_dearest_blocker_comes_first():
    instance, plan = crowded()
    prices = bound_of(instance).prices
    blockers = next(u.blockers for u in why_not(instance, plan, prices) if u.request == "R2")
    assert [b.code for b in blockers] == ["clash", "venue-capacity"]
    assert blockers[0].price == prices["participant", "E"] > blockers[1].price
    turned = {("participant", "E"): 1.0, ("venue", "hall"): 2.0}
    assert [b.code for b in next(u.blockers for u in why_not(instance, plan, turned) if u.request == "R2")] == ["venue-capacity", "clash"]


def test_a_blocker_names_the_meetings_that_hold_it():
    instance, plan = crowded()
    blockers = next(u.blockers for u in why_not(instance, plan, {("participant", "E"): 1.0}) if u.request == "R2")
    assert [[m.request for m in b.meetings] for b in blockers] == [["R0"], ["R0", "S0"]]


def test_one_short_interpreter_is_one_blocker_however_many_languages_share_the_people():
    people = [person(f"{side}{k}", [0]) for side in "EB" for k in range(3)]
    requests = [ask(f"R{k}", f"E{k}", f"B{k}", interpreter=pair) for k, pair in enumerate(("zh-es", "zh-pt", "zh-es"))]
    instance = expo(day(1), people, [pool("hall", 3, 1)], requests, interpreters=[("zh-es", 0), ("zh-pt", 0)])
    both = tuple(Interpreter(name, ("zh-es", "zh-pt"), (0,)) for name in ("Ana", "Rui"))
    (unplaced,) = why_not(replace(instance, staff=both), Plan("toy", (Meeting("R0", 0, "hall", 0), Meeting("R1", 0, "hall", 1))))
    assert [(b.code, b.context["interpreter"]) for b in unplaced.blockers] == [("interpreter-capacity", "zh-es")]


@given(st.lists(st.integers(0, 255), max_size=12), st.integers(1, 255))
def test_masks_are_counted_in_all_slots_at_once(masks, slots):
    counts = {t: sum(mask >> t & 1 for mask in masks) for t in range(8) if slots >> t & 1}
    least = min(counts.values())
    assert fewest(masks, slots) == (least, sum(1 << t for t, n in counts.items() if n == least))


def statements(instance, plan, request, slot, venue):
    """What the board says against this cell, as (rule, whom it is about, which meeting) without repetition."""
    table = {v.id: 0 for v in instance.venues if v.kind == "pool"}.get(venue)
    said = set()
    for v in check_move(instance, plan, request.id, slot, venue, table):
        if not v.code.startswith("table"):
            about = tuple(str(v.context.get(k)) for k in ("participant", "venue", "interpreter"))
            said.add((v.code, about, tuple(m.request for m in v.meetings) if v.code == "gap" else slot if v.code != "max-meetings" else ""))
    return said


@settings(max_examples=80, deadline=None)
@given(tiny_expos(), st.booleans())
def test_blockers_are_a_smallest_set_that_opens_a_cell(instance, rich):
    full = solve(instance, seconds=0.05).plan
    plan = full if rich else Plan("toy", full.meetings[::2])
    people = {p.id: set(p.available) for p in instance.participants}
    requests = {r.id: r for r in instance.requests}
    for unplaced in why_not(instance, plan):
        request = requests[unplaced.request]
        window = people[request.a] & people[request.b] & set(request.slots or range(4))
        cells = {at: statements(instance, plan, request, *at) for at in product(window or range(4), request.venues)}
        assert unplaced.common_time == bool(window)
        assert len(unplaced.blockers) == min(map(len, cells.values()))
        here = cells[unplaced.slot, unplaced.venue]
        assert sorted(b.code for b in unplaced.blockers) == sorted(code for code, *_ in here)
        # relaxing them opens this cell; no part of them opens any
        assert not any(said < here for said in cells.values())
