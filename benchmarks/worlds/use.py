"""People use the lists: who looks how far, opens, saves, hides, asks, answers, meets, deals. Logged as the product logs it.

What somebody would answer about a pair is drawn once from the oracle and stays. A line at rank r is looked at with probability
(1 / log2(1 + r)) ** fall; a share `curious` of those who would not accept opens it all the same. A pair that was asked about or hidden
leaves both lists. Readers of both sides come as chance has it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from benchmarks.worlds import Oracle
from matchmaker.engine.matching.balance import ranks, worth
from matchmaker.engine.matching.feedback import answer
from matchmaker.engine.matching.metrics import examination
from matchmaker.engine.matching.records import Answer, Side
from matchmaker.engine.matching.signals import NAMES

TOP = 10
ROUNDS = 30  # at most
KINDS_IF_WILLING = (("asked", 0.25), ("saved", 0.35), ("opened", 0.4))
HIDES = 0.08  # of those who would not accept


class Readers(NamedTuple):
    """How those who read lists differ from what the model takes for usual."""

    fall: float = 1.0
    curious: float = 0.1

    def kinds(self, willing: bool) -> tuple[tuple[str, float], ...]:
        """What is done with a line that is looked at, each with its share."""
        if willing:
            return KINDS_IF_WILLING
        return ("shown", 1 - HIDES - self.curious), ("opened", self.curious), ("hidden", HIDES)


class Seen(NamedTuple):
    """What `side` did with pair `at`: acted on it or accepted (1), or neither (0)."""

    at: int
    side: Side
    label: int


class Use:
    """The pairs (i[k], j[k]) with their values (k, any: signals of the model or what another system reads) and what people would do."""

    def __init__(self, i: np.ndarray, j: np.ndarray, values: np.ndarray, oracle: Oracle, rng: np.random.Generator,
                 readers: Readers = Readers()):
        self.readers = readers
        self.i, self.j, self.values, self.rng = i, j, values, rng
        self.willing = {side: rng.random(len(i)) < oracle.accept(side)[i, j] for side in ("buyer", "exhibitor")}
        self.deals = rng.random(len(i)) < oracle.deal()[i, j]
        self.gone = np.zeros(len(i), bool)
        self.answers: list[Answer] = []
        self.log: list[Seen] = []
        self.outcomes = 0

    def seen(self, side: Side) -> tuple[list[int], list[int]]:
        """The pairs that this side did something with or passed over, and which it was."""
        mine = [one for one in self.log if one.side == side]
        return [one.at for one in mine], [one.label for one in mine]

    def run(self, learn: Callable[["Use"], Callable[[np.ndarray], np.ndarray]], outcomes: int) -> None:
        """Show, log and learn until so many questions were answered. `learn(self)` gives values -> chances (k, 2)."""
        for _ in range(ROUNDS):
            for at, rank, side in self._visits(worth(*learn(self)(self.values).T)):
                if self.outcomes >= outcomes:
                    return
                if not self.gone[at]:
                    self._show(at, rank, side)

    def _visits(self, order: np.ndarray) -> Iterator[tuple[int, int, Side]]:
        """The lines of all lists by this order: readers of both sides come as chance has it, each reads the list from the top."""
        left = np.flatnonzero(~self.gone)
        lists: list[tuple[Side, list[tuple[int, int]]]] = []
        for side, heads, others in (("buyer", self.i, self.j), ("exhibitor", self.j, self.i)):
            place = ranks(heads[left], order[left], others[left])
            of_reader: dict[int, list[tuple[int, int]]] = defaultdict(list)
            for at, rank in sorted(zip(left[place <= TOP].tolist(), place[place <= TOP].tolist(), strict=True), key=itemgetter(1)):
                of_reader[int(heads[at])].append((at, rank))
            lists += [(side, lines) for _reader, lines in sorted(of_reader.items())]
        for one in self.rng.permutation(len(lists)):
            side, lines = lists[one]
            yield from ((at, rank, side) for at, rank in lines)

    def _show(self, at: int, rank: int, side: Side) -> None:
        """One line of one list."""
        looked = self.rng.random() < examination(np.array([rank]), TOP)[0] ** self.readers.fall
        kinds = self.readers.kinds(bool(self.willing[side][at])) if looked else (("shown", 1.0),)
        kind = str(self.rng.choice([name for name, _ in kinds], p=[share for _, share in kinds]))
        self._log(kind, side, at, rank)
        self.log.append(Seen(at, side, int(kind in ("asked", "saved", "opened"))))
        self.gone[at] |= kind in ("asked", "hidden")
        if kind == "asked":
            self._ask(at, "exhibitor" if side == "buyer" else "buyer")

    def _ask(self, at: int, side: Side) -> None:
        accepted = bool(self.willing[side][at])
        self.outcomes += 1
        self.log.append(Seen(at, side, int(accepted)))
        self._log("accepted" if accepted else "declined", side, at)
        if accepted and self.rng.random() < 0.9:  # else the meeting is missed
            for one in ("buyer", "exhibitor"):
                self._log("intention" if self.deals[at] else "held", one, at)

    def _log(self, kind: str, side: Side, at: int, position: int | None = None) -> None:
        known = {name: float(value) for name, value in zip(NAMES, self.values[at], strict=False) if not np.isnan(value)}
        made = answer(kind, side, known, position, group=f"demand {self.i[at]}", pair=f"{self.i[at]}/{self.j[at]}")
        if made is not None:
            self.answers.append(made)
