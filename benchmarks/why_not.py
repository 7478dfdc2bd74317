"""Why requests have no place, what would give them one, and what more tables would be worth: counts, truth and time.

    python -m benchmarks.why_not --data DIR [--sizes ciie,large] [--changes 100]

DIR holds instances (`ciie.json`, `large.json`; a missing one is made by its `gen.py`) and, where there is one, a published plan
(`published_ciie.json`); otherwise the engine makes a plan in 20 seconds. Every set of blockers is judged by a second statement
of the rules, written here from the format alone: relaxing it must open its cell (true), no cell of the request may stand
against less of it (minimal), and none against fewer statements (smallest). Every change is applied and the plan validated.
Bars: all requests of the large instance in 5 s, the bound of a scenario in 5 s.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any

from matchmaker.engine import scheduling as engine

SCENARIO = (engine.Tables("POOL0", 20), engine.Interpreters("zh-ja", 2), engine.Rounds(1))
Statement = tuple[Any, ...]


class Judge:
    """What stands against a request in a cell, from the documents alone."""

    def __init__(self, instance: dict[str, Any], plan: dict[str, Any]) -> None:
        self.people = {p["id"]: p for p in instance["participants"]}
        self.free = {p: set(row["available"]) for p, row in self.people.items()}
        self.venues = {v["id"]: v for v in instance["venues"]}
        self.capacity = {i["id"]: i["capacity"] for i in instance["interpreters"]}
        self.requests = {r["id"]: r for r in instance["requests"]}
        self.slots = {s["id"]: s for s in instance["slots"]}
        self.travel = instance["travel"]
        self.agenda: dict[str, list[tuple[int, int, str]]] = defaultdict(list)  # participant -> (slot, hall, request)
        self.tables: Counter[tuple[str, int]] = Counter()
        self.spoken: Counter[tuple[str, int]] = Counter()
        for m in plan["meetings"]:
            request = self.requests[m["request"]]
            for p in (request["a"], request["b"]):
                self.agenda[p].append((m["slot"], self.venues[m["venue"]]["hall"], m["request"]))
            self.tables[m["venue"], m["slot"]] += 1
            self.spoken[request["interpreter"], m["slot"]] += 1

    def window(self, request: dict[str, Any]) -> set[int]:
        """The slots that the people of a request leave it."""
        return self.free[request["a"]] & self.free[request["b"]] & set(request["slots"] or self.slots)

    def cells(self, name: str) -> dict[tuple[int, str], set[Statement]]:
        """Every cell of a request, and the statements against it there."""
        request = self.requests[name]
        return {(t, v): set(self._against(request, t, v)) for t, v in product(self.window(request) or self.slots, request["venues"])}

    def _against(self, request: dict[str, Any], t: int, v: str) -> Iterator[Statement]:
        if request["slots"] is not None and t not in request["slots"]:
            yield "slot-not-allowed", t
        for p in (request["a"], request["b"]):
            if t not in self.free[p]:
                yield "unavailable", p, t
            yield from self._about(self.people[p], t, self.venues[v]["hall"])
        if self.tables[v, t] >= self.venues[v]["capacity"][t]:
            yield "venue-capacity", v, t
        pool = request["interpreter"]
        if pool and self.spoken[pool, t] >= self.capacity[pool][t]:
            yield "interpreter-capacity", pool, t

    def _about(self, person: dict[str, Any], t: int, hall: int) -> Iterator[Statement]:
        agenda = self.agenda[person["id"]]
        if sum(at == t for at, *_ in agenda) >= person.get("parallel", 1):
            yield "clash", person["id"], t
        if len(agenda) >= person["max_meetings"]:
            yield "max-meetings", person["id"]
        for at, other, name in agenda if person.get("parallel", 1) == 1 else ():
            if at != t and self.slots[at]["day"] == self.slots[t]["day"]:
                way = self.travel[other][hall] if at < t else self.travel[hall][other]
                if abs(self.slots[at]["index"] - self.slots[t]["index"]) - 1 < max(person["min_gap"], way):
                    yield "gap", person["id"], name

    def verdict(self, unplaced: engine.Unplaced) -> tuple[bool, bool, bool]:
        """Are these blockers true, minimal, a smallest set?"""
        cells = self.cells(str(unplaced.request))
        said = {_statement(b) for b in unplaced.blockers}
        return (
            cells[unplaced.slot, unplaced.venue] <= said,  # type: ignore[index]
            not any(against < said for against in cells.values()),
            len(said) == min(map(len, cells.values())),
        )


def _statement(blocker: engine.Blocker) -> Statement:
    about = blocker.context
    match blocker.code:
        case "max-meetings":
            return blocker.code, about["participant"]
        case "gap":
            return blocker.code, about["participant"], blocker.meetings[0].request
        case "slot-not-allowed":
            return blocker.code, about["slot"]
    owner = next(about[kind] for kind in ("participant", "venue", "interpreter") if kind in about)
    return blocker.code, owner, about["slot"]


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print wall and CPU seconds of the block."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    print(f"  {what}: {time.perf_counter() - wall:.2f} s wall, {time.process_time() - cpu:.2f} s CPU")


def _files(folder: Path, size: str, scratch: Path) -> tuple[Path, Path | None]:
    path = folder / f"{size}.json"
    if not path.exists():
        path = scratch / f"{size}.json"
        subprocess.run([sys.executable, str(folder / "gen.py"), size, "-o", str(path)], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    published = folder / f"published_{size}.json"
    return path, published if published.exists() else None


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def measure(path: Path, published: Path | None, sample: int) -> None:
    """Print what there is to know about one instance."""
    instance = engine.read_instance(_read(path))
    plan = engine.read_plan(_read(published)) if published else engine.solve(instance, seconds=20, tiers=0).plan
    print(f"{instance.name}: {len(instance.requests)} requests, {len(plan.meetings)} placed")
    with timed("bound and prices"):
        bound = engine.bound_of(instance)
    with timed("blockers of all requests without a place"):
        unplaced = engine.why_not(instance, plan, bound.prices)
    own = [u for u in unplaced if u.common_time]
    print(f"  {len(unplaced)} without a place, {len(unplaced) - len(own)} of them without any common time")
    print("  size of the smallest set: " + ", ".join(f"{n}: {k}" for n, k in sorted(Counter(len(u.blockers) for u in own).items())))
    for lever in SCENARIO:
        with timed(f"bound of a scenario ({lever})"):
            scenario = engine.bound_of(engine.pull(instance, [lever]))
        print(f"    gain {scenario.utility - bound.utility:+.0f} on {bound.utility:.0f}")
    with timed("report of the plan"):
        engine.report(instance, plan)
    judge = Judge(_read(path), engine.write_plan(plan))
    verdicts = [judge.verdict(u) for u in unplaced]
    for k, word in enumerate(("true", "minimal", "smallest")):
        print(f"  {word}: {sum(v[k] for v in verdicts)} of {len(verdicts)}")
    dearest = all([b.price for b in u.blockers] == sorted((b.price for b in u.blockers), reverse=True) for u in unplaced)
    print(f"  dearest first: {dearest}")
    _offers(instance, plan, random.Random(1).sample(unplaced, min(sample, len(unplaced))))  # noqa: S311


def _offers(instance: engine.Instance, plan: engine.Plan, asked: list[engine.Unplaced]) -> None:
    with timed("looking for changes: reading the plan"):
        finder = engine.Finder(instance, plan)
    seconds, found = [], []
    for unplaced in asked:
        begun = time.perf_counter()
        found.append(finder.changes(unplaced.request))
        seconds.append(time.perf_counter() - begun)
    print(f"  changes of {len(asked)} requests: {1000 * sum(seconds) / len(asked):.0f} ms each, at most {1000 * max(seconds):.0f} ms")
    offered = [change for changes in found for change in changes]
    sound = sum(not engine.violations(*change.apply(instance, plan)) for change in offered)
    print(f"  {len(offered)} changes for {sum(map(bool, found))} requests, {sound} of them without a violation when applied")


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sizes", default="ciie,large")
    parser.add_argument("--changes", type=int, default=100)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for size in given.sizes.split(","):
            measure(*_files(given.data, size, Path(scratch)), sample=given.changes if size != "large" else given.changes // 10)


if __name__ == "__main__":
    main()
