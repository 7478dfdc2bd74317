"""The shape of a hard rule: what every rule states, and what it inherits from that.

A rule says which *keys* a meeting uses up and how many meetings may share a key: a participant and a slot, a table and
a slot, all meetings of a participant. Everything else follows from that one statement and is inherited: the rows
(context, cells, limit) an exact solver posts over its variables, the violations of a finished plan, the answer to "may
this meeting be put here", and the slots that a full key shuts, from which the optimiser keeps its bit masks.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar, NamedTuple

from .problem import Cell, Problem

Key = tuple[int, ...]
Lane = int


def N_(message: str) -> str:
    """Mark a message for translation; the caller who shows it translates."""
    return message


class Row(NamedTuple):
    """At most ``limit`` of ``cells`` may hold; ``context`` fills the placeholders of the rule's label."""

    context: dict[str, Any]
    cells: list[Cell]
    limit: int


class Rule:
    """One hard rule. Subclasses state ``keys``, ``limit``, ``context`` and, if they close slots, ``shuts``."""

    code: ClassVar[str]
    label: ClassVar[str]

    def keys(self, problem: Problem, cell: Cell) -> Iterable[Key]:
        """What this meeting uses up."""
        raise NotImplementedError

    def limit(self, problem: Problem, key: Key) -> int:
        """How many meetings may share this key."""
        return 0

    def context(self, problem: Problem, key: Key, cell: Cell) -> dict[str, Any]:
        """Ids and numbers for the placeholders of the label."""
        return {"request": problem.instance.requests[cell.request].id}

    def shuts(self, problem: Problem, key: Key) -> Iterable[tuple[Lane, int]]:
        """Lanes and slots where no further meeting fits once this key is full."""
        return ()

    def closed(self, problem: Problem) -> Iterable[Key]:
        """Keys that are full before the first meeting."""
        return ()

    def too_many(self, cells: Sequence[Cell], limit: int) -> bool:
        """Do these meetings, which share a key, break the rule?"""
        return len(cells) > limit

    def rows(self, problem: Problem, cells: Iterable[Cell]) -> Iterator[Row]:
        """Every statement this rule makes about these cells, be they placed meetings or variables."""
        for key, group in self.groups(problem, cells).items():
            yield Row(self.context(problem, key, group[0]), group, self.limit(problem, key))

    def groups(self, problem: Problem, cells: Iterable[Cell]) -> dict[Key, list[Cell]]:
        """The cells that share each key."""
        sharing: dict[Key, list[Cell]] = defaultdict(list)
        for cell in cells:
            for key in self.keys(problem, cell):
                sharing[key].append(cell)
        return sharing

    def broken(self, problem: Problem, cells: Iterable[Cell]) -> Iterator[Row]:
        """The statements that do not hold when all these meetings take place, each set of meetings named once."""
        seen = set()
        for row in self.rows(problem, cells):
            if self.too_many(row.cells, row.limit) and (named := frozenset(row.cells)) not in seen:
                seen.add(named)
                yield row

    def breaks(self, problem: Problem, cell: Cell, others: Iterable[Cell]) -> Iterator[Row]:
        """The statements that adding ``cell`` to the meetings ``others`` would break."""
        wanted: dict[Key, list[Cell]] = {key: [] for key in self.keys(problem, cell)}
        if not wanted:
            return
        for other in others:
            for key in self.keys(problem, other):
                if key in wanted:
                    wanted[key].append(other)
        seen: set[Any] = set()
        for key, sharing in wanted.items():
            limit = self.limit(problem, key)
            if self.too_many([*sharing, cell], limit) and (named := frozenset(sharing) or key) not in seen:
                seen.add(named)
                yield Row(self.context(problem, key, cell), sharing, limit)
