"""A run in its own process: the same plan as here, ended in time, and its best plan survives it."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from matchmaker.engine.scheduling import ImpossibleLocksError, Meeting, process, run, solve, violations

from .builders import ask, day, expo, lock, person, pool
from .test_task import market


def crowded(slots=16, exhibitors=60, buyers=120):
    """Large enough to keep the solver busy for many seconds."""
    people = [person(f"E{e}", range(slots)) for e in range(exhibitors)]
    people += [person(f"B{b}", range(b % 4, slots - b % 3), max_meetings=8, min_gap=b % 2) for b in range(buyers)]
    pairs = [(e, b) for e in range(exhibitors) for b in range(buyers) if (3 * e + 5 * b) % 4 == 0]
    requests = [ask(f"R{e}-{b}", f"E{e}", f"B{b}", 10 + (31 * e + 17 * b) % 89) for e, b in pairs]
    return expo(day(slots), people, [pool("hall", 45, slots)], requests)


def test_the_plan_of_a_child_is_the_plan_of_the_same_run_here():
    here, there = (way(market(), seconds=60, seed=2, iterations=12) for way in (solve, run))
    assert there.plan == here.plan
    assert (there.quality, there.unplaced, there.bound, there.steps) == (here.quality, here.unplaced, here.bound, here.steps)


def test_a_run_ends_at_its_deadline_with_a_legal_plan_and_reports_on_the_way():
    told = []
    result = run(crowded(), seconds=2, on_progress=lambda stage, fraction, found: told.append((stage, found.score)))
    assert result.stopped_because == "deadline"
    assert result.seconds < 2 + process.GRACE + 1
    assert violations(crowded(), result.plan) == []
    assert {stage for stage, _ in told} == {"bound", "construct", "improve"}


def test_stop_is_obeyed_and_keeps_the_plan():
    began = []

    def stop():
        return bool(began) and time.monotonic() > began[0] + 0.5

    def note(stage, fraction, found):
        if stage == "improve" and not began:
            began.append(time.monotonic())

    result = run(crowded(), seconds=60, on_progress=note, should_stop=stop)
    assert result.stopped_because == "stopped"
    assert result.seconds < 30
    assert result.quality.placed > 100


def test_the_best_plan_survives_the_death_of_the_child():
    def kill(stage, fraction, found):
        if stage == "improve":
            for child in multiprocessing.active_children():
                os.kill(child.pid, signal.SIGKILL)

    result = run(crowded(), seconds=60, on_progress=kill)
    assert result.stopped_because == "killed"
    assert result.quality.placed > 100
    assert violations(crowded(), result.plan) == []


def test_a_child_ends_when_its_parent_is_killed():
    code = (
        "from tests.engine.scheduling.test_process import crowded\n"
        "from matchmaker.engine.scheduling import run\nimport multiprocessing\n"
        "tell = lambda *_: print(multiprocessing.active_children()[0].pid, flush=True)\n"
        "if __name__ == '__main__': run(crowded(), seconds=60, on_progress=tell)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until = time.monotonic() + 20
    while _lives(child) and time.monotonic() < until:
        time.sleep(0.1)
    assert not _lives(child)


def _lives(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_what_cannot_be_is_refused_before_a_child_is_made():
    instance = market()
    clash = (lock(Meeting("R01", 3, "hall", 0)), lock(Meeting("R02", 3, "hall", 1)))
    with pytest.raises(ImpossibleLocksError):
        run(expo(instance.slots, instance.participants, instance.venues, instance.requests, fixed=clash), seconds=5)
    with pytest.raises(ValueError, match="nobody"):
        run(expo(day(1), [person("E", [0])], [], [ask("R", "E", "nobody", venues=())]), seconds=5)
