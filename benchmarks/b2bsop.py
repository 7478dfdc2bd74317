"""Fewest breaks, proven: the public instances of the B2B meeting problem (place everything, count the breaks).

    pip install -r benchmarks/requirements.txt
    python -m benchmarks.b2bsop --data DIR [--only NAME,...] [--seconds 60] [--all]

DIR holds `*.dzn` and `best_known.csv`. Bofill et al. (CP 2014; JAIR 74, 2022): every meeting takes place once, in its session; nobody
has two at a time or one in a forbidden slot; so many tables; a break is a maximal hole in somebody's day; the numbers of breaks of two
people differ by 2 at most. No expo needs this mode: demand exceeds supply there, and the scheduler chooses. "Breaks at most k" is
asked of a SAT solver (CaDiCaL) for k = 0, 1, ... until it says yes: every no is the proof that fewer do not do. The plan found is checked
by counting. Without --all only the 20 originals are run, each in a process of its own that is ended after so many seconds of the processor.
"""

import argparse
import csv
import multiprocessing
import re
import resource
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

MORNING, AFTERNOON = 1, 2
APART = 2
MOST = 40  # breaks that are asked for


class Fair(NamedTuple):
    """An instance: meetings as (person, person, session), and for each person the slots that are forbidden, from 0."""

    people: int
    tables: int
    slots: int
    morning: int
    meetings: list[tuple[int, int, int]]
    forbidden: list[set[int]]
    fixed: list[int]
    precedences: list[set[int]]


def read(path: Path) -> Fair:
    """Read a MiniZinc data file."""
    text = path.read_text()

    def number(name: str) -> int:
        return int(re.search(rf"\b{name}\s*=\s*(\d+)", text)[1])  # type: ignore[index]

    def block(name: str) -> str:
        found = re.search(rf"\b{name}\s*=\s*\[(.*?)\]\s*;", text, re.DOTALL)
        return found[1] if found else ""

    def sets(name: str) -> list[set[int]]:
        return [{int(n) for n in re.findall(r"\d+", part)} - {0} for part in re.findall(r"\{(.*?)\}", block(name))]

    numbers = [int(n) for n in re.findall(r"\d+", block("requested"))]
    meetings = [(a - 1, b - 1, session) for a, b, session in zip(*[iter(numbers)] * 3, strict=True)]
    return Fair(
        people=number("nBusiness"), tables=number("nTables"), slots=number("nTotalSlots"), morning=number("nMorningSlots"),
        meetings=meetings, forbidden=[{slot - 1 for slot in some} for some in sets("forbidden")],
        fixed=[int(n) for n in re.findall(r"\d+", block("fixed"))], precedences=sets("precedences"))


class Formula:
    """The clauses of an instance: ``at[m, t]`` says that a meeting is in a slot, ``holes`` are the ends of breaks."""

    def __init__(self, fair: Fair) -> None:
        from pysat.formula import IDPool

        self.fair, self.pool = fair, IDPool()
        self.clauses: list[list[int]] = []
        self.at: dict[tuple[int, int], int] = {}
        self.of: dict[int, list[int]] = defaultdict(list)  # person -> meetings
        for m, (a, b, _) in enumerate(fair.meetings):
            self.of[a].append(m)
            self.of[b].append(m)
        self._place()
        self.holes = {person: self._holes(person, meetings) for person, meetings in self.of.items()}
        for holes in self.holes.values():
            self._at_most(holes, APART + self._least())

    def _least(self) -> int:
        """Breaks that everybody has at least: none, since in every instance somebody has one meeting or no meeting."""
        if all(len(self.of[p]) > 1 for p in range(self.fair.people)):
            raise ValueError("everybody has several meetings: the difference of breaks has to be modelled")
        return 0

    def _new(self) -> int:
        self.pool.top += 1
        return self.pool.top

    def _place(self) -> None:
        fair = self.fair
        for m, (a, b, session) in enumerate(fair.meetings):
            low, high = (0, fair.morning) if session == MORNING else (fair.morning, fair.slots) if session == AFTERNOON else (0, fair.slots)
            slots = [t for t in range(low, high) if t not in fair.forbidden[a] | fair.forbidden[b]]
            if fair.fixed[m : m + 1] and fair.fixed[m]:
                slots = [t for t in slots if t == fair.fixed[m] - 1]
            for t in slots:
                self.at[m, t] = self._new()
            self.clauses.append([self.at[m, t] for t in slots])
            self._at_most([self.at[m, t] for t in slots], 1)
        for t in range(fair.slots):
            self._at_most([self.at[m, t] for m in range(len(fair.meetings)) if (m, t) in self.at], fair.tables)
        for m, earlier in enumerate(fair.precedences):
            for other in earlier:
                for (x, t), literal in self.at.items():
                    if x == m:
                        self.clauses.append([-literal] + [self.at[other - 1, u] for u in range(t) if (other - 1, u) in self.at])

    def _at_most(self, literals: list[int], most: int) -> None:
        from pysat.card import CardEnc, EncType

        if len(literals) > most:
            kind = EncType.pairwise if most == 1 and len(literals) < 7 else EncType.seqcounter
            self.clauses += CardEnc.atmost(literals, most, vpool=self.pool, encoding=kind).clauses

    def _exactly(self, literals: list[int], count: int) -> None:
        from pysat.card import CardEnc, EncType

        self.clauses += CardEnc.equals(literals, count, vpool=self.pool, encoding=EncType.seqcounter).clauses

    def _holes(self, person: int, meetings: list[int]) -> list[int]:
        """One literal for every slot that may end a break of this person: used, the one before not, and some before that."""
        used: list[int | None] = []
        for t in range(self.fair.slots):
            here = [self.at[m, t] for m in meetings if (m, t) in self.at]
            used.append(self._either(here) if here else None)
            self._at_most(here, 1)
        known = [u for u in used if u is not None]
        if known:
            self._exactly(known, len(meetings))
        holes, before = [], None
        for t, u in enumerate(used):
            if u is not None and t and before is not None:
                hole, last = self._new(), used[t - 1]
                self.clauses.append([hole, -u, -before] + ([last] if last is not None else []))
                holes.append(hole)
            before = u if before is None else before if u is None else self._either([before, u])
        return holes

    def _either(self, literals: list[int]) -> int:
        new = self._new()
        self.clauses += [[-literal, new] for literal in literals] + [[-new, *literals]]
        return new


