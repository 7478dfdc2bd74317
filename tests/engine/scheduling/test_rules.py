"""Every rule finds its own breach, in a plan and for a card on the board, and nothing else."""

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.engine.scheduling import RULES, Meeting, Plan, check_move, legal_cells, violations

from .builders import ask, booth, day, expo, lock, person, pool
from .naive import is_legal
from .strategies import SLOTS, tiny_expos

GOOD = Plan("toy", (Meeting("R1", 0, "hall", 0), Meeting("R2", 2, "hall", 0), Meeting("R3", 0, "hall", 1)))


def world(**changes):
    """Two exhibitors, two buyers, four slots, two tables, a far booth."""
    people = {
        "E1": person("E1", range(4)),
        "E2": person("E2", range(4)),
        "B1": person("B1", range(4)),
        "B2": person("B2", range(4)),
    }
    requests = {
        "R1": ask("R1", "E1", "B1", venues=("hall", "booth-E1")),
        "R2": ask("R2", "E1", "B2", venues=("hall", "booth-E1")),
        "R3": ask("R3", "E2", "B2", venues=("hall",)),
    }
    for name, change in changes.pop("people", {}).items():
        people[name] = replace(people[name], **change)
    for name, change in changes.pop("requests", {}).items():
        requests[name] = replace(requests[name], **change)
    venues = changes.pop("venues", [pool("hall", 2, 4), booth("E1", 4, hall=1)])
    return expo(day(4), people.values(), venues, requests.values(), travel=((0, 1), (1, 0)), **changes)


BREACHES = {
    "duplicate": (world(), Plan("toy", (*GOOD.meetings, Meeting("R1", 3, "hall", 0)))),
    "venue-not-allowed": (world(requests={"R1": {"venues": ("booth-E1",)}}), GOOD),
    "slot-not-allowed": (world(requests={"R1": {"slots": (1, 2)}}), GOOD),
    "unavailable": (world(people={"B1": {"available": (1, 2, 3)}}), GOOD),
    "clash": (world(requests={"R3": {"a": "E1"}}), GOOD),
    "max-meetings": (world(people={"E1": {"max_meetings": 1}}), GOOD),
    "gap": (world(people={"E1": {"min_gap": 2}}), GOOD),
    "venue-capacity": (world(venues=[replace(pool("hall", 2, 4), capacity=(1, 2, 2, 2)), booth("E1", 4, hall=1)]), GOOD),
    "interpreter-capacity": (
        world(requests={"R1": {"interpreter": "es"}, "R3": {"interpreter": "es"}}, interpreters=[("es", 1)]),
        GOOD,
    ),
    "table-number": (world(), Plan("toy", (Meeting("R1", 0, "hall", 2),))),
    "table-clash": (world(), Plan("toy", (Meeting("R1", 0, "hall", 1), Meeting("R3", 0, "hall", 1)))),
    "fixed": (world(fixed=[lock(Meeting("R1", 1, "hall", 0))]), GOOD),
}


def test_every_rule_has_a_breach_here():
    assert {rule.code for rule in RULES} == BREACHES.keys()


def test_a_plan_without_a_fault_has_no_violation():
    assert violations(world(), GOOD) == []


@pytest.mark.parametrize("code", BREACHES)
def test_each_breach_is_found_by_its_own_rule_alone_and_its_label_can_be_filled(code):
    instance, plan = BREACHES[code]
    found = violations(instance, plan)
    assert {v.code for v in found} == {code}
    assert all(v.label % v.context for v in found)


@pytest.mark.parametrize("code", sorted(BREACHES.keys() - {"duplicate", "fixed"}))
def test_the_board_refuses_a_card_that_would_make_the_breach(code):
    instance, plan = BREACHES[code]
    culprit = next(m for v in violations(instance, plan) for m in v.meetings)
    rest = Plan("toy", tuple(m for m in plan.meetings if m != culprit))
    found = check_move(instance, rest, culprit.request, culprit.slot, culprit.venue, culprit.table)
    assert {v.code for v in found} == {code}


def test_walking_between_halls_takes_its_slots():
    plan = Plan("toy", (Meeting("R1", 0, "hall", 0), Meeting("R2", 1, "booth-E1")))
    assert [v.code for v in violations(world(), plan)] == ["gap"]
    assert violations(world(), Plan("toy", (Meeting("R1", 0, "hall", 0), Meeting("R2", 2, "booth-E1")))) == []


def test_rest_and_walking_do_not_bind_a_delegation_of_several():
    instance = world(people={"E1": {"parallel": 2, "min_gap": 2}})
    assert violations(instance, Plan("toy", (Meeting("R1", 0, "hall", 0), Meeting("R2", 0, "booth-E1")))) == []


def test_a_fixed_meeting_that_is_missing_is_a_violation():
    instance = world(fixed=[lock(Meeting("R1", 1, "hall", 0))])
    assert [v.code for v in violations(instance, Plan("toy"))] == ["fixed"]


