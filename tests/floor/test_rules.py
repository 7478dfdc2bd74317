"""What a table is at a moment, and how reliability forgives."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.floor.rules import (
    KEPT,
    LATE,
    MISSED,
    PRIOR,
    SAID_LATE,
    USUAL,
    Is,
    Limits,
    Past,
    Seen,
    Sitting,
    absent,
    arrival,
    moments,
    reliability,
    side_state,
    table_state,
    worth,
)
from matchmaker.meetings.states import State

TEN = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)
LIMITS = Limits.of(2, 9)


def minutes(count):
    return timedelta(minutes=count)


def sitting(**more):
    return Sitting(TEN, TEN + minutes(30), **more)


def came(*sides):
    return {side: Seen(arrived_at=TEN) for side in sides}


@pytest.mark.parametrize(("after", "state"), [
    (-1, Is.NEXT), (0, Is.EXPECTED), (1.9, Is.EXPECTED), (2, Is.LATE), (8.9, Is.LATE), (9, Is.MISSING), (29, Is.MISSING), (30, Is.FREE)])
def test_a_table_to_which_nobody_comes_goes_from_expected_over_late_to_missing(after, state):
    assert table_state(TEN + minutes(after), sitting(sides=came("buyer")), LIMITS) is state


@pytest.mark.parametrize(("after", "state"), [(-1, Is.NEXT), (0, Is.RUNNING), (24, Is.RUNNING), (25, Is.ENDING), (30, Is.FREE)])
def test_a_table_with_both_sides_runs_until_its_end(after, state):
    assert table_state(TEN + minutes(after), sitting(sides=came("buyer", "exhibitor")), LIMITS) is state


@pytest.mark.parametrize("over", [{"state": State.MISSED}, {"state": State.CANCELLED}, {"state": State.HELD, "ended_at": TEN}])
def test_a_missed_called_off_or_ended_meeting_leaves_its_table_free(over):
    assert table_state(TEN + minutes(5), sitting(**over), LIMITS) is Is.FREE
    assert table_state(TEN, None, LIMITS) is Is.FREE


def test_who_says_to_come_late_is_late_and_missing_by_that_much_later():
    known = sitting(sides={"buyer": Seen(late_minutes=10), "exhibitor": Seen(arrived_at=TEN)})
    states = [side_state(TEN + minutes(after), known, "buyer", LIMITS) for after in (0, 11, 12, 18, 19)]
    assert states == ["announced", "announced", "late", "late", "missing"]
    assert side_state(TEN, sitting(sides={"buyer": Seen(late_minutes=0)}), "buyer", LIMITS) == "way"


def test_who_is_missing_is_named():
    at = TEN + minutes(10)
    assert absent(at, sitting(sides=came("buyer")), LIMITS) == "exhibitor"
    assert absent(at, sitting(), LIMITS) == "both"
    assert absent(at, sitting(sides=came("buyer", "exhibitor")), LIMITS) == ""


@given(after=st.integers(-60, 60), late=st.none() | st.sampled_from([0, 5, 10, 15]), buyer=st.booleans(), exhibitor=st.booleans())
def test_between_two_moments_nothing_changes_by_itself(after, late, buyer, exhibitor):
    sides = {"buyer": Seen(TEN if buyer else None, late), "exhibitor": Seen(TEN if exhibitor else None)}
    known, now = sitting(sides=sides), TEN + minutes(after)
    ahead = [moment for moment in moments(known, LIMITS) if moment > now]
    until = min(ahead, default=now + minutes(60)) - timedelta(seconds=1)
    assert table_state(now, known, LIMITS) is table_state(until, known, LIMITS)
    for side in sides:
        assert side_state(now, known, side, LIMITS) == side_state(until, known, side, LIMITS)


def test_what_waited_for_the_network_counts_from_the_tap_within_limits():
    now = TEN + minutes(12)
    assert arrival(now, minutes(12), TEN) == TEN
    assert arrival(now, timedelta(0), TEN) == now
    assert arrival(now, timedelta(days=9), TEN) == TEN - minutes(45)
    assert arrival(now, -minutes(9), TEN) == now


def test_late_is_milder_than_missing_and_announced_milder_still():
    def value(**more):
        return worth(**({"missed": False, "starts_at": TEN, "seen": Seen(TEN + minutes(6)), "limits": LIMITS} | more))

    assert value(missed=True) == MISSED < value() == LATE < value(seen=Seen(TEN + minutes(6), 5)) == SAID_LATE < KEPT
    assert value(seen=Seen(TEN + minutes(1))) == value(seen=Seen()) == KEPT


def test_few_meetings_shrink_to_what_is_usual_and_old_misses_fade():
    assert reliability([]) == USUAL
    assert reliability([Past(0, MISSED)]) == pytest.approx(PRIOR * USUAL / (PRIOR + 1))
    assert reliability([Past(0, MISSED)]) < reliability([Past(180, MISSED)]) < reliability([Past(3600, MISSED)]) <= USUAL
    assert reliability([Past(0, MISSED)] * 3) < reliability([Past(0, MISSED)])
    assert reliability([Past(0, KEPT)] * 50) > 0.98


@given(st.lists(st.builds(Past, st.floats(0, 5000), st.sampled_from([KEPT, SAID_LATE, LATE, MISSED]))), st.floats(0, 5000))
def test_a_kept_meeting_never_harms_and_a_missed_one_never_helps(pasts, days):
    before = reliability(pasts)
    assert 0 <= before <= 1
    assert reliability([*pasts, Past(days, KEPT)]) >= before - 1e-9
    assert reliability([*pasts, Past(days, MISSED)]) <= before + 1e-9