def prove(path: Path, tell: Any) -> None:
    """Send (k, None) for every k that was refuted, then (k, breaks of the plan found), or (-1, None) when there is no plan at all."""
    from pysat.card import CardEnc, EncType
    from pysat.solvers import Cadical195

    fair = read(path)
    formula = Formula(fair)
    holes = [hole for some in formula.holes.values() for hole in some]
    for k in range(MOST):
        few = CardEnc.atmost(holes, k, top_id=formula.pool.top, encoding=EncType.seqcounter).clauses if k < len(holes) else []
        solver = Cadical195(bootstrap_with=formula.clauses + few)
        if solver.solve():
            model = set(solver.get_model())
            tell.send((k, breaks(fair, {m: t for (m, t), literal in formula.at.items() if literal in model})))
            return
        tell.send((k, None))
    tell.send((-1, None))


def breaks(fair: Fair, at: dict[int, int]) -> int:
    """Count the breaks of a plan. Raises ValueError when it is not one."""
    days: dict[int, list[int]] = defaultdict(list)
    for m, (a, b, session) in enumerate(fair.meetings):
        if at[m] in fair.forbidden[a] | fair.forbidden[b] or (session != 3 and (session == MORNING) != (at[m] < fair.morning)):
            raise ValueError("a meeting is in a slot that is not allowed")
        days[a].append(at[m])
        days[b].append(at[m])
    if any(len(set(day)) < len(day) for day in days.values()):
        raise ValueError("somebody has two meetings at a time")
    if any(list(at.values()).count(t) > fair.tables for t in range(fair.slots)):
        raise ValueError("there are not so many tables")
    each = [sum(u - t > 1 for t, u in pairwise(sorted(days[p]))) for p in range(fair.people)]
    if max(each) - min(each) > APART:
        raise ValueError("one person has too many breaks more than another")
    return sum(each)


def run(path: Path, seconds: int) -> tuple[int, int | None, float]:
    """Return (fewest breaks not refuted, breaks of the plan found if any, seconds of the processor)."""
    here, there = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("spawn").Process(target=limited, args=(path, there, seconds), daemon=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    child.start()
    there.close()
    bound, found = 0, None
    try:
        while found is None:
            k, found = here.recv()
            bound = k if found is not None else k + 1
    except EOFError:
        pass
    child.kill()
    child.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return bound, found, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def limited(path: Path, tell: Any, seconds: int) -> None:
    """Prove within so many seconds of the processor: they mean the same on a machine that others use too."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    prove(path, tell)


def known(data: Path, variants: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Yield (file, published optimum) of these variants."""
    with (data / "best_known.csv").open() as rows:
        for row in csv.DictReader(rows):
            if row["variant"] in variants:
                yield row["file"], row["best_known_total_breaks_d2"]


def main() -> None:
    """Prove, and print a line for each instance."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", help="Beginnings of file names, separated by commas.")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--all", action="store_true", help="The variants with further forbidden slots too.")
    args = parser.parse_args()
    met = count = 0
    print("| instance | published | found | proven at least | CPU s |\n|---|---|---|---|---|")
    for file, best in known(args.data, ("original", "forb0003") if args.all else ("original",)):
        if args.only is None or file.startswith(tuple(args.only.split(","))):
            bound, found, seconds = run(args.data / file, args.seconds)
            count += 1
            met += str(found) == best and bound == found
            print(f"| {file} | {best} | {'-' if found is None else found} | {bound} | {seconds:.1f} |", flush=True)
    print(f"\n{met} of {count} proven at the published optimum")


if __name__ == "__main__":
    main()
