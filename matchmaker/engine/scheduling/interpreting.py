"""How many interpreted meetings fit a slot when one person can serve several language pairs.

Meetings find their interpreters exactly when every set of pools asks for no more than all who serve one of them: Hall's
condition. Most sets say nothing new, because nobody serves two of their parts; only sets that hang together by shared
people are kept, and of those with the same people only the largest. A pool that shares nobody is a set of its own.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

WIDEST = 8
"""So many pools may hang together in a slot; an interpreter who would join more serves the first ones there."""

Key = tuple[int, int]


class Desk:
    """The interpreters of every slot. A key is (bits of a set of pools, slot): ``limit(key)`` meetings may share it.

    A slot is looked at when somebody first asks about it; slots with the same people are looked at once.
    """

    def __init__(self, pools: Sequence[Sequence[int]], people: Iterable[tuple[int, int]], slots: int) -> None:
        self.pools = pools
        self.people = list(people)
        self.slots = slots
        self._limit: dict[Key, int] = {}
        self._keys: dict[Key, tuple[Key, ...]] = {}
        self._teams: dict[int, _Team] = {}  # by slot
        self._known: dict[tuple[tuple[int, ...], tuple[int, ...]], _Team] = {}

    def keys(self, pool: int, slot: int) -> tuple[Key, ...]:
        """The sets that a meeting in this pool counts for."""
        if (pool, slot) not in self._keys:
            self._team(slot)
        return self._keys[pool, slot]

    def limit(self, key: Key) -> int:
        """How many meetings may share a key."""
        if key not in self._limit:
            self._team(key[1])
        return self._limit[key]

    def limits(self) -> Mapping[Key, int]:
        """The limit of every key of every slot."""
        for slot in range(self.slots):
            self._team(slot)
        return self._limit

    def present(self, slot: int) -> dict[int, int]:
        """Who is there in a slot: number of the person -> pools served, as bits."""
        return dict(zip(self._there(slot), self._team(slot).serving, strict=True))

    def total(self, pools: int) -> int:
        """How many meetings these pools can have in all slots together."""
        return sum(self.among(pools, slot) for slot in range(self.slots))

    def among(self, pools: int, slot: int) -> int:
        """How many people serve any of these pools in a slot."""
        return self._team(slot).among(pools)

    def _there(self, slot: int) -> list[int]:
        return [n for n, (_, present) in enumerate(self.people) if present >> slot & 1]

    def _team(self, slot: int) -> "_Team":
        if slot not in self._teams:
            alike = tuple(row[slot] for row in self.pools), tuple(self.people[n][0] for n in self._there(slot))
            if alike not in self._known:
                self._known[alike] = _Team(*alike)
            team = self._teams[slot] = self._known[alike]
            self._limit |= {(pools, slot): count for pools, count in team.limit.items()}
            self._keys |= {(pool, slot): tuple((s, slot) for s in sets) for pool, sets in team.sets.items()}
        return self._teams[slot]


class _Team:
    """The interpreters of one slot: those without a name of each pool, and the pools that each of the others serves."""

    def __init__(self, nameless: Sequence[int], people: Iterable[int]) -> None:
        groups: list[int] = [1 << p for p in range(len(nameless))]
        self.serving: list[int] = []
        for pools in people:
            groups, serves = _join(groups, pools)
            self.serving.append(serves)
        self._alike = Counter(self.serving)  # many serve the same pools: each kind is looked at once
        self._alike.update({1 << p: count for p, count in enumerate(nameless) if count})
        self._kinds = [serves for serves in self._alike if serves & (serves - 1)]
        self._among: dict[int, int] = {}
        self.limit: dict[int, int] = {}
        self.sets: dict[int, list[int]] = {}
        for group in groups:
            sets = [s for s in _subsets(group) if self._says_something(s, group)]
            self.limit |= {pools: self.among(pools) for pools in sets}
            self.sets |= {pool: [s for s in sets if s >> pool & 1] for pool in _bits(group)}

    def among(self, pools: int) -> int:
        """How many people serve any of these pools."""
        if pools not in self._among:
            self._among[pools] = sum(count for serves, count in self._alike.items() if serves & pools)
        return self._among[pools]

    def _says_something(self, pools: int, group: int) -> bool:
        """Does this set hang together by its people, and is there no larger one with the same people?"""
        reached = pools & -pools
        while grown := _reach(reached, pools, self._kinds):
            reached |= grown
        if reached != pools:
            return False
        people = self.among(pools)
        return pools & (pools - 1) == 0 or all(self.among(pools | 1 << p) > people for p in _bits(group & ~pools))


def _join(groups: list[int], pools: int) -> tuple[list[int], int]:
    """The groups of pools with those that one person serves made one, and what the person serves in it."""
    joined = serves = 0
    for group in sorted((g for g in groups if g & pools), key=lambda g: g & -g):
        if (joined | group).bit_count() <= WIDEST:
            joined |= group
            serves |= group & pools
    return [g for g in groups if not g & joined] + ([joined] if joined else []), serves


def _reach(reached: int, pools: int, serving: list[int]) -> int:
    return next((new for serves in serving if serves & reached and (new := serves & pools & ~reached)), 0)


def _subsets(group: int) -> Iterator[int]:
    subset = group
    while subset:
        yield subset
        subset = (subset - 1) & group


def _bits(mask: int) -> Iterator[int]:
    return (k for k in range(mask.bit_length()) if mask >> k & 1)