def test_a_locked_card_cannot_be_moved_and_its_only_legal_cell_is_its_own():
    instance = world(fixed=[lock(Meeting("R1", 1, "hall", 0))])
    plan = Plan("toy", (Meeting("R1", 1, "hall", 0),))
    assert [v.code for v in check_move(instance, plan, "R1", 2, "hall", 0)] == ["fixed"]
    assert {cell[:2] for cell in legal_cells(instance, plan, "R1")} == {(1, "hall")}


def test_a_meeting_that_names_unknown_things_is_reported():
    found = violations(world(), Plan("toy", (Meeting("R9", 0, "hall", 0), Meeting("R1", 9, "hall", 0), Meeting("R1", 0, "cellar"))))
    assert [v.code for v in found] == ["unknown"] * 3


def test_asking_the_board_about_an_unknown_request_is_an_error():
    with pytest.raises(ValueError, match="R9"):
        check_move(world(), GOOD, "R9", 0, "hall", 0)
    with pytest.raises(ValueError, match="R9"):
        legal_cells(world(), GOOD, "R9")


def test_a_move_does_not_collide_with_the_place_it_leaves():
    assert check_move(world(), GOOD, "R1", 0, "hall", 0) == []
    assert check_move(world(), GOOD, "R1", 1, "hall", 0) == []


cells = st.tuples(st.integers(0, SLOTS - 1), st.sampled_from(["near", "far", "booth-E1"]), st.integers(0, 1))


@st.composite
def edited_plans(draw):
    """A tiny expo and any plan of it, legal or not."""
    instance = draw(tiny_expos())
    meetings = []
    for request in instance.requests:
        if draw(st.booleans()):
            slot, venue, table = draw(cells)
            meetings.append(Meeting(request.id, slot, venue, None if venue.startswith("booth") else table))
    return instance, Plan("toy", tuple(meetings))


@given(edited_plans())
def test_the_validator_agrees_with_a_naive_reading_of_the_rules(case):
    instance, plan = case
    found = {v.code for v in violations(instance, plan)} - {"table-number", "table-clash"}
    assert (not found) == is_legal(instance, plan.meetings)


@given(edited_plans(), st.data())
def test_a_checked_move_breaks_exactly_what_the_validator_finds_afterwards(case, data):
    instance, plan = case
    if not instance.requests:
        return
    request = data.draw(st.sampled_from([r.id for r in instance.requests]))
    slot, venue, table = data.draw(cells)
    meeting = Meeting(request, slot, venue, None if venue.startswith("booth") else table)
    rest = tuple(m for m in plan.meetings if m.request != request)
    before = {v.code for v in violations(instance, Plan("toy", rest))}
    after = violations(instance, Plan("toy", (*rest, meeting)))
    found = check_move(instance, plan, request, slot, venue, meeting.table)
    assert {v.code for v in found} == {v.code for v in after if meeting in v.meetings}
    if not before:
        assert bool(found) == bool(after)


@given(edited_plans())
def test_the_legal_cells_of_a_card_are_those_a_check_lets_pass(case):
    instance, plan = case
    for request in instance.requests:
        rest = Plan("toy", tuple(m for m in plan.meetings if m.request != request.id))
        every = [
            (s.id, v.id, table)
            for s in instance.slots
            for v in instance.venues
            for table in (range(v.tables) if v.kind == "pool" else (None,))
        ]
        expected = [cell for cell in every if not check_move(instance, rest, request.id, *cell)]
        assert sorted(legal_cells(instance, plan, request.id), key=str) == sorted(expected, key=str)


@settings(max_examples=30)
@given(edited_plans())
def test_the_order_of_the_meetings_does_not_matter(case):
    instance, plan = case
    back = Plan("toy", plan.meetings[::-1])
    assert sorted(v.code for v in violations(instance, plan)) == sorted(v.code for v in violations(instance, back))


def test_checking_a_move_among_two_thousand_meetings_is_quick():
    slots, pairs = 16, 125
    people = [person(f"{side}{k}", range(slots), min_gap=0) for side in "EB" for k in range(pairs)]
    requests = [ask(f"R{k}-{t}", f"E{k}", f"B{(k + t) % pairs}") for k in range(pairs) for t in range(slots)]
    instance = expo(day(slots), people, [pool("hall", pairs, slots)], requests)
    plan = Plan("toy", tuple(Meeting(f"R{k}-{t}", t, "hall", k) for k in range(pairs) for t in range(slots)))
    assert violations(instance, plan) == []
    best = min(_timed(lambda t=t: check_move(instance, plan, "R7-3", t, "hall", 5)) for t in range(slots))
    assert best < 0.02  # a few milliseconds; the rest is for a busy machine


def _timed(call):
    started = time.perf_counter()
    call()
    return time.perf_counter() - started
