"""How many interpreted meetings fit a slot when one person can serve several language pairs.

Meetings find their interpreters exactly when every set of pools asks for no more than all who serve one of them: Hall's
condition. Most sets say nothing new, because nobody serves two of their parts; only sets that hang together by shared
people are kept, and of those with the same people only the largest. A pool that shares nobody is a set of its own.
"""

from collections.abc import Iterable, Iterator, Sequence

WIDEST = 8
"""So many pools may hang together in a slot; an interpreter who would join more serves the first ones there."""

Key = tuple[int, int]


class Desk:
    """The interpreters of every slot. A key is (bits of a set of pools, slot): ``limit[key]`` meetings may share it."""

    def __init__(self, pools: Sequence[Sequence[int]], people: Iterable[tuple[int, int]], slots: int) -> None:
        self.pools = pools
        self.people = list(people)
        self.serving: list[list[int]] = [[] for _ in range(slots)]  # per slot, the pools that each person present serves
        self._who: list[list[int]] = [[] for _ in range(slots)]
        self.limit: dict[Key, int] = {}
        self._keys: dict[Key, tuple[Key, ...]] = {}
        for slot in range(slots):
            self._open(slot)

    def keys(self, pool: int, slot: int) -> tuple[Key, ...]:
        """The sets that a meeting in this pool counts for."""
        return self._keys[pool, slot]

    def present(self, slot: int) -> dict[int, int]:
        """Who is there in a slot: number of the person -> pools served, as bits."""
        return dict(zip(self._who[slot], self.serving[slot], strict=True))

    def total(self, pools: int) -> int:
        """How many meetings these pools can have in all slots together."""
        return sum(self.among(pools, slot) for slot in range(len(self.serving)))

    def among(self, pools: int, slot: int) -> int:
        """How many people serve any of these pools in a slot."""
        nameless = sum(row[slot] for p, row in enumerate(self.pools) if pools >> p & 1)
        return nameless + sum(bool(serves & pools) for serves in self.serving[slot])

    def _open(self, slot: int) -> None:
        groups: list[int] = [1 << p for p in range(len(self.pools))]
        for n, (pools, present) in enumerate(self.people):
            if present >> slot & 1:
                groups, serves = _join(groups, pools)
                self.serving[slot].append(serves)
                self._who[slot].append(n)
        for group in groups:
            sets = [s for s in _subsets(group) if self._says_something(s, group, slot)]
            for pools in sets:
                self.limit[pools, slot] = self.among(pools, slot)
            for pool in _bits(group):
                self._keys[pool, slot] = tuple((s, slot) for s in sets if s >> pool & 1)

    def _says_something(self, pools: int, group: int, slot: int) -> bool:
        """Does this set hang together by its people, and is there no larger one with the same people?"""
        reached = pools & -pools
        while grown := _reach(reached, pools, self.serving[slot]):
            reached |= grown
        if reached != pools:
            return False
        people = self.among(pools, slot)
        return all(self.among(pools | 1 << p, slot) > people for p in _bits(group & ~pools)) or pools & (pools - 1) == 0


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
