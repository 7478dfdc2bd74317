"""Instances and plans as JSON, and what is refused."""

import json
from dataclasses import replace

import pytest

from matchmaker.engine.scheduling import Fixed, Meeting, Plan, read_instance, read_plan, solve, write_plan

from .builders import ask, day, expo, person, pool

DOCUMENT = {
    "format": "expo-sched-instance/1",
    "name": "two",
    "seed": 1,
    "slots": [{"id": t, "day": 0, "index": t, "session": 0, "start": "1T09:00", "minutes": 30} for t in range(2)],
    "travel": [[0]],
    "participants": [
        {"id": "E", "kind": "exhibitor", "hall": 0, "available": [0, 1], "max_meetings": 2, "min_meetings": 1, "min_gap": 0},
        {"id": "B", "kind": "buyer", "hall": None, "available": [1], "max_meetings": 2, "min_meetings": 1, "min_gap": 0, "parallel": 2},
    ],
    "venues": [{"id": "P", "kind": "pool", "hall": 0, "capacity": [1, 1]}],
    "interpreters": [{"id": "zh-es", "capacity": [1, 1]}],
    "requests": [
        {
            "id": "R",
            "a": "E",
            "b": "B",
            "utility": 5,
            "match": 5,
            "mutual": True,
            "priority": 1,
            "venues": ["P"],
            "interpreter": "zh-es",
            "slots": None,
        }
    ],
    "fixed": [],
    "objective": {"utility": 1, "shortfall": 60, "idle": 1, "break_": 2},
}


def test_a_document_is_read_solved_and_written_back():
    result = solve(read_instance(json.loads(json.dumps(DOCUMENT))), seconds=2)
    written = write_plan(result.plan)
    assert written == {
        "format": "expo-sched-solution/1",
        "instance": "two",
        "meetings": [{"request": "R", "slot": 1, "venue": "P", "table": 0}],
    }
    assert read_plan(json.loads(json.dumps(written))) == result.plan


def test_a_booths_meeting_is_written_without_a_table():
    assert "table" not in write_plan(Plan("x", (Meeting("R", 0, "booth"),)))["meetings"][0]


@pytest.mark.parametrize("broken", [{"format": "other"}, {"requests": [{"id": "R"}]}, {"slots": None}])
def test_a_document_that_is_not_an_instance_is_refused(broken):
    with pytest.raises(ValueError, match=r"expo-sched-instance|incomplete"):
        read_instance(DOCUMENT | broken)


def test_a_document_that_is_not_a_plan_is_refused():
    with pytest.raises(ValueError, match="expo-sched-solution"):
        read_plan({"format": "other"})
    with pytest.raises(ValueError, match="incomplete"):
        read_plan({"format": "expo-sched-solution/1", "meetings": [{}]})


def world(**changes):
    """Two people, one table, one request."""
    whole = expo(day(2), [person("E", [0]), person("B", [0])], [pool("hall", 1, 2)], [ask("R", "E", "B")])
    return replace(whole, **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"requests": (ask("R", "E", "E"),)},
        {"requests": (ask("R", "E", "nobody"),)},
        {"requests": (ask("R", "E", "B", venues=("nowhere",)),)},
        {"requests": (ask("R", "E", "B", interpreter="none"),)},
        {"requests": (ask("R", "E", "B", priority=0),)},
        {"requests": (ask("R", "E", "B", slots=(7,)),)},
        {"requests": (ask("R", "E", "B"), ask("R", "E", "B"))},
        {"participants": (person("E", [7]), person("B", [0]))},
        {"participants": (person("E", [0], parallel=0), person("B", [0]))},
        {"fixed": (Fixed("R", 0, "hall"), Fixed("R", 1, "hall"))},
        {"fixed": (Fixed("R", 0, "nowhere"),)},
        {"venues": (pool("hall", 1, 3),)},
        {"venues": (pool("hall", 1, 2, hall=4),)},
        {"slots": (day(1)[0], replace(day(1)[0], id=1))},
    ],
)
def test_an_instance_that_contradicts_itself_is_refused(changes):
    with pytest.raises(ValueError, match=r"."):
        solve(world(**changes), seconds=1)
